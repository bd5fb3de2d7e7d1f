package deployments

import (
	"context"
	"fmt"
	"slices"

	"github.com/comfydeck/comfydeck/internal/journal"
)

const conflictMessage = "Someone else changed this deployment after you opened it. Nothing was sent. Your values are still here: compare them with the newer ones, then send yours all the same or start from theirs."

// Conflict is what stands between a form and the deployment as it is now.
type Conflict struct {
	Clashes []Clash
	// Others changed in between too, but stand against nothing that was typed: a form that comes back takes them over.
	Others []Clash
	Makers []Maker
}

// Clash is one field that somebody else changed: what the form was made from, what it is now, and what the form says. Typed is
// false for what was left as it was, as the maximum that goes together with a typed minimum.
type Clash struct {
	Field, Base, Theirs, Mine string
	Typed                     bool
}

// Maker is a line of the change log with the fields of a conflict that it made what they are now.
type Maker struct {
	Line   journal.Line
	Fields []string
}

// Error is the text for logs.
func (c *Conflict) Error() string { return fmt.Sprintf("%d fields changed in between", len(c.all())) }

func (c *Conflict) all() []Clash { return slices.Concat(c.Clashes, c.Others) }

// Newer are the values that the fields changed in between have now.
func (c *Conflict) Newer() Draft {
	out := Draft{}
	for _, x := range c.all() {
		out[x.Field] = x.Theirs
	}
	return out
}

// fields words the clashes, field by field.
func (c *Conflict) fields() map[string]string {
	out := map[string]string{}
	for _, x := range c.Clashes {
		out[x.Field] = "When you opened the form this was “" + x.Base + "”; now it is “" + x.Theirs + "”."
		if x.Typed {
			out[x.Field] += " You typed “" + x.Mine + "”."
		}
	}
	return out
}

// partners are fields that mean something only together: whoever changes one has looked at the other.
func partners(field string) []string {
	switch field {
	case FieldMinInstances:
		return []string{FieldMaxInstances, FieldIsEnabled}
	case FieldMaxInstances:
		return []string{FieldMinInstances}
	default:
		return nil
	}
}

// conflictOf finds the changed fields, and their partners, that somebody else changed too since base was read, and what they
// changed besides; nil without a clash.
func conflictOf(typed, base, current Draft, changed []string) *Conflict {
	concerned := slices.Clone(changed)
	for _, f := range changed {
		concerned = append(concerned, partners(f)...)
	}
	c := &Conflict{}
	for _, f := range UpdateFields() {
		from, ok := base[f]
		if !ok || oneLine(from) == oneLine(current[f]) {
			continue
		}
		mine, onForm := typed[f]
		x := Clash{Field: f, Base: from, Theirs: current[f], Mine: mine, Typed: onForm && oneLine(mine) != oneLine(from)}
		if slices.Contains(concerned, f) {
			c.Clashes = append(c.Clashes, x)
		} else {
			c.Others = append(c.Others, x)
		}
	}
	if len(c.Clashes) == 0 {
		return nil
	}
	return c
}

// maxBetween is how many lines of the log may lie between a form and its conflict.
const maxBetween = 100

// makers finds out from the change log who made the changes of a conflict. A log that does not answer names nobody: the conflict
// stands without it.
func (s *Service) makers(ctx context.Context, account, id string, c *Conflict) (out []Maker) {
	list, err := s.Log(ctx, account, journal.Filter{Deployment: id}, maxBetween)
	if err != nil {
		return nil
	}
	for _, x := range c.all() {
		l, known := made(list, x)
		if !known {
			continue
		}
		i := slices.IndexFunc(out, func(m Maker) bool { return m.Line.ID() == l.ID() })
		if i < 0 {
			i, out = len(out), append(out, Maker{Line: l})
		}
		out[i].Fields = append(out[i].Fields, x.Field)
	}
	return out
}

// made finds the line, newest first, that brought a field to what it is now. It is known only where the log leads all the way
// from what the form was made from to there: otherwise somebody it has not heard of had a hand in it, and nobody is named.
func made(list []journal.Line, x Clash) (last journal.Line, known bool) {
	value := x.Theirs
	for _, l := range list {
		for _, ch := range edited(l) {
			if ch.Field != x.Field {
				continue
			}
			if oneLine(ch.To) != oneLine(value) || !sure(l, x.Field) {
				return journal.Line{}, false
			}
			if last == (journal.Line{}) {
				last = l
			}
			if value = ch.From; oneLine(value) == oneLine(x.Base) {
				return last, true
			}
		}
	}
	return journal.Line{}, false
}

// sure tells whether a line is known to have made of a field what it says.
func sure(l journal.Line, field string) bool {
	return l.Write == nil || l.Write.State == journal.Done && !slices.ContainsFunc(l.Write.Got, func(c journal.Change) bool { return c.Field == field })
}

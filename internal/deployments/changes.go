package deployments

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// changes lists the updatable fields a person changed: typed differs from base, or from current where there is no base. A
// field that already has the typed value needs no change.
func changes(typed, base, current Draft) []string {
	var out []string
	for _, f := range UpdateFields() {
		value, onForm := typed[f]
		if !onForm {
			continue
		}
		// White space is compared as a text field keeps it: without line breaks.
		if from, ok := base[f]; ok && oneLine(value) == oneLine(from) {
			continue
		}
		if oneLine(value) != oneLine(current[f]) {
			out = append(out, f)
		}
	}
	return out
}

const conflictMessage = "Someone else changed this deployment after you opened it. Nothing was sent. Your values are still here: compare them with the newer ones, then send yours all the same or start from theirs."

// Conflict is what stands between a form and the deployment as it is now.
type Conflict struct {
	Clashes []Clash
}

// Clash is one field that somebody else changed: what the form was made from, what it is now, and what was typed. Typed is
// false for a field that goes together with a typed one, as the maximum with the minimum.
type Clash struct {
	Field, Base, Theirs, Mine string
	Typed                     bool
}

// Error is the text for logs.
func (c *Conflict) Error() string { return fmt.Sprintf("%d fields changed in between", len(c.Clashes)) }

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

// conflictOf finds the changed fields, and their partners, that somebody else changed too since base was read; nil without one.
func conflictOf(typed, base, current Draft, changed []string) *Conflict {
	concerned := slices.Clone(changed)
	for _, f := range changed {
		concerned = append(concerned, partners(f)...)
	}
	c := &Conflict{}
	for _, f := range UpdateFields() {
		if from, ok := base[f]; ok && slices.Contains(concerned, f) && oneLine(from) != oneLine(current[f]) {
			c.Clashes = append(c.Clashes, Clash{Field: f, Base: from, Theirs: current[f], Mine: typed[f], Typed: slices.Contains(changed, f)})
		}
	}
	if len(c.Clashes) == 0 {
		return nil
	}
	return c
}

// merged lists what somebody else changed since base was read, and the form leaves alone.
func merged(base, current Draft, changed []string) []journal.Change {
	var out []journal.Change
	for _, f := range UpdateFields() {
		if from, ok := base[f]; ok && !slices.Contains(changed, f) && oneLine(from) != oneLine(current[f]) {
			out = append(out, journal.Change{Field: f, From: from, To: current[f]})
		}
	}
	return out
}

// checkStoredPair holds min <= max when one of the two changes, with the stored value of the other.
func (s *Service) checkStoredPair(v values, changed []string, now Deployment, wrong map[string]string) {
	low, high := now.MinInstances.Value, now.MaxInstances.Value
	lowKnown, highKnown := now.MinInstances.Known, now.MaxInstances.Known
	blame := ""
	if slices.Contains(changed, FieldMaxInstances) {
		high, highKnown, blame = v.numbers[FieldMaxInstances], true, FieldMaxInstances
	}
	if slices.Contains(changed, FieldMinInstances) {
		low, lowKnown, blame = v.numbers[FieldMinInstances], true, FieldMinInstances
	}
	if blame != "" && lowKnown && highKnown {
		checkPair(low, high, wrong, blame)
	}
}

// put copies one checked value into the request.
func (v values) put(r *apiclient.UpdateRequest, field string) {
	text, n, enabled := v.text[field], v.numbers[field], v.enabled
	switch field {
	case FieldName:
		r.Name = &text
	case FieldWorkflowVersion:
		r.WorkflowVersion = &text
	case FieldHardware:
		r.Hardware = &text
	case FieldMinInstances:
		r.MinInstances = &n
	case FieldMaxInstances:
		r.MaxInstances = &n
	case FieldQueueSize:
		r.QueueSize = &n
	case FieldKeepWarm:
		r.KeepWarmDurationInSeconds = &n
	case FieldIsEnabled:
		r.IsEnabled = &enabled
	}
}

// asked lists what was asked for, as text, in the order of fields.
func asked(v values, fields []string) []Difference {
	out := make([]Difference, 0, len(fields))
	for _, f := range fields {
		want := v.text[f]
		if n, ok := v.numbers[f]; ok {
			want = strconv.FormatInt(n, 10)
		}
		if f == FieldIsEnabled {
			want = strconv.FormatBool(v.enabled)
		}
		out = append(out, Difference{Field: f, Asked: want})
	}
	return out
}

// compare returns the fields of want that a deployment does not have, with the value it has instead.
func compare(d Deployment, want []Difference) []Difference {
	current := DraftOf(d)
	var out []Difference
	for _, w := range want {
		if got := current[w.Field]; strings.TrimSpace(got) != w.Asked {
			out = append(out, Difference{Field: w.Field, Asked: w.Asked, Got: got})
		}
	}
	return out
}

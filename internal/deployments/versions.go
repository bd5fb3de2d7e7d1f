package deployments

import (
	"context"
	"slices"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// edited are the changes of a line that changed settings of a deployment that was there before and after: by a write of ours that
// may have happened, or by somebody elsewhere.
func edited(l journal.Line) []journal.Change {
	switch {
	case l.Write != nil && l.Write.State != journal.Refused && slices.Contains([]journal.Action{journal.Update, journal.Enable, journal.Disable}, l.Write.Action):
		return l.Write.Changes
	case l.Event != nil && l.Event.Kind == journal.Outside && !vanishes(l.Event) && !appears(l.Event):
		return l.Event.Changes
	default:
		return nil
	}
}

func vanishes(e *journal.Event) bool {
	return len(e.Changes) > 0 && !slices.ContainsFunc(e.Changes, func(c journal.Change) bool { return c.To != "" })
}

func appears(e *journal.Event) bool {
	return len(e.Changes) > 0 && !slices.ContainsFunc(e.Changes, func(c journal.Change) bool { return c.From != "" })
}

// Undoes tells which values take a line back: those its fields had before. It is empty where there is nothing to take back.
func Undoes(l journal.Line) Draft {
	return valuesOf(edited(l), func(c journal.Change) string { return c.From })
}

// Edits tells whether a line is a version of its deployment: one to edit from.
func Edits(l journal.Line) bool { return len(given(l)) > 0 }

// given are the values that a line gave its fields.
func given(l journal.Line) Draft {
	return valuesOf(edited(l), func(c journal.Change) string { return c.To })
}

// maxLater is how many later lines VersionOf goes back over.
const maxLater = 1000

// VersionOf is how a deployment was after a line: as it is now, without what the log has of it since. whole is false when that
// is too much to go back over.
func (s *Service) VersionOf(ctx context.Context, account string, l journal.Line, now Draft) (then Draft, whole bool, err error) {
	list, err := s.Log(ctx, account, journal.Filter{Deployment: l.Deployment()}, maxLater)
	if err != nil {
		return nil, false, err
	}
	then = now
	for _, later := range list {
		if later.ID() == l.ID() {
			return then.With(given(l)), true, nil
		}
		then = then.With(Undoes(later))
	}
	return now.With(given(l)), false, nil
}

func valuesOf(changes []journal.Change, of func(journal.Change) string) Draft {
	d := Draft{}
	for _, c := range changes {
		if v := of(c); v != "" && slices.Contains(UpdateFields(), c.Field) {
			d[c.Field] = v
		}
	}
	return d
}

// Recreates are the settings that a deployment which a line made, or deleted, had then; empty for other lines.
func Recreates(l journal.Line) Draft {
	d := Draft{}
	switch {
	case l.Write != nil && l.Write.Action == journal.Create:
		for _, c := range l.Write.Changes {
			d[c.Field] = c.To
		}
	case l.Write != nil && l.Write.Action == journal.Delete:
		for _, c := range l.Write.Changes {
			d[c.Field] = c.From
		}
	case l.Event != nil && l.Event.Kind == journal.Outside && vanishes(l.Event):
		for _, c := range l.Event.Changes {
			if slices.Contains(CreateFields(), c.Field) {
				d[c.Field] = c.From
			}
		}
	}
	delete(d, FieldIsEnabled)
	return d
}

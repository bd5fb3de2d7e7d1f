package deployments

import (
	"context"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Log is what an account did here, newest first, at most limit writes.
func (s *Service) Log(ctx context.Context, account string, f journal.Filter, limit int) ([]journal.Entry, error) {
	list, err := s.journal.Log(ctx, account, f, limit)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "This server cannot reach its own records right now. Try again in a moment.", err)
	}
	return list, nil
}

// Logged is one write of an account.
func (s *Service) Logged(ctx context.Context, account, id string) (journal.Entry, error) {
	e, found, err := s.journal.Find(ctx, account, id)
	if err != nil {
		return journal.Entry{}, fault.Wrap(fault.Unavailable, "This server cannot reach its own records right now. Try again in a moment.", err)
	}
	if !found {
		return journal.Entry{}, fault.New(fault.NotFound, "This account's change log has no such entry. Check the link you followed, and which account you are signed in with.")
	}
	return e, nil
}

// lastSettings is what the log keeps of a deployment that is about to be deleted.
func lastSettings(d Deployment) []journal.Change {
	now := DraftOf(d)
	var out []journal.Change
	for _, f := range CreateFields() {
		if now[f] != "" {
			out = append(out, journal.Change{Field: f, From: now[f]})
		}
	}
	return out
}

// Undoes tells which values take an entry back: those its fields had before. It is empty where there is nothing to take back.
func Undoes(e journal.Entry) Draft {
	d := Draft{}
	if e.State == journal.Refused || e.Action == journal.Create || e.Action == journal.Delete || e.Action == journal.Annotate {
		return d
	}
	for _, c := range e.Changes {
		if c.From != "" {
			d[c.Field] = c.From
		}
	}
	return d
}

// Recreates are the settings that a deployment which an entry made, or deleted, had then; empty for other entries.
func Recreates(e journal.Entry) Draft {
	d := Draft{}
	for _, c := range e.Changes {
		switch e.Action {
		case journal.Create:
			d[c.Field] = c.To
		case journal.Delete:
			d[c.Field] = c.From
		default:
		}
	}
	delete(d, FieldIsEnabled)
	return d
}

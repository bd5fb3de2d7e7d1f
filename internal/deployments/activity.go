package deployments

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Log is what happened to an account, newest first, at most limit lines.
func (s *Service) Log(ctx context.Context, account string, f journal.Filter, limit int) ([]journal.Line, error) {
	list, err := s.journal.Timeline(ctx, account, f, limit)
	return list, noLog(err)
}

// Logged is one line of an account's log.
func (s *Service) Logged(ctx context.Context, account, id string) (journal.Line, error) {
	l, found, err := s.journal.FindLine(ctx, account, id)
	if err == nil && !found {
		return journal.Line{}, fault.New(fault.NotFound, "This account's change log has no such entry. Check the link you followed, and which account you are signed in with.")
	}
	return l, noLog(err)
}

// Write is one write of an account.
func (s *Service) Write(ctx context.Context, account, id string) (journal.Entry, error) {
	l, err := s.Logged(ctx, account, id)
	if err != nil {
		return journal.Entry{}, err
	}
	if l.Write == nil {
		return journal.Entry{}, fault.New(fault.NotFound, "This entry of the change log is no change that ComfyDeck sent, so that there is nothing to take back.")
	}
	return *l.Write, nil
}

// Kept is what the log has of a deployment that an entry deleted; zero for an entry that kept nothing beside its settings.
func (s *Service) Kept(ctx context.Context, account, entry string) (journal.Tombstone, error) {
	t, _, err := s.journal.Dig(ctx, account, entry)
	return t, noLog(err)
}

func noLog(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fault.Unavailable, "This server cannot reach its own records right now. Try again in a moment.", err)
}

// keepReads bounds how long a deletion waits for what it keeps.
const keepReads = 8 * time.Second

// tombstone reads what is kept of a deployment that is about to be deleted. What cannot be had is said, and does not stop the
// deletion: the meter runs until then.
func (s *Service) tombstone(ctx context.Context, ask Ask, now Deployment) journal.Tombstone {
	ctx, cancel := context.WithTimeout(ctx, min(keepReads, s.o.SendBudget/3))
	defer cancel()
	t := journal.Tombstone{Account: ask.Account, Deployment: now.ID}
	d, err := s.api.Get(ctx, ask.Token, now.ID, apiclient.IncludeReadme, apiclient.IncludePayload)
	if unreadable(err) {
		t.Missing = "Its workflow could not be read, so that it is not kept."
		if errors.Is(err, apiclient.ErrTooLarge) {
			t.Missing = "Its workflow was too large to be kept."
		}
		d, err = s.read(ctx, ask.Token, now.ID, apiclient.IncludeReadme)
	}
	switch {
	case err != nil:
		d, t.Missing = now, "Its readme and its workflow could not be read before it was deleted, so that they are not kept."
	case t.Missing == "":
		t.Workflow = d.Payload.Raw
	}
	t.Readme = d.Readme.Value
	settings, err := json.Marshal(map[string]any{
		"id": d.ID, "settings": DraftOf(d), "status": d.Status, "created_at": d.CreatedAt.Raw, "updated_at": d.UpdatedAt.Raw,
	})
	if err == nil { // texts alone, which always can be
		t.Settings = string(settings)
	}
	return t
}

// bury keeps a tombstone with the entry that deletes. A deletion that cannot be kept is not sent.
func (s *Service) bury(ctx context.Context, entry string, t journal.Tombstone) error {
	t.Entry = entry
	if err := s.journal.Bury(ctx, t); err != nil {
		return fault.Wrap(fault.Unavailable, "This server cannot keep a copy of the deployment right now, and deletes nothing that it cannot keep. Nothing was deleted: try again in a moment.", err)
	}
	return nil
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

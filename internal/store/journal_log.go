package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// Log implements [journal.Store].
func (j *Journal) Log(ctx context.Context, account string, f journal.Filter, limit int) ([]journal.Entry, error) {
	at := f.Before.AskedAt.UnixMilli()
	return j.list(ctx, `WHERE account = @account AND (@before = '' OR (asked_at, id) < (@at, @before))
			AND (@deployment = '' OR deployment = @deployment) AND (@action = '' OR action = @action)
			AND (@state = '' OR state = @state) AND (@person = '' OR person = @person)
		ORDER BY asked_at DESC, id DESC LIMIT @limit`,
		sql.Named("account", account), sql.Named("before", f.Before.ID), sql.Named("at", at), sql.Named("deployment", f.Deployment),
		sql.Named("action", string(f.Action)), sql.Named("state", string(f.State)), sql.Named("person", f.Person), sql.Named("limit", limit))
}

// Find implements [journal.Store].
func (j *Journal) Find(ctx context.Context, account, id string) (journal.Entry, bool, error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	e, err := scanEntry(j.store.read.QueryRowContext(ctx,
		`SELECT `+entryColumns+` FROM writes WHERE account = @account AND id = @id`, sql.Named("account", account), sql.Named("id", id)))
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Entry{}, false, nil
	}
	if err != nil {
		return journal.Entry{}, false, fmt.Errorf("store: find a write: %w", err)
	}
	return e, true, nil
}

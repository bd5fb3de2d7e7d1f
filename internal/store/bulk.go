package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/bulk"
)

// Bulk is the part of a [Store] that keeps the runs over many deployments.
type Bulk struct {
	store *Store
}

var _ bulk.Store = (*Bulk)(nil)

// Bulk returns the runs in s.
func (s *Store) Bulk() *Bulk {
	return &Bulk{store: s}
}

// newItem is an item on its way into the database. Base and Changes are JSON in a string, as the columns keep them.
type newItem struct {
	N                                               int
	Deployment, Name, Base, Changes, State, Message string
}

func newItems(items []bulk.Item) (string, error) {
	rows := make([]newItem, len(items))
	for n := range items {
		item := &items[n]
		base, err := json.Marshal(item.Base)
		if err != nil {
			return "", err
		}
		changes, err := json.Marshal(item.Changes)
		if err != nil {
			return "", err
		}
		rows[n] = newItem{
			N: n, Deployment: keepable(item.Deployment), Name: keepable(item.Name), Base: string(base), Changes: string(changes),
			State: string(item.State), Message: keepable(item.Message),
		}
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

// Draft implements [bulk.Store].
func (b *Bulk) Draft(ctx context.Context, r bulk.Run, items []bulk.Item) error {
	ctx, cancel := b.deadline(ctx)
	defer cancel()
	rows, err := newItems(items)
	if err != nil {
		return fmt.Errorf("store: draft a run: %w", err)
	}
	err = b.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO bulk_runs (id, account, person, action, value, created_at)
			VALUES (@id, @account, @person, @action, @value, `+sqlNow+`)`,
			sql.Named("id", r.ID), sql.Named("account", r.Account), sql.Named("person", r.Person), sql.Named("action", r.Action),
			sql.Named("value", r.Value), b.store.clock()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO bulk_items (run, n, deployment, name, base, changes, state, message)
			SELECT @id, CAST(value ->> 'N' AS BIGINT), value ->> 'Deployment', value ->> 'Name', value ->> 'Base', value ->> 'Changes',
				value ->> 'State', value ->> 'Message'
			FROM `+sqlItems, sql.Named("id", r.ID), sql.Named("items", rows))
		return err
	})
	if err != nil {
		return fmt.Errorf("store: draft a run: %w", err)
	}
	return nil
}

// Begin implements [bulk.Store].
func (b *Bulk) Begin(ctx context.Context, account, id, reason string, life time.Duration) (bool, error) {
	return b.changes(ctx, "begin a run", `UPDATE bulk_runs SET reason = @reason, begun_at = `+sqlNow+`
		WHERE id = @id AND account = @account AND begun_at IS NULL AND created_at > `+sqlNow+` - @life`,
		sql.Named("id", id), sql.Named("account", account), sql.Named("reason", reason), sql.Named("life", life.Milliseconds()), b.store.clock())
}

// Take implements [bulk.Store].
func (b *Bulk) Take(ctx context.Context, id, holder string, d time.Duration) (bool, error) {
	return b.changes(ctx, "take a run", `UPDATE bulk_runs SET worker = @holder, worker_until = `+sqlNow+` + @for, note = ''
		WHERE id = @id AND begun_at IS NOT NULL AND (worker = @holder OR worker_until <= `+sqlNow+`)`,
		sql.Named("id", id), sql.Named("holder", holder), sql.Named("for", d.Milliseconds()), b.store.clock())
}

// Leave implements [bulk.Store].
func (b *Bulk) Leave(ctx context.Context, id, holder, note string) error {
	_, err := b.changes(ctx, "leave a run", `UPDATE bulk_runs SET worker = '', worker_until = 0, note = @note,
			ended_at = CASE WHEN EXISTS (SELECT 1 FROM bulk_items WHERE run = @id AND state IN ('waiting', 'running')) THEN NULL
				ELSE coalesce(ended_at, `+sqlNow+`) END
		WHERE id = @id AND worker = @holder`,
		sql.Named("id", id), sql.Named("holder", holder), sql.Named("note", note), b.store.clock())
	return err
}

// Claim implements [bulk.Store].
func (b *Bulk) Claim(ctx context.Context, id, holder, key string) (bulk.Item, bool, error) {
	ctx, cancel := b.deadline(ctx)
	defer cancel()
	item, err := scanItem(b.store.write.QueryRowContext(ctx, `
		UPDATE bulk_items SET state = 'running', item_key = CASE item_key WHEN '' THEN @key ELSE item_key END, tries = tries + 1
		WHERE run = @id AND n = (SELECT n FROM bulk_items WHERE run = @id AND state = 'waiting' ORDER BY n LIMIT 1 `+sqlSkip+`) AND `+held+`
		RETURNING `+itemColumns,
		sql.Named("id", id), sql.Named("holder", holder), sql.Named("key", key), b.store.clock()))
	if errors.Is(err, sql.ErrNoRows) {
		return bulk.Item{}, false, nil
	}
	if err != nil {
		return bulk.Item{}, false, fmt.Errorf("store: claim an item: %w", err)
	}
	return item, true, nil
}

// held is true while @holder has the right to work on run @id.
const held = `EXISTS (SELECT 1 FROM bulk_runs WHERE id = @id AND worker = @holder AND worker_until > ` + sqlNow + `)`

// Return implements [bulk.Store].
func (b *Bulk) Return(ctx context.Context, id, holder string, item bulk.Item, spent bool) error {
	_, err := b.changes(ctx, "return an item", `UPDATE bulk_items SET item_key = CASE WHEN @spent THEN '' ELSE item_key END,
			state = CASE WHEN (SELECT stopped FROM bulk_runs WHERE id = @id `+sqlHold+`) THEN 'skipped' ELSE 'waiting' END
		WHERE run = @id AND n = @n AND item_key = @key AND state = 'running' AND `+held,
		sql.Named("id", id), sql.Named("holder", holder), sql.Named("n", item.N), sql.Named("key", item.Key), sql.Named("spent", spent), b.store.clock())
	return err
}

// Settle implements [bulk.Store].
func (b *Bulk) Settle(ctx context.Context, id string, item bulk.Item, s bulk.State, o bulk.Outcome) error {
	_, err := b.changes(ctx, "settle an item", `UPDATE bulk_items SET state = @state, message = @message, upstream_id = @upstream, looked = @looked
		WHERE run = @id AND n = @n AND item_key = @key AND state IN ('running', 'unknown')`,
		sql.Named("id", id), sql.Named("n", item.N), sql.Named("key", item.Key), sql.Named("state", string(s)), sql.Named("message", o.Message),
		sql.Named("upstream", o.UpstreamID), sql.Named("looked", o.Looked))
	return err
}

// Stop implements [bulk.Store].
func (b *Bulk) Stop(ctx context.Context, account, id string) error {
	// The mark first: an item that is given back afterwards finds it.
	stopped, err := b.changes(ctx, "stop a run", `UPDATE bulk_runs SET stopped = TRUE WHERE id = @id AND account = @account AND begun_at IS NOT NULL`,
		sql.Named("id", id), sql.Named("account", account))
	if err != nil || !stopped {
		return err
	}
	_, err = b.changes(ctx, "stop a run", `UPDATE bulk_items SET state = 'skipped' WHERE run = @id AND state = 'waiting'`, sql.Named("id", id))
	return err
}

// Sweep implements [bulk.Store].
func (b *Bulk) Sweep(ctx context.Context, age, draftAge time.Duration, limit int) (int, error) {
	ctx, cancel := b.deadline(ctx)
	defer cancel()
	result, err := b.store.write.ExecContext(ctx, `DELETE FROM bulk_runs WHERE id IN (
			SELECT id FROM bulk_runs WHERE worker_until <= `+sqlNow+` AND
				(created_at <= `+sqlNow+` - @age OR begun_at IS NULL AND created_at <= `+sqlNow+` - @draft)
			ORDER BY created_at LIMIT @limit)`,
		sql.Named("age", age.Milliseconds()), sql.Named("draft", draftAge.Milliseconds()), sql.Named("limit", limit), b.store.clock())
	if err != nil {
		return 0, fmt.Errorf("store: sweep runs: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func (b *Bulk) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, b.store.JournalTimeout)
}

// changes runs a statement and tells whether it changed anything.
func (b *Bulk) changes(ctx context.Context, what, query string, args ...any) (bool, error) {
	ctx, cancel := b.deadline(ctx)
	defer cancel()
	result, err := b.store.write.ExecContext(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("store: %s: %w", what, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// rank orders states as bulk.States does.
func rank() string {
	var b strings.Builder
	b.WriteString("CASE state")
	for i, s := range bulk.States() {
		fmt.Fprintf(&b, " WHEN '%s' THEN %d", s, i)
	}
	return b.String() + " END"
}

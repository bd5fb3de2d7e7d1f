package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// Webhooks is the part of a [Store] that keeps webhooks and their deliveries.
type Webhooks struct {
	store *Store
}

var _ webhooks.Store = (*Webhooks)(nil)

// Webhooks returns the webhooks in s.
func (s *Store) Webhooks() *Webhooks {
	return &Webhooks{store: s}
}

// hookColumns are read with a join to webhook_kinds, a row per kind.
const hookColumns = `h.id, h.account, h.name, h.format, h.sealed, h.paused, h.note, h.person, h.made_at`

// Hooks implements [webhooks.Store].
func (w *Webhooks) Hooks(ctx context.Context, account string) ([]webhooks.Hook, error) {
	return w.hooks(ctx, `WHERE h.account = @account`, sql.Named("account", account))
}

// FindHook implements [webhooks.Store].
func (w *Webhooks) FindHook(ctx context.Context, account, id string) (webhooks.Hook, bool, error) {
	list, err := w.hooks(ctx, `WHERE h.account = @account AND h.id = @id`, sql.Named("account", account), sql.Named("id", id))
	if err != nil || len(list) == 0 {
		return webhooks.Hook{}, false, err
	}
	return list[0], true, nil
}

// SealedHooks implements [webhooks.Store].
func (w *Webhooks) SealedHooks(ctx context.Context) ([]webhooks.Hook, error) {
	return w.hooks(ctx, ``)
}

func (w *Webhooks) hooks(ctx context.Context, where string, args ...any) (out []webhooks.Hook, err error) {
	ctx, cancel := w.deadline(ctx)
	defer cancel()
	rows, err := w.store.read.QueryContext(ctx, `SELECT `+hookColumns+`, k.kind FROM webhooks h
		LEFT JOIN webhook_kinds k ON k.hook = h.id `+where+` ORDER BY h.made_at, h.id, k.kind`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: list webhooks: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var kind sql.NullString
		h, err := scanHook(rows, &kind)
		if err != nil {
			return nil, fmt.Errorf("store: list webhooks: %w", err)
		}
		if len(out) == 0 || out[len(out)-1].ID != h.ID {
			out = append(out, h)
		}
		if last := &out[len(out)-1]; kind.Valid {
			last.Kinds = append(last.Kinds, kind.String)
		}
	}
	return out, rows.Err()
}

// scanHook reads hookColumns and what follows them.
func scanHook(row interface{ Scan(dest ...any) error }, more ...any) (webhooks.Hook, error) {
	var h webhooks.Hook
	var made int64
	err := row.Scan(append([]any{&h.ID, &h.Account, &h.Name, &h.Body, &h.Sealed, &h.Paused, &h.Note, &h.Person, &made}, more...)...)
	h.MadeAt = moment(made)
	return h, err
}

// AddHook implements [webhooks.Store].
func (w *Webhooks) AddHook(ctx context.Context, h webhooks.Hook, limit int) error {
	return w.change(ctx, "add a webhook", func(ctx context.Context, tx transaction) error {
		// Those of an account come one after another, so that of two at once neither comes too many.
		if err := tx.alone(ctx, "webhooks:"+h.Account); err != nil {
			return err
		}
		var there bool
		var n int
		err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM webhooks WHERE id = @id), (SELECT count(*) FROM webhooks WHERE account = @account)`,
			sql.Named("id", h.ID), sql.Named("account", h.Account)).Scan(&there, &n)
		switch {
		case err != nil:
			return err
		case there:
			return webhooks.ErrThere
		case n >= limit:
			return webhooks.ErrFull
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO webhooks (id, account, name, format, sealed, paused, note, person, made_at)
			VALUES (@id, @account, @name, @format, @sealed, @paused, '', @person, `+sqlNow+`)`,
			sql.Named("id", h.ID), sql.Named("account", h.Account), sql.Named("name", h.Name), sql.Named("format", h.Body),
			sql.Named("sealed", h.Sealed), sql.Named("paused", h.Paused), sql.Named("person", h.Person), w.store.clock()); err != nil {
			return err
		}
		return tx.setKinds(ctx, h)
	})
}

// kindItems are kinds as sqlItems takes them: objects, since the two databases read plain texts differently.
func kindItems(kinds []string) (string, error) {
	items := make([]struct{ Kind string }, len(kinds))
	for i, k := range kinds {
		items[i].Kind = k
	}
	text, err := json.Marshal(items)
	return string(text), err
}

// setKinds stores what a webhook tells of.
func (t transaction) setKinds(ctx context.Context, h webhooks.Hook) error {
	kinds, err := kindItems(slices.Compact(slices.Sorted(slices.Values(h.Kinds))))
	if err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `DELETE FROM webhook_kinds WHERE hook = @id`, sql.Named("id", h.ID)); err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `INSERT INTO webhook_kinds (hook, kind) SELECT @id, value ->> 'Kind' FROM `+sqlItems,
		sql.Named("id", h.ID), sql.Named("items", kinds))
	return err
}

// ChangeHook implements [webhooks.Store].
func (w *Webhooks) ChangeHook(ctx context.Context, h webhooks.Hook) (found bool, err error) {
	err = w.change(ctx, "change a webhook", func(ctx context.Context, tx transaction) error {
		found, err = tx.did(ctx, `UPDATE webhooks SET name = @name, format = @format, sealed = @sealed WHERE id = @id AND account = @account`,
			sql.Named("id", h.ID), sql.Named("account", h.Account), sql.Named("name", h.Name), sql.Named("format", h.Body), sql.Named("sealed", h.Sealed))
		if err != nil || !found {
			return err
		}
		return tx.setKinds(ctx, h)
	})
	return found, err
}

// PauseHook implements [webhooks.Store].
func (w *Webhooks) PauseHook(ctx context.Context, account, id string, paused bool, note string) (changed bool, err error) {
	err = w.change(ctx, "pause a webhook", func(ctx context.Context, tx transaction) error {
		changed, err = tx.did(ctx, `UPDATE webhooks SET paused = @paused, note = @note WHERE id = @id AND account = @account AND paused <> @paused`,
			sql.Named("id", id), sql.Named("account", account), sql.Named("paused", paused), sql.Named("note", note))
		if err != nil || !changed || !paused {
			return err
		}
		_, err = tx.did(ctx, `UPDATE webhook_deliveries SET state = 'left', message = 'The webhook was paused before this was sent.'
			WHERE hook = @id AND state = 'waiting' AND worker_until <= `+sqlNow, sql.Named("id", id), w.store.clock())
		return err
	})
	return changed, err
}

// DeleteHook implements [webhooks.Store].
func (w *Webhooks) DeleteHook(ctx context.Context, account, id string) (found bool, err error) {
	err = w.change(ctx, "delete a webhook", func(ctx context.Context, tx transaction) error {
		found, err = tx.did(ctx, `DELETE FROM webhooks WHERE id = @id AND account = @account`, sql.Named("id", id), sql.Named("account", account))
		if err != nil || !found {
			return err
		}
		_, err = tx.did(ctx, `DELETE FROM webhook_deliveries WHERE hook = @id`, sql.Named("id", id))
		return err
	})
	return found, err
}

// Reseal implements [webhooks.Store].
func (w *Webhooks) Reseal(ctx context.Context, id string, old, sealed []byte) error {
	return w.change(ctx, "seal a webhook", func(ctx context.Context, tx transaction) error {
		_, err := tx.did(ctx, `UPDATE webhooks SET sealed = @sealed WHERE id = @id AND sealed = @old`,
			sql.Named("id", id), sql.Named("old", old), sql.Named("sealed", sealed))
		return err
	})
}

// change runs work in one transaction.
func (w *Webhooks) change(ctx context.Context, what string, work func(context.Context, transaction) error) error {
	ctx, cancel := w.deadline(ctx)
	defer cancel()
	if err := w.store.write.transact(ctx, work); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}

// did runs a statement and tells whether it changed anything.
func (t transaction) did(ctx context.Context, query string, args ...any) (bool, error) {
	result, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func (w *Webhooks) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, w.store.JournalTimeout)
}

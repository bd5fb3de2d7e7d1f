package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/comfydeck/comfydeck/internal/savedviews"
)

// SavedViews is the part of a [Store] that keeps lists under a name.
type SavedViews struct {
	store *Store
}

var _ savedviews.Store = (*SavedViews)(nil)

// SavedViews returns the saved views in s.
func (s *Store) SavedViews() *SavedViews {
	return &SavedViews{store: s}
}

// Views implements [savedviews.Store].
func (v *SavedViews) Views(ctx context.Context, account string) (out []savedviews.View, err error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	rows, err := v.store.read.QueryContext(ctx, `SELECT id, name, query FROM saved_views WHERE account = @account ORDER BY name_key`,
		sql.Named("account", account))
	if err != nil {
		return nil, fmt.Errorf("store: list views: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var view savedviews.View
		if err := rows.Scan(&view.ID, &view.Name, &view.Query); err != nil {
			return nil, fmt.Errorf("store: list views: %w", err)
		}
		out = append(out, view)
	}
	return out, rows.Err()
}

// AddView implements [savedviews.Store].
func (v *SavedViews) AddView(ctx context.Context, account string, view savedviews.View, key string, limit int) error {
	added, err := v.change(ctx, account, "add a view", `
		INSERT INTO saved_views (id, account, name, name_key, query, created_at)
		SELECT @id, @account, @name, @key, @query, `+sqlNow+`
		WHERE (SELECT count(*) FROM saved_views WHERE account = @account) < @limit
		ON CONFLICT (account, name_key) DO NOTHING`,
		sql.Named("id", view.ID), sql.Named("account", account), sql.Named("name", view.Name), sql.Named("key", key),
		sql.Named("query", view.Query), sql.Named("limit", limit), v.store.clock())
	if err != nil || added {
		return err
	}
	taken, err := v.exists(ctx, `account = @account AND name_key = @key`, sql.Named("account", account), sql.Named("key", key))
	if err == nil && taken {
		return savedviews.ErrTaken
	}
	return errors.Join(err, savedviews.ErrFull)
}

// RenameView implements [savedviews.Store].
func (v *SavedViews) RenameView(ctx context.Context, account, id, name, key string) error {
	renamed, err := v.change(ctx, account, "rename a view", `
		UPDATE saved_views SET name = @name, name_key = @key WHERE id = @id AND account = @account
			AND NOT EXISTS (SELECT 1 FROM saved_views o WHERE o.account = @account AND o.name_key = @key AND o.id <> @id)`,
		sql.Named("id", id), sql.Named("account", account), sql.Named("name", name), sql.Named("key", key))
	if err != nil || renamed {
		return err
	}
	there, err := v.exists(ctx, `account = @account AND id = @id`, sql.Named("account", account), sql.Named("id", id))
	if err == nil && !there {
		return savedviews.ErrNone
	}
	return errors.Join(err, savedviews.ErrTaken)
}

// DeleteView implements [savedviews.Store].
func (v *SavedViews) DeleteView(ctx context.Context, account, id string) error {
	deleted, err := v.change(ctx, account, "delete a view", `DELETE FROM saved_views WHERE id = @id AND account = @account`,
		sql.Named("id", id), sql.Named("account", account))
	if err == nil && !deleted {
		return savedviews.ErrNone
	}
	return err
}

// change runs a statement about one view and tells whether it did anything. Those of an account come one after another,
// so that of two at once neither comes too many and none takes a name that the other just took.
func (v *SavedViews) change(ctx context.Context, account, what, query string, args ...any) (changed bool, err error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	err = v.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		if err := tx.alone(ctx, "saved_views:"+account); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		changed = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("store: %s: %w", what, err)
	}
	return changed, nil
}

func (v *SavedViews) exists(ctx context.Context, where string, args ...any) (found bool, err error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	err = v.store.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM saved_views WHERE `+where+`)`, args...).Scan(&found)
	if err != nil {
		return false, fmt.Errorf("store: look for a view: %w", err)
	}
	return found, nil
}

// deadline is that of a session: every list waits for its views.
func (v *SavedViews) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, v.store.SessionTimeout)
}

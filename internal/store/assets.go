package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// keepAssets is how long the styles and scripts of a version outlive the last start of a server that has them: longer than
// any page stays open.
const keepAssets = 30 * 24 * time.Hour

// Assets is the part of a [Store] where each server leaves its styles and scripts for the servers of other versions.
type Assets struct {
	store *Store
}

// Assets returns the assets in s.
func (s *Store) Assets() *Assets { return &Assets{store: s} }

// Leave stores what this version hands out, by name, and drops what no server has had for keepAssets.
func (a *Assets) Leave(ctx context.Context, assets map[string][]byte) error {
	ctx, cancel := context.WithTimeout(ctx, a.store.JournalTimeout)
	defer cancel()
	err := a.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		for _, name := range slices.Sorted(maps.Keys(assets)) { // in one order, so that two servers that start do not wait for each other
			if _, err := tx.ExecContext(ctx, `
				INSERT INTO assets (name, body, used_at) VALUES (@name, @body, `+sqlNow+`)
				ON CONFLICT (name) DO UPDATE SET body = excluded.body, used_at = excluded.used_at`,
				sql.Named("name", name), sql.Named("body", assets[name]), a.store.clock()); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM assets WHERE used_at < `+sqlNow+` - @keep`,
			sql.Named("keep", keepAssets.Milliseconds()), a.store.clock())
		return err
	})
	if err != nil {
		return fmt.Errorf("store: leave assets: %w", err)
	}
	return nil
}

// Find returns the asset that a server of some version left; ok is false when none did.
func (a *Assets) Find(ctx context.Context, name string) (body []byte, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, a.store.SessionTimeout)
	defer cancel()
	err = a.store.read.QueryRowContext(ctx, `SELECT body FROM assets WHERE name = @name`, sql.Named("name", name)).Scan(&body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("store: find an asset: %w", err)
	}
	return body, true, nil
}

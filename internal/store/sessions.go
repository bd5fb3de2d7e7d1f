package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
)

// findSession is what every page asks once, so that it is prepared once.
const findSession = `
	SELECT s.data, c.sealed, s.created_at, s.expires_at, ` + sqlNow + ` - s.last_seen_at
	FROM sessions s JOIN credentials c USING (token_hash)
	WHERE ` + alive

// alive holds for the row s of the session @hash while it may be used.
const alive = `s.token_hash = @hash AND NOT s.dead
	AND s.expires_at > ` + sqlNow + ` AND s.last_seen_at > ` + sqlNow + ` - @idle`

// Sessions is the part of a [Store] that keeps signed-in sessions.
type Sessions struct {
	store *Store
}

var _ session.Store = (*Sessions)(nil)

// Sessions returns the sessions in s.
func (s *Store) Sessions() *Sessions {
	return &Sessions{store: s}
}

// Create implements [session.Store].
func (s *Sessions) Create(ctx context.Context, n session.NewRow) (session.Row, error) {
	row := session.Row{Data: n.Data, Sealed: n.Sealed}
	err := s.transact(ctx, func(ctx context.Context, tx transaction) error {
		if err := end(ctx, tx, n.Replaces); err != nil {
			return err
		}
		// A plain INSERT: a hash that was used before, alive or dead, is refused.
		var created, expires int64
		err := tx.QueryRowContext(ctx, `
			INSERT INTO sessions (token_hash, data, created_at, last_seen_at, expires_at)
			VALUES (@hash, @data, `+sqlNow+`, `+sqlNow+`, `+sqlNow+` + @lifetime)
			RETURNING created_at, expires_at`,
			sql.Named("hash", n.Hash), sql.Named("data", n.Data),
			sql.Named("lifetime", n.Lifetime.Milliseconds()), s.store.clock(),
		).Scan(&created, &expires)
		if err != nil {
			return err
		}
		row.CreatedAt, row.ExpiresAt = moment(created), moment(expires)
		_, err = tx.ExecContext(ctx, `INSERT INTO credentials (token_hash, sealed) VALUES (@hash, @sealed)`,
			sql.Named("hash", n.Hash), sql.Named("sealed", n.Sealed))
		return err
	})
	if err != nil {
		return session.Row{}, fmt.Errorf("store: create session: %w", err)
	}
	return row, nil
}

// Find implements [session.Store].
func (s *Sessions) Find(ctx context.Context, hash string, idle time.Duration) (session.Row, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.store.SessionTimeout)
	defer cancel()
	var row session.Row
	var created, expires, quiet int64
	err := s.findRow(ctx, sql.Named("hash", hash), sql.Named("idle", idle.Milliseconds()), s.store.clock()).Scan(&row.Data, &row.Sealed, &created, &expires, &quiet)
	if errors.Is(err, sql.ErrNoRows) {
		return session.Row{}, false, nil
	}
	if err != nil {
		return session.Row{}, false, fmt.Errorf("store: find session: %w", err)
	}
	row.CreatedAt, row.ExpiresAt = moment(created), moment(expires)
	row.Quiet = time.Duration(quiet) * time.Millisecond
	return row, true, nil
}

// Touch implements [session.Store].
func (s *Sessions) Touch(ctx context.Context, hash string, idle time.Duration) error {
	_, err := s.exec(ctx, `UPDATE sessions AS s SET last_seen_at = `+sqlNow+` WHERE `+alive,
		sql.Named("hash", hash), sql.Named("idle", idle.Milliseconds()), s.store.clock())
	if err != nil {
		return fmt.Errorf("store: touch session: %w", err)
	}
	return nil
}

// End implements [session.Store].
func (s *Sessions) End(ctx context.Context, hash string) error {
	err := s.transact(ctx, func(ctx context.Context, tx transaction) error {
		return end(ctx, tx, hash)
	})
	if err != nil {
		return fmt.Errorf("store: end session: %w", err)
	}
	return nil
}

// Sweep implements [session.Store].
func (s *Sessions) Sweep(ctx context.Context, idle time.Duration, limit int) (int, error) {
	// An ended row stays until its absolute end: it is what keeps its hash from coming back.
	result, err := s.exec(ctx, `
		DELETE FROM sessions WHERE token_hash IN (
			SELECT token_hash FROM sessions
			WHERE expires_at <= `+sqlNow+` OR (NOT dead AND last_seen_at <= `+sqlNow+` - @idle) LIMIT @limit)`,
		sql.Named("limit", limit), sql.Named("idle", idle.Milliseconds()), s.store.clock())
	if err != nil {
		return 0, fmt.Errorf("store: sweep sessions: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// end leaves a dead row behind, so that the hash cannot be inserted again.
func end(ctx context.Context, tx transaction, hash string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE sessions SET dead = TRUE, data = @none WHERE token_hash = @hash`,
		sql.Named("hash", hash), sql.Named("none", []byte{})); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM credentials WHERE token_hash = @hash`, sql.Named("hash", hash))
	return err
}

func (s *Sessions) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, s.store.SessionTimeout)
	defer cancel()
	return s.store.write.ExecContext(ctx, query, args...)
}

// transact runs work in one transaction, under one deadline.
func (s *Sessions) transact(ctx context.Context, work func(context.Context, transaction) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.store.SessionTimeout)
	defer cancel()
	return s.store.write.transact(ctx, work)
}

func (s *Sessions) findRow(ctx context.Context, args ...any) *sql.Row {
	if s.store.findSession != nil {
		return s.store.findSession.QueryRowContext(ctx, args...)
	}
	return s.store.read.QueryRowContext(ctx, findSession, args...)
}

func moment(milliseconds int64) time.Time {
	return time.UnixMilli(milliseconds).UTC()
}

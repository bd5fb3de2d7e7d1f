package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
)

// findSession is what every page asks.
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
		created, expires, err := s.replace(ctx, tx, n)
		if err != nil {
			return err
		}
		// A plain INSERT: a hash that was used before, alive or dead, is refused.
		err = tx.QueryRowContext(ctx, `
			INSERT INTO sessions (token_hash, data, created_at, last_seen_at, expires_at, id, account, name, device, address)
			VALUES (@hash, @data, coalesce(CAST(@created AS BIGINT), `+sqlNow+`), `+sqlNow+`, coalesce(CAST(@expires AS BIGINT), `+sqlNow+` + @lifetime),
				@id, @account, @name, @device, @address)
			RETURNING created_at, expires_at`,
			sql.Named("hash", n.Hash), sql.Named("data", n.Data), sql.Named("created", created), sql.Named("expires", expires),
			sql.Named("lifetime", n.Lifetime.Milliseconds()), sql.Named("id", n.By.ID), sql.Named("account", n.By.Account), sql.Named("name", n.Name),
			sql.Named("device", n.By.Device), sql.Named("address", n.By.Address), s.store.clock(),
		).Scan(&created, &expires)
		if err != nil {
			return err
		}
		row.CreatedAt, row.ExpiresAt = moment(created.Int64), moment(expires.Int64)
		if err := credentials(ctx, tx, n); err != nil {
			return err
		}
		return s.thin(ctx, tx, n)
	})
	if err != nil {
		return session.Row{}, fmt.Errorf("store: create session: %w", err)
	}
	return row, nil
}

// replace ends the session that a new one takes the place of. When it is renewed, its beginning and end are returned.
func (s *Sessions) replace(ctx context.Context, tx transaction, n session.NewRow) (created, expires sql.NullInt64, err error) {
	if n.Replaces == "" {
		return created, expires, nil
	}
	if err := tx.alone(ctx, endings); err != nil {
		return created, expires, err
	}
	if n.Renews {
		err := tx.QueryRowContext(ctx, `UPDATE sessions AS s SET renewed_as = @next WHERE `+alive+` RETURNING created_at, expires_at`,
			sql.Named("next", n.Hash), sql.Named("hash", n.Replaces), sql.Named("idle", n.Idle.Milliseconds()), s.store.clock(),
		).Scan(&created, &expires)
		if errors.Is(err, sql.ErrNoRows) {
			err = session.ErrNone
		}
		if err != nil {
			return created, expires, err
		}
	}
	_, err = end(ctx, tx, `@hash`, sql.Named("hash", n.Replaces))
	return created, expires, err
}

// credentials stores the sealed tokens of a new session.
func credentials(ctx context.Context, tx transaction, n session.NewRow) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO credentials (token_hash, sealed) VALUES (@hash, @sealed)`,
		sql.Named("hash", n.Hash), sql.Named("sealed", n.Sealed))
	for _, h := range n.Held {
		if err != nil {
			break
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO session_accounts (token_hash, account, name, sealed) VALUES (@hash, @account, @name, @sealed)`,
			sql.Named("hash", n.Hash), sql.Named("account", h.Account), sql.Named("name", h.Name), sql.Named("sealed", h.Sealed))
	}
	return err
}

// thin ends the oldest sessions of an account that has too many.
func (s *Sessions) thin(ctx context.Context, tx transaction, n session.NewRow) error {
	if n.Most == 0 || n.By.Account == "" {
		return nil
	}
	const beyond = `SELECT token_hash FROM sessions WHERE account = @account AND NOT dead AND expires_at > ` + sqlNow + ` AND token_hash <> @hash
		ORDER BY created_at DESC, token_hash LIMIT 1000 OFFSET @most`
	args := func() []any {
		return []any{sql.Named("account", n.By.Account), sql.Named("hash", n.Hash), sql.Named("most", n.Most-1), s.store.clock()}
	}
	var many bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (`+beyond+`)`, args()...).Scan(&many); err != nil || !many {
		return err
	}
	if err := tx.alone(ctx, endings); err != nil {
		return err
	}
	_, err := end(ctx, tx, beyond, args()...)
	return err
}

// Find implements [session.Store].
func (s *Sessions) Find(ctx context.Context, hash string, idle time.Duration) (session.Row, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.store.SessionTimeout)
	defer cancel()
	var row session.Row
	var created, expires, quiet int64
	err := s.store.read.QueryRowContext(ctx, findSession, sql.Named("hash", hash), sql.Named("idle", idle.Milliseconds()), s.store.clock()).Scan(&row.Data, &row.Sealed, &created, &expires, &quiet)
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
func (s *Sessions) Touch(ctx context.Context, hash string, idle time.Duration, by session.Trace) error {
	_, err := s.exec(ctx, `UPDATE sessions AS s SET last_seen_at = `+sqlNow+`, id = @id, account = @account, device = @device, address = @address
		WHERE `+alive,
		sql.Named("hash", hash), sql.Named("idle", idle.Milliseconds()), sql.Named("id", by.ID), sql.Named("account", by.Account),
		sql.Named("device", by.Device), sql.Named("address", by.Address), s.store.clock())
	if err != nil {
		return fmt.Errorf("store: touch session: %w", err)
	}
	return nil
}

// End implements [session.Store].
func (s *Sessions) End(ctx context.Context, hash string) error {
	err := s.transact(ctx, func(ctx context.Context, tx transaction) error {
		if err := tx.alone(ctx, endings); err != nil {
			return err
		}
		_, err := end(ctx, tx, `@hash`, sql.Named("hash", hash))
		return err
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

// endings is what a transaction is alone with that ends sessions, or goes on with one under another id: the one must see what
// the other did.
const endings = "sessions end"

// end leaves dead rows behind, so that their hashes cannot be inserted again, and returns how many were alive. which selects the
// hashes; the sessions that renewed them end as well.
func end(ctx context.Context, tx transaction, which string, args ...any) (int, error) {
	const line = `WITH RECURSIVE line(hash) AS (
		SELECT token_hash FROM sessions WHERE token_hash IN (%s)
		UNION SELECT s.renewed_as FROM sessions s JOIN line ON s.token_hash = line.hash WHERE s.renewed_as <> '')
		UPDATE sessions SET dead = TRUE, data = @none WHERE NOT dead AND token_hash IN (SELECT hash FROM line)`
	result, err := tx.ExecContext(ctx, fmt.Sprintf(line, which), append(args, sql.Named("none", []byte{}))...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	for _, table := range []string{"credentials", "session_accounts"} {
		if err == nil && n > 0 {
			_, err = tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE token_hash IN (SELECT token_hash FROM sessions WHERE dead)`)
		}
	}
	return int(n), err
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

func moment(milliseconds int64) time.Time {
	return time.UnixMilli(milliseconds).UTC()
}

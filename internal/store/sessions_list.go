package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
)

const maxListed = 1000

// means holds for the row s of a session that works as the account @account or holds it; its start will do.
const means = `(substr(s.account, 1, length(@account)) = @account OR EXISTS (
	SELECT 1 FROM session_accounts a WHERE a.token_hash = s.token_hash AND substr(a.account, 1, length(@account)) = @account))`

// Held implements [session.Store].
func (s *Sessions) Held(ctx context.Context, hash string, idle time.Duration) (list []session.Held, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.store.SessionTimeout)
	defer cancel()
	rows, err := s.store.read.QueryContext(ctx, `
		SELECT a.account, a.name, a.sealed FROM sessions s JOIN session_accounts a USING (token_hash) WHERE `+alive+` ORDER BY a.account`,
		sql.Named("hash", hash), sql.Named("idle", idle.Milliseconds()), s.store.clock())
	if err != nil {
		return nil, fmt.Errorf("store: accounts of a session: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var h session.Held
		if err := rows.Scan(&h.Account, &h.Name, &h.Sealed); err != nil {
			return nil, fmt.Errorf("store: accounts of a session: %w", err)
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

// List implements [session.Store].
func (s *Sessions) List(ctx context.Context, account string, idle time.Duration) (list []session.Listed, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.store.SessionTimeout)
	defer cancel()
	rows, err := s.store.read.QueryContext(ctx, `
		SELECT s.id, s.account, s.device, s.address, s.created_at, s.last_seen_at, s.expires_at,
			CASE WHEN substr(s.account, 1, length(@account)) = @account THEN s.name ELSE coalesce((
				SELECT min(a.name) FROM session_accounts a WHERE a.token_hash = s.token_hash AND substr(a.account, 1, length(@account)) = @account), '') END,
			(SELECT count(*) FROM session_accounts a WHERE a.token_hash = s.token_hash)
		FROM sessions s
		WHERE NOT s.dead AND s.expires_at > `+sqlNow+` AND s.last_seen_at > `+sqlNow+` - @idle AND `+means+`
		ORDER BY s.last_seen_at DESC, s.token_hash LIMIT @most`,
		sql.Named("account", account), sql.Named("idle", idle.Milliseconds()), sql.Named("most", maxListed), s.store.clock())
	if err != nil {
		return nil, fmt.Errorf("store: list sessions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var l session.Listed
		var created, seen, expires int64
		if err := rows.Scan(&l.ID, &l.Account, &l.Device, &l.Address, &created, &seen, &expires, &l.Name, &l.Held); err != nil {
			return nil, fmt.Errorf("store: list sessions: %w", err)
		}
		l.SignedInAt, l.LastSeenAt, l.ExpiresAt = moment(created), moment(seen), moment(expires)
		list = append(list, l)
	}
	return list, rows.Err()
}

// EndAll implements [session.Store].
func (s *Sessions) EndAll(ctx context.Context, w session.Which) (n int, err error) {
	err = s.transact(ctx, func(ctx context.Context, tx transaction) error {
		if err := tx.alone(ctx, endings); err != nil {
			return err
		}
		n, err = end(ctx, tx, `SELECT s.token_hash FROM sessions s WHERE NOT s.dead AND `+means+` AND (@id = '' OR s.id = @id) AND (@except = '' OR s.id <> @except)`,
			sql.Named("account", w.Account), sql.Named("id", w.ID), sql.Named("except", w.Except))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: end sessions: %w", err)
	}
	return n, nil
}

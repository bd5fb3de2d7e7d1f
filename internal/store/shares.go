package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/shares"
)

// Shares is the part of a [Store] that keeps share links. What it stores as a copy it cannot read.
type Shares struct {
	store *Store
}

var _ shares.Store = (*Shares)(nil)

// Shares returns the share links in s.
func (s *Store) Shares() *Shares {
	return &Shares{store: s}
}

// liveShare is whether a link works: what a row needs to be seen, and to be counted once more.
const (
	openShare = `revoked_at IS NULL AND expires_at > ` + sqlNow + ` AND content IS NOT NULL`
	liveShare = openShare + ` AND (view_limit = 0 OR views < view_limit)`
)

// AddShare implements [shares.Store].
func (v *Shares) AddShare(ctx context.Context, r shares.Row, room int) error {
	n, err := v.change(ctx, "add a share link", r.Account, `
		INSERT INTO shares (id, account, form_key, secret_hash, deployment, name, parts, person, note, content, created_at, expires_at, view_limit)
		SELECT @id, @account, @key, @hash, @deployment, @name, @parts, @person, @note, @content, `+sqlNow+`, `+sqlNow+` + @lifetime, @limit
		WHERE (SELECT count(*) FROM shares WHERE account = @account AND `+liveShare+`) < @room
		ON CONFLICT (account, form_key) DO NOTHING`,
		sql.Named("id", r.ID), sql.Named("account", r.Account), sql.Named("key", r.Key), sql.Named("hash", r.Hash),
		sql.Named("deployment", r.Deployment), sql.Named("name", r.Name), sql.Named("parts", r.Parts.String()), sql.Named("person", r.Person),
		sql.Named("note", r.Note), sql.Named("content", r.Content), sql.Named("lifetime", r.Lifetime.Milliseconds()),
		sql.Named("limit", r.Limit), sql.Named("room", room), v.store.clock())
	if err != nil || n == 1 {
		return err
	}
	repeated, err := v.exists(ctx, `account = @account AND form_key = @key`, sql.Named("account", r.Account), sql.Named("key", r.Key))
	if err == nil && repeated {
		return shares.ErrRepeated
	}
	return errors.Join(err, shares.ErrFull)
}

// Shares implements [shares.Store].
func (v *Shares) Shares(ctx context.Context, account string, limit int) (out []shares.Share, err error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	rows, err := v.store.read.QueryContext(ctx, `
		SELECT id, deployment, name, parts, person, note, created_at, expires_at, view_limit, views, last_seen_at,
			CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= `+sqlNow+` THEN 'expired'
				WHEN view_limit > 0 AND views >= view_limit THEN 'used up' ELSE 'live' END
		FROM shares WHERE account = @account ORDER BY created_at DESC, id LIMIT @limit`,
		sql.Named("account", account), sql.Named("limit", limit), v.store.clock())
	if err != nil {
		return nil, fmt.Errorf("store: list share links: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s shares.Share
		var parts string
		var created, expires, seen int64
		if err := rows.Scan(&s.ID, &s.Deployment, &s.Name, &parts, &s.Person, &s.Note, &created, &expires, &s.Limit, &s.Views, &seen, &s.State); err != nil {
			return nil, fmt.Errorf("store: list share links: %w", err)
		}
		s.Parts, s.CreatedAt, s.ExpiresAt = shares.ParseParts(parts), time.UnixMilli(created), time.UnixMilli(expires)
		if seen > 0 {
			s.LastSeenAt = time.UnixMilli(seen)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// RevokeShare implements [shares.Store].
func (v *Shares) RevokeShare(ctx context.Context, account, id string) error {
	n, err := v.change(ctx, "revoke a share link", account, `
		UPDATE shares SET revoked_at = `+sqlNow+`, content = NULL
		WHERE id = @id AND account = @account AND revoked_at IS NULL AND expires_at > `+sqlNow,
		sql.Named("id", id), sql.Named("account", account), v.store.clock())
	if err != nil || n == 1 {
		return err
	}
	there, err := v.exists(ctx, `id = @id AND account = @account`, sql.Named("id", id), sql.Named("account", account))
	if err == nil && !there {
		return shares.ErrNone
	}
	return err
}

// RevokeShares implements [shares.Store].
func (v *Shares) RevokeShares(ctx context.Context, account string) (int64, error) {
	return v.change(ctx, "revoke share links", account, `
		UPDATE shares SET revoked_at = `+sqlNow+`, content = NULL WHERE account = @account AND revoked_at IS NULL AND expires_at > `+sqlNow,
		sql.Named("account", account), v.store.clock())
}

// HashOf implements [shares.Store].
func (v *Shares) HashOf(ctx context.Context, id string) (hash string, err error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	err = v.store.read.QueryRowContext(ctx, `SELECT secret_hash FROM shares WHERE id = @id`, sql.Named("id", id)).Scan(&hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("store: find a share link: %w", err)
	}
	return hash, nil
}

// CountView implements [shares.Store].
func (v *Shares) CountView(ctx context.Context, id, hash string) (f shares.Frozen, found bool, err error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	err = v.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		// One statement, so that of many at once no more are counted than the limit allows (SR-48).
		f, found, err = frozen("count a view", tx.QueryRowContext(ctx, `
			UPDATE shares SET views = views + 1, last_seen_at = `+sqlNow+` WHERE id = @id AND secret_hash = @hash AND `+liveShare+`
			RETURNING secret_hash, NULL, expires_at, `+sqlNow,
			sql.Named("id", id), sql.Named("hash", hash), v.store.clock()))
		if err != nil || !found {
			return err
		}
		e := journal.Event{ID: strings.ToLower(rand.Text()), Kind: journal.ShareSeen, Words: "For the first time.", Once: "seen:" + id}
		err = tx.QueryRowContext(ctx, `SELECT account, deployment, name FROM shares WHERE id = @id`, sql.Named("id", id)).Scan(&e.Account, &e.Deployment, &e.Name)
		if err == nil {
			_, err = tx.tell(ctx, e, v.store.clock())
		}
		return err
	})
	return f, found && err == nil, err
}

// Frozen implements [shares.Store].
func (v *Shares) Frozen(ctx context.Context, id string) (shares.Frozen, bool, error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	return frozen("read a shared copy", v.store.read.QueryRowContext(ctx, `
		SELECT secret_hash, content, expires_at, `+sqlNow+` FROM shares WHERE id = @id AND `+openShare,
		sql.Named("id", id), v.store.clock()))
}

func frozen(what string, row *sql.Row) (f shares.Frozen, found bool, err error) {
	var expires, now int64
	err = row.Scan(&f.Hash, &f.Content, &expires, &now)
	if errors.Is(err, sql.ErrNoRows) {
		return shares.Frozen{}, false, nil
	}
	if err != nil {
		return shares.Frozen{}, false, fmt.Errorf("store: %s: %w", what, err)
	}
	f.Now, f.ExpiresAt = time.UnixMilli(now), time.UnixMilli(expires)
	return f, true, nil
}

// SweepShares implements [shares.Store].
func (v *Shares) SweepShares(ctx context.Context, keep time.Duration, limit int) (int, error) {
	dropped, failed := v.sweep(ctx, "drop shared copies", `UPDATE shares SET content = NULL WHERE id IN (
		SELECT id FROM shares WHERE content IS NOT NULL AND (expires_at <= `+sqlNow+` OR revoked_at IS NOT NULL) ORDER BY expires_at LIMIT @limit)`,
		sql.Named("limit", limit), v.store.clock())
	forgotten, err := v.sweep(ctx, "forget share links", `DELETE FROM shares WHERE id IN (
		SELECT id FROM shares WHERE expires_at <= `+sqlNow+` - @keep OR revoked_at <= `+sqlNow+` - @keep ORDER BY expires_at LIMIT @limit)`,
		sql.Named("limit", limit), sql.Named("keep", keep.Milliseconds()), v.store.clock())
	return dropped + forgotten, errors.Join(failed, err)
}

func (v *Shares) sweep(ctx context.Context, what, query string, args ...any) (int, error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	result, err := v.store.write.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("store: %s: %w", what, err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// change runs a statement about an account's links; those of an account come one after another, so that a link made while all
// are revoked is either revoked or made after.
func (v *Shares) change(ctx context.Context, what, account, query string, args ...any) (n int64, err error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	err = v.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		if err := tx.alone(ctx, "shares:"+account); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: %s: %w", what, err)
	}
	return n, nil
}

func (v *Shares) exists(ctx context.Context, where string, args ...any) (found bool, err error) {
	ctx, cancel := v.deadline(ctx)
	defer cancel()
	err = v.store.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM shares WHERE `+where+`)`, args...).Scan(&found)
	if err != nil {
		return false, fmt.Errorf("store: look for a share link: %w", err)
	}
	return found, nil
}

// deadline is that of a write: nobody is told that a link is revoked before it is.
func (v *Shares) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, v.store.JournalTimeout)
}

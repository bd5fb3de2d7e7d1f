package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// Journal is the part of a [Store] that keeps the record of every write, the leases and the locks.
type Journal struct {
	store *Store
}

var _ journal.Store = (*Journal)(nil)

// Journal returns the journal in s.
func (s *Store) Journal() *Journal {
	return &Journal{store: s}
}

const entryColumns = `id, account, session, person, form_key, digest, action, deployment, name, version, changes, request,
	asked_at, state, settled, got, message, ended_at, reason`

// Begin implements [journal.Store].
func (j *Journal) Begin(ctx context.Context, e journal.Entry) (journal.Entry, bool, error) {
	changes, err := json.Marshal(e.Changes)
	if err != nil {
		return journal.Entry{}, false, fmt.Errorf("store: begin a write: %w", err)
	}
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	// The key decides inside one statement, so that of many processes one wins.
	row := j.store.write.QueryRowContext(ctx, `
		INSERT INTO writes (id, account, session, person, form_key, digest, action, deployment, name, version, changes, request, reason, asked_at, state)
		VALUES (@id, @account, @session, @person, @key, @digest, @action, @deployment, @name, @version, @changes, @request, @reason, `+sqlNow+`, 'open')
		ON CONFLICT (account, form_key) WHERE form_key <> '' DO NOTHING
		RETURNING `+entryColumns,
		sql.Named("id", e.ID), sql.Named("account", e.Account), sql.Named("session", e.Session), sql.Named("person", e.Person),
		sql.Named("key", e.Key), sql.Named("digest", e.Digest), sql.Named("action", string(e.Action)), sql.Named("deployment", e.Deployment),
		sql.Named("name", e.Name), sql.Named("version", e.Version), sql.Named("changes", string(changes)), sql.Named("request", e.Request),
		sql.Named("reason", e.Reason), j.store.clock())
	begun, err := scanEntry(row)
	if err == nil {
		return begun, true, nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		earlier, found, err := j.ByKey(ctx, e.Account, e.Key)
		if err == nil && !found {
			err = errors.New("the earlier write with this key is gone")
		}
		return earlier, false, err
	}
	return journal.Entry{}, false, fmt.Errorf("store: begin a write: %w", err)
}

// End implements [journal.Store]. Whoever is told of it is put down in the same transaction.
func (j *Journal) End(ctx context.Context, id string, o journal.Outcome) error {
	got, err := json.Marshal(o.Got)
	if err != nil {
		return fmt.Errorf("store: end a write: %w", err)
	}
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	err = j.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		e, err := scanEntry(tx.QueryRowContext(ctx, `
			UPDATE writes SET state = @state, settled = @settled, got = @got, message = @message, ended_at = `+sqlNow+`,
				deployment = CASE WHEN @deployment = '' THEN deployment ELSE @deployment END
			WHERE id = @id AND state IN ('open', 'unknown') RETURNING `+entryColumns,
			sql.Named("id", id), sql.Named("state", string(o.State)), sql.Named("settled", o.Settled), sql.Named("got", string(got)),
			sql.Named("message", o.Message), sql.Named("deployment", o.Deployment), j.store.clock()))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.notify(ctx, e.Account, id, string(e.State), webhooks.KindsOfWrite(e.Action, e.State, e.Changes), j.store.clock())
	})
	if err != nil {
		return fmt.Errorf("store: end a write: %w", err)
	}
	return nil
}

// log records what is done in this very transaction, and puts down whoever is told of it.
func (t transaction) log(ctx context.Context, e journal.Entry, clock sql.NamedArg) error {
	changes, err := json.Marshal(e.Changes)
	if err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, `
		INSERT INTO writes (id, account, session, person, form_key, digest, action, deployment, name, version, changes, request, asked_at, state, ended_at)
		VALUES (@id, @account, @session, @person, '', '', @action, @deployment, @name, '', @changes, @request, `+sqlNow+`, 'done', `+sqlNow+`)`,
		sql.Named("id", e.ID), sql.Named("account", e.Account), sql.Named("session", e.Session), sql.Named("person", e.Person),
		sql.Named("action", string(e.Action)), sql.Named("deployment", e.Deployment), sql.Named("name", e.Name),
		sql.Named("changes", string(changes)), sql.Named("request", e.Request), clock)
	if err != nil {
		return err
	}
	return t.notify(ctx, e.Account, e.ID, string(journal.Done), webhooks.KindsOfWrite(e.Action, journal.Done, e.Changes), clock)
}

// ByKey implements [journal.Store].
func (j *Journal) ByKey(ctx context.Context, account, key string) (journal.Entry, bool, error) {
	if key == "" {
		return journal.Entry{}, false, journal.ErrKeyless
	}
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	e, err := scanEntry(j.store.read.QueryRowContext(ctx,
		`SELECT `+entryColumns+` FROM writes WHERE account = @account AND form_key = @key AND form_key <> ''`,
		sql.Named("account", account), sql.Named("key", key)))
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Entry{}, false, nil
	}
	if err != nil {
		return journal.Entry{}, false, fmt.Errorf("store: find a write: %w", err)
	}
	return e, true, nil
}

// Unsettled implements [journal.Store].
func (j *Journal) Unsettled(ctx context.Context, account string, quiet time.Duration, limit int) ([]journal.Entry, error) {
	return j.list(ctx, `WHERE account = @account AND state IN ('open', 'unknown')
			AND (state = 'unknown' OR asked_at <= `+sqlNow+` - @quiet)
		ORDER BY asked_at, id LIMIT @limit`,
		sql.Named("account", account), sql.Named("quiet", quiet.Milliseconds()), sql.Named("limit", limit), j.store.clock())
}

// Of implements [journal.Store].
func (j *Journal) Of(ctx context.Context, account, deployment string, limit int) ([]journal.Entry, error) {
	return j.list(ctx, `WHERE account = @account AND deployment = @deployment ORDER BY asked_at DESC, id DESC LIMIT @limit`,
		sql.Named("account", account), sql.Named("deployment", deployment), sql.Named("limit", limit))
}

func (j *Journal) list(ctx context.Context, where string, args ...any) (_ []journal.Entry, err error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	rows, err := j.store.read.QueryContext(ctx, `SELECT `+entryColumns+` FROM writes `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("store: list writes: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []journal.Entry
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return nil, fmt.Errorf("store: list writes: %w", err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

func scanEntry(row interface{ Scan(dest ...any) error }) (journal.Entry, error) {
	var e journal.Entry
	var action, state, changes, got string
	var asked int64
	var ended sql.NullInt64
	err := row.Scan(&e.ID, &e.Account, &e.Session, &e.Person, &e.Key, &e.Digest, &action, &e.Deployment, &e.Name, &e.Version, &changes, &e.Request,
		&asked, &state, &e.Settled, &got, &e.Message, &ended, &e.Reason)
	if err != nil {
		return journal.Entry{}, err
	}
	e.Action, e.State, e.AskedAt = journal.Action(action), journal.State(state), moment(asked)
	e.Outcome.Deployment = e.Deployment
	if ended.Valid {
		e.EndedAt = moment(ended.Int64)
	}
	return e, errors.Join(json.Unmarshal([]byte(changes), &e.Changes), json.Unmarshal([]byte(got), &e.Got))
}

// Lease implements [journal.Store].
func (j *Journal) Lease(ctx context.Context, deployment, holder string, d time.Duration) (bool, error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	result, err := j.store.write.ExecContext(ctx, `
		INSERT INTO leases (deployment, holder, expires_at) VALUES (@deployment, @holder, `+sqlNow+` + @for)
		ON CONFLICT (deployment) DO UPDATE SET holder = @holder, expires_at = excluded.expires_at
			WHERE leases.holder = @holder OR leases.expires_at <= `+sqlNow,
		sql.Named("deployment", deployment), sql.Named("holder", holder), sql.Named("for", d.Milliseconds()), j.store.clock())
	if err != nil {
		return false, fmt.Errorf("store: lease: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// Release implements [journal.Store].
func (j *Journal) Release(ctx context.Context, deployment, holder string) error {
	return j.exec(ctx, "release a lease", `DELETE FROM leases WHERE deployment = @deployment AND holder = @holder`,
		sql.Named("deployment", deployment), sql.Named("holder", holder))
}

// Lock implements [journal.Store].
func (j *Journal) Lock(ctx context.Context, account, deployment string, l journal.Lock) error {
	return j.exec(ctx, "lock", `
		INSERT INTO locks (account, deployment, reason, person, locked_at) VALUES (@account, @deployment, @reason, @person, `+sqlNow+`)
		ON CONFLICT (account, deployment) DO UPDATE SET reason = @reason, person = @person, locked_at = excluded.locked_at`,
		sql.Named("account", account), sql.Named("deployment", deployment), sql.Named("reason", l.Reason), sql.Named("person", l.Person), j.store.clock())
}

// Unlock implements [journal.Store].
func (j *Journal) Unlock(ctx context.Context, account, deployment string) error {
	return j.exec(ctx, "unlock", `DELETE FROM locks WHERE account = @account AND deployment = @deployment`,
		sql.Named("account", account), sql.Named("deployment", deployment))
}

// LockOf implements [journal.Store].
func (j *Journal) LockOf(ctx context.Context, account, deployment string) (journal.Lock, bool, error) {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	var l journal.Lock
	var at int64
	err := j.store.read.QueryRowContext(ctx, `SELECT reason, person, locked_at FROM locks WHERE account = @account AND deployment = @deployment`,
		sql.Named("account", account), sql.Named("deployment", deployment)).Scan(&l.Reason, &l.Person, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Lock{}, false, nil
	}
	if err != nil {
		return journal.Lock{}, false, fmt.Errorf("store: find a lock: %w", err)
	}
	l.At = moment(at)
	return l, true, nil
}

func (j *Journal) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, j.store.JournalTimeout)
}

func (j *Journal) exec(ctx context.Context, what, query string, args ...any) error {
	ctx, cancel := j.deadline(ctx)
	defer cancel()
	if _, err := j.store.write.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}

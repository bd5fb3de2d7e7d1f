package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/notes"
)

// Notes is the part of a [Store] that keeps what a team says about its deployments.
type Notes struct {
	store *Store
}

var _ notes.Store = (*Notes)(nil)

// Notes returns the notes in s.
func (s *Store) Notes() *Notes { return &Notes{store: s} }

const noteColumns = `deployment, text, owner, tags, version, person, changed_at`

// Notes implements [notes.Store].
func (n *Notes) Notes(ctx context.Context, account string) (out []notes.Note, err error) {
	ctx, cancel := context.WithTimeout(ctx, n.store.SessionTimeout) // every list waits for it
	defer cancel()
	rows, err := n.store.read.QueryContext(ctx, `
		SELECT deployment, text, owner, tags, version, person, changed_at, '' AS locked FROM notes WHERE account = @account
		UNION ALL SELECT deployment, '', '', '[]', 0, '', 0, reason FROM locks WHERE account = @account`, sql.Named("account", account))
	if err != nil {
		return nil, fmt.Errorf("store: list notes: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	at := map[string]int{}
	for rows.Next() {
		var lock string
		note, err := scanNote(rows, &lock)
		if err != nil {
			return nil, fmt.Errorf("store: list notes: %w", err)
		}
		if i, ok := at[note.Deployment]; ok && lock != "" {
			out[i].Lock = lock
			continue
		}
		note.Lock, at[note.Deployment] = lock, len(out)
		out = append(out, note)
	}
	return out, rows.Err()
}

// NoteOf implements [notes.Store].
func (n *Notes) NoteOf(ctx context.Context, account, deployment string) (notes.Note, error) {
	ctx, cancel := context.WithTimeout(ctx, n.store.JournalTimeout)
	defer cancel()
	note, err := scanNote(n.store.read.QueryRowContext(ctx, `SELECT `+noteColumns+` FROM notes WHERE account = @account AND deployment = @deployment`,
		sql.Named("account", account), sql.Named("deployment", deployment)))
	if errors.Is(err, sql.ErrNoRows) {
		return notes.Note{Deployment: deployment}, nil
	}
	if err != nil {
		return notes.Note{}, fmt.Errorf("store: find a note: %w", err)
	}
	return note, nil
}

// SaveNote implements [notes.Store].
func (n *Notes) SaveNote(ctx context.Context, account string, note notes.Note, e journal.Entry) (int64, error) {
	tags, err := json.Marshal(note.Tags)
	if err != nil {
		return 0, fmt.Errorf("store: save a note: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, n.store.JournalTimeout)
	defer cancel()
	var version int64
	e.Account = account
	err = n.store.write.transact(ctx, func(ctx context.Context, tx transaction) error {
		// The version decides inside one statement, so that of two who save at once one is told.
		err := tx.QueryRowContext(ctx, `
			INSERT INTO notes (account, deployment, text, owner, tags, version, person, changed_at)
			VALUES (@account, @deployment, @text, @owner, @tags, @version + 1, @person, `+sqlNow+`)
			ON CONFLICT (account, deployment) DO UPDATE SET text = excluded.text, owner = excluded.owner, tags = excluded.tags,
				version = excluded.version, person = excluded.person, changed_at = excluded.changed_at WHERE notes.version = @version
			RETURNING version`,
			sql.Named("account", account), sql.Named("deployment", note.Deployment), sql.Named("text", note.Text), sql.Named("owner", note.Owner),
			sql.Named("tags", string(tags)), sql.Named("version", note.Version), sql.Named("person", note.Person), n.store.clock()).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return notes.ErrConflict
		}
		if err != nil {
			return err
		}
		return tx.log(ctx, e, n.store.clock())
	})
	if err != nil && !errors.Is(err, notes.ErrConflict) {
		err = fmt.Errorf("store: save a note: %w", err)
	}
	return version, err
}

func scanNote(row interface{ Scan(dest ...any) error }, more ...any) (notes.Note, error) {
	var n notes.Note
	var tags string
	var at int64
	if err := row.Scan(append([]any{&n.Deployment, &n.Text, &n.Owner, &tags, &n.Version, &n.Person, &at}, more...)...); err != nil {
		return notes.Note{}, err
	}
	n.At = moment(at)
	return n, json.Unmarshal([]byte(tags), &n.Tags)
}

// Package store keeps what must outlive the process: sessions with the sealed tokens
// that belong to them, the journal of writes, and saved views. It knows SQL and nothing of HTTP, cookies or keys: what it
// stores as a token it cannot read.
//
// Every query has a deadline, every time is the database's own, and every change
// that belongs together is one transaction. The suite in storetest says what any
// database behind this package must do.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

const (
	pingTimeout    = 2 * time.Second
	sessionTimeout = 500 * time.Millisecond
	journalTimeout = 3 * time.Second
)

// Store is one open database. It is safe for concurrent use.
type Store struct {
	// SessionTimeout bounds every query about sessions, since each page waits for
	// one: 500 ms unless changed before the store is used.
	SessionTimeout time.Duration
	// JournalTimeout bounds every query of the journal, which a write waits for: 3 s
	// unless changed before the store is used.
	JournalTimeout time.Duration

	write       *sql.DB // one connection: SQLite has one writer
	read        *sql.DB // refuses to write; the same as write for a database in memory
	findSession *sql.Stmt
	version     int64 // of the newest migration this program knows
	shift       atomic.Int64
}

// Open opens the database of url, makes it when it is not there, and brings its
// tables up to date. The url is "sqlite:PATH", where PATH is taken as it stands, or
// "sqlite::memory:" for a database that is gone after Close. A new file is readable
// and writable by its owner only. One process at a time may open a file that has
// migrations to run.
func Open(ctx context.Context, url string) (*Store, error) {
	path, err := sqlitePath(url)
	if err != nil {
		return nil, err
	}
	s := &Store{SessionTimeout: sessionTimeout, JournalTimeout: journalTimeout}
	if s.write, s.read, err = openSQLite(path); err != nil {
		return nil, fmt.Errorf("store: open %s: %w", path, err)
	}
	if s.version, err = migrate(ctx, s.write); err != nil {
		return nil, errors.Join(fmt.Errorf("store: open %s: %w", path, err), s.Close())
	}
	if s.findSession, err = s.read.PrepareContext(ctx, findSession); err != nil {
		return nil, errors.Join(fmt.Errorf("store: open %s: %w", path, err), s.Close())
	}
	return s, nil
}

// Close closes the database. Whatever still runs on it fails.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.Close())
}

// Ping reports whether the database answers and has every table this program needs.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	version, err := appliedVersion(ctx, s.read)
	if err != nil {
		return fmt.Errorf("store: ping: %w", err)
	}
	if version < s.version {
		return fmt.Errorf("store: ping: the tables are at version %d, want %d", version, s.version)
	}
	return nil
}

// ShiftClock moves the database's clock, as this Store sees it, by d. It is for
// tests of limits in time; nothing else calls it.
func (s *Store) ShiftClock(d time.Duration) {
	s.shift.Add(d.Milliseconds())
}

// clock is the argument @shift of every query that uses sqlNow.
func (s *Store) clock() sql.NamedArg {
	return sql.Named("shift", s.shift.Load())
}

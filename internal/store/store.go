// Package store keeps what must outlive the process: sessions with the sealed tokens
// that belong to them, the journal of writes, notes, and saved views. It knows SQL and nothing of HTTP, cookies or keys: what it
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
	"sync"
	"sync/atomic"
	"time"
)

const (
	pingTimeout    = 2 * time.Second
	sessionTimeout = 500 * time.Millisecond
	journalTimeout = 3 * time.Second
	startPatience  = 5 * time.Second
)

// Store is one open database. It is safe for concurrent use.
type Store struct {
	// SessionTimeout bounds every query about sessions, since each page waits for
	// one: 500 ms unless changed before the store is used.
	SessionTimeout time.Duration
	// JournalTimeout bounds every query of the journal, which a write waits for: 3 s
	// unless changed before the store is used.
	JournalTimeout time.Duration

	write   pool  // SQLite has one writer, so one connection
	read    pool  // on a SQLite file one that refuses to write; otherwise the same as write
	version int64 // of the newest migration this program knows
	shift   atomic.Int64
}

// Open opens the database of url and brings its tables up to date; several processes may do so at once. The url is one of
//   - "sqlite:PATH", where PATH is taken as it stands; a file that is not there is made, for its owner only, and beside
//     it PATH.lock, which processes that start together wait for;
//   - "sqlite::memory:", for a database that is gone after Close;
//   - "postgres://user:password@host:port/database", with the parameters of libpq. Open waits some seconds for the
//     server to answer.
func Open(ctx context.Context, url string) (*Store, error) {
	s := &Store{SessionTimeout: sessionTimeout, JournalTimeout: journalTimeout}
	open := s.openSQLite
	if isPostgres(url) {
		open = s.openPostgres
	}
	if err := open(ctx, url); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) openSQLite(ctx context.Context, url string) error {
	path, err := sqlitePath(url)
	if err != nil {
		return err
	}
	write, read, err := openSQLite(path)
	if err != nil {
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	d := newSQLite()
	s.write, s.read = pool{DB: write, dialect: d}, pool{DB: read, dialect: d, prepared: new(sync.Map)}
	if s.version, err = migrateSQLite(ctx, write, path); err != nil {
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	return nil
}

func (s *Store) openPostgres(ctx context.Context, url string) error {
	db, err := openPostgres(url)
	if err != nil {
		return err
	}
	s.write = pool{DB: db, dialect: newPostgres()}
	s.read = s.write
	if err = reachable(ctx, db, startPatience); err == nil {
		s.version, err = migratePostgres(ctx, db)
	}
	if err != nil {
		return fmt.Errorf("store: open %s: %w", postgresName(url), inOneLine(err))
	}
	return nil
}

// Close closes the database. Whatever still runs on it fails.
func (s *Store) Close() error {
	var errs []error
	for _, p := range []pool{s.read, s.write} {
		if p.DB != nil {
			errs = append(errs, p.Close())
		}
	}
	return errors.Join(errs...)
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

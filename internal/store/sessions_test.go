package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestSessions_conformance(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		storetest.Sessions(t, func(t *testing.T) storetest.Backend { return backend(t, open) })
	})
}

func backend(t *testing.T, open opener) storetest.Backend {
	first, second := open(t)
	return backendOf(t, first, second)
}

func backendOf(t *testing.T, first, second *Store) storetest.Backend {
	return storetest.Backend{
		Sessions: first.Sessions(),
		Replica:  second.Sessions(),
		Shift: func(by time.Duration) {
			first.ShiftClock(by)
			if second != first {
				second.ShiftClock(by)
			}
		},
		Rows: func() (sessions, credentials int) {
			err := first.read.QueryRowContext(t.Context(),
				`SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM credentials)`).Scan(&sessions, &credentials)
			if err != nil {
				t.Fatal(err)
			}
			return sessions, credentials
		},
		Break: func() {
			for _, s := range []*Store{first, second} {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
		},
	}
}

// A dead row stays dead even when something gives it a credential again.
func TestSessions_deadWithCredential(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite::memory:")
	n := session.NewRow{Hash: "a", Data: []byte("d"), Sealed: []byte("s"), Lifetime: time.Hour}
	if _, err := s.Sessions().Create(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if err := s.Sessions().End(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(t.Context(), "INSERT INTO credentials VALUES ('a', x'00')"); err != nil {
		t.Fatal(err)
	}
	if _, found, err := s.Sessions().Find(t.Context(), "a", time.Hour); err != nil || found {
		t.Errorf("found %v, error %v", found, err)
	}
}

// A writer that is stuck delays the others by the session deadline, not by SQLite's
// own patience, and readers not at all.
func TestSessions_deadline(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	stuck, s := open(t, url), open(t, url)
	sessions := s.Sessions()
	if _, err := sessions.Create(t.Context(), session.NewRow{Hash: "a", Data: []byte{}, Sealed: []byte{}, Lifetime: time.Hour}); err != nil {
		t.Fatal(err)
	}
	tx, err := stuck.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}

	writes := map[string]func() error{
		"Create": func() error {
			_, err := sessions.Create(t.Context(), session.NewRow{Hash: "b"})
			return err
		},
		"Touch": func() error { return sessions.Touch(t.Context(), "a", time.Hour, session.Trace{}) },
		"End":   func() error { return sessions.End(t.Context(), "a") },
		"Sweep": func() error { _, err := sessions.Sweep(t.Context(), time.Hour, 1); return err },
	}
	s.SessionTimeout = 20 * time.Millisecond
	for name, write := range writes {
		if err := write(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s behind a stuck writer: error %v, want the deadline", name, err)
		}
	}
	s.SessionTimeout = patient
	if _, found, err := sessions.Find(t.Context(), "a", time.Hour); err != nil || !found {
		t.Errorf("Find behind a stuck writer: found %v, error %v", found, err)
	}

	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := sessions.End(t.Context(), "a"); err != nil {
		t.Errorf("after the writer moved on: %v", err)
	}
}

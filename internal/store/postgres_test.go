package store

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/session"
)

// TestOpen_atOnce: of processes that start together on a new database, all find it ready.
func TestOpen_atOnce(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(t *testing.T) string{
		"file":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") },
		"postgres": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := url(t)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					s, err := Open(t.Context(), url)
					if err != nil {
						t.Error(err)
						return
					}
					if err := errors.Join(s.Ping(t.Context()), s.Close()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		})
	}
}

// TestPostgres_gone: while the server is stopped every call fails soon, and when it is back everything works again (RR-23).
// What was kept before is there.
func TestPostgres_gone(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t, "")
	s := open(t, server.URL())
	keep(t, s)
	server.Stop()
	for name, call := range calls(s) {
		if err := call(t.Context()); err == nil {
			t.Errorf("%s without a server: no error", name)
		}
	}
	server.Begin()
	recovered(t, s)
}

// TestPostgres_frozen: a server that accepts and does not answer delays nobody beyond the deadlines (RR-24).
func TestPostgres_frozen(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t, "")
	s := open(t, server.URL())
	keep(t, s)
	s.SessionTimeout, s.JournalTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Pause()
	var wg sync.WaitGroup
	for range 2 * poolSize { // more than there are connections: waiting for one is bounded too
		for name, call := range calls(s) {
			wg.Go(func() {
				began := time.Now()
				if err := call(t.Context()); err == nil {
					t.Errorf("%s with a frozen server: no error", name)
				}
				if took := time.Since(began); took > patient/2 {
					t.Errorf("%s with a frozen server took %v", name, took)
				}
			})
		}
	}
	wg.Wait()
	server.Resume()
	s.SessionTimeout, s.JournalTimeout = patient, patient
	recovered(t, s)
}

func keep(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.Sessions().Create(t.Context(), session.NewRow{Hash: "a", Data: []byte("d"), Sealed: []byte("s"), Lifetime: time.Hour}); err != nil {
		t.Fatal(err)
	}
}

func calls(s *Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Find":  func(ctx context.Context) error { _, _, err := s.Sessions().Find(ctx, "a", time.Hour); return err },
		"Touch": func(ctx context.Context) error { return s.Sessions().Touch(ctx, "a", time.Hour, session.Trace{}) },
		"Begin": func(ctx context.Context) error {
			_, _, err := s.Journal().Begin(ctx, journal.Entry{ID: "1", Account: "a", Action: journal.Update})
			return err
		},
		"Recent": func(ctx context.Context) error { _, err := s.Bulk().Recent(ctx, "a", false, 1); return err },
		"Notes":  func(ctx context.Context) error { _, err := s.Notes().Notes(ctx, "a"); return err },
		"Views":  func(ctx context.Context) error { _, err := s.SavedViews().Views(ctx, "a"); return err },
	}
}

// recovered waits until everything works again, without the store being opened anew.
func recovered(t *testing.T, s *Store) {
	t.Helper()
	deadline := time.Now().Add(patient)
	for s.Ping(t.Context()) != nil && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if _, found, err := s.Sessions().Find(t.Context(), "a", time.Hour); err != nil || !found {
		t.Errorf("the session of before: found %v, error %v", found, err)
	}
	for name, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s afterwards: %v", name, err)
		}
	}
}

// TestWatch: a write in one process is heard of in another, by its account; after a lost connection everything counts
// as changed.
func TestWatch(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t, "")
	url := server.URL()
	here, there := open(t, url), open(t, url)
	heard := make(chan string, 100)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { there.Watch(ctx, func(account string) { heard <- account }) })
	expect(t, heard, "") // from now on
	if _, _, err := here.Journal().Begin(t.Context(), journal.Entry{ID: "1", Account: "mine", Action: journal.Update}); err != nil {
		t.Fatal(err)
	}
	expect(t, heard, "mine")
	if err := here.Journal().End(t.Context(), "1", journal.Outcome{State: journal.Done}); err != nil {
		t.Fatal(err)
	}
	expect(t, heard, "mine")
	if _, err := here.Notes().SaveNote(t.Context(), "mine", notes.Note{Deployment: "d"}, journal.Entry{ID: "2"}); err != nil {
		t.Fatal(err)
	}
	expect(t, heard, "mine")
	view := savedviews.View{ID: "v", Name: "mine"}
	for what, err := range map[string]error{
		"lock": here.Journal().Lock(t.Context(), "mine", "d", journal.Lock{}), "unlock": here.Journal().Unlock(t.Context(), "mine", "d"),
		"view": here.SavedViews().AddView(t.Context(), "mine", view, "mine", 9),
	} {
		if err != nil {
			t.Fatal(what, err)
		}
		expect(t, heard, "mine")
	}
	server.Stop()
	server.Begin()
	expect(t, heard, "")
	stop()
	watching.Wait()

	here.write.dialect.postgres = false // as with SQLite: it returns
	here.Watch(t.Context(), func(string) { t.Error("heard of something") })
}

func expect(t *testing.T, heard <-chan string, want string) {
	t.Helper()
	select {
	case got := <-heard:
		if got != want {
			t.Fatalf("heard %q, want %q", got, want)
		}
	case <-time.After(patient):
		t.Fatalf("heard nothing, want %q", want)
	}
}

package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/session"
)

// patient is for tests that must not fail because the machine is busy.
const patient = time.Minute

func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	s.SessionTimeout, s.JournalTimeout = patient, patient
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// opener opens a new database twice, as two processes have it; where a database is one process's own, once.
type opener func(t *testing.T) (first, second *Store)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// migrated makes the tables: that they are made at all is for other tests.
func migrated(url string) error {
	s, err := Open(context.Background(), url)
	if err != nil {
		return err
	}
	return s.Close()
}

// emptyFile is the bytes of a migrated file. Package migrated gives the same to the packages above this one.
var emptyFile = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "store")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "test.db")
	if err := migrated("sqlite:" + file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// copied is the URL of a migrated file of the test's own.
func copied(t *testing.T) string {
	t.Helper()
	data, err := emptyFile()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + file
}

// everywhere runs a test on every database this package speaks to.
func everywhere(t *testing.T, test func(t *testing.T, open opener)) {
	t.Helper()
	for name, opens := range map[string]opener{
		"file": func(t *testing.T) (first, second *Store) {
			url := copied(t)
			return open(t, url), open(t, url)
		},
		"memory": func(t *testing.T) (first, second *Store) {
			s := open(t, "sqlite::memory:")
			return s, s
		},
		"postgres": func(t *testing.T) (first, second *Store) {
			url := pgtest.Copy(t, migrated)
			return open(t, url), open(t, url)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, opens)
		})
	}
}

func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	notADatabase := filepath.Join(dir, "text")
	if err := os.WriteFile(notADatabase, []byte(strings.Repeat("not a database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"":                                   "must be sqlite:PATH",
		"comfydeck.db":                       "must be sqlite:PATH",
		"mysql://u:hunter2@host/db":          "or postgres://",
		"postgres://u:hunter2@127.0.0.1:1/d": "PostgreSQL at 127.0.0.1, database d",
		"postgres://u:hunter2@[/d":           "must be postgres://user:password@host:port/database",
		"sqlite:":                            "names no file",
		"sqlite:///var/lib/comfydeck.db":     "without //",
		"sqlite:" + dir:                      "open " + dir,
		"sqlite:" + dir + "/missing/file.db": "no such file",
		"sqlite:" + notADatabase:             "not a database",
	} {
		s, err := Open(t.Context(), url)
		if err == nil {
			t.Errorf("Open(%q) succeeded: %v", url, s.Close())
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q): error %q, want one with %q and no password", url, err, want)
		}
	}
}

func TestOpen_fileNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain.db", "with space.db", "100%.db", "what?.db", "a#b.db", "ü&x=1.db"} {
		path := filepath.Join(t.TempDir(), name)
		s := open(t, "sqlite:"+path)
		if _, err := s.Sessions().Create(t.Context(), session.NewRow{
			Hash: "a", Data: []byte{}, Sealed: []byte{}, Lifetime: time.Hour,
		}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, found, err := s.Sessions().Find(t.Context(), "a", time.Hour); err != nil || !found {
			t.Errorf("%s: found %v, error %v", name, found, err)
		}
		files, err := os.ReadDir(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasPrefix(file.Name(), name) {
				t.Errorf("%s: there is also a file %q", name, file.Name())
			}
			if info, err := file.Info(); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: mode of %s is %v, error %v, want 0600", name, file.Name(), info.Mode(), err)
			}
		}
		if len(files) != 4 {
			t.Errorf("%s: %d files, want the database, its -wal, its -shm and its .lock", name, len(files))
		}
	}
}

func TestOpen_settings(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "foreign_keys": "1", "synchronous": "1", "busy_timeout": "5000", "query_only": "0",
	} {
		var got string
		if err := s.write.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, error %v, want %q", pragma, got, err, want)
		}
	}
	if _, err := s.read.ExecContext(t.Context(), "DELETE FROM sessions"); err == nil {
		t.Error("the reading pool could write")
	}
	if n := s.write.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("the writing pool has %d connections, want 1", n)
	}
}

func TestOpen_again(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	first, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	made, err := first.Sessions().Create(t.Context(), session.NewRow{
		Hash: "a", Data: []byte("d"), Sealed: []byte("s"), Lifetime: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	found, ok, err := open(t, url).Sessions().Find(t.Context(), "a", time.Hour)
	if err != nil || !ok || !found.ExpiresAt.Equal(made.ExpiresAt) {
		t.Errorf("after a restart: %+v, found %v, error %v", found, ok, err)
	}
}

func TestOpen_memoryIsPrivate(t *testing.T) {
	t.Parallel()
	first, second := open(t, "sqlite::memory:"), open(t, "sqlite::memory:")
	if _, err := first.Sessions().Create(t.Context(), session.NewRow{
		Hash: "a", Data: []byte{}, Sealed: []byte{}, Lifetime: time.Hour,
	}); err != nil {
		t.Fatal(err)
	}
	if _, found, err := second.Sessions().Find(t.Context(), "a", time.Hour); err != nil || found {
		t.Errorf("another database in memory has the session: found %v, error %v", found, err)
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
	if _, err := s.write.ExecContext(t.Context(), "UPDATE goose_db_version SET is_applied = 0"); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "version 0, want ") {
		t.Errorf("Ping with a missing migration: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("Ping of a closed store succeeded")
	}
}

func TestOpen_sessionTimeout(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	if s.SessionTimeout != 500*time.Millisecond {
		t.Errorf("queries about sessions may take %v, want 500ms", s.SessionTimeout)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

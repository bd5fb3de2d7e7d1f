// Package migrated gives tests a database that has its tables and nothing in them. Making the tables takes longer than most tests
// do, so that it is done once in a process and copied. It is for tests only.
package migrated

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/store"
)

// SQLite is the URL of a file of the test's own.
func SQLite(t testing.TB) string {
	t.Helper()
	data, err := tables()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "deck.db")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + file
}

// Postgres is the URL of a database of the test's own. Without a server it skips, and in a package whose tests use it TestMain must
// end with [pgtest.Main].
func Postgres(t testing.TB) string {
	t.Helper()
	return pgtest.Copy(t, migrate)
}

// tables are the bytes of a migrated file.
var tables = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "migrated")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "deck.db")
	if err := migrate("sqlite:" + file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

func migrate(url string) error {
	db, err := store.Open(context.Background(), url)
	if err != nil {
		return err
	}
	return db.Close()
}

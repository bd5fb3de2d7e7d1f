package webtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/comfydeck/comfydeck/internal/store"
)

// tables are the bytes of a database that has its tables and nothing in them. Making them takes longer than most tests do, so
// that it is done once and copied.
var tables = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "webtest")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "deck.db")
	db, err := store.Open(context.Background(), "sqlite:"+file)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// emptyDatabase is the URL of a database of the test's own.
func emptyDatabase(t testing.TB) string {
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

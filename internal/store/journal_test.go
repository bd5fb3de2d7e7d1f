package store

import (
	"path/filepath"
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestJournal_conformance(t *testing.T) {
	t.Parallel()
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		storetest.Journal(t, func(t *testing.T) storetest.JournalBackend {
			url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
			return journalBackend(t, open(t, url), open(t, url))
		})
	})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		storetest.Journal(t, func(t *testing.T) storetest.JournalBackend {
			s := open(t, "sqlite::memory:")
			return journalBackend(t, s, s)
		})
	})
}

func journalBackend(t *testing.T, first, second *Store) storetest.JournalBackend {
	both := backend(t, first, second)
	return storetest.JournalBackend{Journal: first.Journal(), Replica: second.Journal(), Shift: both.Shift, Break: both.Break}
}

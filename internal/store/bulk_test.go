package store

import (
	"path/filepath"
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestBulk_conformance(t *testing.T) {
	t.Parallel()
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		storetest.Bulk(t, func(t *testing.T) storetest.BulkBackend {
			url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
			return bulkBackend(t, open(t, url), open(t, url))
		})
	})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		storetest.Bulk(t, func(t *testing.T) storetest.BulkBackend {
			s := open(t, "sqlite::memory:")
			return bulkBackend(t, s, s)
		})
	})
}

func bulkBackend(t *testing.T, first, second *Store) storetest.BulkBackend {
	both := backend(t, first, second)
	return storetest.BulkBackend{Bulk: first.Bulk(), Replica: second.Bulk(), Shift: both.Shift, Break: both.Break}
}

package store

import (
	"path/filepath"
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestSavedViews_conformance(t *testing.T) {
	t.Parallel()
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		storetest.SavedViews(t, func(t *testing.T) storetest.ViewsBackend {
			url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
			return viewsBackend(t, open(t, url), open(t, url))
		})
	})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		storetest.SavedViews(t, func(t *testing.T) storetest.ViewsBackend {
			s := open(t, "sqlite::memory:")
			return viewsBackend(t, s, s)
		})
	})
}

func viewsBackend(t *testing.T, first, second *Store) storetest.ViewsBackend {
	return storetest.ViewsBackend{Views: first.SavedViews(), Replica: second.SavedViews(), Break: backend(t, first, second).Break}
}

package store

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestSavedViews_conformance(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		storetest.SavedViews(t, func(t *testing.T) storetest.ViewsBackend { return viewsBackend(t, open) })
	})
}

func viewsBackend(t *testing.T, open opener) storetest.ViewsBackend {
	first, second := open(t)
	return storetest.ViewsBackend{Views: first.SavedViews(), Replica: second.SavedViews(), Break: backendOf(t, first, second).Break}
}

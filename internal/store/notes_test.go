package store

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestNotes_conformance(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		storetest.Notes(t, func(t *testing.T) storetest.NotesBackend {
			first, second := open(t)
			return storetest.NotesBackend{Notes: first.Notes(), Replica: second.Notes(), Journal: first.Journal(), Hooks: first.Webhooks(), Break: backendOf(t, first, second).Break}
		})
	})
}

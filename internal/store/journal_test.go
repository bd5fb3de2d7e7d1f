package store

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestJournal_conformance(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		storetest.Journal(t, func(t *testing.T) storetest.JournalBackend { return journalBackend(t, open) })
	})
}

func journalBackend(t *testing.T, open opener) storetest.JournalBackend {
	first, second := open(t)
	both := backendOf(t, first, second)
	return storetest.JournalBackend{Journal: first.Journal(), Replica: second.Journal(), Shift: both.Shift, Break: both.Break}
}

package store

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestBulk_conformance(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		storetest.Bulk(t, func(t *testing.T) storetest.BulkBackend { return bulkBackend(t, open) })
	})
}

func bulkBackend(t *testing.T, open opener) storetest.BulkBackend {
	first, second := open(t)
	both := backendOf(t, first, second)
	return storetest.BulkBackend{Bulk: first.Bulk(), Replica: second.Bulk(), Shift: both.Shift, Break: both.Break}
}

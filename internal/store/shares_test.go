package store

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestShares_conformance(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		storetest.Shares(t, func(t *testing.T) storetest.SharesBackend { return sharesBackend(t, open) })
	})
}

func sharesBackend(t *testing.T, open opener) storetest.SharesBackend {
	first, second := open(t)
	both := backendOf(t, first, second)
	return storetest.SharesBackend{Shares: first.Shares(), Replica: second.Shares(), Shift: both.Shift, Break: both.Break}
}

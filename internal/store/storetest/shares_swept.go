package storetest

import (
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/shares"
)

func sweepsShares(t *testing.T, b SharesBackend) {
	long := shareRow("long")
	long.Lifetime = 3 * dayLong
	for _, r := range []shares.Row{shareRow("short"), shareRow("second"), long, shareRow("revoked")} {
		addShare(t, b.Shares, r)
	}
	must(t, b.Shares.RevokeShare(t.Context(), mine, "revoked"))

	b.Shift(2 * dayLong)
	// One at a time: the copy of one and the line of "revoked", whose copy went at once; the copy of the other.
	for i, want := range []int{2, 1, 0} {
		if n, err := b.Replica.SweepShares(t.Context(), dayLong+time.Hour, 1); err != nil || n != want {
			t.Errorf("sweep %d: %d, %v; want %d", i, n, err, want)
		}
	}
	for _, s := range listShares(t, b.Shares, mine) {
		if s.ID == "revoked" {
			t.Error("a link that ended long ago is still listed")
		}
	}
	wantSeen(t, "not ended", b.Shares, "long", true, true)
	b.Shift(-2 * dayLong) // even a clock that goes back does not bring a dropped copy back
	wantSeen(t, "dropped", b.Shares, "short", false, false)
}

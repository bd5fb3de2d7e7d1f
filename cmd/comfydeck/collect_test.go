package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestGrowthFor(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{0: mostGrowth, 1 << 20: mostGrowth, 4 << 20: 100, 8 << 20: 50, 9 << 20: 44, 12 << 20: 133, 16 << 20: 100, 32 << 20: 50, 1 << 30: leastGrow} {
		if got := growthFor(live); got != want {
			t.Errorf("%d bytes in use may grow by %d %%, want %d", live, got, want)
		}
	}
}

// TestPace holds that what is in use decides: a heap that has become large is collected sooner, and a small one later again.
func TestPace(t *testing.T) { //nolint:paralleltest // the collector is one for the whole process
	if growth := debug.SetGCPercent(mostGrowth); growth != mostGrowth {
		defer debug.SetGCPercent(growth)
	}
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	pace()
	held := make([]byte, 64<<20)
	becomes(t, func(growth int) bool { return growth <= 40 })
	runtime.KeepAlive(held)
	becomes(t, func(growth int) bool { return growth > 40 })
}

// becomes waits until the collector is set as wanted.
func becomes(t *testing.T, wanted func(growth int) bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		runtime.GC()
		growth := debug.SetGCPercent(mostGrowth)
		debug.SetGCPercent(growth)
		if wanted(growth) {
			return
		}
	}
	t.Error("the collector is not set to what is in use")
}

package static

import (
	"runtime"
	"testing"
)

// TestPack_memory: the first visit after a start must not be what decides how much memory a server needs. A writer takes 1.4 MB,
// and any asset may need a new one: a pool promises nothing, and under the race detector it loses some on purpose.
func TestPack_memory(t *testing.T) { //nolint:paralleltest // it counts what the whole process allocates
	for name, a := range load().byName {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		pack(a.body)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 2<<20 {
			t.Errorf("compressing %s takes %d bytes", name, got)
		}
	}
}

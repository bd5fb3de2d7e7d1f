package static

import (
	"runtime"
	"testing"
)

// TestPack_memory: the first visit after a start must not be what decides how much memory a server needs.
func TestPack_memory(t *testing.T) { //nolint:paralleltest // it counts what the whole process allocates
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, a := range load().byName {
		pack(a.body)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 8<<20 {
		t.Errorf("compressing the assets takes %d bytes", got)
	}
}

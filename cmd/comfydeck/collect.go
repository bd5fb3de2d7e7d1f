package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How far the heap may grow before it is collected. What a page makes is gone when it has been sent, and collecting takes as long as what
// is in use is large. With little in use, as a rule 7 MB, that is a millisecond, and a server that stays small is worth it. With more in
// use there is more room. With a payload of ten megabytes in hand, several times of it would be a lot of memory for nothing.
const (
	mostGrowth = 300 // percent of what is in use
	leastGrow  = 30  // percent

	leastRoom = 4 << 20  // bytes
	mostRoom  = 16 << 20 // bytes
	smallHeap = 8 << 20  // bytes in use; four times of what is in use besides is room
)

// pace sets how often the heap is collected by what is in use, after every collection again. GOGC and GOMEMLIMIT say otherwise.
func pace() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(mostGrowth)
	again(mostGrowth)
}

// again waits for the next collection: it takes away a value that nobody holds.
func again(growth int) {
	runtime.AddCleanup(new([16]byte), func(growth int) {
		inUse := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(inUse)
		if now := growthFor(inUse[0].Value.Uint64()); now != growth {
			debug.SetGCPercent(now)
			growth = now
		}
		again(growth)
	}, growth)
}

// skipHeapProfile turns off the sampling of what is allocated where nobody can ask for it: its tables are a megabyte.
func skipHeapProfile() {
	if os.Getenv("COMFYDECK_ADMIN_ADDR") == "" {
		runtime.MemProfileRate = 0
	}
}

// growthFor is how far a heap of live bytes may grow, in percent.
func growthFor(live uint64) int {
	room := max(leastRoom, min(mostRoom, 4*(max(live, smallHeap)-smallHeap)))
	return int(max(leastGrow, min(mostGrowth, room*100/max(live, 1))))
}

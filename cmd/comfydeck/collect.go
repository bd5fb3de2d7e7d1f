package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How far the heap may grow before it is collected. What is in use is small as a rule, and a page makes half a megabyte that is
// gone when it has been sent: collecting at twice of what is in use, as Go does, would be most of the work. With a payload of ten
// megabytes in hand, four times of it would be a lot of memory for nothing.
const (
	mostGrowth = 300      // percent of what is in use
	leastGrow  = 30       // percent
	roomToGrow = 24 << 20 // bytes, in between
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

// growthFor is how far a heap of live bytes may grow, in percent.
func growthFor(live uint64) int {
	return int(max(leastGrow, min(mostGrowth, roomToGrow*100/max(live, 1))))
}

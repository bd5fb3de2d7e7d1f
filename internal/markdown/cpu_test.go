//go:build linux

package markdown

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// cpuTime is what f costs a core, whatever else the machine does. Collecting the garbage happens elsewhere and is not counted.
func cpuTime(f func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const thisThread = 1 // RUSAGE_THREAD
	spent := func() time.Duration {
		var u syscall.Rusage
		_ = syscall.Getrusage(thisThread, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := spent()
	f()
	return spent() - before
}

// The budget holds: no readme of 256 kB, nor the longest that is rendered, takes a core much longer than prose of that length does, which
// is 300 ms where prose takes 15. A bar in milliseconds would be one for the machine and for the race detector.
func TestRender_CPU(t *testing.T) {
	const atMost = 20 // times as long
	r := New()
	at := slices.IndexFunc(costly, func(p pattern) bool { return p.name == "prose" })
	prose := costly[at].repeat(maxSourceBytes)
	var took [3]time.Duration
	for i := range took {
		took[i] = cpuTime(func() { render(t, New(), prose) })
	}
	slices.Sort(took[:])
	bar := atMost * took[1]
	for _, p := range costly {
		for _, size := range []int{maxSourceBytes, 256 << 10} {
			source := p.repeat(size)
			if took := cpuTime(func() { render(t, r, source) }); took > bar {
				t.Errorf("%s of %d bytes takes %v of a core, more than the %v of prose %d times over", p.name, len(source), took, bar/atMost, atMost)
			}
		}
	}
}

// BenchmarkRender_CPU reports the worst of all costly readmes; 300 ms is the bar.
func BenchmarkRender_CPU(b *testing.B) {
	worst := time.Duration(0)
	for b.Loop() {
		for _, p := range costly {
			for _, size := range []int{maxSourceBytes, 256 << 10} {
				r, source := New(), p.repeat(size)
				worst = max(worst, cpuTime(func() { render(b, r, source) }))
			}
		}
	}
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms-of-a-core")
}

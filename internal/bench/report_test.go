package main

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMedianMS(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	tests := []struct {
		name   string
		values []time.Duration
		want   float64
	}{
		{"none", nil, 0},
		{"one", []time.Duration{3 * ms}, 3},
		{"odd, unsorted", []time.Duration{9 * ms, 1 * ms, 2 * ms}, 2},
		{"even, between the two in the middle", []time.Duration{4 * ms, 1 * ms, 100 * ms, 3 * ms}, 3.5},
		{"parts of a millisecond", []time.Duration{250 * time.Microsecond}, 0.25},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := append([]time.Duration{}, tt.values...)
			if got := medianMS(tt.values); got != tt.want {
				t.Errorf("medianMS(%v) = %v, want %v", tt.values, got, tt.want)
			}
			if diff := cmp.Diff(before, append([]time.Duration{}, tt.values...)); diff != "" {
				t.Errorf("medianMS changed the order of what it was given (-before +after):\n%s", diff)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]string{0.4: "0.40", 9.876: "9.88", 32.66: "32.7", 150.4: "150", 40: "40", 0: "0"} {
		if got := number(value); got != want {
			t.Errorf("number(%v) = %q, want %q", value, got, want)
		}
	}
}

// TestReport_markdown holds every verdict: on the limit is met, a hair above is missed, without a target is neither; and that only
// what takes time depends on the pace of the machine.
func TestReport_markdown(t *testing.T) {
	t.Parallel()
	r := report{Machine: machine{Go: "go1.26.0", Platform: "linux/amd64", CPUs: 2, LoadBefore: "0.1 0.2 0.3", LoadAfter: "1.0 0.5 0.3", MemoryAtOnce: 0.02, MemoryLater: 5.1}}
	r.compare(
		comparison{What: "on the limit", Deployments: 25, Runs: 9, Bare: 0.25, Page: 0.75, MaxDifference: 0.5},
		comparison{What: "above it", Deployments: 25, Runs: 9, Bare: 0.25, Page: 0.76, MaxDifference: 0.5},
		comparison{What: "ratio met", Deployments: 10_000, Runs: 3, Bare: 2, Page: 12, MaxRatio: 6},
		comparison{What: "ratio missed", Deployments: 10_000, Runs: 3, Bare: 2, Page: 12.1, MaxRatio: 6},
		comparison{What: "nothing to divide by", Deployments: 1, Runs: 1, Page: 1},
		comparison{What: "met at half the pace", Deployments: 25, Runs: 9, Bare: 0.25, Page: 1.25, MaxDifference: 0.5, Pace: 2},
		comparison{What: "a ratio of two that work", Deployments: 10_000, Runs: 3, Bare: 2, Page: 12.1, MaxRatio: 6, Pace: 2},
		comparison{What: "a ratio to what waits", Deployments: 10_000, Runs: 3, Bare: 200, Page: 216.1, MaxRatio: 1.04, Waits: true, Pace: 2},
		comparison{What: "no target", Deployments: 25, Runs: 9, Bare: 0.25, Page: 1, Pace: 2},
	)
	r.add(
		figure{What: "small", Value: 40, Unit: "kB", Max: 40},
		figure{What: "large", Runs: 20, Value: 150.6, Unit: "ms", Max: 150},
		figure{What: "plain", Value: 3, Unit: "requests"},
		figure{What: "large at a quarter of the pace", Runs: 20, Value: 600, Unit: "ms", Max: 150, Pace: 4},
		figure{What: "many", Value: 400, Unit: "pages/s", Min: 2000, Pace: 4},
		figure{What: "memory, at any pace", Value: 41, Unit: "MB", Max: 40, Pace: 4},
		figure{What: "time without a target", Value: 41, Unit: "ms", Pace: 4},
	)
	r.Paces = []float64{2, 4, 1.06}
	r.Missing = []string{"the browser: no such\nprogram\n"}
	want := `# ComfyDeck: measured figures

go1.26.0, linux/amd64, 2 CPUs; load average (1, 5, 15 min) 0.1 0.2 0.3 before, 1.0 0.5 0.3 after. To use 4 MB of memory again takes 0.02 ms at once and 5.1 ms after 200 ms asleep. The work that targets in time were derived from took 1.1 to 4.0 times as long as where they were set; what a figure would be there stands under "at the targets' pace".

## Pages against the bare API call, median ms, in turn in one run

| what | deployments | runs | bare API | page | difference | ratio | target |  | at the targets' pace |  |
|---|---|---|---|---|---|---|---|---|---|---|
| on the limit | 25 | 9 | 0.25 | 0.75 | +0.50 | 3.00 × | +0.50 ms | met |  |  |
| above it | 25 | 9 | 0.25 | 0.76 | +0.51 | 3.04 × | +0.50 ms | missed |  |  |
| ratio met | 10000 | 3 | 2.00 | 12.00 | +10.00 | 6.00 × | 6.00 × | met |  |  |
| ratio missed | 10000 | 3 | 2.00 | 12.10 | +10.10 | 6.05 × | 6.00 × | missed |  |  |
| nothing to divide by | 1 | 1 | 0.00 | 1.00 | +1.00 | 0.00 × |  |  |  |  |
| met at half the pace | 25 | 9 | 0.25 | 1.25 | +1.00 | 5.00 × | +0.50 ms | missed | +0.50 ms | met |
| a ratio of two that work | 10000 | 3 | 2.00 | 12.10 | +10.10 | 6.05 × | 6.00 × | missed |  |  |
| a ratio to what waits | 10000 | 3 | 200.00 | 216.10 | +16.10 | 1.08 × | 1.04 × | missed | 1.04 × | missed |
| no target | 25 | 9 | 0.25 | 1.00 | +0.75 | 4.00 × |  |  |  |  |

## Sizes, start and memory

| what | runs | figure | target |  | at the targets' pace |  |
|---|---|---|---|---|---|---|
| small |  | 40 kB | ≤ 40 kB | met |  |  |
| large | 20 | 151 ms | ≤ 150 ms | missed |  |  |
| plain |  | 3 requests |  |  |  |  |
| large at a quarter of the pace | 20 | 600 ms | ≤ 150 ms | missed | 150 ms | met |
| many |  | 400 pages/s | ≥ 2000 pages/s | missed | 1600 pages/s | missed |
| memory, at any pace |  | 41 MB | ≤ 40 MB | missed |  |  |
| time without a target |  | 41 ms |  |  |  |  |

## Not measured

- the browser: no such program
`
	var got strings.Builder
	if err := r.markdown(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("markdown (-want +got):\n%s", diff)
	}
}

// TestPacer holds that the work is the same for every machine and that a pace is of what was noted since the last.
func TestPacer(t *testing.T) {
	t.Parallel()
	p := pacer{answer: make([]byte, 3_820_000)}
	p.took = []time.Duration{12_400 * time.Microsecond, time.Hour, 6_200 * time.Microsecond}
	if got := p.pace(); math.Abs(got-2) > 1e-9 {
		t.Errorf("pace = %v, want 2", got)
	}
	p.took = append(p.took, 6_200*time.Microsecond)
	if got := p.pace(); math.Abs(got-1) > 1e-9 {
		t.Errorf("the next pace = %v, want 1", got)
	}
	if n, err := countAndDecode([]byte(`[{"id":"a"},{"id":"b","hardware":["X"]},{"id":"c"}]`), 2); err != nil || n != 3 {
		t.Errorf("countAndDecode = %d, %v, want 3", n, err)
	}
	for _, answer := range []string{`[{"id":`, `[{"id":3}]`, ``} {
		if _, err := countAndDecode([]byte(answer), 2); err == nil {
			t.Errorf("countAndDecode(%q) succeeded", answer)
		}
	}
}

func TestParseResident(t *testing.T) {
	t.Parallel()
	got, err := parseResident([]byte("Name:\tcomfydeck\nVmHWM:\t   30000 kB\nVmRSS:\t   24576 kB\nThreads:\t9\n"))
	if err != nil || got != 24576<<10 {
		t.Errorf("parseResident = %d, %v, want %d", got, err, 24576<<10)
	}
	for _, status := range []string{"", "VmSize:\t1 kB\n", "VmRSS:\tmuch kB\n", "VmRSS:\t1 MB\n"} {
		if got, err := parseResident([]byte(status)); err == nil {
			t.Errorf("parseResident(%q) = %d, want an error", status, got)
		}
	}
}

package main

import (
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

// TestReport_markdown holds every verdict: on the limit is met, a hair above is missed, without a target is neither.
func TestReport_markdown(t *testing.T) {
	t.Parallel()
	r := report{Machine: machine{Go: "go1.26.0", Platform: "linux/amd64", CPUs: 2, LoadBefore: "0.1 0.2 0.3", LoadAfter: "1.0 0.5 0.3", MemoryAtOnce: 0.02, MemoryLater: 5.1}}
	r.compare(
		comparison{What: "on the limit", Deployments: 25, Runs: 9, Bare: 0.25, Page: 0.75, MaxDifference: 0.5},
		comparison{What: "above it", Deployments: 25, Runs: 9, Bare: 0.25, Page: 0.76, MaxDifference: 0.5},
		comparison{What: "ratio met", Deployments: 10_000, Runs: 3, Bare: 2, Page: 12, MaxRatio: 6},
		comparison{What: "ratio missed", Deployments: 10_000, Runs: 3, Bare: 2, Page: 12.1, MaxRatio: 6},
		comparison{What: "nothing to divide by", Deployments: 1, Runs: 1, Page: 1},
	)
	r.add(
		figure{What: "small", Value: 40, Unit: "kB", Max: 40},
		figure{What: "large", Runs: 20, Value: 150.6, Unit: "ms", Max: 150},
		figure{What: "plain", Value: 3, Unit: "requests"},
	)
	r.Missing = []string{"the browser: no such\nprogram\n"}
	want := `# ComfyDeck: measured figures

go1.26.0, linux/amd64, 2 CPUs; load average (1, 5, 15 min) 0.1 0.2 0.3 before, 1.0 0.5 0.3 after. To use 4 MB of memory again takes 0.02 ms at once and 5.1 ms after 200 ms asleep.

## Pages against the bare API call, median ms, in turn in one run

| what | deployments | runs | bare API | page | difference | ratio | target |  |
|---|---|---|---|---|---|---|---|---|
| on the limit | 25 | 9 | 0.25 | 0.75 | +0.50 | 3.00 × | +0.50 ms | met |
| above it | 25 | 9 | 0.25 | 0.76 | +0.51 | 3.04 × | +0.50 ms | missed |
| ratio met | 10000 | 3 | 2.00 | 12.00 | +10.00 | 6.00 × | 6.00 × | met |
| ratio missed | 10000 | 3 | 2.00 | 12.10 | +10.10 | 6.05 × | 6.00 × | missed |
| nothing to divide by | 1 | 1 | 0.00 | 1.00 | +1.00 | 0.00 × |  |  |

## Sizes, start and memory

| what | runs | figure | target |  |
|---|---|---|---|---|
| small |  | 40 kB | ≤ 40 kB | met |
| large | 20 | 151 ms | ≤ 150 ms | missed |
| plain |  | 3 requests |  |  |

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

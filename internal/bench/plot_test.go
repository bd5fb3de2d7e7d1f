package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestPlot holds that the plot is XML with a line per series that was measured, and that a straight line is a power.
func TestPlot(t *testing.T) {
	t.Parallel()
	got := plot([]growth{{Deployments: 100, Median: 1, P99: 2, Bare: 0.1, Anew: 10}, {Deployments: 10_000, Median: 10, P99: 20, Bare: 1000, Anew: 5000}})
	d := xml.NewDecoder(strings.NewReader(got))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		`points="70.0,295.0 485.0,210.0"`, // the median: ten times the time is a quarter of the height
		`points="70.0,380.0 485.0,40.0"`,  // the bare call, from end to end
		`points="70.0,210.0 485.0,40.0"`,  // beyond the end stands at it
		`points=""`,                       // nothing was measured
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the plot has no %s:\n%s", want, got)
		}
	}
}

func TestGrowthTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	r := report{Growth: []growth{{Deployments: 100, Median: 1, P99: 2, PerSecond: 3000, Bare: 2, Anew: 6, Memory: 2.5}}}
	r.growthTable(&b)
	if want := "| 100 | 1 | 2 | 3000 | 0 | 0 | 2 | 6 | 3 | 2.50 | 0 | 0 |\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("the table ends with %s, want %s", b.String(), want)
	}
}

package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// comparison sets a page against the bare API call behind it. Times are medians in milliseconds.
type comparison struct {
	What          string  `json:"what"`
	Deployments   int     `json:"deployments"`
	Runs          int     `json:"runs"`
	Bare          float64 `json:"bare_ms"`
	Page          float64 `json:"page_ms"`
	MaxDifference float64 `json:"max_difference_ms,omitzero"` // target; 0 is none
	MaxRatio      float64 `json:"max_ratio,omitzero"`         // target; 0 is none
	Waits         bool    `json:"waits,omitzero"`             // nearly all of the bare call is waiting
	Pace          float64 `json:"pace,omitzero"`              // of the machine meanwhile, see targetPace
}

func (c comparison) difference() float64 { return c.Page - c.Bare }

func (c comparison) ratio() float64 {
	if c.Bare == 0 {
		return 0
	}
	return c.Page / c.Bare
}

// target words what is promised, and whether it holds.
func (c comparison) target() (promise, verdict string) {
	switch {
	case c.MaxDifference > 0:
		return fmt.Sprintf("+%.2f ms", c.MaxDifference), judge(c.difference() <= c.MaxDifference)
	case c.MaxRatio > 0:
		return fmt.Sprintf("%.2f ×", c.MaxRatio), judge(c.ratio() <= c.MaxRatio)
	default:
		return "", ""
	}
}

// atPace is what a target in time comes to at the pace it was set at. A ratio of two pages of which both cost the machine's time is
// the same at any pace; behind an API that only waits, what the page adds is not.
func (c comparison) atPace() (value, verdict string) {
	added := c.difference() / c.Pace
	switch {
	case c.Pace == 0:
		return "", ""
	case c.MaxDifference > 0:
		return fmt.Sprintf("%+.2f ms", added), judge(added <= c.MaxDifference)
	case c.Waits:
		ratio := 1 + added/c.Bare
		return fmt.Sprintf("%.2f ×", ratio), judge(ratio <= c.MaxRatio)
	default:
		return "", ""
	}
}

// figure is one number with its unit.
type figure struct {
	What  string  `json:"what"`
	Runs  int     `json:"runs,omitzero"` // of which Value is the median; 0 for what is simply so
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Max   float64 `json:"max,omitzero"`  // target; 0 is none
	Min   float64 `json:"min,omitzero"`  // target; 0 is none
	Pace  float64 `json:"pace,omitzero"` // of the machine meanwhile, see targetPace
}

func (f figure) target() (promise, verdict string) {
	switch {
	case f.Min > 0:
		return "≥ " + number(f.Min) + " " + f.Unit, judge(f.Value >= f.Min)
	case f.Max == 0:
		return "", ""
	}
	return "≤ " + number(f.Max) + " " + f.Unit, judge(f.Value <= f.Max)
}

// atPace is what a target in time comes to at the pace it was set at.
func (f figure) atPace() (value, verdict string) {
	at := f
	switch {
	case f.Pace == 0 || f.Max == 0 && f.Min == 0:
		return "", ""
	case f.Unit == "ms":
		at.Value = f.Value / f.Pace
	case f.Unit == "pages/s":
		at.Value = f.Value * f.Pace
	default:
		return "", ""
	}
	_, verdict = at.target()
	return number(at.Value) + " " + at.Unit, verdict
}

func judge(holds bool) string {
	if holds {
		return "met"
	}
	return "missed"
}

// number prints three significant digits, more for whole numbers.
func number(v float64) string {
	switch {
	case v == float64(int64(v)) || v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

// report is everything that was measured, in the order it is printed.
type report struct {
	Machine     machine      `json:"machine"`
	Comparisons []comparison `json:"comparisons"`
	Figures     []figure     `json:"figures"`
	Growth      []growth     `json:"growth,omitempty"`
	Missing     []string     `json:"missing,omitempty"` // what could not be measured, and why

	Paces []float64 `json:"paces,omitempty"` // of the machine in each part
}

func (r *report) compare(c ...comparison) { r.Comparisons = append(r.Comparisons, c...) }

func (r *report) add(f ...figure) { r.Figures = append(r.Figures, f...) }

// markdown writes the report for reading.
func (r report) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# ComfyDeck: measured figures\n\n%s%s\n\n", r.Machine, r.paceRange())
	b.WriteString("## Pages against the bare API call, median ms, in turn in one run\n\n")
	compared := [][]string{{"what", "deployments", "runs", "bare API", "page", "difference", "ratio", "target", "", "at the targets' pace", ""}}
	for _, c := range r.Comparisons {
		promise, verdict := c.target()
		atPace, then := c.atPace()
		compared = append(compared, []string{
			c.What, fmt.Sprint(c.Deployments), fmt.Sprint(c.Runs), fmt.Sprintf("%.2f", c.Bare), fmt.Sprintf("%.2f", c.Page),
			fmt.Sprintf("%+.2f", c.difference()), fmt.Sprintf("%.2f ×", c.ratio()), promise, verdict, atPace, then,
		})
	}
	table(&b, compared)
	b.WriteString("\n## Sizes, start and memory\n\n")
	figures := [][]string{{"what", "runs", "figure", "target", "", "at the targets' pace", ""}}
	for _, f := range r.Figures {
		promise, verdict := f.target()
		atPace, then := f.atPace()
		runs := ""
		if f.Runs > 0 {
			runs = fmt.Sprint(f.Runs)
		}
		figures = append(figures, []string{f.What, runs, number(f.Value) + " " + f.Unit, promise, verdict, atPace, then})
	}
	table(&b, figures)
	r.growthTable(&b)
	for i, m := range r.Missing {
		if i == 0 {
			b.WriteString("\n## Not measured\n\n")
		}
		fmt.Fprintf(&b, "- %s\n", strings.ReplaceAll(strings.TrimSpace(m), "\n", " "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// growthTable shows how a list's figures grow with it.
func (r report) growthTable(b *strings.Builder) {
	if len(r.Growth) == 0 {
		return
	}
	b.WriteString("\n## Growth\n\n")
	rows := [][]string{{
		"deployments", "kept page, median ms", "99th percentile ms", "pages/s", "allocations per page", "kB per page", "bare API ms",
		"nothing kept ms", "ratio", "memory × JSON", "key to rows ms", "longest task ms",
	}}
	for _, g := range r.Growth {
		row := []string{fmt.Sprint(g.Deployments)}
		for _, v := range []float64{g.Median, g.P99, g.PerSecond, g.Allocations, g.AllocatedKB, g.Bare, g.Anew, g.Anew / g.Bare, g.Memory, g.Key, g.LongTask} {
			row = append(row, number(v))
		}
		rows = append(rows, row)
	}
	table(b, rows)
}

// table writes rows, the first of them the heading, as a Markdown table.
func table(b *strings.Builder, rows [][]string) {
	for i, row := range rows {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(row)) + "|\n")
		}
	}
}

// median is the middle of values, or the mean of the two in the middle; 0 of none.
func median[T cmp.Ordered](values []T, mean func(a, b T) T) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return mean(sorted[middle-1], sorted[middle])
}

// medianMS is the median in milliseconds.
func medianMS(values []time.Duration) float64 {
	m := median(values, func(a, b time.Duration) time.Duration { return (a + b) / 2 })
	return float64(m) / float64(time.Millisecond)
}

// Package linediff finds the lines in which two texts differ. It knows nothing of what the texts are or of how they are shown.
package linediff

import "strings"

// Kind says which text a line stands in.
type Kind string

// The kinds of a line.
const (
	Both    Kind = "both"
	Removed Kind = "removed" // in the first text only
	Added   Kind = "added"   // in the second text only
)

// Line is one line of two texts, without its end. A and B are its numbers in them, from 1; 0 where it is not in the text.
type Line struct {
	Kind Kind
	Text string
	A, B int
}

// maxEdits bounds the search for the shortest difference: texts that differ in more lines are one that went and one that came
// between what they share at their beginning and end.
const maxEdits = 1000

// Lines lists every line of both texts once: the lines of a that are not removed, and those of b that are not added, are the same.
// Line ends of Windows count as those of others.
func Lines(a, b string) []Line {
	x, y := split(a), split(b)
	first := 0
	for first < len(x) && first < len(y) && x[first] == y[first] {
		first++
	}
	last := 0
	for last < len(x)-first && last < len(y)-first && x[len(x)-1-last] == y[len(y)-1-last] {
		last++
	}
	w := writer{x: x, y: y}
	w.both(first)
	w.middle(x[first:len(x)-last], y[first:len(y)-last])
	w.both(last)
	return w.out
}

// split cuts a text into lines; a line end at the very end begins no further one.
func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
}

// writer puts lines in their order.
type writer struct {
	x, y []string
	a, b int // lines written so far
	out  []Line
}

func (w *writer) both(n int) {
	for range n {
		w.out = append(w.out, Line{Both, w.x[w.a], w.a + 1, w.b + 1})
		w.a, w.b = w.a+1, w.b+1
	}
}

func (w *writer) removed(n int) {
	for range n {
		w.out = append(w.out, Line{Removed, w.x[w.a], w.a + 1, 0})
		w.a++
	}
}

func (w *writer) added(n int) {
	for range n {
		w.out = append(w.out, Line{Added, w.y[w.b], 0, w.b + 1})
		w.b++
	}
}

// middle writes what lies between the common ends, by the shortest way from x to y as Myers describes it ("An O(ND) Difference
// Algorithm", 1986): on the way every step to the right takes a line away and every step down brings one in.
func (w *writer) middle(x, y []string) {
	trace := shortest(x, y)
	if trace == nil {
		w.removed(len(x))
		w.added(len(y))
		return
	}
	// From the end back to the beginning; each step is what was done after the diagonal it led to.
	type step struct{ removed, added, both int }
	var steps []step
	i, j := len(x), len(y)
	for d := len(trace) - 1; d >= 0; d-- {
		k := i - j
		var from int // where the step of this round began
		s := step{}
		switch {
		case d == 0:
			steps = append(steps, step{both: i})
			continue
		case down(trace[d-1], k, d):
			from = at(trace[d-1], k+1, d-1)
			s.added, s.both = 1, i-from
			i, j = from, from-(k+1)
		default:
			from = at(trace[d-1], k-1, d-1)
			s.removed, s.both = 1, i-from-1
			i, j = from, from-(k-1)
		}
		steps = append(steps, s)
	}
	for n := len(steps) - 1; n >= 0; n-- {
		w.removed(steps[n].removed)
		w.added(steps[n].added)
		w.both(steps[n].both)
	}
}

// shortest keeps, for every number d of edits, how far into x each diagonal k can be followed with them; nil when it takes more
// than maxEdits.
func shortest(x, y []string) [][]int {
	var trace [][]int
	for d := range min(len(x)+len(y), maxEdits) + 1 {
		row := make([]int, 2*d+1)
		trace = append(trace, row)
		for k := -d; k <= d; k += 2 {
			i := 0
			if d > 0 {
				last := trace[d-1]
				if down(last, k, d) {
					i = at(last, k+1, d-1)
				} else {
					i = at(last, k-1, d-1) + 1
				}
			}
			j := i - k
			for i < len(x) && j < len(y) && i >= 0 && j >= 0 && x[i] == y[j] {
				i, j = i+1, j+1
			}
			row[k+d] = i
			if i >= len(x) && j >= len(y) {
				return trace
			}
		}
	}
	return nil
}

// down tells whether the furthest way to diagonal k with d edits comes from the one above it.
func down(last []int, k, d int) bool {
	return k == -d || k != d && at(last, k-1, d-1) < at(last, k+1, d-1)
}

// at reads a row of the trace, whose middle is diagonal 0.
func at(row []int, k, d int) int { return row[k+d] }

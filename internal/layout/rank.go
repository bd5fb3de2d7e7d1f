package layout

import (
	"cmp"
	"slices"
)

// rank gives every vertex the column after the last one it depends on, and then moves vertices towards what they are mostly
// connected with: a loader stands next to its first user, not at the far left.
func (f *flow) rank() {
	next, before := f.neighbours()
	topological := f.topological(next, before)
	f.column = make([]int, f.n)
	first := 0 // column of the boxes: pins on the left have one of their own
	for _, id := range f.ids {
		if f.p.vertices[id].side == leftmost {
			first = 1
		}
	}
	last := first
	for _, v := range topological {
		f.column[v] = first
		if f.sideOf(v) == leftmost {
			f.column[v] = 0
		}
		for _, u := range before[v] {
			f.column[v] = max(f.column[v], f.column[u]+1)
		}
		last = max(last, f.column[v])
	}
	for v := range f.n {
		if f.sideOf(v) == rightmost {
			f.column[v] = last
			for _, u := range before[v] {
				f.column[v] = max(f.column[v], f.column[u]+1)
			}
			last = max(last, f.column[v])
		}
	}
	for v := range f.n {
		if f.sideOf(v) == rightmost {
			f.column[v] = last
		}
	}
	for range 6 {
		if !f.tighten(topological, next, before, first) {
			break
		}
	}
	f.squeeze()
}

func (f *flow) sideOf(v int) side { return f.p.vertices[f.ids[v]].side }

func (f *flow) neighbours() (next, before [][]int) {
	next, before = make([][]int, f.n), make([][]int, f.n)
	for _, e := range f.edges {
		if !e.back {
			next[e.from] = append(next[e.from], e.to)
			before[e.to] = append(before[e.to], e.from)
		}
	}
	return next, before
}

func (f *flow) topological(next, before [][]int) []int {
	left := make([]int, f.n)
	queue := make([]int, 0, f.n)
	for v := range f.n {
		if left[v] = len(before[v]); left[v] == 0 {
			queue = append(queue, v)
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, w := range next[queue[i]] {
			if left[w]--; left[w] == 0 {
				queue = append(queue, w)
			}
		}
	}
	return queue
}

// tighten moves vertices with more lines to the right that way as far as they can go, and the others to the left.
func (f *flow) tighten(topological []int, next, before [][]int, first int) (moved bool) {
	for _, v := range slices.Backward(topological) {
		if f.sideOf(v) != inside || len(next[v]) == 0 || len(next[v]) < len(before[v]) {
			continue
		}
		to := f.column[next[v][0]]
		for _, w := range next[v] {
			to = min(to, f.column[w])
		}
		moved = moved || f.column[v] != to-1
		f.column[v] = to - 1
	}
	for _, v := range topological {
		if f.sideOf(v) != inside || len(before[v]) == 0 || len(before[v]) <= len(next[v]) {
			continue
		}
		to := first
		for _, u := range before[v] {
			to = max(to, f.column[u]+1)
		}
		moved = moved || f.column[v] != to
		f.column[v] = to
	}
	return moved
}

// squeeze takes out columns that have become empty.
func (f *flow) squeeze() {
	used := map[int]bool{}
	for _, c := range f.column {
		used[c] = true
	}
	number := map[int]int{}
	for c := range slices.Max(append([]int{0}, f.column...)) + 1 {
		if used[c] {
			number[c] = len(number)
		}
	}
	for v, c := range f.column {
		f.column[v] = number[c]
	}
}

// byLength lists the lines, the shortest first: when joints run out, the longest go without.
func (f *flow) byLength() []int {
	out := make([]int, len(f.edges))
	for i := range out {
		out[i] = i
	}
	span := func(i int) int { return f.column[f.edges[i].to] - f.column[f.edges[i].from] }
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(span(a), span(b)) })
	return out
}

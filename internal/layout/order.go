package layout

import (
	"cmp"
	"math"
	"slices"
)

// maxOrderWork bounds the visits of wires while columns are ordered, in all levels of a drawing together.
const maxOrderWork = 4_000_000

// order sorts the columns so that few lines cross: sweeps in both directions that put every vertex in the middle of what it is
// connected with, and swaps of neighbours. The best order seen is kept.
func (f *flow) order(s *scene) {
	f.pos = make([]int, len(f.column))
	var best [][]int
	least := math.MaxInt
	for _, forward := range []bool{true, false} {
		f.start(forward)
		for round, since := 0, 0; round < 24 && since < 6 && least > 0; round++ {
			f.sweep(s, round%2 == 0 == forward)
			f.swap(s)
			since++
			if c := f.crossings(s); c < least {
				least, since = c, 0
				best = copyLayers(best, f.layers)
			}
			if s.work > maxOrderWork {
				break
			}
		}
	}
	if best != nil {
		f.layers = best
		f.number()
	}
	s.cross += least
}

func copyLayers(to, from [][]int) [][]int {
	if to == nil {
		to = make([][]int, len(from))
	}
	for i := range from {
		to[i] = append(to[i][:0], from[i]...)
	}
	return to
}

func (f *flow) number() {
	for _, layer := range f.layers {
		for i, v := range layer {
			f.pos[v] = i
		}
	}
}

// start orders every column by when a walk along the lines first comes by, from the one side or the other.
func (f *flow) start(forward bool) {
	seen := make([]bool, len(f.column))
	when := make([]int, len(f.column))
	clock := 0
	var visit func(int)
	visit = func(v int) {
		if seen[v] {
			return
		}
		seen[v] = true
		when[v] = clock
		clock++
		if forward {
			for _, w := range f.down[v] {
				visit(f.wires[w].to)
			}
			return
		}
		for _, w := range f.up[v] {
			visit(f.wires[w].from)
		}
	}
	for i := range f.layers {
		layer := f.layers[i]
		if !forward {
			layer = f.layers[len(f.layers)-1-i]
		}
		for _, v := range slices.Sorted(slices.Values(layer)) {
			visit(v)
		}
	}
	for _, layer := range f.layers {
		slices.SortFunc(layer, func(a, b int) int { return cmp.Compare(when[a], when[b]) })
	}
	f.number()
}

// port is where a wire leaves or meets a vertex, as a place in the column: between its neighbours, by the height of the port.
func (f *flow) port(v, offset int) float64 {
	return float64(f.pos[v]) + float64(offset+1)/float64(f.tall[v]+2)
}

func (f *flow) sweep(s *scene, forward bool) {
	middle := make([]float64, len(f.column))
	for i := range f.layers {
		if !forward {
			i = len(f.layers) - 1 - i
		}
		layer := f.layers[i]
		for _, v := range layer {
			middle[v] = f.middle(v, forward)
			s.work += 1 + len(f.up[v]) + len(f.down[v])
		}
		slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
		for at, v := range layer {
			f.pos[v] = at
		}
	}
}

// middle is the mean place of the other ends of a vertex's wires; without wires it stays where it is.
func (f *flow) middle(v int, forward bool) float64 {
	sum, n := 0.0, 0
	if forward {
		for _, w := range f.up[v] {
			sum += f.port(f.wires[w].from, f.wires[w].out)
			n++
		}
	} else {
		for _, w := range f.down[v] {
			sum += f.port(f.wires[w].to, f.wires[w].in)
			n++
		}
	}
	if n == 0 {
		return float64(f.pos[v]) + 0.5
	}
	return sum / float64(n)
}

// swap exchanges neighbours as long as that takes crossings away.
func (f *flow) swap(s *scene) {
	for better, round := true, 0; better && round < 8 && s.work < maxOrderWork; round++ {
		better = false
		for _, layer := range f.layers {
			for i := range len(layer) - 1 {
				u, v := layer[i], layer[i+1]
				now, then := f.between(s, u, v)
				if then < now {
					layer[i], layer[i+1] = v, u
					f.pos[v], f.pos[u] = i, i+1
					better = true
				}
			}
		}
	}
}

// maxPairs bounds one comparison of two neighbours; those with more wires stay as the sweeps left them.
const maxPairs = 10_000

// between counts the crossings of the wires of two neighbours, as they stand and exchanged.
func (f *flow) between(s *scene, u, v int) (now, then int) {
	pairs := len(f.up[u])*len(f.up[v]) + len(f.down[u])*len(f.down[v])
	s.work += 1 + min(pairs, maxPairs)
	if pairs > maxPairs {
		return 0, 0
	}
	for _, a := range f.up[u] {
		x := f.port(f.wires[a].from, f.wires[a].out)
		for _, b := range f.up[v] {
			switch y := f.port(f.wires[b].from, f.wires[b].out); {
			case x > y:
				now++
			case x < y:
				then++
			}
		}
	}
	for _, a := range f.down[u] {
		x := f.port(f.wires[a].to, f.wires[a].in)
		for _, b := range f.down[v] {
			switch y := f.port(f.wires[b].to, f.wires[b].in); {
			case x > y:
				now++
			case x < y:
				then++
			}
		}
	}
	return now, then
}

// crossings counts all of them, gap by gap.
func (f *flow) crossings(s *scene) int {
	type line struct{ a, b float64 }
	sum := 0
	var lines []line
	var ends, spare []float64
	for _, layer := range f.layers {
		lines, ends = lines[:0], ends[:0]
		for _, v := range layer {
			for _, w := range f.down[v] {
				x := f.wires[w]
				lines = append(lines, line{f.port(x.from, x.out), f.port(x.to, x.in)})
			}
		}
		slices.SortFunc(lines, func(p, q line) int { return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b)) })
		for _, l := range lines {
			ends = append(ends, l.b)
		}
		spare = slices.Grow(spare[:0], len(ends))[:len(ends)]
		sum += inversions(ends, spare)
		s.work += 4 * len(lines)
	}
	return sum
}

// inversions sorts x and returns how many of its pairs stood in the wrong order.
func inversions(x, spare []float64) int {
	if len(x) < 2 {
		return 0
	}
	half := len(x) / 2
	n := inversions(x[:half], spare[:half]) + inversions(x[half:], spare[half:])
	copy(spare, x)
	i, j := 0, half
	for k := range x {
		if j == len(x) || i < half && spare[i] <= spare[j] {
			x[k] = spare[i]
			i++
			continue
		}
		x[k] = spare[j]
		n += half - i
		j++
	}
	return n
}

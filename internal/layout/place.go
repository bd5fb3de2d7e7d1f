package layout

import "math"

// place moves vertices up and down, in their order, to where their lines are as level as can be.
func (f *flow) place(s *scene) {
	f.y = make([]float64, len(f.column))
	for _, layer := range f.layers {
		y := 0.0
		for i, v := range layer {
			if i > 0 {
				y += f.apart(layer[i-1], v)
			}
			f.y[v] = y
		}
	}
	var c columnFit
	const rounds = 18
	for round := range rounds {
		both := round >= rounds-6
		for i := range f.layers {
			if round%2 == 1 {
				i = len(f.layers) - 1 - i
			}
			c.reset(len(f.layers[i]))
			for _, v := range f.layers[i] {
				c.want(f.pull(v, both || round%2 == 0, both || round%2 == 1))
				s.work += 1 + len(f.up[v]) + len(f.down[v])
			}
			c.fit(f, f.layers[i])
		}
	}
	f.straighten()
}

// straighten gives all joints of a line one height where their columns have room for it: without this, a line that has to
// climb would climb a little in every column.
func (f *flow) straighten() {
	done := make([]bool, len(f.column))
	byLength := f.byLength()
	for i := range byLength {
		e := &f.edges[byLength[len(byLength)-1-i]]
		chain := e.chain
		for len(chain) > 0 && done[chain[0]] { // shared with a longer line
			chain = chain[1:]
		}
		low, high := math.Inf(-1), math.Inf(1)
		for _, j := range chain {
			done[j] = true
			layer, at := f.layers[f.column[j]], f.pos[j]
			if at > 0 {
				low = max(low, f.y[layer[at-1]]+f.apart(layer[at-1], j))
			}
			if at+1 < len(layer) {
				high = min(high, f.y[layer[at+1]]-f.apart(j, layer[at+1]))
			}
		}
		if len(chain) == 0 || low > high {
			continue
		}
		from, to := f.y[e.from]+float64(e.out), f.y[e.to]+float64(e.in)
		y, other := min(max(from, low), high), min(max(to, low), high)
		if math.Abs(other-from)+math.Abs(other-to) < math.Abs(y-from)+math.Abs(y-to) {
			y = other
		}
		for _, j := range chain {
			f.y[j] = y
		}
	}
}

// apart is the least distance between the tops of two neighbours in a column.
func (f *flow) apart(above, below int) float64 {
	gap := boxGap
	switch {
	case above >= f.n && below >= f.n:
		gap = lineGap
	case above >= f.n || below >= f.n:
		gap = (boxGap + lineGap) / 2
	}
	return float64(f.tall[above] + gap)
}

// pull is where the lines of a vertex want its top to be, and how strongly: a line that passes through columns should be
// straight before anything else.
func (f *flow) pull(v int, left, right bool) (y, weight float64) {
	sum := 0.0
	add := func(other int, at float64) {
		w := 1.0
		switch {
		case v >= f.n && other >= f.n:
			w = 8
		case v >= f.n || other >= f.n:
			w = 2
		}
		sum += w * at
		weight += w
	}
	if left {
		for _, i := range f.up[v] {
			w := f.wires[i]
			add(w.from, f.y[w.from]+float64(w.out-w.in))
		}
	}
	if right {
		for _, i := range f.down[v] {
			w := f.wires[i]
			add(w.to, f.y[w.to]+float64(w.in-w.out))
		}
	}
	if weight == 0 {
		return f.y[v], 0.1
	}
	return sum / weight, weight
}

// columnFit finds the places nearest to the wanted ones that keep the order and the distances of a column: neighbours that
// would overlap become one block at the mean of what they want.
type columnFit struct {
	wants, weights, offsets []float64
	blocks                  []block
}

type block struct {
	sum, weight float64
	from        int
}

func (c *columnFit) reset(n int) {
	c.wants, c.weights, c.offsets = c.wants[:0], c.weights[:0], append(c.offsets[:0], make([]float64, n)...)
	c.blocks = c.blocks[:0]
}

func (c *columnFit) want(y, weight float64) {
	c.wants, c.weights = append(c.wants, y), append(c.weights, weight)
}

func (c *columnFit) fit(f *flow, layer []int) {
	for i := range layer {
		if i > 0 {
			c.offsets[i] = c.offsets[i-1] + f.apart(layer[i-1], layer[i])
		}
		b := block{(c.wants[i] - c.offsets[i]) * c.weights[i], c.weights[i], i}
		for n := len(c.blocks); n > 0 && c.blocks[n-1].sum/c.blocks[n-1].weight > b.sum/b.weight; n-- {
			last := c.blocks[n-1]
			c.blocks = c.blocks[:n-1]
			b = block{b.sum + last.sum, b.weight + last.weight, last.from}
		}
		c.blocks = append(c.blocks, b)
	}
	for k, b := range c.blocks {
		to := len(layer)
		if k+1 < len(c.blocks) {
			to = c.blocks[k+1].from
		}
		for i := b.from; i < to; i++ {
			f.y[layer[i]] = b.sum/b.weight + c.offsets[i]
		}
	}
}

// measure rounds the places, from the top, and sizes the columns.
func (f *flow) measure() {
	top := math.Inf(1)
	for _, y := range f.y {
		top = min(top, y)
	}
	for v := range f.y {
		f.y[v] = math.Round(f.y[v] - top)
		f.height = max(f.height, int(f.y[v])+f.tall[v])
	}
	f.left, f.right = make([]int, len(f.layers)), make([]int, len(f.layers))
	x := 0
	for c, layer := range f.layers {
		wide, pins := 0, false
		for _, v := range layer {
			if v < f.n {
				wide = max(wide, f.p.vertices[f.ids[v]].w)
				pins = pins || f.sideOf(v) != inside
			}
		}
		switch {
		case c > 0 && (pins || f.left[c-1] == f.right[c-1]): // a column of pins has no width
			x += pinGap
		case c > 0:
			x += columnGap
		}
		f.left[c], f.right[c] = x, x+wide
		x += wide
	}
	f.width = x
}

// put moves the flow to its place in the plane and leads the lines.
func (f *flow) put(x, y int) {
	for v, id := range f.ids {
		w, c := &f.p.vertices[id], f.column[v]
		w.x, w.y = x+f.left[c], y+int(f.y[v])
		if len(f.up[v]) == 0 { // what only gives stands next to those who take
			w.x = x + f.right[c] - w.w
		}
	}
	for _, e := range f.edges {
		a, b := f.p.vertices[f.ids[e.from]], f.p.vertices[f.ids[e.to]]
		way := Path{Back: e.back, Points: []Point{{a.x + a.w, a.y + e.out}}}
		if !e.back {
			way.Points = appendTurn(way.Points, Point{x + f.right[f.column[e.from]], a.y + e.out})
			for _, j := range e.chain {
				c, at := f.column[j], y+int(f.y[j])
				way.Points = appendTurn(way.Points, Point{x + f.left[c], at})
				way.Points = appendTurn(way.Points, Point{x + f.right[c], at})
			}
			way.Points = appendTurn(way.Points, Point{x + f.left[f.column[e.to]], b.y + e.in})
		}
		way.Points = appendTurn(way.Points, Point{b.x, b.y + e.in})
		f.p.ways[e.id] = way
	}
}

package layout

// flow lays out connected vertices in columns: it takes circles apart, gives every vertex a column, adds a joint to every
// line in every column it passes, orders the columns so that few lines cross, and moves everything to where lines are short.
// The method is that of Sugiyama, Tagawa and Toda, with ports.
type flow struct {
	p      *plane
	ids    []int // vertices of the plane, by number here
	n      int   // of the vertices that are not joints
	tall   []int // of vertices and joints
	edges  []flowEdge
	column []int // of vertices and joints
	layers [][]int
	wires  []wire
	up     [][]int // wires that end at a vertex
	down   [][]int // wires that start at it
	pos    []int   // place in the column
	y      []float64
	pinned bool

	width, height int
	left, right   []int // of the columns
}

// flowEdge is a connection here; its chain holds the joints it passes through.
type flowEdge struct {
	id, from, out, to, in int
	back                  bool
	chain                 []int
}

// wire is the part of a line between two neighbouring columns.
type wire struct {
	from, out, to, in int
}

func newFlow(p *plane, members []int) *flow {
	f := &flow{p: p, ids: members, n: len(members)}
	local := make(map[int]int, len(members))
	for i, v := range members {
		local[v] = i
		f.tall = append(f.tall, p.vertices[v].h)
		f.pinned = f.pinned || p.vertices[v].side != inside
	}
	for id, c := range p.connections {
		if from, ok := local[c.from]; ok {
			f.edges = append(f.edges, flowEdge{id: id, from: from, out: c.out, to: local[c.to], in: c.in})
		}
	}
	return f
}

func (f *flow) draw(s *scene) {
	f.unwind()
	f.rank()
	f.joint(s)
	f.order(s)
	f.place(s)
	f.measure()
}

// unwind marks the lines that close a circle. Vertices without lines to them come first, so that a line against the flow is
// the one a person would call so.
func (f *flow) unwind() {
	next := make([][]int, f.n)
	lines := make([]int, f.n)
	for i, e := range f.edges {
		next[e.from] = append(next[e.from], i)
		lines[e.to]++
	}
	const (
		fresh = iota
		open
		done
	)
	state := make([]int, f.n)
	var visit func(int)
	visit = func(v int) {
		state[v] = open
		for _, i := range next[v] {
			switch to := f.edges[i].to; state[to] {
			case open:
				f.edges[i].back = true
			case fresh:
				visit(to)
			}
		}
		state[v] = done
	}
	for v := range f.n {
		if lines[v] == 0 && state[v] == fresh {
			visit(v)
		}
	}
	for v := range f.n {
		if state[v] == fresh {
			visit(v)
		}
	}
}

// joint adds the joints. Lines from one port share them. When there would be too many in the whole drawing, the longest lines
// go straight, over whatever lies between.
func (f *flow) joint(s *scene) {
	f.layers = make([][]int, 0)
	for v := range f.n {
		f.settle(v)
	}
	type stop struct{ from, out, column int }
	known := map[stop]int{}
	f.up, f.down = make([][]int, f.n), make([][]int, f.n)
	for _, i := range f.byLength() {
		e := &f.edges[i]
		span := f.column[e.to] - f.column[e.from] - 1
		if e.back || span > 0 && s.passed+span > maxPassed {
			continue
		}
		s.passed += max(span, 0)
		at, out := e.from, e.out
		for c := f.column[e.from] + 1; c < f.column[e.to]; c++ {
			j, ok := known[stop{e.from, e.out, c}]
			if !ok {
				j = len(f.column)
				known[stop{e.from, e.out, c}] = j
				f.column = append(f.column, c)
				f.tall = append(f.tall, 0)
				f.up, f.down = append(f.up, nil), append(f.down, nil)
				f.settle(j)
				f.wire(at, out, j, 0)
			}
			e.chain = append(e.chain, j)
			at, out = j, 0
		}
		f.wire(at, out, e.to, e.in)
	}
}

// maxPassed bounds how many columns all lines together pass through, and with it the memory of a drawing.
const maxPassed = 20_000

func (f *flow) settle(v int) {
	for len(f.layers) <= f.column[v] {
		f.layers = append(f.layers, nil)
	}
	f.layers[f.column[v]] = append(f.layers[f.column[v]], v)
}

func (f *flow) wire(from, out, to, in int) {
	w := len(f.wires)
	f.wires = append(f.wires, wire{from, out, to, in})
	f.down[from] = append(f.down[from], w)
	f.up[to] = append(f.up[to], w)
}

package layout

// scene is one run of Draw: the ground and the frames on it as levels, each laid out by itself. A line that leaves a frame is
// cut in pieces at its edge, where both levels have a pin for it.
type scene struct {
	g      Graph
	levels []*level // the ground, then the frames in their order
	slots  []int    // of the boxes: their numbers in their levels
	pieces [][]piece
	work   int
	passed int // columns that lines pass through so far
	cross  int
}

// level is the ground or one frame.
type level struct {
	parent, depth int
	slot          int   // its number in the parent level
	boxes         []int // of the graph, by slot; None for a frame
	frames        []int // levels, by slot; None for a box
	known         map[edge]int
	edges         []edge
	pins          [2]map[source]int
	plane         plane
	x, y          int // of its content, once assembled
}

// piece is the part of a line inside one level.
type piece struct{ level, edge int }

// source is a port that lines start from. Its lines share a way as long as they can.
type source struct{ box, port int }

// edge connects two ends of one level.
type edge struct{ from, to end }

// end is a port of a box, or a pin: of this level when index is None, otherwise of the frame in that slot.
type end struct {
	index, port int
	pin         int // None for a box
}

const (
	entry = 0 // pins on the left
	exit  = 1 // pins on the right
)

func newScene(g Graph) *scene {
	s := &scene{g: g, slots: make([]int, len(g.Boxes)), pieces: make([][]piece, len(g.Lines))}
	s.levels = append(s.levels, newLevel(None, 0))
	for i, f := range g.Frames {
		up := s.levels[f.Parent+1]
		l := newLevel(f.Parent+1, up.depth+1)
		l.slot = up.add(None, i+1)
		s.levels = append(s.levels, l)
	}
	for i, b := range g.Boxes {
		s.slots[i] = s.levels[b.Frame+1].add(i, None)
	}
	return s
}

func newLevel(parent, depth int) *level {
	return &level{parent: parent, depth: depth, known: map[edge]int{}, pins: [2]map[source]int{{}, {}}}
}

func (l *level) add(box, frame int) (slot int) {
	l.boxes, l.frames = append(l.boxes, box), append(l.frames, frame)
	return len(l.boxes) - 1
}

// connect returns the number of the edge between two ends; what two lines share is one edge.
func (l *level) connect(e edge) int {
	i, ok := l.known[e]
	if !ok {
		i = len(l.edges)
		l.known[e] = i
		l.edges = append(l.edges, e)
	}
	return i
}

func (l *level) pin(side int, s source) int {
	n, ok := l.pins[side][s]
	if !ok {
		n = len(l.pins[side])
		l.pins[side][s] = n
	}
	return n
}

// cut splits a line into its pieces, from its two ends towards the level both stand in.
func (s *scene) cut(i int, line Line) {
	src := source{line.From, line.Out}
	a, b := s.g.Boxes[line.From].Frame+1, s.g.Boxes[line.To].Frame+1
	from, to := end{s.slots[line.From], line.Out, None}, end{s.slots[line.To], line.In, None}
	var head, tail []piece
	for a != b {
		la, lb := s.levels[a], s.levels[b]
		if la.depth >= lb.depth {
			pin := la.pin(exit, src)
			head = append(head, piece{a, la.connect(edge{from, end{None, 0, pin}})})
			from, a = end{la.slot, 0, pin}, la.parent
		} else {
			pin := lb.pin(entry, src)
			tail = append(tail, piece{b, lb.connect(edge{end{None, 0, pin}, to})})
			to, b = end{lb.slot, 0, pin}, lb.parent
		}
	}
	head = append(head, piece{a, s.levels[a].connect(edge{from, to})})
	for j := len(tail) - 1; j >= 0; j-- {
		head = append(head, tail[j])
	}
	s.pieces[i] = head
}

// draw lays out a level whose frames have been laid out.
func (l *level) draw(s *scene) {
	p := &l.plane
	if l.parent != None {
		p.least = minFrame
	}
	for slot, box := range l.boxes {
		if box != None {
			p.add(s.g.Boxes[box].Width, s.g.Boxes[box].Height, inside)
			continue
		}
		w, h := s.levels[l.frames[slot]].size()
		p.add(w, h, inside)
	}
	first := [2]int{len(p.vertices), len(p.vertices) + len(l.pins[entry])}
	for range l.pins[entry] {
		p.add(0, 0, leftmost)
	}
	for range l.pins[exit] {
		p.add(0, 0, rightmost)
	}
	vertex := func(e end, pinHere, pinThere int) (v, port int) {
		switch {
		case e.pin == None:
			return e.index, e.port
		case e.index == None:
			return first[pinHere] + e.pin, 0
		}
		inner := s.levels[l.frames[e.index]]
		return e.index, inner.pinAt(pinThere, e.pin)
	}
	for _, e := range l.edges {
		var c connection
		c.from, c.out = vertex(e.from, entry, exit)
		c.to, c.in = vertex(e.to, exit, entry)
		p.connections = append(p.connections, c)
	}
	p.draw(s)
}

// size is that of a frame with its edges and its name.
func (l *level) size() (w, h int) {
	return l.plane.width + 2*frameGap, l.plane.height + 2*frameGap + FrameHeader
}

// minFrame leaves room for the name of a frame.
const minFrame = 120

// pinAt is how far below the top of a frame a pin is.
func (l *level) pinAt(side, pin int) int {
	v := len(l.boxes) + pin
	if side == exit {
		v += len(l.pins[entry])
	}
	return l.plane.vertices[v].y + frameGap + FrameHeader
}

// assemble puts the levels where they belong and the pieces of the lines together.
func (s *scene) assemble() Drawing {
	d := Drawing{
		Boxes: make([]Rect, len(s.g.Boxes)), Frames: make([]Rect, len(s.g.Frames)), Lines: make([]Path, len(s.g.Lines)),
		Crossings: s.cross, work: s.work,
	}
	ground := s.levels[0]
	ground.x, ground.y = Margin, Margin
	d.Width, d.Height = ground.plane.width+2*Margin, ground.plane.height+2*Margin
	for _, l := range s.levels {
		for slot, box := range l.boxes {
			v := l.plane.vertices[slot]
			r := Rect{l.x + v.x, l.y + v.y, v.w, v.h}
			if box != None {
				d.Boxes[box] = r
				continue
			}
			inner := s.levels[l.frames[slot]]
			d.Frames[l.frames[slot]-1] = r
			inner.x, inner.y = r.X+frameGap, r.Y+frameGap+FrameHeader
		}
	}
	for i, pieces := range s.pieces {
		d.Lines[i] = s.join(pieces)
	}
	turnBack(&d)
	for _, line := range d.Lines {
		d.Length += line.length()
	}
	return d
}

func (s *scene) join(pieces []piece) Path {
	var p Path
	for _, part := range pieces {
		l := s.levels[part.level]
		way := l.plane.ways[part.edge]
		p.Back = p.Back || way.Back
		for _, at := range way.Points {
			p.Points = appendTurn(p.Points, Point{l.x + at.X, l.y + at.Y})
		}
	}
	if p.Back { // turnBack finds a way of its own
		p.Points = []Point{p.Points[0], p.Points[len(p.Points)-1]}
	}
	return p
}

// appendTurn adds a point, and leaves out the one before when it lies on a straight way.
func appendTurn(points []Point, to Point) []Point {
	n := len(points)
	if n > 0 && points[n-1] == to {
		return points
	}
	if n > 1 && points[n-1].Y == to.Y && points[n-2].Y == to.Y {
		points[n-1] = to
		return points
	}
	return append(points, to)
}

func (p Path) length() int {
	sum := 0
	for i := 1; i < len(p.Points); i++ {
		a, b := p.Points[i-1], p.Points[i]
		sum += max(a.X-b.X, b.X-a.X) + max(a.Y-b.Y, b.Y-a.Y)
	}
	return sum
}

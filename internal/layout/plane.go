package layout

import (
	"cmp"
	"math"
	"slices"
)

// plane is one level as vertices and connections, without frames: those are vertices like boxes.
type plane struct {
	vertices      []vertex
	connections   []connection
	ways          []Path // of the connections
	least         int    // width
	width, height int
}

type vertex struct {
	w, h int
	side side
	x, y int // top left
}

// side says where a vertex may stand.
type side int

const (
	inside side = iota
	leftmost
	rightmost
)

type connection struct {
	from, out int // vertex, and how far below its top
	to, in    int
}

func (p *plane) add(w, h int, s side) { p.vertices = append(p.vertices, vertex{w: w, h: h, side: s}) }

// draw lays out every connected part by itself and puts the parts on shelves, the one with the pins first.
func (p *plane) draw(s *scene) {
	p.ways = make([]Path, len(p.connections))
	parts := p.parts()
	flows := make([]*flow, len(parts))
	area, widest := 0, 0
	for i, members := range parts {
		flows[i] = newFlow(p, members)
		flows[i].draw(s)
		area += (flows[i].width + columnGap) * (flows[i].height + boxGap)
		widest = max(widest, flows[i].width)
	}
	shelf := max(widest, int(math.Sqrt(2*float64(area))))
	x, y, tall := 0, 0, 0
	for i, f := range flows {
		if x > 0 && (x+f.width > shelf || flows[i-1].pinned) {
			x, y, tall = 0, y+tall+boxGap, 0
		}
		f.put(x, y)
		x += f.width + columnGap
		tall = max(tall, f.height)
		p.width = max(p.width, x-columnGap)
		p.height = max(p.height, y+tall)
	}
	p.width = max(p.width, p.least)
	p.reachOut()
}

// reachOut leads the lines to the pins across the padding to the very edge of the frame.
func (p *plane) reachOut() {
	for i, c := range p.connections {
		way := &p.ways[i]
		if from := p.vertices[c.from]; from.side == leftmost {
			way.Points = append([]Point{{-frameGap, from.y}}, way.Points...)
		}
		if to := p.vertices[c.to]; to.side == rightmost {
			way.Points = append(way.Points, Point{p.width + frameGap, to.y})
		}
	}
}

// parts are the connected vertices, in lists by their lowest number; all pins belong to one part, which comes first.
func (p *plane) parts() [][]int {
	root := make([]int, len(p.vertices))
	for v := range root {
		root[v] = v
	}
	find := func(v int) int {
		for root[v] != v {
			root[v] = root[root[v]]
			v = root[v]
		}
		return v
	}
	join := func(a, b int) {
		a, b = find(a), find(b)
		root[max(a, b)] = min(a, b)
	}
	pin := None
	for v, x := range p.vertices {
		if x.side == inside {
			continue
		}
		if pin != None {
			join(pin, v)
		}
		pin = v
	}
	for _, c := range p.connections {
		join(c.from, c.to)
	}
	var out [][]int
	at := map[int]int{}
	for v := range p.vertices {
		r := find(v)
		if _, ok := at[r]; !ok {
			at[r] = len(out)
			out = append(out, nil)
		}
		out[at[r]] = append(out[at[r]], v)
	}
	if pin != None {
		pinned := find(pin)
		slices.SortStableFunc(out, func(a, b []int) int {
			return cmp.Compare(btoi(find(a[0]) != pinned), btoi(find(b[0]) != pinned))
		})
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

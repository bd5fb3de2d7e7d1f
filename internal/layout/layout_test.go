package layout

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// comfy makes a graph like the workflows people build: loaders that many use, chains, a far link now and then, and frames.
func comfy(boxes, frames int, seed uint64) Graph {
	r := rand.New(rand.NewPCG(seed, 7))
	var g Graph
	for f := range frames {
		parent := None
		if f > 0 && r.IntN(3) == 0 {
			parent = r.IntN(f)
		}
		g.Frames = append(g.Frames, Frame{parent})
	}
	for i := range boxes {
		frame := None
		if frames > 0 && r.IntN(3) > 0 {
			frame = min(i*frames/boxes, frames-1)
		}
		g.Boxes = append(g.Boxes, Box{Width: 200, Height: 44 + 16*r.IntN(6), Frame: frame})
	}
	for i := 4; i < boxes; i++ {
		for port := range 1 + r.IntN(3) {
			from := i - 1 - r.IntN(min(i, 8))
			if r.IntN(10) == 0 {
				from = r.IntN(i)
			}
			g.Lines = append(g.Lines, Line{From: from, Out: 20 + 16*r.IntN(2), To: i, In: 20 + 16*min(port, 1)})
		}
	}
	return g
}

// sound returns what is wrong with a drawing of g: the promises of the package, stated a second time.
func sound(g Graph, d Drawing) (problems []string) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if len(d.Boxes) != len(g.Boxes) || len(d.Frames) != len(g.Frames) || len(d.Lines) != len(g.Lines) {
		report("%d boxes, %d frames, %d lines", len(d.Boxes), len(d.Frames), len(d.Lines))
		return problems
	}
	all := Rect{0, 0, d.Width, d.Height}
	for i, r := range d.Boxes {
		if r.Width != g.Boxes[i].Width || r.Height != g.Boxes[i].Height || !holds(all, r) {
			report("box %d is at %v", i, r)
		}
		for j := range i {
			if overlap(r, d.Boxes[j]) {
				report("boxes %d and %d overlap: %v, %v", j, i, d.Boxes[j], r)
			}
		}
		for f, frame := range d.Frames {
			if within(g, g.Boxes[i].Frame, f) != holds(frame, r) || !within(g, g.Boxes[i].Frame, f) && overlap(frame, r) {
				report("box %d at %v, frame %d at %v", i, r, f, frame)
			}
		}
	}
	for i, f := range d.Frames {
		for j := range i {
			if inside := within(g, g.Frames[i].Parent, j); inside != holds(d.Frames[j], f) || !inside && overlap(d.Frames[j], f) {
				report("frame %d at %v, frame %d at %v", i, f, j, d.Frames[j])
			}
		}
	}
	for i, line := range d.Lines {
		from, to := d.Boxes[g.Lines[i].From], d.Boxes[g.Lines[i].To]
		first, last := line.Points[0], line.Points[len(line.Points)-1]
		if first != (Point{from.X + from.Width, from.Y + g.Lines[i].Out}) || last != (Point{to.X, to.Y + g.Lines[i].In}) {
			report("line %d leads from %v to %v", i, first, last)
		}
		for _, at := range line.Points {
			if at.X < 0 || at.Y < 0 || at.X > d.Width || at.Y > d.Height {
				report("line %d leaves the drawing at %v", i, at)
			}
		}
		if !line.Back {
			problems = append(problems, pierces(d, i, line)...)
		}
	}
	return problems
}

// pierces finds boxes a line runs through. A line bends in the gaps between columns only, where no box is.
func pierces(d Drawing, i int, line Path) (problems []string) {
	for k := 1; k < len(line.Points); k++ {
		a, b := line.Points[k-1], line.Points[k]
		if b.X <= a.X {
			problems = append(problems, fmt.Sprintf("line %d turns back at %v", i, a))
		}
		hull := Rect{a.X, min(a.Y, b.Y), b.X - a.X, max(a.Y, b.Y) - min(a.Y, b.Y)}
		for j, box := range d.Boxes {
			if overlap(hull, Rect{box.X + 1, box.Y + 1, box.Width - 2, box.Height - 2}) {
				problems = append(problems, fmt.Sprintf("line %d runs through box %d at %v from %v to %v", i, j, box, a, b))
			}
		}
	}
	return problems
}

func within(g Graph, frame, outer int) bool {
	for ; frame != None; frame = g.Frames[frame].Parent {
		if frame == outer {
			return true
		}
	}
	return false
}

func holds(outer, r Rect) bool {
	return r.X >= outer.X && r.Y >= outer.Y && r.X+r.Width <= outer.X+outer.Width && r.Y+r.Height <= outer.Y+outer.Height
}

func overlap(a, b Rect) bool {
	return a.X <= b.X+b.Width && b.X <= a.X+a.Width && a.Y <= b.Y+b.Height && b.Y <= a.Y+a.Height
}

func TestDraw(t *testing.T) {
	t.Parallel()
	for _, boxes := range []int{0, 1, 2, 7, 30, 90} {
		for _, frames := range []int{0, 1, 5} {
			for seed := range uint64(12) {
				g := comfy(boxes, frames, seed)
				d := Draw(g)
				for _, problem := range sound(g, d) {
					t.Errorf("%d boxes, %d frames, seed %d: %s", boxes, frames, seed, problem)
				}
				if again := Draw(g); !reflect.DeepEqual(d, again) {
					t.Errorf("%d boxes, %d frames, seed %d: two drawings of one graph differ", boxes, frames, seed)
				}
			}
		}
	}
}

// TestDraw_Quality holds the drawing to figures, so that a change that makes drawings worse is noticed.
func TestDraw_Quality(t *testing.T) {
	t.Parallel()
	crossings, length := 0, 0
	for seed := range uint64(10) {
		d := Draw(comfy(60, 0, seed))
		crossings += d.Crossings
		length += d.Length
	}
	t.Logf("60 boxes: %d crossings, %d of length on average", crossings/10, length/10)
	// A tree, a chain and a ladder have drawings without a crossing.
	for name, g := range map[string]Graph{"tree": tree(63), "chain": chain(50), "ladder": ladder(20)} {
		if d := Draw(g); d.Crossings != 0 {
			t.Errorf("%s: %d crossings", name, d.Crossings)
		}
	}
}

func plain(n int) (g Graph) {
	for range n {
		g.Boxes = append(g.Boxes, Box{Width: 200, Height: 60, Frame: None})
	}
	return g
}

func (g *Graph) line(from, to int) {
	g.Lines = append(g.Lines, Line{From: from, To: to, Out: 30, In: 30})
}

func tree(n int) Graph {
	g := plain(n)
	for i := 1; i < n; i++ {
		g.line((i-1)/2, i)
	}
	return g
}

func chain(n int) Graph {
	g := plain(n)
	for i := 1; i < n; i++ {
		g.line(i-1, i)
	}
	return g
}

// ladder is two chains with rungs, its boxes in a mixed order.
func ladder(n int) Graph {
	g := plain(2 * n)
	for i := range n {
		g.line(i, 2*n-1-i)
		if i > 0 {
			g.line(i-1, i)
			g.line(2*n-i, 2*n-1-i)
		}
	}
	return g
}

// TestDraw_Circles: lines that close a circle are told apart, whatever the circle.
func TestDraw_Circles(t *testing.T) {
	t.Parallel()
	g := chain(5)
	g.line(4, 0)
	g.line(2, 2)
	d := Draw(g)
	for _, problem := range sound(g, d) {
		t.Error(problem)
	}
	for i, l := range d.Lines {
		if l.Back != (i >= 4) {
			t.Errorf("line %d: back = %v", i, l.Back)
		}
		for k := 1; k < len(l.Points); k++ {
			a, b := l.Points[k-1], l.Points[k]
			for j, box := range d.Boxes {
				way := Rect{min(a.X, b.X), min(a.Y, b.Y), max(a.X-b.X, b.X-a.X), max(a.Y-b.Y, b.Y-a.Y)}
				if overlap(way, Rect{box.X + 1, box.Y + 1, box.Width - 2, box.Height - 2}) {
					t.Errorf("line %d runs through box %d from %v to %v", i, j, a, b)
				}
			}
		}
	}
}

// TestDraw_Bounds: work and memory have bounds for shapes that ask for more.
func TestDraw_Bounds(t *testing.T) {
	t.Parallel()
	const n = 2000
	dense := plain(n)
	for i := range 8000 {
		dense.line(i%50, 50+(i*7919)%(n-50))
	}
	far := chain(n)
	for i := range 4000 {
		far.Lines = append(far.Lines, Line{From: i / 4, Out: i % 4, To: n - 1 - i/8, In: 20})
	}
	every := plain(n) // each one with each other, as far as the lines go
	for i := range 120 {
		for j := range i {
			every.line(i, j)
		}
	}
	hubs := plain(n)
	for i := 3; i < n; i++ {
		hubs.line(0, i)
		hubs.line(1, i)
		hubs.line(i, 2)
	}
	for name, g := range map[string]Graph{"dense": dense, "far": far, "every": every, "hubs": hubs, "loose": plain(n), "comfy": comfy(n, 40, 3)} {
		d := Draw(g)
		if limit := 3 * maxOrderWork; d.work > limit {
			t.Errorf("%s: %d units of work, at most %d are promised", name, d.work, limit)
		}
		points := 0
		for _, l := range d.Lines {
			points += len(l.Points)
		}
		if limit := 4*len(g.Lines) + 2*maxPassed; points > limit {
			t.Errorf("%s: %d points, at most %d are promised", name, points, limit)
		}
		t.Logf("%s: %d units of work, %d points, %d×%d", name, d.work, points, d.Width, d.Height)
	}
}

func TestPath_SVG(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Path{
		"":                      {},
		"M0 5H40":               {Points: []Point{{0, 5}, {40, 5}}},
		"M0 0C20 0 20 30 40 30": {Points: []Point{{0, 0}, {40, 30}}},
		"M90 10L95 10Q100 10 100 15L100 45Q100 50 95 50L-5 50Q-10 50 -10 45L-10 15Q-10 10 -5 10L0 10": {
			Points: []Point{{90, 10}, {100, 10}, {100, 50}, {-10, 50}, {-10, 10}, {0, 10}}, Back: true,
		},
		"M0 0C5 0 5 -8 10 -8H30C35 -8 35 0 40 0": {Points: []Point{{0, 0}, {10, -8}, {30, -8}, {40, 0}}},
	} {
		if got := p.SVG(); got != want {
			t.Errorf("SVG() = %s, want %s", got, want)
		}
	}
}

func FuzzDraw(f *testing.F) {
	f.Add([]byte{3, 1, 0, 1, 1, 2, 2, 0})
	f.Add([]byte{9, 3, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 1, 7, 7})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 2 {
			return
		}
		var g Graph
		frames := int(b[1] % 6)
		for i := range frames {
			g.Frames = append(g.Frames, Frame{int(b[(i+2)%len(b)])%(i+1) - 1})
		}
		n := 1 + int(b[0]%40)
		for i := range n {
			x := int(b[(i*5+1)%len(b)])
			g.Boxes = append(g.Boxes, Box{Width: 40 + x%3*50, Height: 40 + x%7*10, Frame: x%(frames+1) - 1})
		}
		for i := 2; i+1 < len(b) && i < 300; i += 2 {
			g.Lines = append(g.Lines, Line{From: int(b[i]) % n, To: int(b[i+1]) % n, Out: 10 + int(b[i])/n%3*10, In: 10 + int(b[i+1])/n%3*10})
		}
		for _, problem := range sound(g, Draw(g)) {
			t.Error(problem)
		}
	})
}

func BenchmarkDraw(b *testing.B) {
	for _, n := range []int{60, 400, 2000} {
		g := comfy(n, n/15, 1)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Draw(g)
			}
		})
	}
}

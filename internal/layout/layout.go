// Package layout draws a directed graph in columns from left to right: boxes with ports on both sides, lines between the
// ports, and frames around boxes that belong together. Lines go round boxes, cross each other seldom and are short. The same
// graph always gives the same drawing. Time and memory are bounded by the size of the graph and by fixed amounts of work,
// whatever its shape. The package knows nothing of what the boxes mean.
package layout

import "strconv"

// None is the frame of a box, or the parent of a frame, that stands in no frame.
const None = -1

// Graph is what is drawn.
type Graph struct {
	Boxes  []Box
	Frames []Frame
	Lines  []Line
}

// Box is a box of a size, in a frame or in None.
type Box struct {
	Width, Height int
	Frame         int
}

// Frame surrounds boxes and other frames. Parent comes before it in the list, or is None.
type Frame struct{ Parent int }

// Line leads from the right side of a box to the left side of one. Out and In say how far below the tops of the two.
type Line struct {
	From, Out int
	To, In    int
}

// Drawing is where everything stands, in the order of the graph's lists.
type Drawing struct {
	Width, Height int
	Boxes         []Rect
	Frames        []Rect
	Lines         []Path
	Crossings     int // of lines, as far as they are routed
	Length        int // of all lines, as the crow flies from point to point
	work          int
}

// Rect is a rectangle with its top left corner.
type Rect struct{ X, Y, Width, Height int }

// Point is a point of a line.
type Point struct{ X, Y int }

// Path is the way of one line. Back is set when the line closes a circle and therefore runs against the direction of all others.
type Path struct {
	Points []Point
	Back   bool
}

// The distances of a drawing.
const (
	Margin      = 16 // around everything
	columnGap   = 56
	pinGap      = 20 // between the side of a frame and what stands next to it
	boxGap      = 20 // between boxes of a column
	lineGap     = 10 // between lines that pass through a column
	frameGap    = 14 // between the content of a frame and its edge
	FrameHeader = 24 // room above the content of a frame, for its name
)

// Draw lays out g. Every index in g must be valid.
func Draw(g Graph) Drawing {
	s := newScene(g)
	for i, line := range g.Lines {
		s.cut(i, line)
	}
	for i := len(s.levels) - 1; i >= 0; i-- { // what stands inside first: its size is needed outside
		s.levels[i].draw(s)
	}
	return s.assemble()
}

// SVG is the path as the d attribute of an SVG path: straight where it can be, soft curves from column to column, and round corners
// where it leads back.
func (p Path) SVG() string {
	if len(p.Points) == 0 {
		return ""
	}
	at := p.Points[0]
	d := appendPoint([]byte{'M'}, at)
	if p.Back {
		return string(appendRounded(d, p.Points))
	}
	for _, to := range p.Points[1:] {
		if to.Y == at.Y {
			d = strconv.AppendInt(append(d, 'H'), int64(to.X), 10)
		} else {
			middle := (at.X + to.X) / 2
			d = appendCurve(d, Point{middle, at.Y}, Point{middle, to.Y}, to)
		}
		at = to
	}
	return string(d)
}

func appendCurve(d []byte, a, b, to Point) []byte {
	d = appendPoint(append(d, 'C'), a)
	d = appendPoint(append(d, ' '), b)
	return appendPoint(append(d, ' '), to)
}

func appendPoint(d []byte, p Point) []byte {
	d = strconv.AppendInt(d, int64(p.X), 10)
	return strconv.AppendInt(append(d, ' '), int64(p.Y), 10)
}

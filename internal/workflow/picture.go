package workflow

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/comfydeck/comfydeck/internal/layout"
)

// The bounds of a picture: larger workflows have an outline only.
const (
	MaxDrawnNodes = 2000
	MaxDrawnLinks = 8000
	// maxFullNodes is how many nodes are drawn with their inputs; more get a name only.
	maxFullNodes = 300
)

// Picture is a graph as shapes and texts to draw, everything ready to print. Nodes and Wires are in the order of the graph's.
type Picture struct {
	Width, Height int
	Nodes         []PictureNode
	Frames        []PictureFrame
	Wires         []Wire
	Crossings     int
	Length        int
}

// PictureNode is the box of one node. Everything in it is measured from its top left corner.
type PictureNode struct {
	X, Y, Width, Height int
	Title               string
	Class               string // "" when the title says the same
	Number              string // "#3": the id
	Ports               []Port
	Facts               []PictureFact
	More                string // "3 more inputs"
	MoreY               int
}

// Port is where links meet a box, on its left or right side.
type Port struct {
	X, Y  int
	Label string
	Type  string
	Out   bool
}

// PictureFact is an input that is no link.
type PictureFact struct {
	Y            int
	Label, Value string
	Change       Change
}

// PictureFrame surrounds the nodes of a sub-graph.
type PictureFrame struct {
	X, Y, Width, Height int
	Name                string
}

// Wire is a link as the d attribute of a path.
type Wire struct {
	D    string
	Back bool // it closes a circle
}

// The measures of a box, in units of the picture.
const (
	boxWidth    = 208
	titleHeight = 24
	classHeight = 16
	portHeight  = 18
	factHeight  = 17
	boxPadding  = 8
	maxFacts    = 5
	titleCells  = 23 // characters of the usual width that fit, with the id
	idCells     = 9
	classCells  = 33
	portCells   = 16
	factCells   = 26
)

// Draw makes the picture of a graph; false when the graph is too large for one.
func (g *Graph) Draw() (Picture, bool) {
	if g.Cut || len(g.Nodes) > MaxDrawnNodes || len(g.Links) > MaxDrawnLinks {
		return Picture{}, false
	}
	d := g.drawer()
	return d.finish(), true
}

// drawer is one run of Draw.
type drawer struct {
	g    *Graph
	full bool
	p    Picture
	plan layout.Graph
	outs map[output]int // where an output is below the top of its box
	ins  []int          // the same for the other end of every link
}

type output struct {
	node int
	name string
}

type outPort struct{ name, kind string }

// outputs lists the outputs of every node that links take from, by their numbers.
func (d *drawer) outputs() [][]outPort {
	all := make([][]outPort, len(d.g.Nodes))
	for _, l := range d.g.Links {
		list := all[l.From]
		at := slices.IndexFunc(list, func(o outPort) bool { return o.name == l.Output })
		switch {
		case at < 0:
			all[l.From] = append(list, outPort{l.Output, l.Type})
		case list[at].kind == "":
			list[at].kind = l.Type
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b outPort) int {
			return cmp.Or(cmp.Compare(len(a.name), len(b.name)), strings.Compare(a.name, b.name))
		})
	}
	return all
}

func (d *drawer) node(i int, outputs []outPort) {
	n := &d.g.Nodes[i]
	box := PictureNode{Width: boxWidth, Number: fit("#"+oneLine(n.ID, idCells), idCells)}
	box.Title = fit(n.Name(), titleCells-cells(box.Number))
	if n.Title != "" && n.Title != n.Class {
		box.Class = fit(n.Class, classCells)
	}
	y := titleHeight
	if box.Class != "" {
		y += classHeight
	}
	y += boxPadding / 2
	if d.full {
		y = d.rows(i, &box, outputs, y)
	} else {
		d.hub(i, outputs, y/2)
	}
	box.Height = y + boxPadding
	d.p.Nodes = append(d.p.Nodes, box)
	d.plan.Boxes = append(d.plan.Boxes, layout.Box{Width: box.Width, Height: box.Height})
}

// Name is what a person calls a node: its title, or else its class, or else its id.
func (n *Node) Name() string {
	for _, s := range []string{n.Title, n.Class} {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	if n.Form == FormMissing {
		return "Missing node " + n.ID
	}
	return "Node " + n.ID
}

// hub lets all links meet a box at one height.
func (d *drawer) hub(i int, outputs []outPort, y int) {
	for _, o := range outputs {
		d.outs[output{i, o.name}] = y
	}
	for _, in := range d.g.Nodes[i].Inputs {
		if in.Link != None {
			d.ins[in.Link] = y
		}
	}
}

// rows puts inputs and outputs on the sides of a box and values below them.
func (d *drawer) rows(i int, box *PictureNode, outputs []outPort, y int) int {
	n := &d.g.Nodes[i]
	left := y
	links := 0
	for i := range n.Inputs {
		if n.Inputs[i].Link != None {
			links++
		}
	}
	box.Ports = make([]Port, 0, links+len(outputs))
	for _, in := range n.Inputs {
		if in.Link == None {
			continue
		}
		d.ins[in.Link] = left + portHeight/2
		box.Ports = append(box.Ports, Port{0, left + portHeight/2, fit(in.Name, portCells), d.g.Links[in.Link].Type, false})
		left += portHeight
	}
	right := y
	for _, o := range outputs {
		d.outs[output{i, o.name}] = right + portHeight/2
		label := o.kind
		if label == "" {
			label = "output " + o.name
		}
		if left == y || len(outputs) > 1 { // beside inputs there is room for short ones
			label = fit(label, portCells-2)
		}
		box.Ports = append(box.Ports, Port{boxWidth, right + portHeight/2, fit(label, portCells-2), o.kind, true})
		right += portHeight
	}
	return d.facts(n, box, max(left, right))
}

func (d *drawer) facts(n *Node, box *PictureNode, y int) int {
	list := n.keyInputs()
	box.Facts = make([]PictureFact, 0, min(len(list), maxFacts))
	for _, in := range list[:min(len(list), maxFacts)] {
		label := fit(in.Name, portCells)
		room := max(6, factCells-cells(label))
		box.Facts = append(box.Facts, PictureFact{y + factHeight/2, label, fit(oneLine(in.Value.Text, room), room), in.Change})
		y += factHeight
	}
	if more := len(list) - maxFacts; more > 0 {
		box.More, box.MoreY = strconv.Itoa(more)+" more", y+factHeight/2
		y += factHeight
	}
	return y
}

// finish lays everything out.
func (d *drawer) finish() Picture {
	d.lines()
	drawn := layout.Draw(d.plan)
	d.p.Width, d.p.Height = drawn.Width, drawn.Height
	d.p.Crossings, d.p.Length = drawn.Crossings, drawn.Length
	for i, r := range drawn.Boxes {
		d.p.Nodes[i].X, d.p.Nodes[i].Y = r.X, r.Y
	}
	for i, r := range drawn.Frames {
		f := &d.p.Frames[i]
		f.X, f.Y, f.Width, f.Height = r.X, r.Y, r.Width, r.Height
	}
	for _, line := range drawn.Lines {
		d.p.Wires = append(d.p.Wires, Wire{line.SVG(), line.Back})
	}
	return d.p
}

// frames puts nodes of sub-graphs in frames.
func (d *drawer) frames() {
	known := map[string]int{}
	for i := range d.g.Nodes {
		frame := layout.None
		for _, id := range d.g.Nodes[i].Within {
			at, ok := known[id]
			if !ok {
				at = len(d.plan.Frames)
				known[id] = at
				d.plan.Frames = append(d.plan.Frames, layout.Frame{Parent: frame})
				d.p.Frames = append(d.p.Frames, PictureFrame{Name: fit("Sub-graph "+id, 40)})
			}
			frame = at
		}
		d.plan.Boxes[i].Frame = frame
	}
}

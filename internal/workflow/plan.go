package workflow

import "github.com/comfydeck/comfydeck/internal/layout"

// Plan is what Draw gives to the layout: the boxes and the lines, whatever they mean. It is for comparing layouts.
func (g *Graph) Plan() layout.Graph {
	d := g.drawer()
	d.lines()
	return d.plan
}

func (g *Graph) drawer() drawer {
	d := drawer{g: g, full: len(g.Nodes) <= maxFullNodes, outs: map[output]int{}, ins: make([]int, len(g.Links))}
	outputs := d.outputs()
	for i := range g.Nodes {
		d.node(i, outputs[i])
	}
	d.frames()
	return d
}

func (d *drawer) lines() {
	for i, l := range d.g.Links {
		d.plan.Lines = append(d.plan.Lines, layout.Line{From: l.From, Out: d.outs[output{l.From, l.Output}], To: l.To, In: d.ins[i]})
	}
}

package handlers

import (
	"fmt"
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

// graph draws both workflows as one: all of it, or what differs with what that is linked with. What happened to a node stands in
// its box in words.
func (p *compareSheet) graph() (views.Graph, string) {
	g := p.c.Together()
	differ := make([]bool, len(g.Nodes))
	for k, pair := range p.c.Pairs {
		differ[k] = differs(pair)
		if differ[k] {
			n := &g.Nodes[k]
			n.Title, n.Class = n.Name(), strings.TrimSuffix(p.mark(pair)+" · "+n.Class, " · ")
		}
	}
	pairs, note := make([]int, len(g.Nodes)), ""
	for k := range pairs {
		pairs[k] = k
	}
	if !p.q.All {
		all := len(g.Nodes)
		g, pairs = g.Part(workflow.Around(&g, differ))
		if left := all - len(pairs); left > 0 {
			note = fmt.Sprintf("Nodes that differ, and those they are linked with. %s not drawn.", plural(int64(left), "node that is the same is", "nodes that are the same are"))
		}
	}
	out := presentGraph(&g, p.canvas(&g, pairs))
	if out.Note != "" {
		out.Note = fmt.Sprintf("This is too large to draw: pictures have at most %s nodes and %s links. The table below has every node.", thousands(workflow.MaxDrawnNodes), thousands(workflow.MaxDrawnLinks))
	}
	if p.posted {
		out.Zooms = nil
	}
	p.say(&out, pairs)
	out.Marks = []views.GraphKey{{Kind: "added", Label: "only in " + p.nameB}, {Kind: "removed", Label: "only in " + p.nameA + ", dashed"}, {Kind: "changed", Label: "changed"}}
	return out, note
}

func (p *compareSheet) canvas(g *workflow.Graph, pairs []int) canvas {
	return canvas{
		zoom:  p.q.Zoom,
		label: fmt.Sprintf("Graph of both workflows together: %s, %s", plural(int64(len(g.Nodes)), "node", "nodes"), plural(int64(len(g.Links)), "link", "links")),
		href:  func(node int) string { return p.href(pairs[node]) },
		tone:  func(node int) string { return string(p.c.Pairs[pairs[node]].Change) },
		wire: func(link int) string {
			if change := g.Links[link].Change; change == workflow.Added || change == workflow.Removed {
				return string(change)
			}
			return ""
		},
		zooms: func(zoom string) string {
			q := p.q
			q.Zoom = zoom
			return paths.CompareAt(q) + "#graph"
		},
	}
}

// say adds to the names in the picture what the colours say. Its links lead to rows on the page, not to another page.
func (p *compareSheet) say(g *views.Graph, pairs []int) {
	marks := map[string]string{}
	for i, k := range pairs {
		if pair := p.c.Pairs[k]; differs(pair) {
			marks[anchor(i)] = p.mark(pair)
		}
	}
	for i := range g.Boxes {
		b := &g.Boxes[i]
		b.Part = ""
		if mark := marks[b.ID]; mark != "" {
			b.Name += ", " + mark
		}
	}
	for i := range g.Wires {
		if tone := g.Wires[i].Tone; strings.Contains(tone, "added") {
			g.Wires[i].Title += ", added"
		} else if strings.Contains(tone, "removed") {
			g.Wires[i].Title += ", removed"
		}
	}
}

package handlers

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

// canvas says how a graph is to look beyond what it holds.
type canvas struct {
	zoom  string
	label string
	href  func(node int) string    // where a click on a node leads
	zooms func(zoom string) string // where a zoom leads
	tone  func(node int) string
	wire  func(link int) string
}

// anchor is the id of a node's box; the ids of the nodes themselves may hold anything.
func anchor(node int) string { return "n" + strconv.Itoa(node) }

// presentGraph draws g; a graph that is too large says so.
func presentGraph(g *workflow.Graph, look canvas) views.Graph {
	p, ok := g.Draw()
	if !ok {
		return views.Graph{Note: fmt.Sprintf("This workflow is too large to draw: pictures have at most %s nodes and %s links. The outline below has every node.",
			thousands(workflow.MaxDrawnNodes), thousands(workflow.MaxDrawnLinks))}
	}
	out := views.Graph{
		Label:   look.label,
		ViewBox: fmt.Sprintf("0 0 %d %d", p.Width, p.Height),
		Width:   "100%",
	}
	look.zoom = cmp.Or(look.zoom, suitable(p.Width))
	if percent, err := strconv.Atoi(look.zoom); err == nil {
		out.Large = p.Width*percent > 1180*100 || p.Height*percent > 640*100
		out.Width, out.Height = strconv.Itoa(p.Width*percent/100), strconv.Itoa(p.Height*percent/100)
	}
	for _, zoom := range paths.Zooms {
		z := views.Choosable{Label: zoom + "%", Href: look.zooms(zoom), Hint: "Zoom to " + zoom + "%", On: zoom == look.zoom}
		if zoom == paths.ZoomFit {
			z.Label, z.Hint = "Fit", "Zoom to fit the width"
		}
		out.Zooms = append(out.Zooms, z)
	}
	for _, f := range p.Frames {
		out.Frames = append(out.Frames, views.GraphFrame{
			X: num(f.X), Y: num(f.Y), Width: num(f.Width), Height: num(f.Height), TextX: num(f.X + 12), TextY: num(f.Y + 20), Name: f.Name,
		})
	}
	out.Wires, out.Legend = presentWires(g, p, look)
	out.Boxes, out.Map = presentBoxes(g, p, look)
	return out
}

// suitable is the zoom at which most of a graph of a width is in sight and its names can still be read.
func suitable(width int) string {
	switch {
	case width <= 1250:
		return "100"
	case width <= 2400:
		return "75"
	}
	return "50"
}

func num(n int) string { return strconv.Itoa(n) }

func presentWires(g *workflow.Graph, p workflow.Picture, look canvas) ([]views.GraphWire, []views.GraphKey) {
	var out []views.GraphWire
	used := map[string]bool{}
	for i, w := range p.Wires {
		l := g.Links[i]
		kind := wireKind(l.Type)
		if l.Type != "" {
			used[kind] = used[kind] || kind != "other"
		}
		from, to := &g.Nodes[l.From], &g.Nodes[l.To]
		title := fmt.Sprintf("%s output %s → %s %s", clean(from.Name()), clean(l.Output), clean(to.Name()), clean(l.Input))
		if l.Type != "" {
			title = l.Type + ": " + title
		}
		tone := look.wire(i)
		if w.Back {
			tone += " back"
		}
		out = append(out, views.GraphWire{D: w.D, Kind: kind, Tone: strings.TrimSpace(tone), Title: title})
	}
	var legend []views.GraphKey
	for _, kind := range wireKinds {
		if used[kind] {
			legend = append(legend, views.GraphKey{Kind: kind, Label: strings.ToUpper(kind)})
		}
	}
	// What stands in the way of others is drawn first.
	slices.SortStableFunc(out, func(a, b views.GraphWire) int { return cmp.Compare(rankOf(a.Tone), rankOf(b.Tone)) })
	return out, legend
}

func rankOf(tone string) int {
	switch tone {
	case "aside":
		return 0
	case "":
		return 1
	}
	return 2
}

// wireKinds have a colour of their own.
var wireKinds = []string{"model", "clip", "vae", "conditioning", "latent", "image", "mask"}

func wireKind(name string) string {
	name = strings.ToLower(name)
	switch name {
	case "video":
		return "image"
	case "sigmas", "sampler", "guider", "noise", "control_net", "upscale_model", "clip_vision", "style_model":
		return "other"
	}
	if slices.Contains(wireKinds, name) {
		return name
	}
	return "other"
}

// presentBoxes are in reading order: from left to right, from top to bottom.
func presentBoxes(g *workflow.Graph, p workflow.Picture, look canvas) ([]views.GraphBox, []views.GraphShape) {
	order := make([]int, len(p.Nodes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.Nodes[a].X, p.Nodes[b].X), cmp.Compare(p.Nodes[a].Y, p.Nodes[b].Y))
	})
	out := make([]views.GraphBox, 0, len(order))
	shapes := map[string]*strings.Builder{}
	for _, i := range order {
		box := presentBox(&g.Nodes[i], p.Nodes[i])
		box.ID, box.Href, box.Tone = anchor(i), look.href(i), look.tone(i)
		box.Part, _, _ = strings.Cut(box.Href, "#")
		out = append(out, box)
		if shapes[box.Tone] == nil {
			shapes[box.Tone] = &strings.Builder{}
		}
		n := p.Nodes[i]
		fmt.Fprintf(shapes[box.Tone], "M%d %dh%dv%dh%dz", n.X, n.Y, n.Width, n.Height, -n.Width)
	}
	var small []views.GraphShape
	for _, tone := range []string{"aside", "", "before", "after", "removed", "added", "changed", "chosen"} {
		if shapes[tone] != nil {
			small = append(small, views.GraphShape{D: shapes[tone].String(), Tone: tone})
		}
	}
	return out, small
}

func presentBox(n *workflow.Node, p workflow.PictureNode) views.GraphBox {
	box := views.GraphBox{
		Name: nodeLabel(n), Form: string(n.Form), Title: p.Title, Class: p.Class, Number: p.Number, Right: num(p.Width - 10),
		Move: fmt.Sprintf("translate(%d %d)", p.X, p.Y), Width: num(p.Width), Height: num(p.Height),
	}
	if p.Class != "" {
		box.Rule = fmt.Sprintf("M0 42h%d", p.Width)
	} else {
		box.Rule = fmt.Sprintf("M0 26h%d", p.Width)
	}
	for _, port := range p.Ports {
		v := views.GraphPort{X: num(port.X), Y: num(port.Y), Kind: wireKind(port.Type), TextX: num(port.X + 10), TextY: num(port.Y + 4), Label: port.Label, Out: port.Out}
		if port.Out {
			v.TextX = num(port.X - 10)
		}
		box.Ports = append(box.Ports, v)
	}
	for _, f := range p.Facts {
		box.Facts = append(box.Facts, views.GraphFact{Y: num(f.Y + 4), Label: f.Label, Value: f.Value, Changed: f.Change != workflow.Same})
	}
	if p.More != "" {
		box.Facts = append(box.Facts, views.GraphFact{Y: num(p.MoreY + 4), Label: p.More})
	}
	return box
}

// nodeLabel is the name of a node with its id.
func nodeLabel(n *workflow.Node) string {
	if n.Form == workflow.FormMissing {
		return clean(n.Name())
	}
	return clean(n.Name()) + ", node " + clean(n.ID)
}

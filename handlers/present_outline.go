package handlers

import (
	"fmt"
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

// detail is the chosen node with everything about it.
func (p *sheet) detail() views.NodeDetail {
	if p.chosen == workflow.None {
		return views.NodeDetail{}
	}
	n := &p.g.Nodes[p.chosen]
	to := p.q
	to.Node = ""
	d := views.NodeDetail{
		Who:  p.whoElse(n.Class, "class"),
		Name: clean(n.Name()), Class: clean(n.Class), ID: clean(n.ID), Note: nodeNote(n), Inputs: p.inputs(n, maxChosen),
		Before: "needs " + plural(tally(p.before)-1, "node", "nodes"), After: plural(tally(p.after)-1, "node needs it", "nodes need it"),
		Close: p.at(to) + "#graph",
	}
	for _, l := range p.g.Links {
		if l.From == p.chosen {
			d.Feeds = append(d.Feeds, views.NodeLink{Label: clean(l.Input) + " of " + nodeLabel(&p.g.Nodes[l.To]), Href: p.href(l.To)})
		}
	}
	return d
}

// whoElse leads to the deployments that use a model or a class, for who may see them.
func (p *sheet) whoElse(text, in string) views.WhoElse {
	if text == "" || p.shared {
		return views.WhoElse{}
	}
	return views.WhoElse{What: clean(text), Href: paths.SearchExactly(text, in)}
}

func tally(list []bool) (n int64) {
	for _, yes := range list {
		if yes {
			n++
		}
	}
	return n
}

// nodeNote says what is wrong with a node.
func nodeNote(n *workflow.Node) string {
	switch {
	case n.Form == workflow.FormMissing:
		return "A link names this node, and the workflow does not have it."
	case n.Form == workflow.FormOdd:
		return "This is no node: it has no class_type."
	case n.Circular:
		return "This node is part of a circle of links."
	}
	return ""
}

// inputs lists the inputs of a node, links as links.
func (p *sheet) inputs(n *workflow.Node, limit int) []views.NodeInput {
	var out []views.NodeInput
	for _, in := range n.Inputs {
		v := views.NodeInput{Name: clean(in.Name), Kind: string(in.Value.Kind), Changed: in.Change != workflow.Same}
		if v.Changed {
			v.Was = shown(in.Was, limit)
		}
		if in.Link == workflow.None {
			v.Value = shown(in.Value, limit)
		} else {
			l := p.g.Links[in.Link]
			v.From = views.NodeLink{Label: nodeLabel(&p.g.Nodes[l.From]) + ", output " + clean(l.Output), Href: p.href(l.From)}
		}
		out = append(out, v)
	}
	return out
}

// outline lists the nodes that match the search.
func (p *sheet) outline() views.Outline {
	usual := p.q
	usual.Words, usual.Page = "", 1
	o := views.Outline{Action: p.at(paths.WorkflowQuery{}), Query: p.q.Words, Clear: p.at(usual) + "#outline"}
	for _, k := range []views.Hidden{{Name: "node", Value: p.q.Node}, {Name: "zoom", Value: p.q.Zoom}} {
		if k.Value != "" {
			o.Keep = append(o.Keep, k)
		}
	}
	words := strings.Fields(p.q.Words)
	var found []int
	for i := range p.g.Nodes {
		if p.g.Nodes[i].Matches(words) {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		o.Nothing = "No node has that in its id, title, class, inputs or values."
		return o
	}
	pages := (len(found) + maxOutline - 1) / maxOutline
	page := min(p.q.Page, pages)
	first := (page - 1) * maxOutline
	last := min(first+maxOutline, len(found))
	o.Range = plural(int64(len(found)), "node", "nodes")
	if len(words) > 0 {
		o.Range = fmt.Sprintf("%s of %s", o.Range, thousands(int64(len(p.g.Nodes))))
	}
	if pages > 1 {
		turn := func(to int) string {
			q := p.q
			q.Page = to
			return p.at(q) + "#outline"
		}
		o.Pager.Label = fmt.Sprintf("Page %d of %d", page, pages)
		if page > 1 {
			o.Pager.Previous = turn(page - 1)
		}
		if page < pages {
			o.Pager.Next = turn(page + 1)
		}
	}
	for _, i := range found[first:last] {
		o.Rows = append(o.Rows, p.outlineRow(i))
	}
	return o
}

// outlineRow is one node of the table.
func (p *sheet) outlineRow(i int) views.OutlineRow {
	n := &p.g.Nodes[i]
	row := views.OutlineRow{
		Who:    p.whoElse(n.Class, "class"),
		Anchor: "row-" + anchor(i), Href: p.href(i), ID: clean(n.ID), Name: clean(n.Name()), Note: nodeNote(n), Chosen: i == p.chosen, Inputs: p.inputs(n, maxRow),
	}
	if row.Name != clean(n.Class) {
		row.Class = clean(n.Class)
	}
	if p.changed(i) {
		row.Tone = "changed"
	}
	return row
}

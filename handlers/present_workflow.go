package handlers

import (
	"fmt"
	"strings"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

const (
	maxOutline = 250  // nodes on one page of the outline
	maxChosen  = 4000 // characters of one value of the chosen node
	maxRow     = 160  // characters of one value in the outline
	maxDoing   = 12   // facts of one kind
	maxListed  = 20   // problems of one kind

	modelsLabel  = "Models"
	promptsLabel = "Prompts"
)

// sheet is one presentation of a workflow page.
type sheet struct {
	g      workflow.Graph
	at     func(paths.WorkflowQuery) string // the page in another state
	q      paths.WorkflowQuery
	chosen int // workflow.None for none
	before []bool
	after  []bool
	shared bool // it is shown to somebody without an account
}

func (s *Site) presentWorkflow(frame views.Page, d deployments.Deployment, q paths.WorkflowQuery) views.WorkflowPage {
	m := views.WorkflowPage{
		Page: frame, Tabs: deploymentTabs(d.ID, "Workflow"), Name: displayName(d), Home: paths.Deployment(d.ID), Self: paths.Workflow(d.ID, paths.WorkflowQuery{}), Read: s.read(),
		Note: payloadNote(workflow.Summarise(d.Payload.Raw)),
	}
	if d.Payload.Raw != nil {
		m.Download = paths.Payload(d.ID)
	}
	p := sheet{g: workflow.ReadGraph(d.Payload.Raw), at: workflowOf(d.ID), q: q, chosen: workflow.None}
	p.fill(&m)
	return m
}

// workflowOf is the page of a deployment's workflow in its states.
func workflowOf(id string) func(paths.WorkflowQuery) string {
	return func(q paths.WorkflowQuery) string { return paths.Workflow(id, q) }
}

// fill puts the workflow into the model; one without nodes leaves it as it is.
func (p *sheet) fill(m *views.WorkflowPage) {
	if len(p.g.Nodes) == 0 {
		return
	}
	p.choose()
	m.Count = plural(int64(len(p.g.Nodes)), "node", "nodes") + ", " + plural(int64(len(p.g.Links)), "link", "links")
	m.Does = p.does()
	m.Problems = problems(&p.g)
	m.Graph = p.graph(m.Count)
	m.Graph.Marks = p.marks()
	m.Chosen = p.detail()
	m.Outline = p.outline()
}

// GraphOf is the picture of a deployment's workflow, as its page shows it at first.
func GraphOf(id string, payload []byte) views.Graph {
	p := sheet{g: workflow.ReadGraph(payload), at: workflowOf(id), chosen: workflow.None}
	return p.graph("")
}

func (p *sheet) graph(count string) views.Graph {
	return presentGraph(&p.g, canvas{
		zoom: p.q.Zoom, label: "Graph of the workflow: " + count, href: p.href, tone: p.tone, wire: p.wire,
		zooms: func(zoom string) string {
			to := p.q
			to.Zoom = zoom
			return p.at(to) + "#graph"
		},
	})
}

func (p *sheet) choose() {
	i, ok := p.g.Find(p.q.Node)
	if p.q.Node == "" || !ok {
		return
	}
	p.chosen = i
	p.before, p.after = workflow.Reach(p.g.Before(), i), workflow.Reach(p.g.Next(), i)
}

// href is the page with a node chosen, at the node.
func (p *sheet) href(node int) string {
	to := p.q
	to.Node = p.g.Nodes[node].ID
	return p.at(to) + "#" + anchor(node)
}

// tone tells what a node is to the chosen one. In a circle it may be both; what it depends on is said first.
func (p *sheet) tone(node int) string {
	switch {
	case p.chosen == workflow.None:
		if p.changed(node) {
			return "changed"
		}
		return ""
	case node == p.chosen:
		return "chosen"
	case p.before[node]:
		return "before"
	case p.after[node]:
		return "after"
	}
	return "aside"
}

func (p *sheet) wire(link int) string {
	l := p.g.Links[link]
	switch {
	case p.chosen == workflow.None:
		return ""
	case p.before[l.From] && p.before[l.To]:
		return "before"
	case p.after[l.From] && p.after[l.To]:
		return "after"
	}
	return "aside"
}

func (p *sheet) changed(node int) bool {
	for _, in := range p.g.Nodes[node].Inputs {
		if in.Change != workflow.Same {
			return true
		}
	}
	return false
}

func (p *sheet) marks() []views.GraphKey {
	if p.chosen != workflow.None {
		return []views.GraphKey{{Kind: "chosen", Label: "chosen"}, {Kind: "before", Label: "it needs"}, {Kind: "after", Label: "needs it"}}
	}
	for i := range p.g.Nodes {
		if p.changed(i) {
			return []views.GraphKey{{Kind: "changed", Label: "changed by overrides"}}
		}
	}
	return nil
}

// does lists what the workflow does.
func (p *sheet) does() []views.Doing {
	o := p.g.Outline()
	var out []views.Doing
	add := func(label string, list []workflow.Mention) {
		if len(list) == 0 {
			return
		}
		out = append(out, views.Doing{Label: label, Items: p.mentions(list, label)})
	}
	add(modelsLabel, o.Models)
	add(promptsLabel, o.Prompts)
	add("Starts from", o.Takes)
	add("Sizes", o.Sizes)
	add("Sampling", o.Sampling)
	add("Seeds", o.Seeds)
	add("Saves", o.Gives)
	if len(o.Custom) > 0 {
		d := views.Doing{Label: "Custom nodes"}
		for _, c := range o.Custom {
			d.Items = append(d.Items, views.DoingItem{Text: clean(c.Name), Detail: plural(int64(c.Count), "node", "nodes") + ", not part of ComfyUI itself", Who: p.whoElse(c.Name, "class")})
		}
		out = append(out, d)
	}
	return out
}

// mentions words facts; the same one of several nodes stands there once.
func (p *sheet) mentions(list []workflow.Mention, label string) []views.DoingItem {
	var out []views.DoingItem
	times := map[views.DoingItem]int{}
	for _, m := range list {
		item := views.DoingItem{Text: clean(m.Text), Detail: strings.TrimSuffix(clean(m.Label)+", "+clean(m.Detail), ", "), Long: label == promptsLabel}
		if label == modelsLabel {
			item.Who = p.whoElse(m.Text, "model")
		}
		if m.Input != workflow.None && p.g.Nodes[m.Node].Inputs[m.Input].Change != workflow.Same {
			item.Detail += ", set by an override"
		}
		if times[item]++; times[item] > 1 {
			continue
		}
		out = append(out, item)
		out[len(out)-1].Href = p.href(m.Node)
	}
	for i := range out {
		bare := out[i]
		bare.Href = ""
		if n := times[bare]; n > 1 {
			out[i].Detail += fmt.Sprintf(" × %d", n)
		}
	}
	if more := len(out) - maxDoing; more > 0 {
		out = append(out[:maxDoing:maxDoing], views.DoingItem{Text: fmt.Sprintf("and %d more", more)})
	}
	return out
}

// problems says in sentences what would keep a workflow from running.
func problems(g *workflow.Graph) []string {
	var out []string
	for i, u := range g.Unmet {
		if i == maxListed {
			out = append(out, fmt.Sprintf("%d more overrides fit nothing.", len(g.Unmet)-i))
			break
		}
		switch {
		case u.Odd && u.ID == "":
			out = append(out, "The overrides have another shape than the API documents.")
		case u.Odd:
			out = append(out, fmt.Sprintf("The override for node %s has no inputs: it has another shape than the API documents.", clean(u.ID)))
		case u.Input == "":
			out = append(out, fmt.Sprintf("An override names node %s, which the workflow does not have. The API would refuse it with 10008.", clean(u.ID)))
		default:
			out = append(out, fmt.Sprintf("An override names the input %s of node %s, which has no such input. The API would refuse it with 10008.", clean(u.Input), clean(u.ID)))
		}
	}
	for _, n := range g.Nodes {
		if len(out) >= 2*maxListed {
			break
		}
		switch n.Form {
		case workflow.FormMissing:
			out = append(out, fmt.Sprintf("A link comes from node %s, which the workflow does not have.", clean(n.ID)))
		case workflow.FormOdd:
			out = append(out, fmt.Sprintf("Node %s is none: it has no class_type.", clean(n.ID)))
		default:
		}
	}
	if g.Circle {
		out = append(out, "Links lead round in a circle. ComfyUI cannot run that; the line that closes it is dashed.")
	}
	if g.Cut {
		out = append(out, "Only the first "+thousands(workflow.MaxNodes)+" nodes are read.")
	}
	return out
}

// shown is a value for people, cut to a length.
func shown(v workflow.Value, limit int) string {
	if v.Kind == workflow.KindString && strings.TrimSpace(v.Text) == "" {
		return `"` + visible.Clip(v.Text, limit) + `"`
	}
	return visible.Clip(v.Text, limit)
}

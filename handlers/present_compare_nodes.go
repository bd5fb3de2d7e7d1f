package handlers

import (
	"fmt"
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

const (
	maxPairs   = 250 // nodes on one page of a comparison
	maxChanged = 800 // characters of one changed value
)

// compareSheet is one presentation of two workflows.
type compareSheet struct {
	c            *workflow.Comparison
	q            paths.CompareQuery
	posted       bool        // no address leads to this page
	nameA, nameB string      // what the sides are called
	rows         map[int]int // of the pairs that are listed: their places
	first        int         // place of the first on this page
	atA          []int       // pairs by nodes
	atB          []int
}

func (p *compareSheet) present() views.CompareWorkflow {
	p.index()
	t := p.c.Tally()
	w := views.CompareWorkflow{Tally: fmt.Sprintf("%s has %s, %s %s", p.nameA, plural(int64(len(p.c.A.Nodes)), "node", "nodes"), p.nameB, thousands(int64(len(p.c.B.Nodes))))}
	if parts := tallyParts(t); parts != nil {
		w.Tally += ": " + parts[0] + "."
		w.Legend = "From " + p.nameA + " to " + p.nameB + ": removed is what only the first has, added what only the second has, and of what changed the first stands before the arrow."
	} else {
		w.Tally += ": the same."
	}
	var listed []int
	for k, pair := range p.c.Pairs {
		if p.q.All || differs(pair) {
			p.rows[k] = len(listed)
			listed = append(listed, k)
		}
	}
	pages := max(1, (len(listed)+maxPairs-1)/maxPairs)
	page := min(max(p.q.Page, 1), pages)
	p.first = (page - 1) * maxPairs
	last := min(p.first+maxPairs, len(listed))
	if len(listed) > 0 {
		w.Range = fmt.Sprintf("%s of %s", thousands(int64(len(listed))), plural(int64(len(p.c.Pairs)), "node", "nodes"))
		if pages > 1 {
			w.Range = rangeText(p.first, last, len(listed), len(listed))
		}
		w.Graph, w.GraphNote = p.graph()
	}
	if p.posted && pages > 1 {
		w.NodesNote = fmt.Sprintf("The first %s of %s nodes. Two deployments are compared page by page.", thousands(maxPairs), thousands(int64(len(listed))))
	} else {
		w.Pager = turns(page, pages, p.page)
	}
	for _, k := range listed[p.first:last] {
		w.Nodes = append(w.Nodes, p.node(k))
	}
	w.Overrides = p.overrides()
	return w
}

func (p *compareSheet) index() {
	p.rows, p.atA, p.atB = map[int]int{}, make([]int, len(p.c.A.Nodes)), make([]int, len(p.c.B.Nodes))
	for k, pair := range p.c.Pairs {
		if pair.A != workflow.None {
			p.atA[pair.A] = k
		}
		if pair.B != workflow.None {
			p.atB[pair.B] = k
		}
	}
}

func differs(pair workflow.Pair) bool { return pair.Change != workflow.Same || pair.Moved }

func (p *compareSheet) page(to int) string {
	q := p.q
	q.Page = to
	return paths.CompareAt(q) + "#nodes"
}

func (p *compareSheet) anchor(pair int) string { return "row-" + anchor(pair) }

// href leads to the row of a pair; to the graph where the pair has none.
func (p *compareSheet) href(pair int) string {
	place, listed := p.rows[pair]
	switch {
	case listed && place >= p.first && place < p.first+maxPairs:
		return "#" + p.anchor(pair)
	case listed && !p.posted:
		q := p.q
		q.Page = place/maxPairs + 1
		return paths.CompareAt(q) + "#" + p.anchor(pair)
	}
	return "#graph"
}

// mark says in words what happened to a node.
func (p *compareSheet) mark(pair workflow.Pair) string {
	word := map[workflow.Change]string{workflow.Added: "added", workflow.Removed: "removed", workflow.Changed: "changed", workflow.Same: "same"}[pair.Change]
	switch {
	case !pair.Moved:
		return word
	case pair.Change == workflow.Same:
		return "moved " + p.ids(pair)
	}
	return word + ", moved " + p.ids(pair)
}

// ids are the ids of a pair: "12 → 47" where they differ.
func (p *compareSheet) ids(pair workflow.Pair) string {
	if pair.Moved {
		return clean(p.c.A.Nodes[pair.A].ID) + " → " + clean(p.c.B.Nodes[pair.B].ID)
	}
	return clean(p.c.Node(pair).ID)
}

func (p *compareSheet) node(k int) views.CompareNode {
	pair := p.c.Pairs[k]
	n := p.c.Node(pair)
	row := views.CompareNode{Anchor: p.anchor(k), Tone: string(pair.Change), Mark: upperFirst(p.mark(pair)), ID: p.ids(pair), Name: clean(n.Name()), Note: nodeNote(n)}
	if row.Name != clean(n.Class) {
		row.Class = clean(n.Class)
	}
	if pair.A != workflow.None && pair.B != workflow.None {
		a, b := &p.c.A.Nodes[pair.A], &p.c.B.Nodes[pair.B]
		if a.Class != b.Class {
			row.Was = append(row.Was, views.CompareLine{Label: "Class", A: orNone(a.Class), B: orNone(b.Class)})
		}
		if a.Title != b.Title {
			row.Was = append(row.Was, views.CompareLine{Label: "Title", A: orNone(a.Title), B: orNone(b.Title)})
		}
	}
	for _, in := range pair.Inputs {
		if p.q.All || in.Change != workflow.Same {
			row.Inputs = append(row.Inputs, p.input(pair, in))
		}
	}
	return row
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func orNone(text string) string {
	if strings.TrimSpace(text) == "" {
		return "none"
	}
	return clean(text)
}

// input is one input on both sides. All inputs of a node that is new or gone are, so that it is said of the node alone.
func (p *compareSheet) input(pair workflow.Pair, in workflow.InputPair) views.CompareInput {
	v := views.CompareInput{Name: clean(in.Name)}
	var a, b workflow.Input
	if in.A != workflow.None {
		a = p.c.A.Nodes[pair.A].Inputs[in.A]
		v.A = p.value(&p.c.A, p.atA, a, maxRow)
	}
	if in.B != workflow.None {
		b = p.c.B.Nodes[pair.B].Inputs[in.B]
		v.B = p.value(&p.c.B, p.atB, b, maxRow)
	}
	switch {
	case pair.Change == workflow.Removed:
		v.A, v.B = views.CompareValue{}, v.A
		return v
	case pair.Change == workflow.Added || in.Change == workflow.Same:
		return v
	}
	v.Tone = string(in.Change)
	if in.Change != workflow.Changed {
		v.Mark = string(in.Change)
		return v
	}
	if a.Link == workflow.None && b.Link == workflow.None {
		v.A.Text, v.B.Text = excerpts(shown(a.Value, 1<<20), shown(b.Value, 1<<20))
	}
	switch {
	case a.Change == workflow.Same && b.Change != workflow.Same:
		v.Mark = "set by an override in " + p.nameB
	case a.Change != workflow.Same && b.Change == workflow.Same:
		v.Mark = "set by an override in " + p.nameA
	case a.Change != workflow.Same:
		v.Mark = "both set by overrides"
	}
	return v
}

func (p *compareSheet) value(g *workflow.Graph, pairs []int, in workflow.Input, limit int) views.CompareValue {
	if in.Link == workflow.None {
		return views.CompareValue{Text: shown(in.Value, limit), Kind: string(in.Value.Kind)}
	}
	l := g.Links[in.Link]
	return views.CompareValue{Text: nodeLabel(&g.Nodes[l.From]) + ", output " + clean(l.Output), Href: p.href(pairs[l.From])}
}

// excerpts cuts two long texts down to where they differ.
func excerpts(a, b string) (string, string) {
	const around = 60
	x, y := []rune(a), []rune(b)
	if len(x) <= maxRow && len(y) <= maxRow {
		return a, b
	}
	first := 0
	for first < len(x) && first < len(y) && x[first] == y[first] {
		first++
	}
	last := 0
	for last < len(x)-first && last < len(y)-first && x[len(x)-1-last] == y[len(y)-1-last] {
		last++
	}
	cut := func(list []rune) string {
		from, to := max(0, first-around), min(len(list), len(list)-last+around)
		text := visible.Clip(string(list[from:to]), maxChanged)
		if from > 0 {
			text = "… " + text
		}
		if to < len(list) {
			text += " …"
		}
		return text
	}
	return cut(x), cut(y)
}

func (p *compareSheet) overrides() (out []views.CompareLine) {
	for _, o := range p.c.Overrides {
		if len(out) == maxPairs || o.Change == workflow.Same && !p.q.All {
			continue
		}
		l := views.CompareLine{Label: clean(o.Input) + " of node " + clean(o.ID), A: "none", B: "none", Differs: o.Change != workflow.Same}
		switch {
		case o.A.Kind != "" && o.B.Kind != "":
			l.A, l.B = excerpts(shown(o.A, 1<<20), shown(o.B, 1<<20))
		case o.A.Kind != "":
			l.A = shown(o.A, maxRow)
		default:
			l.B = shown(o.B, maxRow)
		}
		out = append(out, l)
	}
	return out
}

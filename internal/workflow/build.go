package workflow

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// graphBuilder is one run of ReadGraph.
type graphBuilder struct {
	Graph
	index     map[string]int // nodes by id
	overrides []override
	byNode    map[string][]int // overrides by node
	met       []bool
	ends      []pending
	inputs    []Input // of the node that is being read
}

// override replaces one input.
type override struct {
	id, name string
	value    jsontext.Value
}

// pending is a link whose other end may come later in the text.
type pending struct {
	node, input int
	id, output  string
}

func (b *graphBuilder) read(nodes, overrides jsontext.Value) {
	b.readOverrides(overrides)
	dec := newDecoder(nodes, jsontext.AllowDuplicateNames(true)) // Summarise has refused them
	eachMember(dec, func(id string) {
		if len(b.Nodes) == MaxNodes {
			b.Cut = true
			_ = dec.SkipValue()
			return
		}
		b.index[id] = len(b.Nodes)
		b.Nodes = append(b.Nodes, b.node(id, dec))
	})
	for _, p := range b.ends {
		b.connect(p)
	}
	for i, o := range b.overrides {
		if !b.met[i] {
			u := Unmet{ID: o.id, Input: o.name}
			if _, ok := b.index[o.id]; !ok {
				u.Input = ""
			}
			b.addUnmet(u)
		}
	}
	b.markCircles()
}

func (b *graphBuilder) readOverrides(raw jsontext.Value) {
	b.byNode = map[string][]int{}
	if kind := raw.Kind(); len(raw) > 0 && kind != '{' && kind != 'n' {
		b.addUnmet(Unmet{Odd: true})
	}
	for id, node := range members(raw) {
		shaped := false
		for name, inputs := range members(node) {
			if name != "inputs" || inputs.Kind() != '{' {
				continue
			}
			shaped = true
			for input, value := range members(inputs) {
				b.byNode[id] = append(b.byNode[id], len(b.overrides))
				b.overrides = append(b.overrides, override{id, input, value.Clone()})
				b.Overrides = append(b.Overrides, Override{id, input, valueOf(value)})
			}
		}
		if !shaped {
			b.addUnmet(Unmet{ID: id, Odd: true})
		}
	}
	b.met = make([]bool, len(b.overrides))
}

// addUnmet keeps one complaint about a missing node, however many inputs are named.
func (b *graphBuilder) addUnmet(u Unmet) {
	if n := len(b.Unmet); n > 0 && b.Unmet[n-1] == u {
		return
	}
	b.Unmet = append(b.Unmet, u)
}

// node reads the next value of dec as a node.
func (b *graphBuilder) node(id string, dec *jsontext.Decoder) Node {
	n := Node{ID: id, Form: FormOdd, Within: within(id)}
	if dec.PeekKind() != '{' {
		raw, _ := dec.ReadValue()
		n.Inputs = []Input{{Name: "value", Value: valueOf(raw), Link: None}}
		return n
	}
	b.inputs = b.inputs[:0]
	eachMember(dec, func(name string) {
		switch kind := dec.PeekKind(); {
		case name == "class_type" && kind == '"':
			n.Class, n.Form = nextText(dec), FormNode
		case name == "inputs" && kind == '{':
			overrides := b.byNode[id]
			eachMember(dec, func(name string) {
				raw, _ := dec.ReadValue()
				b.input(name, raw, overrides)
			})
		case name == "_meta" && kind == '{':
			eachMember(dec, func(key string) {
				if key == "title" && dec.PeekKind() == '"' {
					n.Title = nextText(dec)
					return
				}
				_ = dec.SkipValue()
			})
		default:
			_ = dec.SkipValue()
		}
	})
	n.Inputs = slices.Clone(b.inputs)
	return n
}

// input reads one input of the node that is being read.
func (b *graphBuilder) input(name string, raw jsontext.Value, overrides []int) {
	in := Input{Name: name, Value: valueOf(raw), Link: None}
	for _, i := range overrides {
		if o := b.overrides[i]; o.name == name {
			b.met[i] = true
			raw, in.Was, in.Value = o.value, in.Value, valueOf(o.value)
			if in.Was != in.Value {
				in.Change = Changed
			}
		}
	}
	if id, output, ok := linkOf(raw); ok {
		b.ends = append(b.ends, pending{len(b.Nodes), len(b.inputs), id, output})
	}
	b.inputs = append(b.inputs, in)
}

// connect adds a link, and the node it comes from when the workflow has none of that id.
func (b *graphBuilder) connect(p pending) {
	from, ok := b.index[p.id]
	if !ok {
		from = len(b.Nodes)
		b.index[p.id] = from
		b.Nodes = append(b.Nodes, Node{ID: p.id, Form: FormMissing, Within: within(p.id)})
	}
	in := &b.Nodes[p.node].Inputs[p.input]
	in.Link = len(b.Links)
	b.Links = append(b.Links, Link{From: from, To: p.node, Output: p.output, Input: in.Name, Type: typeOf(in.Name), Change: in.Change})
}

// markCircles finds the nodes that lead to themselves: the strongly connected components of more than one node, by Tarjan's
// method, and nodes linked with themselves.
func (b *graphBuilder) markCircles() {
	next := b.Next()
	order, low := make([]int, len(b.Nodes)), make([]int, len(b.Nodes))
	open := make([]bool, len(b.Nodes))
	var stack []int
	clock := 0
	var visit func(int)
	visit = func(v int) {
		clock++
		order[v], low[v], open[v] = clock, clock, true
		stack = append(stack, v)
		for _, w := range next[v] {
			switch {
			case w == v:
				b.Nodes[v].Circular, b.Circle = true, true
			case order[w] == 0:
				visit(w)
				low[v] = min(low[v], low[w])
			case open[w]:
				low[v] = min(low[v], order[w])
			}
		}
		if low[v] != order[v] {
			return
		}
		for alone := stack[len(stack)-1] == v; ; {
			w := stack[len(stack)-1]
			stack, open[w] = stack[:len(stack)-1], false
			if !alone {
				b.Nodes[w].Circular, b.Circle = true, true
			}
			if w == v {
				return
			}
		}
	}
	for v := range b.Nodes {
		if order[v] == 0 {
			visit(v)
		}
	}
}

// Next lists, for every node, those that take from it.
func (g *Graph) Next() [][]int {
	next := make([][]int, len(g.Nodes))
	for _, l := range g.Links {
		next[l.From] = append(next[l.From], l.To)
	}
	return next
}

// Before lists, for every node, those it takes from.
func (g *Graph) Before() [][]int {
	before := make([][]int, len(g.Nodes))
	for _, l := range g.Links {
		before[l.To] = append(before[l.To], l.From)
	}
	return before
}

// Reach marks the node v and everything that the steps lead to from it: with Next what depends on it, with Before what it
// depends on.
func Reach(steps [][]int, v int) []bool {
	reached := make([]bool, len(steps))
	reached[v] = true
	for queue := []int{v}; len(queue) > 0; queue = queue[1:] {
		for _, w := range steps[queue[0]] {
			if !reached[w] {
				reached[w] = true
				queue = append(queue, w)
			}
		}
	}
	return reached
}

// Find returns the index of the node with an id.
func (g *Graph) Find(id string) (int, bool) {
	for i, n := range g.Nodes {
		if n.ID == id {
			return i, true
		}
	}
	return 0, false
}

// Matches tells whether every word stands, in any case, in one of a node's texts: id, title, class, input names and values.
func (n *Node) Matches(words []string) bool {
	for _, word := range words {
		if !n.holds(strings.ToLower(word)) {
			return false
		}
	}
	return true
}

func (n *Node) holds(word string) bool {
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), word) }
	if has(n.ID) || has(n.Title) || has(n.Class) {
		return true
	}
	for _, in := range n.Inputs {
		if has(in.Name) || in.Link == None && has(in.Value.Text) {
			return true
		}
	}
	return false
}

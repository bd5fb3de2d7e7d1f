package workflow

// Comparison says how a workflow B differs from a workflow A.
type Comparison struct {
	A, B      Graph
	Pairs     []Pair         // every node of both, each once: those of B in its order, then those that only A has
	Overrides []OverridePair // every override of both, each once
}

// Pair is one node of both workflows, or a node that only one has.
type Pair struct {
	A, B   int // indices into the nodes of A and B; None where there is none
	Change Change
	Moved  bool        // it is the same node under another id
	Inputs []InputPair // every input of both: those of B in their order, then those that only A has
}

// InputPair is an input in both workflows. A link is the same when it comes from the same output of the same node, whatever
// the ids of that node.
type InputPair struct {
	Name   string
	A, B   int // indices into the inputs; None where there is none
	Change Change
	Linked bool // it is a link in one of them
}

// OverridePair is what the overrides of both set one input to. ID is that of B's node where B has it.
type OverridePair struct {
	ID, Input string
	A, B      Value // of no kind where there is none
	Change    Change
}

// Tally counts what differs.
type Tally struct {
	Added, Removed, Changed, Moved int // nodes; those that are only named by links do not count
	Links                          int // links into nodes that both have
	Overrides                      int
}

// Compare finds out which nodes of two workflows are the same and what differs in them. Nodes are known by what they are and by
// what they are linked with first, so that another numbering is not taken for another workflow; by their ids where that leaves a
// choice, and where their content changed. The time it takes grows with the size of the workflows, whatever is in them.
func Compare(a, b Graph) Comparison {
	c := Comparison{A: a, B: b}
	m := newMatcher(&c.A, &c.B)
	m.match()
	for j := range c.B.Nodes {
		c.Pairs = append(c.Pairs, c.pair(m, m.toA[j], j))
	}
	for i := range c.A.Nodes {
		if m.toB[i] == None {
			c.Pairs = append(c.Pairs, c.pair(m, i, None))
		}
	}
	c.compareOverrides(m)
	return c
}

func (c *Comparison) pair(m *matcher, i, j int) Pair {
	p := Pair{A: i, B: j}
	switch {
	case i == None:
		p.Change = Added
	case j == None:
		p.Change = Removed
	default:
		x, y := &c.A.Nodes[i], &c.B.Nodes[j]
		p.Moved = x.ID != y.ID
		if x.Class != y.Class || x.Title != y.Title || x.Form != y.Form {
			p.Change = Changed
		}
	}
	p.Inputs = c.inputs(m, i, j)
	for _, in := range p.Inputs {
		if in.Change != Same && p.Change == Same {
			p.Change = Changed
		}
	}
	return p
}

// inputs pairs the inputs of two nodes by their names.
func (c *Comparison) inputs(m *matcher, i, j int) []InputPair {
	var out []InputPair
	known := map[string]int{}
	if i != None {
		for k, in := range c.A.Nodes[i].Inputs {
			known[in.Name] = k
		}
	}
	if j != None {
		for k, in := range c.B.Nodes[j].Inputs {
			p := InputPair{Name: in.Name, A: None, B: k, Change: Added, Linked: in.Link != None}
			if at, ok := known[in.Name]; ok {
				delete(known, in.Name)
				p.A, p.Change = at, Changed
				before := c.A.Nodes[i].Inputs[at]
				p.Linked = p.Linked || before.Link != None
				if m.equal(before, in) {
					p.Change = Same
				}
			}
			out = append(out, p)
		}
	}
	if i != None {
		for k, in := range c.A.Nodes[i].Inputs {
			if at, left := known[in.Name]; left && at == k {
				out = append(out, InputPair{Name: in.Name, A: k, B: None, Change: Removed, Linked: in.Link != None})
			}
		}
	}
	return out
}

func (c *Comparison) compareOverrides(m *matcher) {
	type place struct{ id, input string }
	known := map[place]int{}
	for _, o := range c.B.Overrides {
		at := place{o.ID, o.Input}
		if k, twice := known[at]; twice {
			c.Overrides[k].B = o.Value
			continue
		}
		known[at] = len(c.Overrides)
		c.Overrides = append(c.Overrides, OverridePair{ID: o.ID, Input: o.Input, B: o.Value, Change: Added})
	}
	for _, o := range c.A.Overrides {
		at := place{m.newID(o.ID), o.Input}
		k, ok := known[at]
		if !ok {
			k = len(c.Overrides)
			known[at] = k
			c.Overrides = append(c.Overrides, OverridePair{ID: at.id, Input: o.Input, Change: Removed})
		}
		p := &c.Overrides[k]
		p.A = o.Value
		switch {
		case p.B == p.A:
			p.Change = Same
		case p.B.Kind != "":
			p.Change = Changed
		}
	}
}

// Tally counts what differs.
func (c *Comparison) Tally() (t Tally) {
	for _, p := range c.Pairs {
		if p.Moved {
			t.Moved++
		}
		if c.Node(p).Form == FormMissing {
			continue // what is said about it is said about the links that name it
		}
		switch p.Change {
		case Added:
			t.Added++
		case Removed:
			t.Removed++
		case Changed:
			t.Changed++
		case Same:
		}
		for _, in := range p.Inputs {
			if in.Linked && in.Change != Same && p.A != None && p.B != None {
				t.Links++
			}
		}
	}
	for _, o := range c.Overrides {
		if o.Change != Same {
			t.Overrides++
		}
	}
	return t
}

// Node is the node of a pair as B has it, or else as A.
func (c *Comparison) Node(p Pair) *Node {
	if p.B != None {
		return &c.B.Nodes[p.B]
	}
	return &c.A.Nodes[p.A]
}

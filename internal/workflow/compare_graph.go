package workflow

// Together is both workflows as one graph: the nodes of the pairs in their order, as B has them where it does, with the inputs
// and links that only A has. An input that leads elsewhere in B stands there twice, so that both of its links can be drawn. What
// differs is marked in Change, on inputs and on links.
func (c *Comparison) Together() Graph {
	g := Graph{State: StateWorkflow, Circle: c.A.Circle || c.B.Circle, Cut: c.A.Cut || c.B.Cut}
	atA, atB := make([]int, len(c.A.Nodes)), make([]int, len(c.B.Nodes))
	for k, p := range c.Pairs {
		if p.A != None {
			atA[p.A] = k
		}
		if p.B != None {
			atB[p.B] = k
		}
		n := *c.Node(p)
		n.Inputs = nil
		g.Nodes = append(g.Nodes, n)
	}
	for k, p := range c.Pairs {
		t := together{g: &g, node: k}
		for _, in := range p.Inputs {
			switch {
			case in.B == None:
				t.add(&c.A, atA, c.A.Nodes[p.A].Inputs[in.A], Removed, in.Name)
				continue
			case in.A == None:
				t.add(&c.B, atB, c.B.Nodes[p.B].Inputs[in.B], Added, in.Name)
				continue
			case in.Change == Same:
				t.add(&c.B, atB, c.B.Nodes[p.B].Inputs[in.B], Same, in.Name)
				continue
			}
			before, after := c.A.Nodes[p.A].Inputs[in.A], c.B.Nodes[p.B].Inputs[in.B]
			was := before.Value
			if before.Link != None {
				t.add(&c.A, atA, before, Removed, in.Name+" (removed)")
			}
			change := Changed
			if after.Link != None {
				change = Added
			}
			t.add(&c.B, atB, after, change, in.Name)
			n := &g.Nodes[k]
			n.Inputs[len(n.Inputs)-1].Was = was
		}
	}
	return g
}

// together adds inputs to a node of both.
type together struct {
	g    *Graph
	node int
}

func (t together) add(from *Graph, at []int, in Input, change Change, name string) {
	n := &t.g.Nodes[t.node]
	out := Input{Name: name, Value: in.Value, Change: change, Link: None}
	if in.Link != None {
		l := from.Links[in.Link]
		out.Link = len(t.g.Links)
		t.g.Links = append(t.g.Links, Link{From: at[l.From], To: t.node, Output: l.Output, Input: name, Type: l.Type, Change: change})
	}
	n.Inputs = append(n.Inputs, out)
}

// Around marks the nodes that differ, and those that they are linked with.
func Around(g *Graph, differs []bool) []bool {
	out := make([]bool, len(differs))
	copy(out, differs)
	for _, l := range g.Links {
		if differs[l.From] || differs[l.To] {
			out[l.From], out[l.To] = true, true
		}
	}
	return out
}

// Part is a graph of the nodes in keep and of the links between them. The second result says which nodes of g those are.
func (g *Graph) Part(keep []bool) (Graph, []int) {
	out := Graph{State: g.State, Circle: g.Circle, Cut: g.Cut}
	at := make([]int, len(g.Nodes))
	var from []int
	for i := range g.Nodes {
		if keep[i] {
			at[i] = len(from)
			from = append(from, i)
		}
	}
	for _, i := range from {
		n := g.Nodes[i]
		n.Inputs = nil
		for _, in := range g.Nodes[i].Inputs {
			if in.Link != None {
				l := g.Links[in.Link]
				if !keep[l.From] {
					continue
				}
				l.From, l.To = at[l.From], at[l.To]
				in.Link = len(out.Links)
				out.Links = append(out.Links, l)
			}
			n.Inputs = append(n.Inputs, in)
		}
		out.Nodes = append(out.Nodes, n)
	}
	return out, from
}

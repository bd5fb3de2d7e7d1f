package workflow

import (
	"cmp"
	"maps"
	"slices"
)

// matcher finds for every node of one workflow the same in another. Nothing it does depends on which of the two comes first:
// whatever is a choice is made by what both share.
type matcher struct {
	a, b     *matchSide
	toB, toA []int // None while a node has no partner
	queue    [][2]int
	pairs    int
	sameID   int // pairs that kept their id
}

// matchSide is one workflow, prepared for it.
type matchSide struct {
	g     *Graph
	index map[string]int
	into  [][]Link         // of every node: the links into it, by the names of its inputs
	users []map[way][]int  // of every node: who takes from it
	named []map[string]int // of every node: its inputs
	signs []signs          // by radius
}

// way is how a node takes from another.
type way struct{ output, input string }

// radii are how far around a node the two workflows must be the same to take it for the same node, the surest first. What a node
// says by itself is not enough: see similar.
var radii = []int{8, 4, 2, 1}

func newMatcher(a, b *Graph) *matcher {
	return &matcher{a: newMatchSide(a), b: newMatchSide(b), toB: nowhere(len(a.Nodes)), toA: nowhere(len(b.Nodes))}
}

func newMatchSide(g *Graph) *matchSide {
	n := len(g.Nodes)
	s := &matchSide{g: g, index: make(map[string]int, n), into: make([][]Link, n), users: make([]map[way][]int, n), named: make([]map[string]int, n)}
	for i := range g.Nodes {
		s.index[g.Nodes[i].ID] = i
		s.users[i], s.named[i] = map[way][]int{}, make(map[string]int, len(g.Nodes[i].Inputs))
		for k, in := range g.Nodes[i].Inputs {
			s.named[i][in.Name] = k
			if in.Link != None {
				s.into[i] = append(s.into[i], g.Links[in.Link])
			}
		}
		slices.SortFunc(s.into[i], func(x, y Link) int { return cmp.Compare(x.Input, y.Input) })
	}
	for _, l := range g.Links {
		w := way{l.Output, l.Input}
		s.users[l.From][w] = append(s.users[l.From][w], l.To)
	}
	s.sign(radii[0])
	return s
}

func nowhere(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = None
	}
	return out
}

func (m *matcher) match() {
	for _, radius := range radii {
		m.alike(radius)
	}
	m.similar()
	m.replaced()
}

// join makes two nodes partners; what they are linked with is looked at next.
func (m *matcher) join(i, j int) {
	m.toB[i], m.toA[j] = j, i
	m.pairs++
	if m.a.g.Nodes[i].ID == m.b.g.Nodes[j].ID {
		m.sameID++
	}
	m.queue = append(m.queue, [2]int{i, j})
}

func (m *matcher) open(i, j int) bool { return m.toB[i] == None && m.toA[j] == None }

// alike joins nodes with the same surroundings: those that have them alone, those with the same id, and then the others in their
// order. Each pair brings along what it is linked with, so that of several equal branches none is mixed with another.
func (m *matcher) alike(radius int) {
	sa, sb := m.a.signs[radius], m.b.signs[radius]
	groups := m.groups(sa, sb)
	order := slices.Sorted(maps.Keys(groups))
	take := func(i, j int) {
		if m.open(i, j) {
			m.join(i, j)
			m.spread(sa, sb)
		}
	}
	for _, sign := range order {
		if g := groups[sign]; len(g.a) == 1 && len(g.b) == 1 {
			take(g.a[0], g.b[0])
		}
	}
	for _, sign := range order {
		for _, twin := range m.twins(groups[sign]) {
			take(twin[0], twin[1])
		}
	}
	for _, sign := range order {
		g := groups[sign]
		for x, y := 0, 0; x < len(g.a) && y < len(g.b); {
			switch {
			case m.toB[g.a[x]] != None:
				x++
			case m.toA[g.b[y]] != None:
				y++
			default:
				take(g.a[x], g.b[y])
			}
		}
	}
}

type signGroup struct{ a, b []int }

// groups are the nodes without a partner, by their sign.
func (m *matcher) groups(sa, sb signs) map[uint64]*signGroup {
	groups := map[uint64]*signGroup{}
	for i, sign := range sa {
		if m.toB[i] == None {
			if groups[sign] == nil {
				groups[sign] = &signGroup{}
			}
			groups[sign].a = append(groups[sign].a, i)
		}
	}
	for j, sign := range sb {
		if g := groups[sign]; g != nil && m.toA[j] == None {
			g.b = append(g.b, j)
		}
	}
	return groups
}

// twins are the nodes of a group with the same id, in the order of the ids.
func (m *matcher) twins(g *signGroup) [][2]int {
	if len(g.b) == 0 {
		return nil
	}
	var out [][2]int
	in := map[int]bool{}
	for _, j := range g.b {
		in[j] = true
	}
	for _, i := range g.a {
		if j, ok := m.b.index[m.a.g.Nodes[i].ID]; ok && in[j] {
			out = append(out, [2]int{i, j})
		}
	}
	slices.SortFunc(out, func(x, y [2]int) int { return cmp.Compare(m.a.g.Nodes[x[0]].ID, m.a.g.Nodes[y[0]].ID) })
	return out
}

// spread joins what new partners are linked with, as far as it is alike.
func (m *matcher) spread(sa, sb signs) {
	for len(m.queue) > 0 {
		i, j := m.queue[0][0], m.queue[0][1]
		m.queue = m.queue[1:]
		for _, step := range m.steps(i, j, false) {
			if p, q := step[0], step[1]; m.open(p, q) && sa[p] == sb[q] {
				m.join(p, q)
			}
		}
	}
}

// steps are the pairs of nodes without partners that two partners are linked with in the same way: what they take from, and what
// takes from them. With loose they need not be alike.
func (m *matcher) steps(i, j int, loose bool) [][2]int {
	var out [][2]int
	for _, l := range m.a.into[i] {
		r, ok := m.b.linkInto(j, l.Input)
		if ok && l.Output == r.Output && m.open(l.From, r.From) {
			out = append(out, [2]int{l.From, r.From})
		}
	}
	for _, w := range slices.SortedFunc(maps.Keys(m.a.users[i]), way.compare) {
		if theirs := m.b.users[j][w]; len(theirs) > 0 {
			out = append(out, m.inStep(open(m.a.users[i][w], m.toB), open(theirs, m.toA), loose)...)
		}
	}
	return out
}

func (w way) compare(v way) int {
	return cmp.Or(cmp.Compare(w.output, v.output), cmp.Compare(w.input, v.input))
}

// linkInto is the link that an input of a node is.
func (s *matchSide) linkInto(i int, input string) (Link, bool) {
	k, ok := s.named[i][input]
	if !ok || s.g.Nodes[i].Inputs[k].Link == None {
		return Link{}, false
	}
	return s.g.Links[s.g.Nodes[i].Inputs[k].Link], true
}

// open leaves out who has a partner. A node that feeds thousands says little about any of them: the first are enough.
func open(list, partners []int) (out []int) {
	const most = 64
	for _, i := range list {
		if partners[i] == None && len(out) < most {
			out = append(out, i)
		}
	}
	return out
}

// inStep pairs two lists of nodes: the same ids first, then by what is around them, then in their order.
func (m *matcher) inStep(as, bs []int, loose bool) [][2]int {
	if len(as) == 0 || len(bs) == 0 {
		return nil
	}
	const few = 64
	g := &signGroup{a: as, b: bs}
	out := m.twins(g)
	for _, radius := range append(slices.Clone(radii), 0) {
		groups := map[uint64]*signGroup{}
		for _, i := range as {
			sign := m.a.signs[radius][i]
			if groups[sign] == nil {
				groups[sign] = &signGroup{}
			}
			groups[sign].a = append(groups[sign].a, i)
		}
		for _, j := range bs {
			if g := groups[m.b.signs[radius][j]]; g != nil {
				g.b = append(g.b, j)
			}
		}
		for _, sign := range slices.Sorted(maps.Keys(groups)) {
			for k := range min(len(groups[sign].a), len(groups[sign].b)) {
				out = append(out, [2]int{groups[sign].a[k], groups[sign].b[k]})
			}
		}
	}
	if loose && len(as)*len(bs) <= few {
		for _, i := range as {
			for _, j := range bs {
				out = append(out, [2]int{i, j})
			}
		}
	}
	return out
}

// equal tells whether two inputs are: the same value, or a link from the same output of the same node.
func (m *matcher) equal(x, y Input) bool {
	if x.Link == None || y.Link == None {
		return x.Link == None && y.Link == None && x.Value == y.Value
	}
	l, r := m.a.g.Links[x.Link], m.b.g.Links[y.Link]
	return l.Output == r.Output && m.toB[l.From] == r.From
}

// newID is what B calls a node of A.
func (m *matcher) newID(id string) string {
	if i, ok := m.a.index[id]; ok && m.toB[i] != None {
		return m.b.g.Nodes[m.toB[i]].ID
	}
	return id
}

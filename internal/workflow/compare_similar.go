package workflow

import (
	"cmp"
	"maps"
	"slices"
)

// How much speaks for two nodes of one class being the same, in points.
const (
	pointsID        = 3 // the same id, where ids are kept on the whole
	pointsOddID     = 1 // the same id, where they are not
	pointsNeighbour = 2 // linked with the same node in the same way
	mostNeighbours  = 3 // that count
	pointsInputs    = 4 // every input the same; a part of them counts in part
	pointsTitle     = 1 // the same title of its own
	enough          = 2
	maxCompared     = 1_000_000 // inputs of pairs that are looked at for no other reason than their class
	maxRounds       = 3
)

// candidate is a pair that may be the same node.
type candidate struct {
	i, j   int
	points float64
}

// similar joins nodes whose content changed, those for which most speaks first. Every pair may speak for its neighbours, so that
// it goes in rounds, the surest ones first.
func (m *matcher) similar() {
	for _, least := range []float64{6, 4, enough} {
		for range maxRounds {
			if !m.round(least) {
				break
			}
		}
	}
}

func (m *matcher) round(least float64) (found bool) {
	m.queue = nil
	var list []candidate
	for _, p := range m.candidates() {
		if points := m.points(p[0], p[1]); points >= least {
			list = append(list, candidate{p[0], p[1], points})
		}
	}
	// Candidates that exclude each other share a node, and then their sums differ: which is taken does not depend on the order
	// of the two workflows.
	slices.SortFunc(list, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.points, x.points), cmp.Compare(x.i+x.j, y.i+y.j), cmp.Compare(x.i, y.i))
	})
	for _, x := range list {
		if m.open(x.i, x.j) {
			m.join(x.i, x.j)
			found = true
		}
	}
	return found
}

// candidates are pairs of the same class without partners: with the same id, linked with the same nodes, and as far as there are
// not too many all others.
func (m *matcher) candidates() [][2]int {
	seen := map[[2]int]bool{}
	var out [][2]int
	add := func(i, j int) {
		x, y := &m.a.g.Nodes[i], &m.b.g.Nodes[j]
		if p := [2]int{i, j}; m.open(i, j) && x.Class == y.Class && x.Form == y.Form && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	classes := map[string]*signGroup{}
	for i := range m.toB {
		if m.toB[i] != None {
			continue
		}
		n := &m.a.g.Nodes[i]
		if j, ok := m.b.index[n.ID]; ok {
			add(i, j)
		}
		if classes[n.Class] == nil {
			classes[n.Class] = &signGroup{}
		}
		classes[n.Class].a = append(classes[n.Class].a, i)
	}
	for j := range m.toA {
		if g := classes[m.b.g.Nodes[j].Class]; g != nil && m.toA[j] == None {
			g.b = append(g.b, j)
		}
	}
	for i, j := range m.toB {
		if j != None && len(classes) > 0 {
			for _, step := range m.steps(i, j, true) {
				add(step[0], step[1])
			}
		}
	}
	left := maxCompared
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		g := classes[class]
		if left -= len(g.b)*m.a.size(g.a) + len(g.a)*m.b.size(g.b); left < 0 {
			break
		}
		for _, i := range g.a {
			for _, j := range g.b {
				add(i, j)
			}
		}
	}
	return out
}

// size is how much there is to compare of some nodes.
func (s *matchSide) size(list []int) (n int) {
	for _, i := range list {
		n += 1 + len(s.named[i])
	}
	return n
}

func (m *matcher) points(i, j int) float64 {
	x, y := &m.a.g.Nodes[i], &m.b.g.Nodes[j]
	points := pointsInputs*m.share(i, j) + pointsNeighbour*float64(m.neighbours(i, j))
	if x.ID == y.ID && m.stable() {
		points += pointsID
	} else if x.ID == y.ID {
		points += pointsOddID
	}
	if x.Title != "" && x.Title == y.Title {
		points += pointsTitle
	}
	return points
}

// stable tells whether ids were kept on the whole: a workflow that was edited keeps them, one that was built again does not.
func (m *matcher) stable() bool { return 2*m.sameID >= m.pairs }

// share is the part of the inputs of two nodes that is the same.
func (m *matcher) share(i, j int) float64 {
	x, y := m.a.g.Nodes[i].Inputs, m.b.g.Nodes[j].Inputs
	both, same := 0, 0
	for k, in := range y {
		at, ok := m.a.named[i][in.Name]
		if !ok || m.b.named[j][in.Name] != k {
			continue
		}
		both++
		if m.equal(x[at], in) {
			same++
		}
	}
	all := len(m.a.named[i]) + len(m.b.named[j]) - both
	if all == 0 {
		return 1
	}
	return float64(same) / float64(all)
}

// neighbours counts the partners that two nodes are linked with in the same way, up to a few.
func (m *matcher) neighbours(i, j int) int {
	const most = 16 // of those that take the same from a node
	return min(m.ties(i, j, most), mostNeighbours)
}

// ties counts the links of two nodes that lead, in the same way, to partners; of those that take the same from a node it looks at
// the first ones only.
func (m *matcher) ties(i, j, first int) (n int) {
	for w, list := range m.a.users[i] {
		if len(m.b.users[j][w]) == 0 {
			continue
		}
		for _, to := range list[:min(len(list), first)] {
			if m.toB[to] == None {
				continue
			}
			if l, ok := m.b.linkInto(m.toB[to], w.input); ok && l.From == j && l.Output == w.output {
				n++
			}
		}
	}
	for _, l := range m.a.into[i] {
		if r, ok := m.b.linkInto(j, l.Input); ok && m.toB[l.From] == r.From && r.Output == l.Output {
			n++
		}
	}
	return n
}

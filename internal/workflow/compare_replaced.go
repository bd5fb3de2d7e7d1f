package workflow

// replaced joins nodes that became ones of another class: they kept their id, and they stand in the same place. An id by itself
// says nothing. Templates share many of them, and two people who go on from one workflow both give out its next number.
func (m *matcher) replaced() {
	for range maxRounds { // of two neighbours that were both replaced, one may be known by the other
		found := m.inPlace()
		for _, p := range found {
			m.join(p[0], p[1])
		}
		if len(found) == 0 {
			return
		}
	}
}

// inPlace are the nodes without partners that share an id and most of their links: of those of both, taken together, more than half
// lead to partners in the same way. So a sampler has its place in common with another sampler, but a loader of three things has
// not with a loader of one of them, nor have two nodes that are fed by the same hub.
func (m *matcher) inPlace() (out [][2]int) {
	for i := range m.toB {
		x := &m.a.g.Nodes[i]
		j, ok := m.b.index[x.ID]
		if !ok || !m.open(i, j) || x.Form == FormMissing || m.b.g.Nodes[j].Form == FormMissing {
			continue
		}
		if all := m.a.degree(i) + m.b.degree(j); 2*2*m.ties(i, j, all) > all {
			out = append(out, [2]int{i, j})
		}
	}
	return out
}

// degree counts the links of a node.
func (s *matchSide) degree(i int) int {
	n := len(s.into[i])
	for _, list := range s.users[i] {
		n += len(list)
	}
	return n
}

package workflow

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
)

// signs are numbers for the nodes of a workflow, the same for nodes that are alike. They decide who is compared with whom and
// nothing else: should two nodes get the same by accident, the comparison still shows what differs.
type signs []uint64

// sign works out the signs of every radius up to the largest: at 0 they stand for a node by itself, and at each further one also
// for what it is linked with at the one before. No id goes into them.
func (s *matchSide) sign(radius int) {
	own := make(signs, len(s.g.Nodes))
	into, users := make([][]tie, len(own)), make([][]tie, len(own))
	for i := range s.g.Nodes {
		own[i] = ownSign(s.g, i)
		for _, l := range s.into[i] {
			way := signOf(l.Output, l.Input)
			into[i] = append(into[i], tie{way, l.From})
			users[l.From] = append(users[l.From], tie{way, i})
		}
	}
	s.signs = append(s.signs, own)
	var around []uint64
	for r := 1; r <= radius; r++ {
		last, next := s.signs[r-1], make(signs, len(own))
		for i := range next {
			sign := stir(0, last[i])
			for _, t := range into[i] {
				sign = stir(stir(sign, t.way), last[t.node])
			}
			around = around[:0]
			for _, t := range users[i] {
				around = append(around, stir(t.way, last[t.node]))
			}
			slices.Sort(around) // who takes from a node has no order
			for _, n := range around {
				sign = stir(sign, n)
			}
			next[i] = sign
		}
		s.signs = append(s.signs, next)
	}
}

// tie is a link as seen from one of its ends.
type tie struct {
	way  uint64
	node int
}

func ownSign(g *Graph, i int) uint64 {
	n := &g.Nodes[i]
	inputs := make([]int, len(n.Inputs))
	for k := range inputs {
		inputs[k] = k
	}
	slices.SortFunc(inputs, func(x, y int) int { return cmp.Compare(n.Inputs[x].Name, n.Inputs[y].Name) })
	parts := []string{string(n.Form), n.Class, n.Title}
	for _, k := range inputs {
		in := n.Inputs[k]
		if in.Link == None {
			parts = append(parts, in.Name, string(in.Value.Kind), in.Value.Text)
		} else {
			parts = append(parts, in.Name, "link", g.Links[in.Link].Output)
		}
	}
	return signOf(parts...)
}

// signOf makes one number of texts; where one ends and the next begins counts.
func signOf(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write(strconv.AppendInt(nil, int64(len(p)), 10))
		_, _ = h.Write([]byte(":" + p))
	}
	return h.Sum64()
}

// stir makes one number of two, in which their order counts.
func stir(a, b uint64) uint64 {
	x := (a ^ (b + 0x9e3779b97f4a7c15 + a<<6 + a>>2)) * 0xff51afd7ed558ccd
	return x ^ x>>32
}

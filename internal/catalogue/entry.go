package catalogue

import (
	"time"
	"unsafe"

	"github.com/comfydeck/comfydeck/internal/workflow"
)

// entry is what is kept of one workflow.
type entry struct {
	asked, got string // updated_at of the list that it was read for, and of the answer
	readAt     time.Time
	workflow   bool // there is one
	cut        bool // it has more values than MaxValues
	nodes      []node
	values     []value
}

// node and value refer to texts of the table.
type node struct{ id, title, class uint32 }

type value struct {
	node       uint32 // index into nodes
	name, text uint32
	model, cut bool
}

func (e *entry) bytes() int64 {
	const constant = 64 + 36 + 48 // its place in the map with its id, and what allocations round up
	return int64(unsafe.Sizeof(*e)) + constant + int64(cap(e.nodes))*int64(unsafe.Sizeof(node{})) + int64(cap(e.values))*int64(unsafe.Sizeof(value{}))
}

// current tells whether the entry is still what a deployment that was last updated then runs. Without such a moment nobody
// knows, so that it is believed for a while.
func (e *entry) current(updated string, now time.Time) bool {
	if updated == "" {
		return now.Sub(e.readAt) < unsureFor
	}
	return updated == e.asked || updated == e.got
}

// facts are what is extracted of a payload before it is let go.
type facts struct {
	workflow, cut bool
	nodes         []fact
}

type fact struct {
	id, title, class string
	uses             []workflow.Use
}

// extract reads a payload.
func extract(payload []byte) facts {
	g := workflow.ReadGraph(payload)
	f := facts{workflow: g.State == workflow.StateWorkflow, cut: g.Cut}
	left := MaxValues
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if n.Form != workflow.FormNode {
			continue
		}
		one := fact{id: n.ID, title: n.Title, class: n.Class}
		for u := range n.Uses() {
			if left == 0 {
				f.cut = true
				break
			}
			left--
			one.uses = append(one.uses, u)
		}
		f.nodes = append(f.nodes, one)
	}
	return f
}

// enter makes an entry of facts; their texts go into the table.
func (t *table) enter(f facts) *entry {
	e := &entry{workflow: f.workflow, cut: f.cut, nodes: make([]node, 0, len(f.nodes))}
	total := 0
	for _, n := range f.nodes {
		total += len(n.uses)
	}
	e.values = make([]value, 0, total)
	for i, n := range f.nodes {
		var to node
		to.id, _ = t.add(n.id)
		to.title, _ = t.add(n.title)
		to.class, _ = t.add(n.class)
		e.nodes = append(e.nodes, to)
		for _, u := range n.uses {
			v := value{node: uint32(i), model: u.Model}
			v.name, _ = t.add(u.Input)
			v.text, v.cut = t.add(u.Text)
			e.values = append(e.values, v)
		}
	}
	return e
}

// leave takes the texts of an entry out of the table.
func (t *table) leave(e *entry) {
	for _, n := range e.nodes {
		t.drop(n.id)
		t.drop(n.title)
		t.drop(n.class)
	}
	for _, v := range e.values {
		t.drop(v.name)
		t.drop(v.text)
	}
}

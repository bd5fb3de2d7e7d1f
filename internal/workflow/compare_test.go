package workflow

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// told is a comparison in words, for tables: "~ 3 KSampler: seed 1 → 2".
func told(c *Comparison) (out []string) {
	for _, p := range c.Pairs {
		n := c.Node(p)
		line := map[Change]string{Added: "+ ", Removed: "- ", Changed: "~ ", Same: "= "}[p.Change] + n.ID
		if p.Moved {
			line = strings.Replace(line, n.ID, c.A.Nodes[p.A].ID+">"+n.ID, 1)
		}
		for _, in := range p.Inputs {
			if in.Change != Same && p.Change == Changed {
				line += " " + string(in.Change) + " " + in.Name
			}
		}
		if p.Change != Same || p.Moved {
			out = append(out, line)
		}
	}
	return out
}

func workflowOf(nodes string) Graph {
	return ReadGraph([]byte(`{"workflow_api_json": {` + nodes + `}}`))
}

const base = `"4": {"class_type": "Load", "inputs": {"ckpt_name": "a.safetensors"}},
	"6": {"class_type": "Encode", "inputs": {"text": "a mug", "clip": ["4", 1]}},
	"7": {"class_type": "Encode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
	"5": {"class_type": "Empty", "inputs": {"width": 512, "height": 512}},
	"3": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 20, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent": ["5", 0]}},
	"8": {"class_type": "Decode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}}`

func TestCompare(t *testing.T) {
	t.Parallel()
	renumbered := strings.NewReplacer(`"4"`, `"40"`, `"6"`, `"7"`, `"7"`, `"6"`, `"5"`, `"3"`, `"3"`, `"5"`).Replace(base)
	for name, tt := range map[string]struct {
		b    string
		want []string
	}{
		"the same":                {base, nil},
		"a value":                 {strings.Replace(base, `"seed": 1`, `"seed": 2`, 1), []string{"~ 3 changed seed"}},
		"prompts exchanged":       {strings.NewReplacer("a mug", "blurry", "blurry", "a mug").Replace(base), []string{"~ 6 changed text", "~ 7 changed text"}},
		"a link":                  {strings.Replace(base, `"positive": ["6", 0]`, `"positive": ["7", 0]`, 1), []string{"~ 3 changed positive"}},
		"an output":               {strings.Replace(base, `["4", 2]`, `["4", 3]`, 1), []string{"~ 8 changed vae"}},
		"an input more, one less": {strings.Replace(base, `"steps": 20`, `"cfg": 5`, 1), []string{"~ 3 added cfg removed steps"}},
		"a link for a value":      {strings.Replace(base, `"seed": 1`, `"seed": ["5", 0]`, 1), []string{"~ 3 changed seed"}},
		"a node between": {strings.Replace(base, `"model": ["4", 0]`, `"model": ["9", 0]`, 1) + `, "9": {"class_type": "Lora", "inputs": {"model": ["4", 0]}}`, []string{
			"~ 3 changed model", "+ 9",
		}},
		"a node less":        {strings.Replace(strings.Replace(base, `"5": {"class_type": "Empty", "inputs": {"width": 512, "height": 512}},`, "", 1), `, "latent": ["5", 0]`, "", 1), []string{"~ 3 removed latent", "- 5"}},
		"a link to nothing":  {strings.Replace(base, `"5": {"class_type": "Empty", "inputs": {"width": 512, "height": 512}},`, "", 1), []string{"~ 3 changed latent", "+ 5", "- 5"}},
		"another class":      {strings.Replace(base, "KSampler", "KSamplerAdvanced", 1), []string{"~ 3"}},
		"another title":      {strings.Replace(base, `"class_type": "KSampler"`, `"class_type": "KSampler", "_meta": {"title": "Sampler"}`, 1), []string{"~ 3"}},
		"renumbered":         {renumbered, []string{"4>40", "6>7", "7>6", "5>3", "3>5"}},
		"renumbered, edited": {strings.Replace(renumbered, "a mug", "a cup", 1), []string{"4>40", "~ 6>7 changed text", "7>6", "5>3", "3>5"}},
		"another workflow":   {`"3": {"class_type": "Other", "inputs": {}}`, []string{"+ 3", "- 4", "- 6", "- 7", "- 5", "- 3", "- 8"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := Compare(workflowOf(base), workflowOf(tt.b))
			got := told(&c)
			for i := range got {
				got[i] = strings.TrimPrefix(got[i], "= ")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			check(t, &c)
		})
	}
}

func TestCompare_Overrides(t *testing.T) {
	t.Parallel()
	a := ReadGraph([]byte(`{"workflow_api_json": {"1": {"class_type": "A", "inputs": {"x": 1, "y": 1}}}, "overrides": {"1": {"inputs": {"x": 2, "y": 3}}, "9": {"inputs": {"z": 1}}}}`))
	b := ReadGraph([]byte(`{"workflow_api_json": {"5": {"class_type": "A", "inputs": {"x": 1, "y": 1}}}, "overrides": {"5": {"inputs": {"y": 4, "x": 2}}, "8": {"inputs": {"z": 1}}}}`))
	c := Compare(a, b)
	number := func(text string) Value { return Value{KindNumber, text} }
	want := []OverridePair{
		{ID: "5", Input: "y", A: number("3"), B: number("4"), Change: Changed},
		{ID: "5", Input: "x", A: number("2"), B: number("2")},
		{ID: "8", Input: "z", B: number("1"), Change: Added},
		{ID: "9", Input: "z", A: number("1"), Change: Removed},
	}
	if diff := cmp.Diff(want, c.Overrides); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := (Tally{Changed: 1, Moved: 1, Overrides: 3}); c.Tally() != want {
		t.Errorf("Tally = %+v, want %+v", c.Tally(), want)
	}
}

// check holds a comparison to what each must be: every node and every input of both in it once, and both drawn together complete.
func check(t *testing.T, c *Comparison) {
	t.Helper()
	as, bs := make([]int, len(c.A.Nodes)), make([]int, len(c.B.Nodes))
	links := 0
	for _, p := range c.Pairs {
		inputs := [2]int{}
		if p.A != None {
			as[p.A]++
			inputs[0] = len(c.A.Nodes[p.A].Inputs)
		}
		if p.B != None {
			bs[p.B]++
			inputs[1] = len(c.B.Nodes[p.B].Inputs)
		}
		for _, in := range p.Inputs {
			if in.A != None {
				inputs[0]--
			}
			if in.B != None {
				inputs[1]--
			}
			if in.Linked {
				links++
			}
			if p.A != None && p.B != None && in.A != None && in.B != None && in.Change != Same && c.A.Nodes[p.A].Inputs[in.A].Link != None && c.B.Nodes[p.B].Inputs[in.B].Link != None {
				links++ // before and after
			}
		}
		if inputs != [2]int{} {
			t.Errorf("pair %+v: inputs left or twice: %v", p, inputs)
		}
	}
	if slices.ContainsFunc(slices.Concat(as, bs), func(n int) bool { return n != 1 }) {
		t.Errorf("nodes are there %v and %v times", as, bs)
	}
	g := c.Together()
	if len(g.Nodes) != len(c.Pairs) || len(g.Links) != links {
		t.Errorf("together: %d nodes and %d links, want %d and %d", len(g.Nodes), len(g.Links), len(c.Pairs), links)
	}
	if len(g.Nodes) > 0 && len(g.Nodes) < 80 {
		p, _ := g.Draw()
		for _, problem := range complete(&g, p) {
			t.Error(problem)
		}
	}
}

// design is a workflow to be written under any ids and in any order.
type design struct{ nodes []designNode }

type designNode struct {
	class, title string
	values       map[string]int
	links        map[string][2]int // node and output
	odd          bool
}

// randomWorkflow has equal branches, hubs, nodes without inputs, links to nothing and now and then a circle.
func randomWorkflow(r *rand.Rand) design {
	var s design
	for i := range 1 + r.IntN(30) {
		if i > 3 && r.IntN(6) == 0 { // the same once more
			s.nodes = append(s.nodes, s.nodes[r.IntN(i)])
			continue
		}
		n := designNode{class: fmt.Sprint("C", r.IntN(6)), values: map[string]int{}, links: map[string][2]int{}, odd: r.IntN(40) == 0}
		if r.IntN(4) == 0 {
			n.title = fmt.Sprint("T", r.IntN(3))
		}
		for k := range r.IntN(3) {
			n.values[fmt.Sprint("v", k)] = r.IntN(4)
		}
		for k := range r.IntN(4) {
			switch {
			case r.IntN(25) == 0:
				n.links[fmt.Sprint("l", k)] = [2]int{100 + r.IntN(2), 0}
			case i > 0:
				n.links[fmt.Sprint("l", k)] = [2]int{r.IntN(i), r.IntN(2)}
			}
		}
		s.nodes = append(s.nodes, n)
	}
	if last := len(s.nodes) - 1; r.IntN(8) == 0 {
		s.nodes[r.IntN(last+1)].links["back"] = [2]int{last, 0}
	}
	return s
}

func (s design) clone() design {
	var out design
	for _, n := range s.nodes {
		m := n
		m.values, m.links = map[string]int{}, map[string][2]int{}
		for k, v := range n.values {
			m.values[k] = v
		}
		for k, v := range n.links {
			m.links[k] = v
		}
		out.nodes = append(out.nodes, m)
	}
	return out
}

// write gives every node the id that name says, in an order.
func (s design) write(name func(int) string, order []int) []byte {
	var parts []string
	for _, i := range order {
		n := s.nodes[i]
		if n.odd {
			parts = append(parts, fmt.Sprintf("%q: %d", name(i), len(n.class)))
			continue
		}
		inputs := map[string]any{}
		for k, v := range n.values {
			inputs[k] = v
		}
		for k, l := range n.links {
			inputs[k] = []any{name(l[0]), l[1]}
		}
		text, _ := json.Marshal(map[string]any{"class_type": n.class, "inputs": inputs, "_meta": map[string]any{"title": n.title}})
		parts = append(parts, fmt.Sprintf("%q: %s", name(i), text))
	}
	return []byte(`{"workflow_api_json": {` + strings.Join(parts, ",") + `}}`)
}

func (s design) order() []int {
	out := make([]int, len(s.nodes))
	for i := range out {
		out[i] = i
	}
	return out
}

// edited changes a few things.
func (s design) edited(r *rand.Rand) design {
	s = s.clone()
	for range r.IntN(4) {
		i := r.IntN(len(s.nodes))
		switch r.IntN(4) {
		case 0:
			s.nodes[i].values["v0"] = 77
		case 1:
			s.nodes[i].links["new"] = [2]int{r.IntN(len(s.nodes)), 1}
		case 2:
			s.nodes = append(s.nodes, designNode{class: "New", values: map[string]int{}, links: map[string][2]int{"l": {i, 0}}})
		default:
			s.nodes[i].class = "Replaced"
		}
	}
	return s
}

func plain(i int) string { return fmt.Sprint(i) }

// TestCompare_Properties holds random workflows to what must be so for any.
func TestCompare_Properties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 3))
		s := randomWorkflow(r)
		a := ReadGraph(s.write(plain, s.order()))

		same := Compare(a, a)
		if got := told(&same); len(got) > 0 || same.Tally() != (Tally{}) {
			t.Errorf("seed %d: a workflow differs from itself: %q", seed, got)
		}

		shift := r.Perm(200)
		moved := Compare(a, ReadGraph(s.write(func(i int) string { return plain(shift[i]) }, r.Perm(len(s.nodes)))))
		if got := moved.Tally(); got.Added+got.Removed+got.Changed+got.Links > 0 {
			t.Errorf("seed %d: renumbering makes a difference: %+v %q", seed, got, told(&moved))
		}
		check(t, &moved)

		e := s.edited(r)
		for _, name := range []func(int) string{plain, func(i int) string { return plain(shift[i]) }} {
			b := ReadGraph(e.write(name, r.Perm(len(e.nodes))))
			there, back := Compare(a, b), Compare(b, a)
			check(t, &there)
			if x, y := there.Tally(), back.Tally(); x.Added != y.Removed || x.Removed != y.Added || x.Changed != y.Changed || x.Moved != y.Moved || x.Links != y.Links {
				t.Errorf("seed %d: the way back differs: %+v, %+v", seed, x, y)
			}
			pairs := map[[2]int]bool{}
			for _, p := range there.Pairs {
				pairs[[2]int{p.A, p.B}] = true
			}
			for _, p := range back.Pairs {
				if !pairs[[2]int{p.B, p.A}] {
					t.Errorf("seed %d: %+v is no pair on the way there", seed, p)
				}
			}
		}
	}
}

// TestCompare_Branches renumbers branches that are equal in everything: none is mixed with another.
func TestCompare_Branches(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	var s design
	for range 4 {
		for k := range 5 {
			n := designNode{class: fmt.Sprint("C", k), values: map[string]int{}, links: map[string][2]int{}}
			if k > 0 {
				n.links["in"] = [2]int{len(s.nodes) - 1, 0}
			}
			s.nodes = append(s.nodes, n)
		}
	}
	a := ReadGraph(s.write(plain, s.order()))
	for range 20 {
		to := r.Perm(40)
		c := Compare(a, ReadGraph(s.write(func(i int) string { return plain(to[i]) }, r.Perm(len(s.nodes)))))
		if got := c.Tally(); got.Added+got.Removed+got.Changed+got.Links > 0 {
			t.Errorf("%+v %q", got, told(&c))
		}
	}
}

// TestCompare_Edited says how well edits are found: one changed value of a workflow without equal nodes is that, renumbered or not.
func TestCompare_Edited(t *testing.T) {
	t.Parallel()
	for _, n := range []int{12, 60, 400} {
		payload := generated(n)
		a := ReadGraph(payload)
		text := strings.Replace(string(payload), `"text": "some words about number 7"`, `"text": "other words"`, 1)
		for name, text := range map[string]string{"in place": text, "renumbered": renumber(text, n)} {
			c := Compare(a, ReadGraph([]byte(text)))
			if got := c.Tally(); got.Added+got.Removed+got.Links > 0 || got.Changed != 1 {
				t.Errorf("%d nodes, %s: %+v", n, name, got)
			}
		}
	}
}

// renumber gives the nodes of a generated workflow other ids, many of which another node had before.
func renumber(text string, n int) string {
	var names []string
	for i := range n {
		old := fmt.Sprint(i)
		if i%3 == 1 && i > 20 {
			old = fmt.Sprintf("%d:%d", i/20, i)
		}
		names = append(names, fmt.Sprintf("%q:", old), fmt.Sprintf("%q:", fmt.Sprint((i*11+5)%(n+3))), fmt.Sprintf("[%q,", old), fmt.Sprintf("[%q,", fmt.Sprint((i*11+5)%(n+3))))
	}
	return strings.NewReplacer(names...).Replace(text)
}

// TestCompare_Bounds compares large workflows, also such that nothing in them tells one node from another.
func TestCompare_Bounds(t *testing.T) {
	t.Parallel()
	var equal, chain, hub strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&equal, `"%d": {"class_type": "A", "inputs": {"x": 1}},`, i)
		fmt.Fprintf(&chain, `"%d": {"class_type": "A", "inputs": {"x": ["%d", 0]}},`, i, i-1)
		fmt.Fprintf(&hub, `"%d": {"class_type": "A", "inputs": {"v": %d, "x": ["0", 0], "y": ["%d", 0]}},`, i, i%5, i/2)
	}
	other := func(b strings.Builder) Graph {
		return workflowOf(strings.NewReplacer(`"A"`, `"B"`, `{"x": 1}`, `{"x": 2}`).Replace(strings.TrimSuffix(b.String(), ",")))
	}
	edited := func(b strings.Builder) Graph {
		return workflowOf(strings.NewReplacer(`": {"class`, `0": {"class`, `"x": 1}`, `"x": 1, "z": 3}`, `"x": [`, `"z": 3, "x": [`).Replace(strings.TrimSuffix(b.String(), ",")))
	}
	for name, b := range map[string]strings.Builder{"equal": equal, "chain": chain, "hub": hub} {
		a := workflowOf(strings.TrimSuffix(b.String(), ","))
		for as, g := range map[string]Graph{"itself": a, "another class": other(b), "another in every node": edited(b)} {
			start := time.Now()
			c := Compare(a, g)
			took := time.Since(start)
			check(t, &c)
			t.Logf("%s with %s: %v, %+v", name, as, took, c.Tally())
			if took > 5*time.Second && os.Getenv("CI") == "" {
				t.Errorf("%s with %s took %v", name, as, took)
			}
		}
	}
}

func TestReadPasted(t *testing.T) {
	t.Parallel()
	const nodes = `{"1": {"class_type": "A", "inputs": {"x": ["2", 0]}}, "2": {"class_type": "B"}}`
	for _, text := range []string{nodes, "\ufeff \n" + nodes, `{"prompt": ` + nodes + `}`, `{"workflow_api_json": ` + nodes + `, "overrides": {}}`} {
		if g, err := ReadPasted([]byte(text)); err != nil || len(g.Nodes) != 2 {
			t.Errorf("ReadPasted(%q): %d nodes, %v", text, len(g.Nodes), err)
		}
	}
	editor := `{"last_node_id": 9, "nodes": [{"id": 3, "type": "KSampler"}], "links": [[1, 4, 0, 3, 0, "MODEL"]], "version": 0.4}`
	for text, want := range map[string]string{
		"": ErrNothing.Error(), " \n\t": ErrNothing.Error(), editor: ErrEditor.Error(), `{"workflow": ` + editor + `}`: ErrEditor.Error(), `{"workflow_api_json": ` + editor + `}`: ErrEditor.Error(),
		"null": ErrNoWorkflow.Error(), "[]": ErrNoWorkflow.Error(), "{}": ErrNoWorkflow.Error(), "7": ErrNoWorkflow.Error(), `{"workflow_api_json": null}`: ErrNoWorkflow.Error(), `{"1": {"inputs": {}}}`: ErrNoWorkflow.Error(),
		"{\n \"1\": tru}": "not valid JSON at line 2, column 10", nodes + nodes: "more text after the value", "\x89PNG\r\n": "not valid JSON at line 1", "hello": "not valid JSON", `{"1": {}, "1": {}}`: "not valid JSON",
	} {
		if _, err := ReadPasted([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadPasted(%q): %v, want %q", text, err, want)
		}
	}
}

// FuzzCompare compares any two texts.
func FuzzCompare(f *testing.F) {
	f.Add([]byte(small), generated(9))
	f.Add(generated(9), []byte(renumber(string(generated(9)), 9)))
	f.Add([]byte(`{"1": {"class_type": "A", "inputs": {"a": ["1", 0], "b": ["2", 0]}}}`), []byte(`{"2": {"class_type": "A", "inputs": {"a": ["2", 0], "b": ["1", 0]}}, "": 5}`))
	f.Fuzz(func(t *testing.T, before, after []byte) {
		a, b := ReadLoose(before), ReadLoose(after)
		there, back, self := Compare(a, b), Compare(b, a), Compare(a, a)
		check(t, &there)
		if got := told(&self); len(got) > 0 {
			t.Errorf("a workflow differs from itself: %q", got)
		}
		if x, y := there.Tally(), back.Tally(); x.Added != y.Removed || x.Removed != y.Added || x.Changed != y.Changed {
			t.Errorf("the way back differs: %+v, %+v", x, y)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{60, 400, 2000} {
		payload := generated(n)
		other := ReadGraph([]byte(renumber(strings.Replace(string(payload), "number 7", "other words", 1), n)))
		g := ReadGraph(payload)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Compare(g, other)
			}
		})
	}
}

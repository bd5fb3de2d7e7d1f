package workflow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// small has everything a graph can have: overrides that fit and that do not, a link to nothing, a circle, a node that is none.
const small = `{"overrides": {"3": {"inputs": {"seed": 18446744073709551615, "sede": 1}}, "77": {"inputs": {"a": 1, "b": 2}}, "6": {}},
"workflow_api_json": {
	"4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl.safetensors"}, "_meta": {"title": "Load"}},
	"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a mug", "clip": ["4", 1]}},
	"3": {"class_type": "KSampler", "inputs": {"seed": 7, "model": ["4", 0], "positive": ["6", 0], "negative": ["99", 0], "steps": [1, 2]}},
	"38:42": {"class_type": "A", "inputs": {"x": ["38:43", 0]}},
	"38:43": {"class_type": "B", "inputs": {"x": ["38:42", 0], "o": {"__value__": [false, true]}}},
	"8": "a note"
}}`

func TestReadGraph(t *testing.T) {
	t.Parallel()
	link := func(name, text string, link int) Input {
		return Input{Name: name, Value: Value{KindArray, text}, Link: link}
	}
	want := Graph{
		State: StateWorkflow, Circle: true,
		Nodes: []Node{
			{ID: "4", Title: "Load", Class: "CheckpointLoaderSimple", Form: FormNode, Inputs: []Input{{Name: "ckpt_name", Value: Value{KindString, "sd_xl.safetensors"}, Link: None}}},
			{ID: "6", Class: "CLIPTextEncode", Form: FormNode, Inputs: []Input{{Name: "text", Value: Value{KindString, "a mug"}, Link: None}, link("clip", `["4", 1]`, 0)}},
			{ID: "3", Class: "KSampler", Form: FormNode, Inputs: []Input{
				{Name: "seed", Value: Value{KindNumber, "18446744073709551615"}, Change: Changed, Was: Value{KindNumber, "7"}, Link: None},
				link("model", `["4", 0]`, 1), link("positive", `["6", 0]`, 2), link("negative", `["99", 0]`, 3), link("steps", `[1, 2]`, None),
			}},
			{ID: "38:42", Class: "A", Form: FormNode, Within: []string{"38"}, Circular: true, Inputs: []Input{link("x", `["38:43", 0]`, 4)}},
			{ID: "38:43", Class: "B", Form: FormNode, Within: []string{"38"}, Circular: true, Inputs: []Input{
				link("x", `["38:42", 0]`, 5), {Name: "o", Value: Value{KindObject, `{"__value__": [false, true]}`}, Link: None},
			}},
			{ID: "8", Form: FormOdd, Inputs: []Input{{Name: "value", Value: Value{KindString, "a note"}, Link: None}}},
			{ID: "99", Form: FormMissing},
		},
		Links: []Link{
			{From: 0, To: 1, Output: "1", Input: "clip", Type: "CLIP"},
			{From: 0, To: 2, Output: "0", Input: "model", Type: "MODEL"},
			{From: 1, To: 2, Output: "0", Input: "positive", Type: "CONDITIONING"},
			{From: 6, To: 2, Output: "0", Input: "negative", Type: "CONDITIONING"},
			{From: 4, To: 3, Output: "0", Input: "x"},
			{From: 3, To: 4, Output: "0", Input: "x"},
		},
		Unmet: []Unmet{{ID: "6", Odd: true}, {ID: "3", Input: "sede"}, {ID: "77"}},
		Overrides: []Override{
			{"3", "seed", Value{KindNumber, "18446744073709551615"}},
			{"3", "sede", Value{KindNumber, "1"}},
			{"77", "a", Value{KindNumber, "1"}},
			{"77", "b", Value{KindNumber, "2"}},
		},
	}
	if diff := cmp.Diff(want, ReadGraph([]byte(small))); diff != "" {
		t.Errorf("ReadGraph (-want +got):\n%s", diff)
	}
}

func TestReadLoose(t *testing.T) {
	t.Parallel()
	const nodes = `{"1": {"class_type": "A", "inputs": {"x": ["2", 0]}}, "2": {"class_type": "B"}}`
	for _, text := range []string{nodes, `{"prompt": ` + nodes + `, "client_id": "x"}`, `{"workflow_api_json": ` + nodes + `}`} {
		if g := ReadLoose([]byte(text)); g.State != StateWorkflow || len(g.Nodes) != 2 || len(g.Links) != 1 {
			t.Errorf("ReadLoose(%s) = %+v", text, g)
		}
	}
	for text, want := range map[string]State{
		"": StateInvalid, "{": StateInvalid, "[]": StateOdd, "{}": StateNoWorkflow, `{"nodes": [], "links": []}`: StateEditor, `{}}`: StateInvalid, `1, "a": 2`: StateOdd,
	} {
		if g := ReadLoose([]byte(text)); g.State != want {
			t.Errorf("ReadLoose(%s).State = %s, want %s", text, g.State, want)
		}
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	g := ReadGraph([]byte(small))
	if diff := cmp.Diff([]bool{true, true, true, false, false, false, false}, Reach(g.Next(), 0)); diff != "" {
		t.Errorf("what depends on 4 (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]bool{true, true, true, false, false, false, true}, Reach(g.Before(), 2)); diff != "" {
		t.Errorf("what 3 depends on (-want +got):\n%s", diff)
	}
}

func TestNode_Matches(t *testing.T) {
	t.Parallel()
	g := ReadGraph([]byte(small))
	for words, want := range map[string]int{"": 7, "ksampler": 1, "MUG text": 1, "load": 1, "99": 1, "1844674": 1, "38:4": 2, "clip": 1, "nothing": 0} {
		n := 0
		for i := range g.Nodes {
			if g.Nodes[i].Matches(strings.Fields(words)) {
				n++
			}
		}
		if n != want {
			t.Errorf("%q is in %d nodes, want %d", words, n, want)
		}
	}
}

func TestGraph_Outline(t *testing.T) {
	t.Parallel()
	const payload = `{"workflow_api_json": {
		"4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl.safetensors"}},
		"5": {"class_type": "LoraLoader", "inputs": {"lora_name": "style/film.safetensors", "strength_model": 0.80, "model": ["4", 0]}},
		"1": {"class_type": "EmptyLatentImage", "inputs": {"width": 1024, "height": 768, "batch_size": 2}},
		"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a mug", "clip": ["4", 1]}, "_meta": {"title": "P"}},
		"7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
		"26": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}},
		"3": {"class_type": "KSampler", "inputs": {"seed": 9007199254740993, "steps": 20, "cfg": 5.5, "sampler_name": "euler", "scheduler": "normal", "denoise": 1,
			"model": ["5", 0], "positive": ["26", 0], "negative": ["7", 0], "latent_image": ["1", 0]}},
		"10": {"class_type": "LoadImage", "inputs": {"image": "in.png"}},
		"9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["3", 0]}},
		"11": {"class_type": "Mystery+", "inputs": {}}, "12": {"class_type": "Mystery+", "inputs": {}}
	}}`
	g := ReadGraph([]byte(payload))
	want := Outline{
		Models:   []Mention{{Label: "Checkpoint", Text: "sd_xl.safetensors"}, {Label: "LoRA", Text: "style/film.safetensors", Node: 1, Detail: "strength 0.80"}},
		Prompts:  []Mention{{Label: "Positive prompt", Text: "a mug", Node: 3}, {Label: "Negative prompt", Text: "blurry", Node: 4}},
		Sampling: []Mention{{Label: "FluxGuidance", Text: "guidance 3.5", Node: 5, Input: None}, {Label: "KSampler", Text: "euler, normal, 20 steps, CFG 5.5", Node: 6, Input: None}},
		Seeds:    []Mention{{Label: "Seed", Text: "9007199254740993", Node: 6}},
		Sizes:    []Mention{{Label: "EmptyLatentImage", Text: "1024 × 768", Node: 2, Input: None, Detail: "batch 2"}},
		Takes:    []Mention{{Label: "LoadImage", Text: "in.png", Node: 7}},
		Gives:    []Mention{{Label: "SaveImage", Text: "ComfyUI", Node: 8}},
		Custom:   []ClassCount{{"Mystery+", 2}},
	}
	if diff := cmp.Diff(want, g.Outline()); diff != "" {
		t.Errorf("Outline (-want +got):\n%s", diff)
	}
}

// complete returns what a picture lacks: every node and every link is drawn once, nothing else is, and links meet their ports.
func complete(g *Graph, p Picture) (problems []string) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if len(p.Nodes) != len(g.Nodes) || len(p.Wires) != len(g.Links) {
		report("%d nodes and %d links became %d boxes and %d wires", len(g.Nodes), len(g.Links), len(p.Nodes), len(p.Wires))
		return problems
	}
	for i, n := range p.Nodes {
		if n.X < 0 || n.Y < 0 || n.X+n.Width > p.Width || n.Y+n.Height > p.Height {
			report("node %d is out of the picture: %+v", i, n)
		}
		for j, m := range p.Nodes[:i] {
			if n.X < m.X+m.Width && m.X < n.X+n.Width && n.Y < m.Y+m.Height && m.Y < n.Y+n.Height {
				report("nodes %d and %d overlap", j, i)
			}
		}
		ports, links := 0, 0
		for _, port := range n.Ports {
			if !port.Out {
				ports++
			}
		}
		for _, in := range g.Nodes[i].Inputs {
			if in.Link != None {
				links++
			}
		}
		if len(g.Nodes) <= maxFullNodes && ports != links {
			report("node %d has %d linked inputs and %d ports", i, links, ports)
		}
	}
	for i, w := range p.Wires {
		var x, y int
		if _, err := fmt.Sscanf(w.D, "M%d %d", &x, &y); err != nil {
			report("wire %d: %q", i, w.D)
		}
		from := p.Nodes[g.Links[i].From]
		if x != from.X+from.Width || y < from.Y || y > from.Y+from.Height {
			report("wire %d starts at %d, %d, its node is at %+v", i, x, y, from)
		}
	}
	return problems
}

func TestGraph_Draw(t *testing.T) {
	t.Parallel()
	for _, nodes := range []int{1, 12, 60, 299, 301, 900} {
		g := ReadGraph(generated(nodes))
		p, ok := g.Draw()
		if !ok || len(g.Nodes) != nodes {
			t.Fatalf("%d nodes: drawn = %v, %d nodes read", nodes, ok, len(g.Nodes))
		}
		for _, problem := range complete(&g, p) {
			t.Errorf("%d nodes: %s", nodes, problem)
		}
	}
	if g := ReadGraph(generated(MaxDrawnNodes + 1)); len(g.Nodes) != MaxDrawnNodes+1 {
		t.Errorf("%d nodes read", len(g.Nodes))
	} else if _, ok := g.Draw(); ok {
		t.Error("a graph over the bound is drawn")
	}
	if g := ReadGraph(generated(MaxNodes + 5)); !g.Cut || len(g.Nodes) > MaxNodes+5 {
		t.Errorf("a workflow over the bound: cut = %v, %d nodes", g.Cut, len(g.Nodes))
	}
}

// generated is a payload with a workflow of n nodes.
func generated(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"workflow_api_json": {`)
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		id := fmt.Sprint(i)
		if i%3 == 1 && i > 20 {
			id = fmt.Sprintf("%d:%d", i/20, i)
		}
		fmt.Fprintf(&b, `%q: {"class_type": "Class%d", "_meta": {"title": "Node %d"}, "inputs": {"seed": %d, "text": "some words about number %d"`, id, i%17, i, i*7919, i)
		for k := 1; k <= 3; k++ {
			if from := i - 1 - (i*k*31)%9; from >= 0 && from%3 != 1 {
				fmt.Fprintf(&b, `, "image%d": ["%d", %d]`, k, from, k%2)
			}
		}
		b.WriteString("}}")
	}
	b.WriteString(`}, "overrides": {"0": {"inputs": {"seed": 5}}}}`)
	return b.Bytes()
}

func FuzzReadGraph(f *testing.F) {
	f.Add([]byte(small))
	f.Add(generated(9))
	f.Add([]byte(`{"workflow_api_json": {"": {"class_type": "\u202e", "inputs": {"a": ["", 0], "b": ["1", 1.5e3]}}, "1:::": null}}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, g := range []Graph{ReadGraph(payload), ReadLoose(payload)} {
			for i, l := range g.Links {
				if l.From < 0 || l.From >= len(g.Nodes) || l.To < 0 || l.To >= len(g.Nodes) {
					t.Fatalf("link %d leads from %d to %d of %d nodes", i, l.From, l.To, len(g.Nodes))
				}
			}
			g.Outline()
			if p, ok := g.Draw(); ok && len(g.Nodes) < 300 {
				for _, problem := range complete(&g, p) {
					t.Error(problem)
				}
			}
			// What ComfyUI would take for a link is one here, and nothing else is.
			if want, ok := links(payload); ok && g.State == StateWorkflow && len(g.Unmet) == 0 && !bytes.Contains(payload, []byte("overrides")) && len(g.Links) != want {
				t.Errorf("%d links, want %d", len(g.Links), want)
			}
		}
	})
}

// links counts the links of a payload by another decoder; false when that decoder would read another document.
func links(payload []byte) (n int, ok bool) {
	var p struct {
		Workflow map[string]json.RawMessage `json:"workflow_api_json"`
	}
	if bytes.ContainsAny(payload, "\\") || !json.Valid(payload) || bytes.Count(payload, []byte(`"workflow_api_json"`)) != 1 || json.Unmarshal(payload, &p) != nil {
		return 0, false
	}
	for _, raw := range p.Workflow {
		var node map[string]json.RawMessage
		if json.Unmarshal(raw, &node) != nil {
			continue
		}
		var inputs map[string]json.RawMessage
		if json.Unmarshal(node["inputs"], &inputs) != nil {
			continue
		}
		for _, value := range inputs {
			var pair []json.RawMessage
			if json.Unmarshal(value, &pair) != nil || len(pair) != 2 {
				continue
			}
			if pair[0][0] == '"' && (pair[1][0] == '-' || pair[1][0] >= '0' && pair[1][0] <= '9') {
				n++
			}
		}
	}
	return n, true
}

func BenchmarkGraph(b *testing.B) {
	for _, n := range []int{60, 400, 2000} {
		payload := generated(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				g := ReadGraph(payload)
				g.Draw()
			}
		})
	}
}

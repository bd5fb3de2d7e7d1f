package handlers

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

// payloads are shapes that the API is known to send, and some that it might.
var payloads = []string{
	`{"workflow_api_json":{"3":{"class_type":"KSampler","_meta":{"title":"S"},"inputs":{"seed":18446744073709551615,"model":["4",0],"x":{"__value__":[false,true]}}},"4":{"class_type":"L","inputs":{}}},"overrides":{"3":{"inputs":{"seed":1,"none":2}},"9":{"inputs":{"a":1}}},"object_info_url":""}`,
	`{"workflow_api_json":{"38:42":{"class_type":"A","inputs":{"a":["38:43",0],"b":["38:42",1]}},"38:43":{"class_type":"B","inputs":{"a":["38:42",0]}},"7":5,"8":null,"9":{"inputs":{"m":["gone",2]}}}}`,
	`{"workflow_api_json":{}}`, `{}`, `null`, `[]`, `"<script>alert(1)</script>"`, `{"</details><a hx-get=/x>":"\"'><svg onload=1>"}`, `[1e400,-0,1.50,"\ud800","\u202e\u0000\r\n",true,null,"",{"":[]}]`,
	`{"a":{"a":{"a":{"a":[[[[[]]]]]}}}}`, "[\"" + strings.Repeat("long ", 1000) + "\"]",
}

// FuzzPayloadPage holds the tree on a page against the text it was made of: every key and value stands there once, in order, as
// text, and nothing else does.
func FuzzPayloadPage(f *testing.F) {
	for _, p := range payloads {
		f.Add([]byte(p))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		tree, err := workflow.ParseTree(payload, workflow.Look{}, workflow.DefaultLimits())
		node, ok := BranchOf(someID, payload, paths.PayloadQuery{})
		if ok != (err == nil) {
			t.Fatalf("a branch: %v, %v", ok, err)
		}
		if !ok || !whole(&tree.Root) {
			return
		}
		dom := parse(t, views.Branch(node))
		var got []string
		for n := range dom.Descendants() {
			if n.Type == html.ElementNode && !slices.Contains([]string{"details", "summary", "div", "span", "a"}, n.Data) {
				t.Errorf("%q makes an element %s", payload, n.Data)
			}
			for _, class := range strings.Fields(htmlcheck.Attr(n, "class")) {
				if class == "node__key" || class == "leaf__value" {
					got = append(got, text(n))
				}
			}
		}
		if want := texts(t, payload); !slices.Equal(got, want) {
			t.Errorf("%q: the page says %q, want %q", payload, got, want)
		}
	})
}

// whole tells whether nothing of a tree was left out.
func whole(n *workflow.Branch) bool {
	ok := n.Cut == 0 && n.Rest == 0 && (!n.Closed || n.Count == 0) && len([]rune(n.Key)) < 500
	for i := range n.Children {
		ok = ok && whole(&n.Children[i])
	}
	return ok
}

// texts lists keys and values as a page says them, by a reader of its own.
func texts(t *testing.T, payload []byte) (out []string) {
	t.Helper()
	dec := jsontext.NewDecoder(bytes.NewReader(payload), jsontext.AllowInvalidUTF8(true))
	var value func(key string)
	value = func(key string) {
		if key != "" {
			out = append(out, visible.Text(key))
		}
		token, err := dec.ReadToken()
		if err != nil {
			t.Fatal(err)
		}
		switch token.Kind() {
		case '{', '[':
			closing, n := map[jsontext.Kind]jsontext.Kind{'{': '}', '[': ']'}[token.Kind()], 0
			for ; dec.PeekKind() != closing; n++ {
				name := fmt.Sprint(n)
				if closing == '}' {
					token, _ := dec.ReadToken()
					name = token.String()
				}
				value(name)
			}
			_, _ = dec.ReadToken()
			if n == 0 {
				out = append(out, map[jsontext.Kind]string{'}': "{}", ']': "[]"}[closing])
			}
		default:
			out = append(out, visible.Text(token.String()))
		}
	}
	value("")
	return out
}

// FuzzWorkflowPage holds the drawn graph against the workflow: a box for every node, a line for every link, each once, each with its
// name, and no text that became markup.
func FuzzWorkflowPage(f *testing.F) {
	for _, p := range payloads {
		f.Add([]byte(p))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		g := workflow.ReadGraph(payload)
		if len(g.Nodes) == 0 || len(g.Nodes) > 200 {
			return
		}
		picture := GraphOf(someID, payload)
		dom := parse(t, views.Picture(picture))
		boxes, wires := htmlcheck.Select(dom, "a.box"), htmlcheck.Select(dom, "path.wire")
		if len(boxes) != len(g.Nodes) || len(wires) != len(g.Links) {
			t.Fatalf("%d nodes and %d links became %d boxes and %d lines", len(g.Nodes), len(g.Links), len(boxes), len(wires))
		}
		ids, names := map[string]bool{}, map[string]int{}
		for _, n := range boxes {
			ids[htmlcheck.Attr(n, "id")] = true
			names[text(htmlcheck.Select(n, "title")[0])]++
		}
		for i := range g.Nodes {
			names[nodeLabel(&g.Nodes[i])]--
			if !ids[anchor(i)] {
				t.Errorf("node %d has no box", i)
			}
		}
		for name, n := range names {
			if n != 0 {
				t.Errorf("%q is there %d times too often", name, n)
			}
		}
		for n := range dom.Descendants() {
			if n.Type == html.ElementNode && !slices.Contains([]string{"div", "section", "svg", "rect", "text", "path", "title", "a", "g", "circle"}, n.Data) {
				t.Errorf("an element %s", n.Data)
			}
		}
	})
}

// FuzzComparePage holds the comparison of two payloads against the comparison itself: a row and a box for every node that differs,
// and no text that became markup.
func FuzzComparePage(f *testing.F) {
	for i, p := range payloads {
		f.Add([]byte(p), []byte(payloads[(i+1)%len(payloads)]))
	}
	f.Fuzz(func(t *testing.T, before, after []byte) {
		a, b := workflow.ReadGraph(before), workflow.ReadGraph(after)
		if len(a.Nodes) == 0 || len(b.Nodes) == 0 || len(a.Nodes)+len(b.Nodes) > maxPairs {
			return
		}
		c := workflow.Compare(a, b)
		want := 0
		for _, p := range c.Pairs {
			if differs(p) {
				want++
			}
		}
		dom := parse(t, ComparisonOf(before, after))
		if rows := htmlcheck.Select(dom, ".outline tbody tr"); len(rows) != want {
			t.Errorf("%d nodes differ, %d rows", want, len(rows))
		}
		if boxes := htmlcheck.Select(dom, "a.box"); want > 0 && len(boxes) < want {
			t.Errorf("%d nodes differ, %d boxes", want, len(boxes))
		}
		for n := range dom.Descendants() {
			if n.Type == html.ElementNode && slices.Contains([]string{"script", "img", "b", "iframe"}, n.Data) {
				t.Errorf("an element %s", n.Data)
			}
		}
	})
}

const someID = "a1b2c3d4-1111-2222-3333-abcdefabcdef"

// parse reads what a view prints as a browser does, inside a page.
func parse(t *testing.T, c templ.Component) *html.Node {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	body := &html.Node{Type: html.ElementNode, DataAtom: atom.Section, Data: "section"}
	nodes, err := html.ParseFragment(strings.NewReader(b.String()), body)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body
}

// text is what stands in an element, white space included.
func text(n *html.Node) string {
	var b strings.Builder
	for child := range n.Descendants() {
		if child.Type == html.TextNode {
			b.WriteString(child.Data)
		}
	}
	return b.String()
}

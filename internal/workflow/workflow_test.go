package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/visible"
)

func TestIndent(t *testing.T) {
	t.Parallel()
	raw := `{"b":[1,-0,1e400,{}],"a":{"x":"\u0061\ud800","seed":18446744073709551615},"a":[]}`
	want := `{
  "b": [
    1,
    -0,
    1e400,
    {}
  ],
  "a": {
    "x": "\u0061\ud800",
    "seed": 18446744073709551615
  },
  "a": []
}`
	got, err := Indent([]byte(raw), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("Indent (-want +got):\n%s", diff)
	}
}

func TestIndent_Errors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw          string
		line, column int
	}{
		{"", 1, 1},
		{"{\n \"a\": tru}", 2, 10},
		{"{} {}", 1, 4},
	} {
		_, err := Indent([]byte(tt.raw), 1<<20)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != tt.line || syntax.Column != tt.column {
			t.Errorf("Indent(%q): %v, want line %d, column %d", tt.raw, err, tt.line, tt.column)
		}
	}
}

// TestIndent_deep: what 20 kB of brackets would become is never built, not even to be measured.
func TestIndent_deep(t *testing.T) { //nolint:paralleltest // it counts what the whole process allocates
	deep := []byte(strings.Repeat("[", 9900) + strings.Repeat("]", 9900))
	many := []byte(strings.Repeat("[", 2000) + strings.Repeat("0,", 60_000) + "0" + strings.Repeat("]", 2000))
	for _, raw := range [][]byte{deep, many} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Indent(raw, 1<<20)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, ErrTooDeep) || got > 4<<20 {
			t.Errorf("Indent of %d bytes: %v, after %d bytes", len(raw), err, got)
		}
	}
}

// FuzzTree holds the tree, the indented text and the summary against encoding/json, an independent reader.
func FuzzTree(f *testing.F) {
	for _, seed := range []string{
		`{"workflow_api_json":{"3":{"class_type":"KSampler","inputs":{"seed":18446744073709551615}}},"overrides":{}}`,
		`[1e400,-0,"\ud800","\u202e",null,true,{"a":{"a":[]}}]`, `{"a":1,"a":2}`, "\ufeff{}", `{"a":`, `{"":""}`,
		strings.Repeat("[", 200), "\"\xff\xfe\"", `{"object_info_url":"https://x@serverless-api-storage.runcomfy.net/a"}`,
	} {
		f.Add([]byte(seed))
	}
	unlimited := Limits{Depth: math.MaxInt, Nodes: math.MaxInt, Members: math.MaxInt, StringRunes: math.MaxInt}
	f.Fuzz(func(t *testing.T, raw []byte) {
		summary := Summarise(raw)
		tree, err := ParseTree(raw, Look{}, unlimited)
		if err != nil {
			if json.Valid(raw) && !errors.Is(err, jsontext.ErrDuplicateName) {
				t.Errorf("%q is valid JSON: %v", raw, err)
			}
			return
		}
		if summary.State == StateInvalid {
			t.Errorf("%q has a tree but no summary", raw)
		}
		if want, got := stdLeaves(t, raw), treeLeaves(tree.Root, nil); !cmp.Equal(want, got) {
			t.Errorf("%q: leaves differ (-want +got):\n%s", raw, cmp.Diff(want, got))
		}

		indented, err := Indent(raw, math.MaxInt)
		if err != nil {
			t.Fatalf("Indent(%q): %v", raw, err)
		}
		var before, after bytes.Buffer
		if err := errors.Join(json.Compact(&before, raw), json.Compact(&after, indented)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(before.Bytes(), after.Bytes()) {
			t.Errorf("Indent changed %q to %q", before.Bytes(), after.Bytes())
		}
		if got, most := len(indented), after.Len()+blanks(raw, math.MaxInt); got > most {
			t.Errorf("Indent(%q) takes %d bytes, reckoned with %d", raw, got, most)
		}

		// Opened branch by branch, it is the same tree.
		if want, got := treeLeaves(tree.Root, nil), pieces(t, raw, Look{}); !cmp.Equal(want, got) {
			t.Errorf("%q: leaves differ when opened branch by branch (-want +got):\n%s", raw, cmp.Diff(want, got))
		}
	})
}

// pieces lists keys and leaves as a reader does who opens every closed branch and turns every page.
func pieces(t *testing.T, raw []byte, look Look) []string {
	tree, err := ParseTree(raw, look, Limits{Depth: 2, Nodes: 3, Members: 2, StringRunes: math.MaxInt})
	if err != nil || tree.Gone {
		t.Fatalf("%q at %+v: %v", raw, look, err)
	}
	n := tree.Root
	if n.Kind != KindObject && n.Kind != KindArray {
		return []string{n.Value}
	}
	var out []string
	for _, c := range n.Children {
		if n.Kind == KindObject {
			out = append(out, c.Key)
		}
		if c.Closed || c.Rest > 0 {
			out = append(out, pieces(t, raw, Look{At: c.At})...)
		} else {
			out = treeLeaves(c, out)
		}
	}
	if n.Rest > 0 {
		out = append(out, pieces(t, raw, Look{At: look.At, First: n.First + len(n.Children)})...)
	}
	return out
}

func treeLeaves(n Branch, leaves []string) []string {
	if n.Kind != KindObject && n.Kind != KindArray {
		return append(leaves, n.Value)
	}
	for _, child := range n.Children {
		if n.Kind == KindObject {
			leaves = append(leaves, child.Key)
		}
		leaves = treeLeaves(child, leaves)
	}
	return leaves
}

// stdLeaves lists the keys and the leaves of raw in the order encoding/json reads them.
func stdLeaves(t *testing.T, raw []byte) (leaves []string) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return leaves
		}
		if err != nil {
			t.Fatalf("encoding/json: %v", err)
		}
		switch v := token.(type) {
		case json.Delim:
		case nil:
			leaves = append(leaves, "null")
		case string:
			leaves = append(leaves, visible.Text(v))
		default:
			leaves = append(leaves, fmt.Sprint(v))
		}
	}
}

// largePayload is a payload of about 800 kB with n ComfyUI nodes.
func largePayload(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"workflow_api_json":{`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"%d":{"inputs":{"seed":%d,"text":%q,"model":["%d",0],"denoise":1.0},"class_type":"Class%d"}`,
			i, uint64(math.MaxUint64)-uint64(i), strings.Repeat("a lighthouse at dusk, ", 20), i/2, i%30)
	}
	b.WriteString(`},"overrides":{},"object_info_url":""}`)
	return b.Bytes()
}

func BenchmarkSummarise(b *testing.B) {
	raw := largePayload(1500)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if s := Summarise(raw); s.NodeCount != 1500 {
			b.Fatalf("%d nodes", s.NodeCount)
		}
	}
}

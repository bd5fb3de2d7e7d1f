package workflow

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestParseTree(t *testing.T) {
	t.Parallel()
	raw := `{"3": {"inputs": {"seed": 18446744073709551615, "model": ["4", 0]}, "on": true}, "note": null}`
	got, err := ParseTree([]byte(raw), Look{}, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	want := Tree{Nodes: 9, Root: Branch{Kind: KindObject, Count: 2, Children: []Branch{
		{At: "/3", Key: "3", Kind: KindObject, Count: 2, Children: []Branch{
			{At: "/3/inputs", Key: "inputs", Kind: KindObject, Count: 2, Children: []Branch{
				{At: "/3/inputs/seed", Key: "seed", Kind: KindNumber, Value: "18446744073709551615"},
				{At: "/3/inputs/model", Key: "model", Kind: KindArray, Count: 2, Children: []Branch{
					{At: "/3/inputs/model/0", Key: "0", Kind: KindString, Value: "4"},
					{At: "/3/inputs/model/1", Key: "1", Kind: KindNumber, Value: "0"},
				}},
			}},
			{At: "/3/on", Key: "on", Kind: KindBoolean, Value: "true"},
		}},
		{At: "/note", Key: "note", Kind: KindNull, Value: "null"},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseTree (-want +got):\n%s", diff)
	}
}

func TestParseTree_Leaves(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, raw string
		kind      Kind
		want      string
	}{
		{"beyond 2^64", `18446744073709551616`, KindNumber, "18446744073709551616"},
		{"beyond float64", `1e400`, KindNumber, "1e400"},
		{"negative zero", `-0`, KindNumber, "-0"},
		{"trailing zeros", `1.500E+02`, KindNumber, "1.500E+02"},
		{"markup stays text", `"</script><!--<script>"`, KindString, "</script><!--<script>"},
		{"escapes are undone", `"a\"b\\c\u00e9\/"`, KindString, `a"b\cé/`},
		{"newline and tab stay", `"a\n\tb"`, KindString, "a\n\tb"},
		{"NUL", `"a\u0000b"`, KindString, "a[U+0000]b"},
		{"line separator", `"a\u2028b"`, KindString, "a[U+2028]b"},
		{"right-to-left override", `"gpj\u202eexe"`, KindString, "gpj[U+202E]exe"},
		{"surrogate pair", `"\ud83d\ude00"`, KindString, "😀"},
		{"lone high surrogate", `"a\ud800b"`, KindString, "a\ufffdb"},
		{"lone low surrogate", `"\udc00"`, KindString, "\ufffd"},
		{"broken UTF-8", "\"a\xffb\"", KindString, "a\ufffdb"},
		{"empty string", `""`, KindString, ""},
		{"false", `false`, KindBoolean, "false"},
		{"null", " null\n", KindNull, "null"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTree([]byte(tt.raw), Look{}, DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			want := Tree{Root: Branch{Kind: tt.kind, Value: tt.want}, Nodes: 1}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ParseTree(%s) (-want +got):\n%s", tt.raw, diff)
			}
		})
	}
}

func TestParseTree_Errors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, raw    string
		line, column int
		cause        error
	}{
		{"empty", ``, 1, 1, nil},
		{"only space", " \n ", 2, 2, nil},
		{"byte order mark", "\ufeff{}", 1, 1, nil},
		{"truncated object", `{"a": [1, 2`, 1, 12, nil},
		{"truncated string", `{"a": "b`, 1, 9, nil},
		{"comma before the end", "{\n  \"a\": 1,\n}", 2, 9, nil},
		{"second value", "{}\n{}", 2, 1, errTrailing},
		{"HTML after the value", "{}<html>", 1, 3, errTrailing},
		{"duplicate key", `{"é": 1, "é": 2}`, 1, 10, jsontext.ErrDuplicateName},
		{"duplicate key below", `{"a": {"b": 1, "b": 2}}`, 1, 16, jsontext.ErrDuplicateName},
		{"duplicate key in other spelling", `{"a": 1, "\u0061": 2}`, 1, 10, jsontext.ErrDuplicateName},
		{"single quotes", `{'a': 1}`, 1, 2, nil},
		{"NaN", `NaN`, 1, 1, nil},
		{"leading zero", `01`, 1, 2, errTrailing},
		{"raw newline in a string", "\"a\nb\"", 1, 3, nil},
		{"wrong closing", `{"a": 1]`, 1, 8, nil},
		{"too deep for any reader", strings.Repeat("[", 1<<20), 1, 10001, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseTree([]byte(tt.raw), Look{}, DefaultLimits())
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("error is %v, want a *SyntaxError", err)
			}
			if syntax.Line != tt.line || syntax.Column != tt.column {
				t.Errorf("%v: want line %d, column %d", err, tt.line, tt.column)
			}
			if tt.cause != nil && !errors.Is(err, tt.cause) {
				t.Errorf("error is %v, want %v", err, tt.cause)
			}
		})
	}
}

// What is beyond the limits is closed or left out, and counted.
func TestParseTree_Limits(t *testing.T) {
	t.Parallel()
	small := Limits{Depth: 3, Nodes: 4, Members: 3, StringRunes: 4}
	for _, tt := range []struct {
		name, raw, at string
		first         int
		want          string
	}{
		{"all within", `[1, [2], "abcd"]`, "", 0, `[1 [2] abcd]`},
		{"too many members", `[1, 2, 3, 4, 5]`, "", 0, `[1 2 3 +2 of 5]`},
		{"the others", `[1, 2, 3, 4, 5]`, "", 3, `[3: 4 5]`},
		{"beyond the end", `[1, 2]`, "", 9, `[9: +0 of 2]`},
		{"too deep", `[[[1, 2]]]`, "", 0, `[[[closed 2]]]`},
		{"by itself", `[[[1, 2]]]`, "/0/0", 0, `[1 2]`},
		{"too many values", `[[1, 2, 3], [4], [5]]`, "", 0, `[[1 2 3] [closed 1] [closed 1]]`},
		{"leaves stay", `{"a": [1, 2, 3], "b": 2, "c": 3}`, "", 0, `{a: [1 2 3] b: 2 c: 3}`},
		{"long string", `["abcde"]`, "", 0, `[abcd(5)]`},
		{"long key", `{"abcde": 1}`, "", 0, `{abcd: 1}`},
		{"four wide characters", `"東京都庁"`, "", 0, `東京都庁`},
		{"steps with signs", `{"a/b": {"~1": 5}}`, "/a~1b/~01", 0, `5`},
		{"first of a leaf", `5`, "", 7, `5`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTree([]byte(tt.raw), Look{At: tt.at, First: tt.first}, small)
			if err != nil || got.Gone {
				t.Fatalf("error %v, gone %v", err, got.Gone)
			}
			if text := sketch(got.Root); text != tt.want {
				t.Errorf("%s is %s, want %s", tt.raw, text, tt.want)
			}
			if got.Root.At != tt.at {
				t.Errorf("it is at %q", got.Root.At)
			}
		})
	}
}

// sketch writes a branch in a line.
func sketch(n Branch) string {
	var parts []string
	if n.First > 0 {
		parts = append(parts, fmt.Sprintf("%d:", n.First))
	}
	for _, c := range n.Children {
		part := sketch(c)
		if c.Match {
			part = "*" + part
		}
		if n.Kind == KindObject {
			part = c.Key + ": " + part
		}
		parts = append(parts, part)
	}
	switch {
	case n.Closed:
		parts = append(parts, fmt.Sprintf("closed %d", n.Count))
	case n.Rest > 0 || n.First > 0 && len(n.Children) == 0:
		parts = append(parts, fmt.Sprintf("+%d of %d", n.Rest, n.Count))
	}
	switch n.Kind {
	case KindObject:
		return "{" + strings.Join(parts, " ") + "}"
	case KindArray:
		return "[" + strings.Join(parts, " ") + "]"
	}
	if n.Cut > 0 {
		return fmt.Sprintf("%s(%d)", n.Value, n.Cut)
	}
	return n.Value
}

func TestParseTree_Search(t *testing.T) {
	t.Parallel()
	const raw = `{"3": {"class_type": "KSampler", "inputs": {"seed": 42, "steps": 20, "model": ["4", 0]}}, "4": {"class_type": "Loader", "inputs": {"KSampler_x": {"a": 1}}}, "note": "a MUG"}`
	few := DefaultLimits()
	few.Nodes = 4
	for _, tt := range []struct {
		words  string
		limits Limits
		found  int
		want   string
	}{
		{"ksampler", DefaultLimits(), 2, `{3: {class_type: *KSampler} 4: {inputs: {KSampler_x: *{closed 1}}}}`},
		{"mug", DefaultLimits(), 1, `{note: *a MUG}`},
		{"seed 42", DefaultLimits(), 1, `{3: {inputs: {seed: *42}}}`},
		{"seed 43", DefaultLimits(), 0, `{}`},
		{"inputs", DefaultLimits(), 2, `{3: {inputs: *{closed 3}} 4: {inputs: *{closed 1}}}`},
		{"e", few, 7, `{3: {class_type: *KSampler inputs: {}}}`},
	} {
		got, err := ParseTree([]byte(raw), Look{Words: strings.Fields(tt.words)}, tt.limits)
		if err != nil {
			t.Fatal(err)
		}
		if text := sketch(got.Root); text != tt.want || got.Found != tt.found {
			t.Errorf("%s: %d found, %s, want %d, %s", tt.words, got.Found, text, tt.found, tt.want)
		}
	}
}

func TestParseTree_Gone(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/b", "/a/5", "/a/x", "/a/0/0", "a", "/", "//"} {
		got, err := ParseTree([]byte(`{"a": [1, 2]}`), Look{At: at}, DefaultLimits())
		if err != nil || !got.Gone {
			t.Errorf("%s: gone %v, error %v", at, got.Gone, err)
		}
		if _, ok := ValueAt([]byte(`{"a": [1, 2]}`), at); ok {
			t.Errorf("%s has a value", at)
		}
	}
}

// What is not shown is checked all the same.
func TestParseTree_Checked(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.Nodes, limits.Members = 2, 1
	for _, look := range []Look{{}, {At: "/a"}, {At: "/x"}, {At: "?"}, {Words: []string{"a"}}} {
		if _, err := ParseTree([]byte(`{"a": 1, "b": {"c": 2, "c": 3}}`), look, limits); !errors.Is(err, jsontext.ErrDuplicateName) {
			t.Errorf("%+v: a repeated key beyond the limit gives %v, want %v", look, err, jsontext.ErrDuplicateName)
		}
	}
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	for _, look := range []Look{{}, {Words: []string{"a"}}, {At: strings.Repeat("/0", 8000)}} {
		if got, err := ParseTree([]byte(deep), look, DefaultLimits()); err != nil || got.Nodes > 64 {
			t.Errorf("%.20q: %d values, error %v", look.At, got.Nodes, err)
		}
	}
}

func TestValueAt(t *testing.T) {
	t.Parallel()
	const raw = `{"a": [1, {"b/c": "x\u202e" , "~": 18446744073709551616}], "": null}`
	for at, want := range map[string]string{"": raw, "/a/0": "1", "/a/1/b~1c": `"x\u202e"`, "/a/1/~0": "18446744073709551616", "/": "null"} {
		if got, ok := ValueAt([]byte(raw), at); !ok || string(got) != want {
			t.Errorf("%q is %s, want %s", at, got, want)
		}
	}
	want := []Branch{{At: "/a~1b", Key: "a/b"}, {At: "/a~1b/0", Key: "0"}}
	if diff := cmp.Diff(want, Steps("/a~1b/0")); diff != "" {
		t.Errorf("Steps (-want +got):\n%s", diff)
	}
}

func BenchmarkParseTree(b *testing.B) {
	for _, nodes := range []int{100, 4200} {
		raw := generated(nodes)
		b.Run(fmt.Sprintf("%d kB", len(raw)/1000), func(b *testing.B) {
			for b.Loop() {
				if _, err := ParseTree(raw, Look{}, DefaultLimits()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

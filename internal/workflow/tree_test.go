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
	got, err := ParseTree([]byte(raw), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	want := Tree{Nodes: 9, Bytes: len(raw), Complete: true, Root: Branch{Kind: KindObject, Count: 2, Children: []Branch{
		{Key: "3", Kind: KindObject, Count: 2, Children: []Branch{
			{Key: "inputs", Kind: KindObject, Count: 2, Children: []Branch{
				{Key: "seed", Kind: KindNumber, Value: "18446744073709551615"},
				{Key: "model", Kind: KindArray, Count: 2, Children: []Branch{
					{Key: "0", Kind: KindString, Value: "4"},
					{Key: "1", Kind: KindNumber, Value: "0"},
				}},
			}},
			{Key: "on", Kind: KindBoolean, Value: "true"},
		}},
		{Key: "note", Kind: KindNull, Value: "null"},
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
			got, err := ParseTree([]byte(tt.raw), DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			want := Tree{Root: Branch{Kind: tt.kind, Value: tt.want}, Nodes: 1, Bytes: len(tt.raw), Complete: true}
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
			_, err := ParseTree([]byte(tt.raw), DefaultLimits())
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

func TestParseTree_Limits(t *testing.T) {
	t.Parallel()
	small := Limits{Depth: 3, Nodes: 6, Bytes: 100, StringRunes: 4}
	for _, tt := range []struct {
		name, raw string
		limits    Limits
		wantNodes int
		wantNote  string
	}{
		{"all within", `[1, [2], "abcd"]`, small, 5, ""},
		{"exactly all nodes", `[1, 2, 3, 4, 5]`, small, 6, ""},
		{"one node too many", `[1, 2, 3, 4, 5, 6]`, small, 6, "Only the first 6 values are shown."},
		{"exactly all levels", `[[[]]]`, small, 3, ""},
		{"one level too deep", `[[[1]]]`, small, 3, "Values more than 3 levels deep are not shown."},
		{"long string", `"abcde"`, small, 1, "Strings longer than 4 characters are cut."},
		{"long key", `{"abcde": 1}`, small, 2, "Strings longer than 4 characters are cut."},
		{"four wide characters", `"東京都庁"`, small, 1, ""},
		{
			"too many bytes", `[` + strings.Repeat(" ", 100) + `]`, small, 0,
			"Too large to show as a tree: 102 bytes, the limit is 100.",
		},
		{
			"deeper than the stack", strings.Repeat("[", 9000) + strings.Repeat("]", 9000), DefaultLimits(), 64,
			"Values more than 64 levels deep are not shown.",
		},
		{
			"many values", `[` + strings.Repeat("0,", 9999) + `0]`, DefaultLimits(), 5000,
			"Only the first 5,000 values are shown.",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTree([]byte(tt.raw), tt.limits)
			if err != nil {
				t.Fatal(err)
			}
			if got.Note != tt.wantNote || got.Complete != (tt.wantNote == "") || got.Nodes != tt.wantNodes {
				t.Errorf("note %q, complete %t, %d nodes; want note %q and %d nodes",
					got.Note, got.Complete, got.Nodes, tt.wantNote, tt.wantNodes)
			}
			if got.Bytes != len(tt.raw) {
				t.Errorf("Bytes is %d, want %d", got.Bytes, len(tt.raw))
			}
		})
	}
}

func TestParseTree_CutsStayTrue(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.Nodes = 2

	got, err := ParseTree([]byte(`{"a": 1, "b": {"c": 2}, "d": 3}`), limits)
	if err != nil {
		t.Fatal(err)
	}
	if got.Root.Count != 3 || len(got.Root.Children) != 1 {
		t.Errorf("root has count %d and %d children, want 3 and 1", got.Root.Count, len(got.Root.Children))
	}

	if _, err := ParseTree([]byte(`{"a": 1, "b": {"c": 2, "c": 3}}`), limits); !errors.Is(err, jsontext.ErrDuplicateName) {
		t.Errorf("a repeated key beyond the limit gives %v, want %v", err, jsontext.ErrDuplicateName)
	}

	long := fmt.Sprintf("%q", strings.Repeat("é", 12345))
	got, err = ParseTree([]byte(long), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("é", 2000) + "… (12,345 characters)"; got.Root.Value != want {
		t.Errorf("long string ends %q", got.Root.Value[max(0, len(got.Root.Value)-40):])
	}
}

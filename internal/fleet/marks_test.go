package fleet

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// bracketed prints pieces with the hits in brackets.
func bracketed(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestMark(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ typed, text, want string }{
		{"", "image-to-video", "image-to-video"},
		{"a", "", ""},
		{"x", "image", "image"},
		{"VIDEO image", "Image to Video", "[Image] to [Video]"},
		{"ima mage", "image", "[image]"},
		{"aa", "aaaa b aa", "[aaaa] b [aa]"},
		{"aba", "ababa", "[ababa]"},
		{"a6000 48", "48 GB · A6000", "[48] GB · [A6000]"},
		{"größe", "Die GRÖSSE, die Größe", "Die GRÖSSE, die [Größe]"},
		{"b", "ȺbȺ", "Ⱥ[b]Ⱥ"}, // folded, the first letter is longer
		{"ⱥ", "ȺbȺ", "[Ⱥ]b[Ⱥ]"},
		{"ss", "İss", "İ[ss]"},
		{"<b>", "<b>x</b>", "[<b>]x</b>"},
	} {
		pieces := SplitWords(tt.typed).Mark(tt.text)
		got := bracketed(pieces)
		if pieces == nil {
			got = tt.text
		}
		if got != tt.want {
			t.Errorf("%q in %q: %q, want %q", tt.typed, tt.text, got, tt.want)
		}
	}
}

// What is found is marked, and only that: in a fleet whose rows have nothing but a name to be found by, a row has a mark for
// every word exactly when it is found.
func TestMark_agreesWithFind(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	letters := []string{"a", "B", "ä", "Ⱥ", "İ", "ß", " ", "1", "-", "q", "z"}
	text := func(n int) (s string) {
		for range n {
			s += oneOf(r, letters...)
		}
		return s
	}
	for range 2000 {
		name, typed := text(r.IntN(12)), text(1+r.IntN(2))+" "+text(r.IntN(3))
		x := NewIndex(snapshotOf(t, `"name":"`+name+`"`), nil)
		words := SplitWords(typed)
		all := true
		for _, w := range words {
			pieces := Words{w}.Mark(name)
			if pieces == nil {
				pieces = []Piece{{Text: name}}
			}
			all = all && (bracketed(pieces) != name || strings.Contains(idOf(0), w))
			var whole strings.Builder
			for _, p := range pieces {
				whole.WriteString(p.Text)
				if !utf8.ValidString(p.Text) {
					t.Fatalf("%q in %q cuts a character: %q", w, name, p.Text)
				}
			}
			if whole.String() != name {
				t.Fatalf("%q in %q: the pieces are %q", w, name, whole.String())
			}
		}
		if found := len(x.Find(Query{Words: typed}).Rows) == 1; found != all {
			t.Fatalf("%q in %q: found %v, but marked %v", typed, name, found, all)
		}
	}
}

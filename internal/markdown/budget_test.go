package markdown

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pattern is a readme made of one piece again and again.
type pattern struct {
	name  string
	head  string
	piece string
	want  budgetError // "" when it is cheap enough to render
}

func (p pattern) repeat(size int) string {
	return p.head + strings.Repeat(p.piece, max(0, size-len(p.head))/len(p.piece))
}

// stairs is a list in which every item holds the next, n deep, each line adding mark.
func stairs(n int, mark string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i*len(mark)) + mark + "a\n")
	}
	return b.String()
}

// costly is what takes a Markdown parser long, or makes much out of little. Rendered without a budget at 64 KB,
// those with a wanted error take from half a second to minutes, or gigabytes.
var costly = []pattern{
	{"dense list", "", "- ", errTooNested},
	{"dense numbers", "", "1. ", errTooNested},
	{"quotes", "", ">", errTooNested},
	{"quotes and lists", "", ">- ", errTooNested},
	{"deep list, then blank lines", stairs(14, strings.Repeat("- ", 16)), "\n", errTooNested},
	{"list by indentation, then blank lines", stairs(60, "- "), "\n", errTooNested},
	{"list by indentation, then one paragraph", stairs(60, "- "), "a\n", errTooNested},
	{"emphasis", "", "*a_ ", errTooDense},
	{"strikethrough", "", "~a~~ ", errTooDense},
	{"links", "", "[a](", errTooDense},
	{"brackets", "", "[", errTooDense},
	{"images", "", "![[", errTooDense},
	{"code spans", "", "a`a``a```", errTooDense},
	{"tags", "a ", "<a ", errTooDense},
	{"emphasis in a quote", "", "> *a_ b\n", errTooDense},
	{"wide table", strings.Repeat("|a", 5000) + "\n" + strings.Repeat("|-", 5000) + "\n", "a\n", errTooWide},
	{
		"wide table, lines that look blank", strings.Repeat("|a", 5000) + "\n" + strings.Repeat("|-", 5000) + "\n", "\u00a0\n",
		errTooWide,
	},
	{"deep list, lines that look blank", stairs(60, "- "), "\u00a0\na\n", errTooNested},
	{
		"wide table in a list", "- " + strings.Repeat("|a", 999) + "\n  " + strings.Repeat("|-", 999) + "\n", "  a\n",
		errTooWide,
	},
	{"long address, many links", "[a]: https://b.test/" + strings.Repeat("x", 20000) + "\n\n", "[a]\n\n", errTooLinked},
	{"long address, many images", "[a]: https://b.test/" + strings.Repeat("x", 20000) + "\n\n", "![a]\n\n", errTooLinked},

	{"footnotes", "", "[^a]: b\n\n[^a]\n\n", errTooNoted},
	{"footnotes in a row", "", "[^a]: b\n", errTooNoted},
	{"footnotes in footnotes", "", "[^a]: [^b]: c\n\n", ""},

	{"footnotes at the limit", strings.Repeat("[^a]: b\n\n", 499) + "[^c]: d\n\n", "[^c]\n\n", ""},
	{"equal headings", "", "# a b\n\n", ""},
	{"headings alike", "", "# a\n# a-1\n# a-1-1\n", ""},
	{"code blocks", "", "```\na\n```\n", ""},
	{"prose", "", "lorem ipsum *dolor* [x](https://a.b) `code` sit amet\n\n", ""},
	{"lists at the limit", "", strings.Repeat("- ", 16) + "a\n\n", ""},
	{"quotes at the limit", "", strings.Repeat(">", 16) + "\n\n", ""},
	{"numbers at the limit", "", strings.Repeat("1. ", 16) + "a\n", ""},
	{"emphasis at the limit", "", strings.Repeat("*a_ ", 250) + "\n\n", ""},
	{"links at the limit", "", strings.Repeat("[a](", 250) + "\n\n", ""},
	{"brackets at the limit", "", strings.Repeat("[", 500) + "\n\n", ""},
	{"long list of links", "", "- **a**: [b](https://c.test)\n", ""},
	{"long table with code", "| a | b |\n|---|---|\n", "| `a` | `b` |\n", ""},
	{"many tables", "", strings.Repeat("|a", 20) + "\n" + strings.Repeat("|-", 20) + "\n\n", ""},
	{"stairs", stairs(20, "- "), "# a\n\n", ""},
	{"stairs of sixteen", "", stairs(2, strings.Repeat("- ", 8)) + "\n# b\n\n", ""},
	{"definitions", "", "[a]: /x\n", ""},
	{"comments", "", "<!-- a -->\n\n", ""},
	{"open comment", "<!--", "-", ""},
	{"HTML blocks", "", "<div>\n\n", ""},
	{"entities", "", "&amp;", ""},
	{"addresses", "", "(http://a", ""},
	{"mail addresses", "", "a@a", ""},
	{"code block full of markup", "```\n", "*a_ [b](c) |-|-\n", ""},
	{"indented code full of markup", "", "    *a_ [b](c) `d` <e>\n", ""},
	{"headings", "", "# a\n", ""},
	{"task list", "", "- [x] a\n", ""},
	{"hard breaks", "", "a  \n", ""},
	{"NUL", "", "\x00", ""},
	{"invisible", "", "\u00ad", ""},
}

// TestRender_Budget also bounds the work on what is accepted, by the size of what comes out.
func TestRender_Budget(t *testing.T) {
	t.Parallel()
	r := New()
	for _, p := range costly {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			source := p.repeat(60_000)
			got := render(t, r, source)
			if got.Note != string(p.want) {
				t.Errorf("note is %q, want %q", got.Note, p.want)
			}
			if (got.Plain != "") != (p.want != "") {
				t.Errorf("plain text of %d bytes with the note %q", len(got.Plain), got.Note)
			}
			if len(got.HTML) > 2<<20 {
				t.Errorf("%d bytes became %d", len(source), len(got.HTML))
			}
		})
	}
}

// TestPlainlyCheap holds the short way against the long one: what it lets through, the blocks let through as well.
func TestPlainlyCheap(t *testing.T) {
	t.Parallel()
	r := New()
	cheap := 0
	for _, p := range costly {
		for _, size := range []int{600, 3000, 60_000} {
			source := []byte(p.repeat(size))
			if checkLines(source) != nil || !plainlyCheap(source) {
				continue
			}
			cheap++
			if err := r.checkBlocks(source); err != nil {
				t.Errorf("%s of %d bytes is plainly cheap, but: %v", p.name, size, err)
			}
		}
	}
	if cheap < len(costly) {
		t.Errorf("%d texts are plainly cheap: the short way is hardly ever taken", cheap)
	}
}

func TestRender_TooLong(t *testing.T) {
	t.Parallel()
	r := New()
	fits := strings.Repeat("a", maxSourceBytes)
	if got := render(t, r, fits); got.HTML == "" || got.Note != "" {
		t.Errorf("a readme of exactly 64 KB: %d bytes of HTML, note %q", len(got.HTML), got.Note)
	}
	got := render(t, r, fits+"\u202e")
	want := Document{Plain: fits + "[U+202E]", Note: "Shown as plain text: it is longer than 64 KB."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("longer than 64 KB (-want +got):\n%s", diff)
	}
}

func TestRender_ContainersOfALine(t *testing.T) {
	t.Parallel()
	r := New()
	if got := render(t, r, strings.Repeat("> ", 16)+"a"); got.Note != "" {
		t.Errorf("16 quotes: %q", got.Note)
	}
	if got := render(t, r, strings.Repeat("> ", 17)+"a"); got.Note != string(errTooNested) {
		t.Errorf("17 quotes: note is %q, want %q", got.Note, errTooNested)
	}
}

func TestRender_TooDeepForATree(t *testing.T) {
	t.Parallel()
	got := render(t, New(), stairs(20, strings.Repeat("- ", 16)))
	if got.Note != string(errTooComplex) || got.HTML != "" {
		t.Errorf("640 elements deep: note %q and %d bytes of HTML", got.Note, len(got.HTML))
	}
}

func TestNesting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line              string
		containers, depth int
	}{
		{"", 0, 0},
		{"a", 0, 0},
		{"  a", 0, 1},
		{"\ta", 0, 2},
		{" \t a", 0, 3},
		{"> a", 1, 1},
		{">>a", 2, 2},
		{"- a", 1, 1},
		{"-a", 0, 0},
		{"-", 1, 1},
		{"-\n", 1, 1},
		{"*\ta", 1, 3},
		{"+ - * >  a", 4, 4},
		{"12. a", 1, 1},
		{"12) a", 1, 1},
		{"12.a", 0, 0},
		{"12", 0, 0},
		{"1234567890. a", 0, 0},
		{"- - -", 3, 3},
		{"--- -", 0, 0},
		{"**a**", 0, 0},
		{"      - a", 1, 4},
		{"# - a", 0, 0},
	} {
		containers, depth := nesting([]byte(tt.line))
		if containers != tt.containers || depth != tt.depth {
			t.Errorf("nesting(%q) = %d, %d, want %d, %d", tt.line, containers, depth, tt.containers, tt.depth)
		}
	}
}

// BenchmarkRender_Costly shows the time of the worst accepted and refused readmes; 300 ms is the bar.
func BenchmarkRender_Costly(b *testing.B) {
	r := New()
	for _, p := range costly {
		source := []byte(p.repeat(60_000))
		b.Run(strings.ReplaceAll(p.name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				r.render(source)
			}
		})
	}
}

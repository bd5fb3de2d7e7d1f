package htmlcheck

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = `<!doctype html><html lang="en"><body>
	<main id="top" class="page page--wide"><section class="list">
		<article id="d-1" data-id="1"><a href="/deployments/1" rel="next">one</a> <b>two</b></article>
		<article id="d-2" hidden><p>three</p><p>four</p><a href="/deployments/2">five</a></article>
	</section></main>
	<a href="/out">six</a><script>seven</script></body></html>`

func TestSelect(t *testing.T) {
	t.Parallel()
	page := Parse(t, sample)
	for _, tt := range []struct {
		selector string
		want     []string
	}{
		{"a", []string{"one", "five", "six"}},
		{"A", []string{"one", "five", "six"}},
		{"main a", []string{"one", "five"}},
		{"main > a", nil},
		{"article > a", []string{"one", "five"}},
		{"article>a", []string{"one", "five"}},
		{"main article > p", []string{"three", "four"}},
		{"main > article p", nil},
		{"#d-1 b", []string{"two"}},
		{"article#d-1 > *", []string{"one", "two"}},
		{".page .list p", []string{"three", "four"}},
		{".page.page--wide p", []string{"three", "four"}},
		{".wide p", nil},
		{"[rel]", []string{"one"}},
		{"a[href=/out]", []string{"six"}},
		{`a[href="/deployments/2"]`, []string{"five"}},
		{`a[href='/deployments/2'][rel]`, nil},
		{"[hidden] p", []string{"three", "four"}},
		{"[data-id=1] a", []string{"one"}},
		{"body article article", nil},
	} {
		var got []string
		for _, n := range Select(page, tt.selector) {
			got = append(got, Text(n))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Select(%q) (-want +got):\n%s", tt.selector, diff)
		}
	}
}

func TestSelect_StaysBelow(t *testing.T) {
	t.Parallel()
	section := Select(Parse(t, sample), "section")[0]
	if got := len(Select(section, "main a")); got != 0 {
		t.Errorf("a match leans on an ancestor outside: %d", got)
	}
	if got := len(Select(section, "article a")); got != 2 {
		t.Errorf("%d links in articles, want 2", got)
	}
}

func TestSelect_Bad(t *testing.T) {
	t.Parallel()
	for _, selector := range []string{"", "a, b", "a:hover", "a >", "> a", "a >> b", "#", "a .", "[a", "a*", "[a~=b]"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Select(%q) did not panic", selector)
				}
			}()
			Select(Parse(t, "<p>"), selector)
		}()
	}
}

func TestCheckers(t *testing.T) {
	t.Parallel()
	page := Parse(t, sample)
	for _, tt := range []struct {
		name  string
		check Checker
		want  string // of the error, "" for none
	}{
		{"in", In("#d-1"), ""},
		{"in, missing", In("#d-3"), "#d-3: no match"},
		{"in, checks the first match", In("article", HasAttr("id", "d-1")), ""},
		{"in, names the place", In("#d-1", In("a", HasText("zero"))), `#d-1: a: text "one" does not contain "zero"`},
		{"not in", NotIn("form"), ""},
		{"not in, found", NotIn("p"), "p: 2 matches, want 0"},
		{"count", Count("article a", 2), ""},
		{"count, wrong", Count("article a", 3), "article a: 2 matches, want 3"},
		{"text across elements", In("#d-1", HasText("one  two")), ""},
		{"exact text", In("#d-2", HasExactText("three four five")), ""},
		{"exact text, more", In("#d-1", HasExactText("one")), `#d-1: text is "one two", want "one"`},
		{"text is not script", HasText("seven"), "does not contain \"seven\""},
		{"attribute", In("article > a", HasAttr("href", "/deployments/1")), ""},
		{"attribute, other", In("article > a", HasAttr("href", "/")), `attribute href is "/deployments/1", want "/"`},
		{"attribute, missing", In("article", HasAttr("class", "")), `no attribute class, want ""`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := Run(page, tt.check)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("unexpected error: %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
}

func TestRun_Joins(t *testing.T) {
	t.Parallel()
	err := Run(Parse(t, "<p>x</p>"), NotIn("p"), In("p"), In("a"))
	if want := "p: 1 matches, want 0\na: no match"; err == nil || err.Error() != want {
		t.Errorf("Run: %v, want %q", err, want)
	}
}

func TestParse_Parts(t *testing.T) {
	t.Parallel()
	row := Parse(t, ` <tr id="r"><td>a</td><td>b</td></tr>`)
	if err := Run(row, In("tr#r", Count("tr > td", 0), Count("td", 2), HasExactText("a b")), NotIn("body")); err != nil {
		t.Error(err)
	}
	if got := Attr(Select(row, "tr")[0], "class"); got != "" {
		t.Errorf("Attr of a missing attribute is %q", got)
	}
}

package markdown

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

func TestRender_Golden(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("testdata/*.md")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	r := New()
	for _, path := range sources {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := render(t, r, string(source))
			expectSafe(t, got.HTML)

			golden := strings.TrimSuffix(path, ".md") + ".html"
			if *update {
				if err := os.WriteFile(golden, []byte(got.HTML), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(Document{HTML: string(want), Contents: got.Contents}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	const rel = ` rel="noopener noreferrer nofollow ugc"`
	r := New()
	for _, tt := range []struct{ name, source, want string }{
		{"empty", "", ""},
		{"white space", " \n\t\n", ""},
		{"only a comment", "<!-- nothing -->", ""},
		{"headings keep their order", "# a\n## b\n# c", "<h3>a</h3><h4>b</h4><h3>c</h3>"},
		{"headings without a first level", "## a\n### b\n## c", "<h3>a</h3><h4>b</h4><h3>c</h3>"},
		{"headings leave no gap", "# a\n#### b\n## c", "<h3>a</h3><h4>b</h4><h4>c</h4>"},
		{
			"headings end at six", "# a\n## b\n### c\n#### d\n##### e\n###### f",
			"<h3>a</h3><h4>b</h4><h5>c</h5><h6>d</h6><h6>e</h6><h6>f</h6>",
		},
		{"http link", "[a](http://b.test)", `<p><a href="http://b.test"` + rel + `>a</a></p>`},
		{"link with title", `[a](https://b.test "c")`, `<p><a href="https://b.test"` + rel + ` title="c">a</a></p>`},
		{"mailto link", "[a](mailto:b@c.test)", `<p><a href="mailto:b@c.test"` + rel + `>a</a></p>`},
		{"relative link", "[a *b*](/c)", "<p>a <em>b</em></p>"},
		{"fragment", "[a](#b)", "<p>a</p>"},
		{"protocol-relative link", "[a](//b.test)", "<p>a</p>"},
		{"no host", "[a](https:b)", "<p>a</p>"},
		{"javascript", "[a](javascript:alert)", "<p>a</p>"},
		{"javascript in disguise", "[a](JaVa&#115;cript&colon;alert)", "<p>a</p>"},
		{"other scheme", "[a](ftp://b.test)", "<p>a</p>"},
		{"image", "![a](https://b.test/c.png)", `<p><a href="https://b.test/c.png"` + rel + `>Image: a</a></p>`},
		{"image without words", "![](https://b.test/c.png)", `<p><a href="https://b.test/c.png"` + rel + `>Image</a></p>`},
		{"image from here", "![a](c.png)", "<p>Image: a</p>"},
		{"image by data", "![a](data:image/png;base64,AAAA)", "<p>Image: a</p>"},
		{
			"image in a link", "[![a](https://b.test/c.png)](https://d.test)",
			`<p><a href="https://d.test"` + rel + `>Image: a</a></p>`,
		},
		{"task list", "- [x] a\n- [ ] b", "<ul><li>[x] a</li><li>[ ] b</li></ul>"},
		{"first number", "3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>"},
		{"tags go, words stay", "a <u id=x>b</u> c", "<p>a b c</p>"},
		{"line break tag", "a<br />b<BR>c", "<p>a<br/>\nb<br/>\nc</p>"},
		{"words of an HTML block", "<div class=x>a <b>b</b>\nc</div>", "<p>a b c</p>"},
		{"words of an HTML table", "<table><tr><td>a</td><td>b</td></tr></table>", "<p>a b</p>"},
		{"script block", "<script>alert(1)</script>", ""},
		{"language of code", "```js hx-get=x\na\n```", "<pre><code>a\n</code></pre>"},
		{
			"invisible characters", "a\u202eb `c\u200bd` [e](https://f.test \"g\u2066\")",
			`<p>a[U+202E]b <code>c[U+200B]d</code> <a href="https://f.test"` + rel + ` title="g[U+2066]">e</a></p>`,
		},
		{"invisible entity", "a&#x200B;b", "<p>a[U+200B]b</p>"},
		{"NUL", "a\x00b", "<p>a\ufffdb</p>"},
		{"no ids from the author", "# a {#htmx-config .b}", "<h3>a {#htmx-config .b}</h3>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := render(t, r, tt.source)
			expectSafe(t, got.HTML)
			got = Document{HTML: strings.TrimSpace(withoutHelp(got.HTML)), Plain: got.Plain, Note: got.Note}
			if diff := cmp.Diff(Document{HTML: tt.want}, got); diff != "" {
				t.Errorf("Render(%q) (-want +got):\n%s", tt.source, diff)
			}
		})
	}
}

// help is what a reader gets beside what the author wrote.
var help = regexp.MustCompile(` id="readme-[^"]*"|<a aria-label="Link to this section"[^>]*>#</a>|<button aria-label="Copy this code"[^>]*>Copy</button>`)

func withoutHelp(html string) string { return help.ReplaceAllString(html, "") }

// Headings can be linked to, by the readme's own links too, and make the table of contents of a longer readme.
func TestRender_Headings(t *testing.T) {
	t.Parallel()
	const source = "# Ein *Über*blick\n[in](#use) [twice](#use-1) [日本](#使い方) [none](#nothing) [page](#main)\n## Use\n## Use\n# 使い方\n# `code` &amp; \u202e<b>c</b>"
	got := render(t, New(), source)
	expectSafe(t, got.HTML)
	want := []Heading{
		{"readme-ein-berblick", "Ein Überblick", 3},
		{"readme-use", "Use", 4},
		{"readme-use-1", "Use", 4},
		{"readme-section", "使い方", 3},
		{"readme-code--c", "code & [U+202E]c", 3},
	}
	if diff := cmp.Diff(want, got.Contents); diff != "" {
		t.Errorf("contents (-want +got):\n%s", diff)
	}
	const links = `<p><a href="#readme-use">in</a> <a href="#readme-use-1">twice</a> <a href="#readme-section">日本</a> none page</p>`
	for _, part := range []string{links, `<h3 id="readme-ein-berblick">Ein <em>Über</em>blick<a aria-label="Link to this section" href="#readme-ein-berblick">#</a></h3>`} {
		if !strings.Contains(got.HTML, part) {
			t.Errorf("%s\nlacks %s", got.HTML, part)
		}
	}
	if short := render(t, New(), "# a\n# b\n# c"); short.Contents != nil {
		t.Errorf("three headings have contents: %v", short.Contents)
	}
}

func TestRender_Footnotes(t *testing.T) {
	t.Parallel()
	const rel = ` rel="noopener noreferrer nofollow ugc"`
	got := render(t, New(), "a[^x] b[^x] [c [^x]](https://d.test) e[^none]\n\n[^x]: The *note*.\n[^y]: Nobody asks.")
	expectSafe(t, got.HTML)
	want := `<p>a<sup id="readme-fnref:1"><a href="#readme-fn:1">1</a></sup> b<sup id="readme-fnref1:1"><a href="#readme-fn:1">1</a></sup> ` +
		`<a href="https://d.test"` + rel + ">c [1]</a> e[^none]</p><hr/><ol>" + `<li id="readme-fn:1">` + "<p>The <em>note</em>.\u00a0" +
		`<a href="#readme-fnref:1">↩ back</a>` + "\u00a0" + `<a href="#readme-fnref1:1">↩ back</a>` + "\u00a0</p></li></ol>"
	if diff := cmp.Diff(want, got.HTML); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Line breaks between blocks are no text; all others are.
func TestRender_LineBreaks(t *testing.T) {
	t.Parallel()
	got := render(t, New(), "*a*\nb <p>\nc\\\n\n\n- d\n\n  `e`\nf\n\n```\n\n</p>\n\n```\n")
	want := "<p><em>a</em>\nb \nc\\</p><ul><li><p>d</p><p><code>e</code>\nf</p></li></ul><pre><code>\n&lt;/p&gt;\n\n</code></pre>"
	if html := withoutHelp(got.HTML); html != want {
		t.Errorf("got  %q\nwant %q", html, want)
	}
}

func TestRender_Code(t *testing.T) {
	t.Parallel()
	got := render(t, New(), "```sh\na\n```\n\n> - b\n>\n>       c")
	want := `<button aria-label="Copy this code" data-copy-from="readme-CODE-1" hidden="" type="button">Copy</button><pre id="readme-CODE-1"><code>a` + "\n</code></pre>"
	if !strings.HasPrefix(got.HTML, want) || !strings.Contains(got.HTML, `data-copy-from="readme-CODE-2"`) {
		t.Errorf("%s\nlacks %s, or the second button", got.HTML, want)
	}
}

func render(t testing.TB, r *Renderer, source string) Document {
	t.Helper()
	doc, err := r.Render(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

package markdown

import (
	"flag"
	"os"
	"path/filepath"
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
			if diff := cmp.Diff(Document{HTML: string(want)}, got); diff != "" {
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
		{"headings keep their order", "# a\n## b\n# c", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>"},
		{"headings without a first level", "## a\n### b\n## c", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>"},
		{"headings leave no gap", "# a\n#### b\n## c", "<h3>a</h3>\n<h4>b</h4>\n<h4>c</h4>"},
		{
			"headings end at six", "# a\n## b\n### c\n#### d\n##### e\n###### f",
			"<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n<h6>e</h6>\n<h6>f</h6>",
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
		{"task list", "- [x] a\n- [ ] b", "<ul>\n<li>[x] a</li>\n<li>[ ] b</li>\n</ul>"},
		{"first number", "3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"},
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
		{"no heading ids", "# a {#htmx-config .b}", "<h3>a {#htmx-config .b}</h3>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := render(t, r, tt.source)
			expectSafe(t, got.HTML)
			got.HTML = strings.TrimSpace(got.HTML)
			if diff := cmp.Diff(Document{HTML: tt.want}, got); diff != "" {
				t.Errorf("Render(%q) (-want +got):\n%s", tt.source, diff)
			}
		})
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

package views_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/static"
	"github.com/comfydeck/comfydeck/views"
	"github.com/comfydeck/comfydeck/views/viewtest"
)

var update = flag.Bool("update", false, "write what the screens render into testdata")

// nonce is the nonce of every rendering in these tests.
const nonce = "nonce-of-the-tests"

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, f := range viewtest.Fixtures() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			whole := render(t, views.Whole(f.Page, f.Screen))
			golden(t, f.Name+".html", whole)

			// What htmx gets is the content of the page's main element, and the title.
			title, content := between(t, whole, "<title>", "</title>"), between(t, whole, `<main id="main" class="main" tabindex="-1">`, "</main>")
			if diff := cmp.Diff("<title>"+title+"</title>"+content, strings.TrimSpace(render(t, views.Part(f.Page, f.Screen)))); diff != "" {
				t.Errorf("the part differs from the page (-page +part):\n%s", diff)
			}
		})
	}
}

// TestGoldenVisitor holds the pages for people without an account; they have no parts.
func TestGoldenVisitor(t *testing.T) {
	t.Parallel()
	for name, whole := range viewtest.Visitors() {
		golden(t, name+".html", render(t, whole))
	}
}

// TestGoldenParts holds the parts that travel alone to htmx.
func TestGoldenParts(t *testing.T) {
	t.Parallel()
	notices := views.NoticesPart([]views.Notice{{Kind: "success", Text: "Paused: image-to-video"}})
	golden(t, "notices.part.html", render(t, notices))
	golden(t, "settings.part.html", render(t, views.TableSettings(viewtest.ListSettings(), "/deployments?state=paused")))
	golden(t, "row.part.html", render(t, views.DeploymentRow(&views.Row{ID: "1", Name: "one", Title: views.Marked{Text: "one"}, Href: "/deployments/1", Columns: []string{"version", "cost"}, Version: views.Marked{Pieces: []views.Piece{{Text: "v"}, {Text: "1", Hit: true}, {Text: "2"}}}})))
}

// TestGoldenFiles finds files that no fixture writes any more.
func TestGoldenFiles(t *testing.T) {
	t.Parallel()
	want := []string{"notices.part.html", "row.part.html", "settings.part.html"}
	for name := range viewtest.Visitors() {
		want = append(want, name+".html")
	}
	for _, f := range viewtest.Fixtures() {
		want = append(want, f.Name+".html")
	}
	slices.Sort(want)
	if once := slices.Compact(slices.Clone(want)); len(once) != len(want) {
		t.Error("two fixtures have the same name")
	}
	if *update {
		return // the files are being written
	}
	var got []string
	for _, pattern := range []string{"*.html", "*/*.html"} {
		names, err := filepath.Glob(filepath.Join("testdata", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			got = append(got, strings.TrimPrefix(filepath.ToSlash(name), "testdata/"))
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files in testdata (-want +got):\n%s", diff)
	}
}

// golden compares a rendering with its file, or writes the file.
func golden(t *testing.T, name, rendered string) {
	t.Helper()
	file := filepath.Join("testdata", filepath.FromSlash(name))
	got := settled(rendered)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: go test ./views -update writes it", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs from what is rendered (-want +got); go test ./views -update accepts it:\n%s", file, diff)
	}
}

var (
	nextTag   = regexp.MustCompile(`><([^/])`)
	assetURL  = regexp.MustCompile(regexp.QuoteMeta(static.Prefix) + `([\w-]+)\.[0-9a-f]+\.(\w+)`)
	integrity = regexp.MustCompile(`integrity="[^"]*"`)
	library   = regexp.MustCompile(`<meta name="htmx-config"[^>]*>\n|<script[^>]* src="/static/htmx\.[^>]*></script>\n`)
)

// settled makes a rendering fit for a golden file: one opening tag a line, for readable differences; no content hashes, which
// every change of a style would alter; and without the browser library, which a fresh clone lacks (TestLibrary is about it).
func settled(rendered string) string {
	text := nextTag.ReplaceAllString(rendered, ">\n<$1")
	text = assetURL.ReplaceAllString(text, static.Prefix+"$1.HASH.$2")
	text = integrity.ReplaceAllString(text, `integrity="HASH"`)
	return library.ReplaceAllString(text, "") + "\n"
}

// between returns what stands between the first start and the first end after it, without white space around it.
func between(t *testing.T, text, start, end string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, start)
	inner, _, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s…%s is not in the page", start, end)
	}
	return strings.TrimSpace(inner)
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(views.As(templ.WithNonce(context.Background(), nonce), "3f2a-91bc"), &b); err != nil {
		t.Fatalf("Render() error = %v", err)
	}
	return b.String()
}

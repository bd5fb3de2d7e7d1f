package archtest

import (
	"go/ast"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// What fits on a few screens can be known.
const (
	maxGoLines  = 300
	maxCSSLines = 150
	maxJSLines  = 340 // of all our scripts together
)

func TestGoFileLength(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if !f.test && !f.generated && f.lines > maxGoLines {
			t.Errorf("%s has %d lines, at most %d are allowed", f.path, f.lines, maxGoLines)
		}
	}
}

func TestStylesheetLength(t *testing.T) {
	t.Parallel()
	for _, name := range files(t, ".css") {
		if n := strings.Count(read(t, name), "\n"); n > maxCSSLines {
			t.Errorf("%s has %d lines, at most %d are allowed", name, n, maxCSSLines)
		}
	}
}

func TestScriptLength(t *testing.T) {
	t.Parallel()
	total := 0
	for _, name := range files(t, ".js") {
		if !strings.HasPrefix(name, "static/lib/") {
			total += strings.Count(read(t, name), "\n")
		}
	}
	if total > maxJSLines {
		t.Errorf("our scripts have %d lines in all, at most %d are allowed", total, maxJSLines)
	}
}

func TestPackageComments(t *testing.T) {
	t.Parallel()
	byFolder := packages(goFiles(t))
	for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
		if !slices.ContainsFunc(byFolder[folder], documented) {
			t.Errorf("package %s has no comment that says what it is for (Package … or Command …)", folder)
		}
	}
}

func documented(f goFile) bool {
	name := f.syntax.Name.Name
	opening := "Package " + name + " "
	if name == "main" {
		opening = "Command " + filepath.Base(filepath.Dir(f.path)) + " "
	}
	return strings.HasPrefix(f.syntax.Doc.Text(), opening)
}

// bypasses are calls that answer a request past the error renderer or the views, or switch the views' escaping off.
var bypasses = []string{"http.Error", "c.String", "c.HTML", "templ.Raw"}

func TestAnswersAreRendered(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if f.test || f.generated || !slices.Contains([]string{"handlers", "views", "web"}, path.Dir(f.path)) {
			continue
		}
		for _, call := range calls(f.syntax) {
			if slices.Contains(bypasses, call) {
				t.Errorf("%s calls %s: return an error or render a view instead", f.path, call)
			}
		}
	}
}

// calls returns the calls of the form x.F in a file.
func calls(file *ast.File) []string {
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok {
				found = append(found, x.Name+"."+selector.Sel.Name)
			}
		}
		return true
	})
	return found
}

// fetched matches what comes from a lock file or a compiler and must never be committed.
var fetched = regexp.MustCompile(`(^|/)node_modules/|^static/lib/[^.]|\.min\.(js|css)$|(^|/)htmx[^/]*\.js$|\.(exe|wasm|db)$`)

func TestNothingFetchedIsCommitted(t *testing.T) {
	t.Parallel()
	for _, name := range committed(t) {
		if fetched.MatchString(name) {
			t.Errorf("%s is in the repository: it belongs to a lock file or a build", name)
		}
	}
	for _, sample := range []string{"static/lib/a.js", "internal/e2e/node_modules/a", "static/js/a.min.js", "static/js/htmx-2.js"} {
		if !fetched.MatchString(sample) {
			t.Errorf("the rule does not match %s", sample)
		}
	}
}

// local matches paths of one machine and hosts of package registries: the first are noise to everybody else, the
// second tie a lock file to one place. The brackets keep this file from matching itself.
var local = regexp.MustCompile(`(^|[^\w.~}/-])[/](work|root)[/]|registry[.](npm|yarn)|(proxy|sum)[.]golang[.]`)

func TestNothingLocalIsCommitted(t *testing.T) {
	t.Parallel()
	for _, name := range committed(t) {
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil || !utf8.Valid(content) {
			continue // a link to a folder, or a picture
		}
		for i, line := range strings.Split(string(content), "\n") {
			if found := local.FindString(line); found != "" {
				t.Errorf("%s:%d names %q, which means something on one machine only", name, i+1, strings.TrimSpace(found))
			}
		}
	}
	for _, sample := range []string{"see /" + "root/x", `"/` + `work/x"`, "https://registry" + ".npmjs.org/x"} {
		if !local.MatchString(sample) {
			t.Errorf("the rule does not match %s", sample)
		}
	}
}

package archtest

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// root is the top of the checkout, seen from this folder.
const root = "../.."

// module is the import path of the top of the checkout.
const module = "github.com/comfydeck/comfydeck"

// goFile is one parsed Go file, tests included.
type goFile struct {
	path      string // below root, with slashes
	test      bool
	generated bool
	lines     int
	syntax    *ast.File
}

// imports returns the import paths of f; ours without the module's name.
func (f goFile) imports() []string {
	var paths []string
	for _, spec := range f.syntax.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has accepted it, so it is a string
		}
		paths = append(paths, p)
	}
	return paths
}

// files returns the paths below root with the given ending, sorted. It stays out of fetched packages, test data and
// the modules of their own (internal/tools, internal/e2e), which have their own rules.
func files(t *testing.T, ending string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != root && (foreign(entry.Name()) || exists(filepath.Join(name, "go.mod"))) {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, ending) {
			found = append(found, filepath.ToSlash(strings.TrimPrefix(name, root+string(filepath.Separator))))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("no %s file below %s: this test looks in the wrong place", ending, root)
	}
	return found
}

func foreign(folder string) bool {
	return folder == "node_modules" || folder == "testdata" || strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_")
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// goFiles parses every Go file of the main module.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var parsed []goFile
	for _, name := range files(t, ".go") {
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, filepath.Join(root, name), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, goFile{
			path:      name,
			test:      strings.HasSuffix(name, "_test.go"),
			generated: ast.IsGenerated(syntax),
			lines:     set.File(syntax.Pos()).LineCount(),
			syntax:    syntax,
		})
	}
	return parsed
}

// packages groups parsed files by folder.
func packages(parsed []goFile) map[string][]goFile {
	byFolder := map[string][]goFile{}
	for _, f := range parsed {
		byFolder[path.Dir(f.path)] = append(byFolder[path.Dir(f.path)], f)
	}
	return byFolder
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// committed returns what git tracks or would track: files that are there and not ignored. Only a source archive, which
// has no git data, may skip; CI always has a checkout.
func committed(t *testing.T) []string {
	t.Helper()
	if !exists(filepath.Join(root, ".git")) && os.Getenv("CI") == "" {
		t.Skip("not a git checkout: nothing is committed from here")
	}
	// safe.directory: in a container the checkout may belong to another user.
	list := exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*",
		"ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	var present []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		_, err := os.Lstat(filepath.Join(root, filepath.FromSlash(name)))
		if err == nil {
			present = append(present, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if len(present) == 0 {
		t.Fatal("git lists no file: this test looks in the wrong place")
	}
	return present
}

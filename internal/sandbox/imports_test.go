package sandbox_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// lockFiles is the one module of others: locks differ between systems.
const lockFiles = "github.com/gofrs/flock"

// TestImportsNoPackageOfOurs keeps the sandbox independent: with the client's types it would repeat the client's mistakes.
func TestImportsNoPackageOfOurs(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			if strings.Contains(strings.Split(imported, "/")[0], ".") && imported != lockFiles {
				t.Errorf("%s imports %s; the standard library is enough", name, imported)
			}
		}
	}
}

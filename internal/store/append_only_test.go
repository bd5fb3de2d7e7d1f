package store

import (
	"database/sql"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// TestAppendOnly_database: whatever statement comes, the database lets nobody rewrite the log (SR-43).
func TestAppendOnly_database(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		s, _ := open(t)
		fill(t, s)
		for _, statement := range []string{
			`UPDATE events SET words = 'x'`,
			`UPDATE events SET account = 'b'`,
			`UPDATE tombstones SET readme = 'x'`,
			`UPDATE writes SET person = 'x' WHERE id = 'open'`,
			`UPDATE writes SET changes = '[]', reason = 'x' WHERE id = 'open'`,
			`UPDATE writes SET asked_at = 0`,
			`UPDATE writes SET state = 'open' WHERE id = 'done'`,
			`UPDATE writes SET message = 'x' WHERE id = 'done'`,
		} {
			if _, err := s.write.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: error %v", statement, err)
			}
		}
		if err := s.Journal().End(t.Context(), "open", journal.Outcome{State: journal.Unknown}); err != nil {
			t.Errorf("an outcome: %v", err)
		}
		var n int
		row := s.read.QueryRowContext(t.Context(), `SELECT count(*) FROM writes WHERE id = @id AND state = 'unknown'`, sql.Named("id", "open"))
		if err := row.Scan(&n); err != nil || n != 1 {
			t.Errorf("the outcome is not there: %d, %v", n, err)
		}
	})
}

var rewrites = regexp.MustCompile(`(?i)\b(UPDATE|DELETE FROM|TRUNCATE|REPLACE INTO|DO UPDATE SET)\b\s*(\w+)?`)

// TestAppendOnly_statements: no statement of this package but the ones named here changes or takes away a line of the log.
func TestAppendOnly_statements(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(lit.Value)
			for _, m := range rewrites.FindAllStringSubmatch(text, -1) {
				if table := strings.ToLower(m[2]); table == "writes" || table == "events" || table == "tombstones" {
					got[name+": "+strings.ToUpper(m[1])+" "+table]++
				}
			}
			return true
		})
	}
	want := map[string]int{
		"journal.go: UPDATE writes":               1, // End: the outcome of one that has none
		"backup.go: UPDATE writes":                1, // a restore: what was under way is unknown
		"journal_kept.go: DELETE FROM writes":     1, // Forget
		"journal_kept.go: DELETE FROM events":     1,
		"journal_kept.go: DELETE FROM tombstones": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements that rewrite the log (-allowed +found):\n%s", diff)
	}
}

package store

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

var (
	sqlComment = regexp.MustCompile(`(?m)--.*$`)
	// takesAway matches what a server of the version before would miss or stumble over.
	takesAway = regexp.MustCompile(`(?i)\b(?:DROP\s+(?:TABLE|COLUMN|VIEW|CONSTRAINT)|RENAME|ALTER\s+COLUMN|SET\s+NOT\s+NULL|TRUNCATE)\b`)
	// demands matches a column that a row of the version before could not fill.
	demands = regexp.MustCompile(`(?i)\bADD\s+COLUMN\b.*\bNOT\s+NULL\b`)
)

// TestMigrations_expand: during an upgrade servers of two versions share the tables, so that a migration only adds, and whatever
// it adds to a table is optional for those who do not know it (RR-22, RR-26).
func TestMigrations_expand(t *testing.T) {
	t.Parallel()
	names := map[string][]string{}
	for _, folder := range []string{"sqlite", "postgres"} {
		files, err := fs.Glob(migrations, "migrations/"+folder+"/*.sql")
		if err != nil || len(files) < 10 {
			t.Fatalf("%d migrations, %v", len(files), err)
		}
		for _, name := range files {
			text, err := fs.ReadFile(migrations, name)
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range contracts(string(text)) {
				t.Errorf("%s: %s", name, problem)
			}
			names[folder] = append(names[folder], name[strings.LastIndex(name, "/")+1:])
		}
	}
	if a, b := strings.Join(names["sqlite"], " "), strings.Join(names["postgres"], " "); a != b {
		t.Errorf("SQLite has %s, PostgreSQL %s", a, b)
	}
}

// contracts lists the statements of a migration that the version before could not live with.
func contracts(migration string) (problems []string) {
	up, _, _ := strings.Cut(migration, "-- +goose Down")
	for statement := range strings.SplitSeq(sqlComment.ReplaceAllString(up, ""), ";") {
		statement = strings.Join(strings.Fields(statement), " ")
		if takesAway.MatchString(statement) || demands.MatchString(statement) && !strings.Contains(strings.ToUpper(statement), "DEFAULT") {
			problems = append(problems, statement)
		}
	}
	return problems
}

// TestContracts sees what TestMigrations_expand looks for.
func TestContracts(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]int{
		"ALTER TABLE writes DROP COLUMN reason;":                          1,
		"DROP TABLE locks;":                                               1,
		"ALTER TABLE writes RENAME TO entries;":                           1,
		"alter table writes alter column name type int;":                  1,
		"ALTER TABLE writes ADD COLUMN why TEXT NOT NULL;":                1,
		"ALTER TABLE writes ADD COLUMN why TEXT NOT NULL DEFAULT '';":     0,
		"ALTER TABLE writes ADD COLUMN why TEXT;":                         0,
		"CREATE TABLE drops (renames TEXT NOT NULL); -- DROP TABLE x":     0,
		"CREATE INDEX a ON b (c);\n-- +goose Down\nDROP TABLE writes;":    0,
		"DROP INDEX a; CREATE INDEX a ON b (d); DROP TRIGGER c ON d;":     0,
		"SELECT 1;\nALTER TABLE a ALTER COLUMN b SET NOT NULL; SELECT 2;": 1,
	} {
		if got := contracts(statement); len(got) != want {
			t.Errorf("%s: %q, want %d", statement, got, want)
		}
	}
}

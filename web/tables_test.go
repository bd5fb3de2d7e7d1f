package web_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/webtest"
)

// notesWhatIsSeen are the tables that a GET may write to: when a session was last used, what was last seen of an account, and what
// was noticed by that.
var notesWhatIsSeen = map[string]bool{"sessions": true, "looks": true, "look_parts": true, "events": true}

// makeThings leaves a row in the tables of what people make.
func makeThings(t *testing.T, b *webtest.Browser) {
	t.Helper()
	b.Post("/views", url.Values{"name": {"paused"}, "query": {"state=paused"}}).Expect(http.StatusSeeOther, "/deployments?state=paused")
	b.Post(notesOn, url.Values{"note": {"a"}, "version": {"0"}}).Expect(http.StatusSeeOther, "/deployments/"+on)
	b.Post("/deployments/"+off+"/lock", url.Values{"reason": {"a demo"}}).Expect(http.StatusSeeOther, "/deployments/"+off)
	b.Write("/deployments/"+on, url.Values{"queue_size": {"5"}}).Expect(http.StatusSeeOther, "/deployments/"+on)
	b.Write("/deployments/"+on+"/share", url.Values{"settings": {"1"}, "lifetime": {"1d"}}).Expect(http.StatusOK, "")
	b.Post("/webhooks", url.Values{"hook_id": {hookID}, "name": {"ops"}, "target": {"https://hooks.example/x"}, "format": {"json"}, "kind_cost": {"1"}}).Expect(http.StatusOK, "")
	b.Get("/deployments").Expect(http.StatusOK, "")
}

// tablesOf are the rows of every table of a database, as sorted text.
func tablesOf(t *testing.T, url string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	out := map[string][]string{}
	for _, row := range rowsOf(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		table := strings.Trim(row, "[]")
		out[table] = rowsOf(t, db, `SELECT * FROM "`+table+`"`)
	}
	if len(out) < 15 {
		t.Fatalf("only the tables %v", out)
	}
	return out
}

func rowsOf(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for rows.Next() {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			values[i] = *v.(*any)
		}
		out = append(out, fmt.Sprint(values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

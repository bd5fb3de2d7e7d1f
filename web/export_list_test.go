package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestExport takes away what the list shows, all pages of it, in its order, as a file that no browser opens as a page.
func TestExport(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	for i := range 40 {
		d.Put(sandbox.Deployment{ID: fmt.Sprintf("00000000-0000-0000-0000-%012x", i), Name: fmt.Sprintf("=batch %d", i)})
	}
	b := member(t, d)
	list := b.Get("/deployments?q=batch&sort=name&desc=1&page=2")
	links := htmlcheck.Select(list.DOM(), "a[download]")
	if len(links) != 2 {
		t.Fatalf("the list offers %d downloads, want 2", len(links))
	}
	var want []string
	for i := 39; i >= 0; i-- {
		want = append(want, fmt.Sprintf("=batch %d", i))
	}

	for i, ending := range []string{"csv", "json"} {
		r := b.Get(htmlcheck.Attr(links[i], "href"))
		disposition := regexp.MustCompile(`^attachment; filename="deployments-\d{4}-\d\d-\d\d-\d{4}-utc.` + ending + `"$`)
		if r.Status != 200 || !disposition.MatchString(r.Header.Get("Content-Disposition")) || r.Header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(r.Header.Get("Content-Security-Policy"), "sandbox") || !strings.Contains(r.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s: %d, %v", ending, r.Status, r.Header)
		}
		if strings.Contains(r.Body, webtest.Token) {
			t.Errorf("%s holds the token", ending)
		}
		if diff := cmp.Diff(want, namesIn(t, ending, r.Body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ending, diff)
		}
	}
}

// namesIn reads an export.
func namesIn(t *testing.T, ending, body string) (names []string) {
	t.Helper()
	if ending == "json" {
		var list []struct{ Name string }
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			names = append(names, d.Name)
		}
		return names
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		names = append(names, strings.TrimPrefix(row[1], "'"))
	}
	return names
}

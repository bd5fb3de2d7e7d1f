package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCompare holds that two addresses are loaded in turn, so that a busy moment hits both, and that warm-up loads do not
// count.
func TestCompare(t *testing.T) {
	t.Parallel()
	var order []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		order = append(order, r.URL.Path)
		_, _ = io.WriteString(w, strings.Repeat("x", 100_000))
	}))
	defer server.Close()
	client := oneConnection()
	got, err := compare(t.Context(), 3, target{url: server.URL + "/bare", client: client}, target{url: server.URL + "/page", client: client}, func(context.Context) error {
		order = append(order, "/between")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.bare) != 3 || len(got.page) != 3 {
		t.Errorf("%d and %d exchanges count, want 3 and 3", len(got.bare), len(got.page))
	}
	if want := strings.Repeat("/between/bare/page", 8); strings.Join(order, "") != want {
		t.Errorf("loaded %v, want five warm-up pairs and three more, in turn", order)
	}
	for _, x := range append(got.bare, got.page...) {
		if x.first <= 0 || x.total < x.first {
			t.Errorf("first byte after %v, whole answer after %v", x.first, x.total)
		}
	}
}

func TestCompare_stopsAtAnythingButThePage(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("/deployments", http.RedirectHandler("/sign-in", http.StatusSeeOther))
	mux.HandleFunc("/sign-in", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "Sign in") })
	server := httptest.NewServer(mux)
	defer server.Close()
	page := target{url: server.URL + "/deployments", client: oneConnection()}
	if _, err := compare(t.Context(), 1, page, page, nil); err == nil || !strings.Contains(err.Error(), "303") {
		t.Errorf("a redirect to the sign-in page gives %v, want an error with its status", err)
	}
}

func TestParseFlags(t *testing.T) {
	t.Parallel()
	if o, err := parseFlags(nil, io.Discard); err != nil || !o.browser || o.quick || o.runs < 100 {
		t.Errorf("no flags give %+v, %v", o, err)
	}
	for _, args := range [][]string{{"-runs", "0"}, {"-runs", "-1"}, {"more"}, {"-unknown"}} {
		if o, err := parseFlags(args, io.Discard); err == nil {
			t.Errorf("%v are taken as %+v", args, o)
		}
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	tests := []struct {
		o       options
		divisor int
		want    int
	}{
		{options{runs: 400}, 1, 400}, {options{runs: 400}, 8, 50}, {options{runs: 400, quick: true}, 1, 40}, {options{runs: 5}, 20, 3},
	}
	for _, tt := range tests {
		if got := tt.o.share(tt.divisor); got != tt.want {
			t.Errorf("%+v.share(%d) = %d, want %d", tt.o, tt.divisor, got, tt.want)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	names := func(o options) []string {
		return each((&bench{options: o}).parts(), func(p part) string { return p.name })
	}
	if got := names(options{browser: true, profile: "x"}); len(got) != 21 {
		t.Errorf("everything is %q, want twenty-one parts", got)
	}
	if diff := cmp.Diff([]string{"memory"}, names(options{only: "memory"})); diff != "" {
		t.Errorf("-only memory (-want +got):\n%s", diff)
	}
}

func TestSave(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "figures")
	var r report
	r.compare(comparison{What: "list", Bare: 1.5, Page: 2, MaxRatio: 6})
	r.add(figure{What: "binary", Value: 19, Unit: "MB", Max: 25})
	if err := save(name, r); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var back report
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, back); diff != "" {
		t.Errorf("JSON does not give the report back (-want +got):\n%s", diff)
	}
	if text, err := os.ReadFile(name + ".md"); err != nil || !strings.Contains(string(text), "| binary |  | 19 MB | ≤ 25 MB | met |") {
		t.Errorf("the Markdown file holds %q, %v", text, err)
	}
}

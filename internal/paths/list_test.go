package paths_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/paths"
)

func TestList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		q    paths.ListQuery
		want string
	}{
		{paths.ListQuery{}, "/deployments"},
		{paths.ListQuery{Page: 1}, "/deployments"},
		{paths.ListQuery{Words: "a b", Page: 2}, "/deployments?page=2&q=a+b"},
		{paths.ListQuery{Words: "a b", Page: 2, Rows: 50}, "/deployments?page=2&q=a+b&rows=50"},
		{paths.ListQuery{Page: 1, Rows: 50}, "/deployments"}, // the first page begins where all begin
		{
			paths.ListQuery{
				Words: "x", State: "paused", Warm: true, Hardware: "AMPERE_48", Status: "standby", Version: "v 2", Owner: "Team Ü", Tag: "=eu", Changed: paths.ChangedWeek,
				Sort: "updated_at", Descending: true, Page: 3,
			},
			"/deployments?changed=week&desc=1&hardware=AMPERE_48&owner=Team+%C3%9C&page=3&q=x&sort=updated_at&state=paused&status=standby&tag=%3Deu&version=v+2&warm=1",
		},
	}
	for _, tt := range tests {
		got := paths.List(tt.q)
		if got != tt.want {
			t.Errorf("List(%+v) = %q, want %q", tt.q, got, tt.want)
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if again := paths.List(paths.ParseList(u.Query())); again != got {
			t.Errorf("%q comes back as %q", got, again)
		}
	}
}

// TestExport: what is taken away is all that is found, whichever page of it is in sight.
func TestExport(t *testing.T) {
	t.Parallel()
	q := paths.ListQuery{Words: "a&b", Sort: "floor", Page: 4}
	for got, want := range map[string]string{
		paths.ExportCSV(q):                   "/deployments/export.csv?q=a%26b&sort=floor",
		paths.ExportJSON(q):                  "/deployments/export.json?q=a%26b&sort=floor",
		paths.ExportCSV(paths.ListQuery{}):   "/deployments/export.csv",
		q.FirstPage().String():               "q=a%26b&sort=floor",
		paths.Return(paths.ExportCSV(q)):     paths.ExportCSV(q),
		paths.Return(paths.DeploymentsJSON):  paths.DeploymentsJSON,
		paths.Return("/deployments/export."): paths.Deployments,
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestListAt(t *testing.T) {
	t.Parallel()
	if q, ok := paths.ListAt("/deployments?q=a&page=2&x=y"); !ok || q != (paths.ListQuery{Words: "a", Page: 2}) {
		t.Errorf("the list with a search is %+v, %v", q, ok)
	}
	for _, address := range []string{"", "/", "/deployments/new?q=a", "/preferences", "%zz", "/deployments/export.csv?q=a", "//evil.example/deployments?q=a", "https:/deployments?q=a"} {
		if q, ok := paths.ListAt(address); ok || q != (paths.ListQuery{}) {
			t.Errorf("ListAt(%q) = %+v, %v, want none", address, q, ok)
		}
	}
}

func TestParseList_Nonsense(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"state=broken", "changed=never", "status=\xff", "page=0", "page=-1", "page=x", "page=99999999999999999999", "rows=50", "warm=yes", "desc=true", "sort=name", "q=\xff",
		"q=" + strings.Repeat("a", 201), "hardware=" + strings.Repeat("a", 201), "status=" + strings.Repeat("a", 201), "version=" + strings.Repeat("a", 201), "sort=" + strings.Repeat("a", 201),
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := paths.ParseList(v); got != (paths.ListQuery{}) {
			t.Errorf("ParseList(%.40q) = %+v, want nothing of it", query, got)
		}
	}
}

// TestParseList_Rows: a page whose number of rows makes no sense is a page all the same.
func TestParseList_Rows(t *testing.T) {
	t.Parallel()
	for _, rows := range []string{"", "0", "-50", "x", "99999999999999999999"} {
		if got := paths.ParseList(url.Values{"page": {"2"}, "rows": {rows}}); got != (paths.ListQuery{Page: 2}) {
			t.Errorf("with %q rows it is %+v", rows, got)
		}
	}
}

// FuzzParseList: whatever an address holds, its state has one address, and that address has the same state.
func FuzzParseList(f *testing.F) {
	f.Add("q=a&state=paused&page=2")
	f.Add("changed=today&status=a&version=%20")
	f.Add("sort=name&desc=1&warm=1&hardware=%ff")
	f.Fuzz(func(t *testing.T, query string) {
		v, _ := url.ParseQuery(query)
		q := paths.ParseList(v)
		u, err := url.Parse(paths.List(q))
		if err != nil {
			t.Fatal(err)
		}
		if again := paths.ParseList(u.Query()); again != q {
			t.Fatalf("%+v comes back as %+v", q, again)
		}
	})
}

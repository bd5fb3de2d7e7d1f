package paths_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/paths"
)

func TestSearchInside(t *testing.T) {
	t.Parallel()
	for want, q := range map[string]paths.SearchQuery{
		"/deployments/search":                               {},
		"/deployments/search?in=model&page=2&q=%22a%26b%22": {Words: `"a&b"`, In: "model", Page: 2},
		"/deployments/search?q=%3Cscript%3E%23":             {Words: "<script>#", Page: 1},
	} {
		got := paths.SearchInside(q)
		if got != want || paths.Return(got) != got {
			t.Errorf("SearchInside(%+v) = %q, after signing in %q, want %q", q, got, paths.Return(got), want)
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if again := paths.SearchInside(paths.ParseSearch(u.Query())); again != got {
			t.Errorf("%q comes back as %q", got, again)
		}
	}
	if got := paths.SearchAgain(paths.SearchQuery{Words: "x"}); got != "/deployments/search?again=1&q=x" {
		t.Errorf("SearchAgain() = %q", got)
	}
	for _, unfit := range []string{strings.Repeat("x", 199), "\xff"} {
		if got := paths.SearchExactly(unfit, "model"); got != "" {
			t.Errorf("SearchExactly(%.20q) = %q, which no address can carry", unfit, got)
		}
	}
	for _, v := range []url.Values{{"q": {"\xff"}}, {"q": {strings.Repeat("x", 201)}}, {"in": {"any"}}, {"in": {"x"}}, {"page": {"-1"}}, {"page": {"x"}}} {
		if got := paths.ParseSearch(v); got != (paths.SearchQuery{}) {
			t.Errorf("ParseSearch(%v) = %+v", v, got)
		}
	}
}

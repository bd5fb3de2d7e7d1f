package paths_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/paths"
)

func TestCompareAt(t *testing.T) {
	t.Parallel()
	for want, q := range map[string]paths.CompareQuery{
		"/compare":                               {},
		"/compare?a=x":                           {A: "x", Page: 1},
		"/compare?a=x&all=1&b=y&page=3&zoom=fit": {A: "x", B: "y", All: true, Zoom: "fit", Page: 3},
		"/compare?a=%3Cscript%3E&page=2&q=a+%26+b%2F": {A: "<script>", Words: "a & b/", Page: 2},
	} {
		got := paths.CompareAt(q)
		if got != want {
			t.Errorf("CompareAt(%+v) = %q, want %q", q, got, want)
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if again := paths.CompareAt(paths.ParseCompare(u.Query())); again != got || paths.Return(got) != got {
			t.Errorf("%q comes back as %q, and after sign-in as %q", got, again, paths.Return(got))
		}
	}
}

func TestParseCompare_Nonsense(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	for _, v := range []url.Values{{"a": {"\xff"}}, {"b": {long}}, {"q": {"\xff"}}, {"all": {"yes"}}, {"zoom": {"7"}}, {"page": {"0"}}, {"page": {"x"}}} {
		if got := paths.ParseCompare(v); got != (paths.CompareQuery{Page: 1}) {
			t.Errorf("ParseCompare(%v) = %+v", v, got)
		}
	}
}

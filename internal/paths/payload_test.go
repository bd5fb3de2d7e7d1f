package paths

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPayloadPage(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]PayloadQuery{
		"/deployments/d/payload": {},
		"/deployments/d/payload?at=%2Fa%2F0&branch=1&depth=all&first=200&q=two+words": {At: "/a/0", Words: "two words", Depth: "all", First: 200, Branch: true},
		"/deployments/d/payload?at=%2F38%3A42%2F%E6%9D%B1":                            {At: "/38:42/東"},
	} {
		if got := PayloadPage("d", want); got != address {
			t.Errorf("PayloadPage(%+v) = %s, want %s", want, got, address)
		}
		if want == (PayloadQuery{At: want.At}) && want.At != "" && PayloadValue("d", want.At) != address {
			t.Errorf("PayloadValue(%s) = %s, want %s", want.At, PayloadValue("d", want.At), address)
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, ParsePayload(u.Query())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", address, diff)
		}
	}
}

func TestParsePayload_Nonsense(t *testing.T) {
	t.Parallel()
	v := url.Values{"at": {"/\xff"}, "q": {strings.Repeat("x", maxWords+1)}, "depth": {"5"}, "first": {"-1"}, "branch": {"yes"}}
	if diff := cmp.Diff(PayloadQuery{}, ParsePayload(v)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if q := ParsePayload(url.Values{"at": {"/" + strings.Repeat("x", maxPointer)}}); q.At != "" {
		t.Errorf("a pointer of %d bytes counts", len(q.At))
	}
}

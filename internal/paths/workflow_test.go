package paths_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/paths"
)

func TestWorkflow(t *testing.T) {
	t.Parallel()
	for want, q := range map[string]paths.WorkflowQuery{
		"/deployments/x/workflow":                                   {},
		"/deployments/x/workflow?node=38%3A42":                      {Node: "38:42", Page: 1},
		"/deployments/x/workflow?node=%2F%22&page=2&q=a+b&zoom=fit": {Node: `/"`, Words: "a b", Zoom: "fit", Page: 2},
		"/deployments/x/workflow?q=%3Cscript%3E%23&zoom=50":         {Words: "<script>#", Zoom: "50"},
	} {
		got := paths.Workflow("x", q)
		if got != want {
			t.Errorf("Workflow(%+v) = %q, want %q", q, got, want)
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if again := paths.Workflow("x", paths.ParseWorkflow(u.Query())); again != got {
			t.Errorf("%q comes back as %q", got, again)
		}
	}
}

func TestParseWorkflow_Nonsense(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	for _, v := range []url.Values{
		{"node": {"\xff"}}, {"q": {"\xff"}}, {"node": {long}}, {"q": {long}}, {"zoom": {"7"}}, {"zoom": {"100%"}}, {"page": {"-1"}}, {"page": {"x"}},
	} {
		if got := paths.ParseWorkflow(v); got != (paths.WorkflowQuery{Page: 1}) {
			t.Errorf("ParseWorkflow(%v) = %+v", v, got)
		}
	}
}

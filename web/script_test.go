package web_test

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestScripts: the page of a deployment and every review show the command, the body and the endpoint, and no token.
func TestScripts(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	endpoint := d.APIURL + "/prod/v2/deployments/" + on
	b.Get("/deployments/"+on).Check(
		htmlcheck.In("#curl-read", says(`Bearer $RUNCOMFY_API_TOKEN`)), htmlcheck.In("#curl-switch", says(`"is_enabled": false`)),
		htmlcheck.In("#json", says(`"workflow_id": "00000000-0000-0000-0000-000000001111"`)), htmlcheck.In("#endpoint", says(endpoint)),
		htmlcheck.In("#curl-create", says("--request POST")),
	)
	b.Get("/deployments/" + on + "/edit")
	form := with(b.Form("/deployments/"+on), "min_instances", "2")
	b.Post("/deployments/"+on, form).Check(
		htmlcheck.In("#curl", says("--request PATCH")), htmlcheck.In("#json", says(`"min_instances": 2`)), htmlcheck.In("#endpoint", says("PATCH "+endpoint)),
	)
}

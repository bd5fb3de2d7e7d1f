package handlers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/views"
)

// TestMissingValues: what the API did not send is said to be missing, and nothing is explained that presumes a value.
func TestMissingValues(t *testing.T) {
	t.Parallel()
	s := &Site{Deck: deployments.New(nil, nil, deployments.Options{})}
	const missing = "RunComfy did not send it"
	want := []views.Fact{
		{Label: "Minimum instances", Value: "unknown", Hint: missing},
		{Label: "Maximum instances", Value: "unknown", Hint: missing},
		{Label: "Queue size", Value: "unknown", Hint: missing},
		{Label: "Keep warm", Value: "unknown", Hint: missing},
		{Label: "Hardware", Value: "unknown", Hint: missing},
		{Label: "Workflow version", Value: "unknown", Hint: missing},
		{Label: "Workflow id", Value: "unknown", Hint: missing},
		{Label: "Estimated cost", Value: "no price", Hint: "without its hardware and instances"},
	}
	var d deployments.Deployment
	if diff := cmp.Diff(want, append(append(scaling(d), runs(d)...), s.cost(d, s.Deck.Prices().Plan(""))...)); diff != "" {
		t.Errorf("a deployment of which nothing was sent (-want +got):\n%s", diff)
	}
	d.Hardware = []string{"NEW_1"}
	if got := runs(d)[0].Hint; got != "this version of ComfyDeck does not know it" {
		t.Errorf("hardware that nobody knows is explained as %q", got)
	}
}

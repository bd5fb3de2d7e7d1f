package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestSaved: after saving one is told what changed, in the words of the form, what that does to the cost while idle, and where it is
// taken back.
func TestSaved(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		form  url.Values
		fault string
		says  string
		undo  bool
	}{
		{
			"set minimum to 0",
			url.Values{"min_instances": {"0"}, "base_min_instances": {"2"}},
			"",
			"Saved kept warm: minimum instances 2 → 0. Estimated cost while idle: $5.00/h → $0.00/h.", true,
		},
		{
			"what costs the same",
			url.Values{"queue_size": {"4"}, "keep_warm_duration_in_seconds": {"90"}},
			"",
			"Saved kept warm: queue size 1 → 4, keep warm 10 min → 90 s.", true,
		},
		{
			"more than fits",
			url.Values{"name": {"new"}, "max_instances": {"2"}, "queue_size": {"4"}, "keep_warm_duration_in_seconds": {"90"}, "workflow_version": {"v2"}},
			"",
			"Saved new: name kept warm → new, workflow version v1 → v2, maximum instances 3 → 2 and 2 more.", true,
		},
		{
			"one of two",
			url.Values{"min_instances": {"1"}, "queue_size": {"4"}},
			"ignore-field@update=min_instances",
			"Saved kept warm: queue size 1 → 4. But the API shows something else than you asked for: Minimum instances is “2”, not “1”.", false,
		},
		{"nothing", url.Values{"queue_size": {"1"}}, "", "Nothing was changed, so nothing was sent.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			d.Put(sandbox.Deployment{ID: nowhere, Name: "kept warm", Hardware: []string{"AMPERE_48"}, MinInstances: 2, MaxInstances: 3, QueueSize: 1, KeepWarm: 600, WorkflowVersion: "v1", IsEnabled: true})
			b := member(t, d)
			if tt.fault != "" {
				d.Fault(tt.fault)
			}
			b.Post("/deployments/"+nowhere, tt.form).Expect(http.StatusSeeOther, "/deployments/"+nowhere)
			r := b.Get("/deployments/" + nowhere)
			r.Check(htmlcheck.In("#notices .notice p", htmlcheck.HasExactText(tt.says)))
			back := htmlcheck.Select(r.DOM(), ".notice a")
			if (len(back) == 1) != tt.undo {
				t.Fatalf("%d links take it back", len(back))
			}
			if tt.name != "set minimum to 0" {
				return
			}
			b.Get(htmlcheck.Attr(back[0], "href")).Check(holds("min_instances", "2"), says("Nothing was sent yet"))
			b.Get("/deployments/" + nowhere).Check(htmlcheck.NotIn(".notice a"))
		})
	}
}

// TestSaved_LookOnly: what a browser saved before it chose to change nothing is taken back elsewhere.
func TestSaved_LookOnly(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Post("/deployments/"+on, url.Values{"queue_size": {"4"}})
	b.Post("/preferences", url.Values{"look_only": {"on"}})
	b.Get("/deployments/"+on).Check(says("queue size 1 → 4"), htmlcheck.NotIn(".notice a"))
}

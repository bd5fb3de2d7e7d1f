package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestConflict_InBetween: whoever meets a conflict is shown everything that changed in between, what of it the form has taken over,
// and who did it when where the change log knows.
func TestConflict_InBetween(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, colleague := member(t, d), d.Browser(t)
	colleague.Post("/sign-in", url.Values{"token": {webtest.Token}, "display_name": {"Ana <b>"}, "next": {""}})
	for _, person := range []*webtest.Browser{b, colleague} {
		person.Get("/deployments/" + on + "/edit")
	}
	colleague.Submit("/deployments/"+on, map[string]string{"max_instances": "2", "keep_warm_duration_in_seconds": "45"}).Expect(http.StatusSeeOther, "/deployments/"+on)

	r := b.Submit("/deployments/"+on, map[string]string{"max_instances": "8", "queue_size": "4"})
	r.Expect(http.StatusConflict, "")
	rows := htmlcheck.Select(r.DOM(), ".compare tbody tr")
	want := []string{"Maximum instances 3 2 8", "Keep warm 60 s 45 s taken over from the newer state"}
	if len(rows) != len(want) {
		t.Fatalf("%d fields changed in between, want %d: %s", len(rows), len(want), r.Text())
	}
	for i, row := range rows {
		if got := htmlcheck.Text(row); got != want[i] {
			t.Errorf("line %d is %q, want %q", i, got, want[i])
		}
	}
	r.Check(htmlcheck.In("#main .card p", says("Ana <b> changed maximum instances and keep warm, "), htmlcheck.Count("time[datetime]", 1)), holds("keep_warm_duration_in_seconds", "45"))

	d.Sandbox.ResetCalls()
	b.Submit("/deployments/"+on, nil) // a higher maximum is shown first
	b.Submit("/deployments/"+on, nil).Expect(http.StatusSeeOther, "/deployments/"+on)
	wantWrites(t, d, map[string]any{"-": "PATCH /deployments/ON", "name": "image-to-video", "max_instances": 8.0, "queue_size": 4.0})
}

// TestConflict_Nobody: where the change log does not know who it was, nobody is named; what both typed alike is said to be so.
func TestConflict_Nobody(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments/" + on + "/edit")
	other, _ := d.Sandbox.Deployment(webtest.Token, on)
	other.QueueSize, other.WorkflowVersion = 5, "v2"
	d.Sandbox.Put(webtest.Token, other)
	r := b.Submit("/deployments/"+on, map[string]string{"queue_size": "7", "workflow_version": "v2"})
	r.Expect(http.StatusConflict, "")
	r.Check(htmlcheck.Count(".compare tbody tr", 2), says("v2 the same as now"), htmlcheck.NotIn("#main time"))
}

// TestConflict_Unread: a form that comes back holds what its table says is taken over, although the deployment cannot be read again.
func TestConflict_Unread(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments/" + on + "/edit")
	other, _ := d.Sandbox.Deployment(webtest.Token, on)
	other.QueueSize, other.KeepWarm = 5, 90
	d.Sandbox.Put(webtest.Token, other)
	d.Fault("500@get:2-9")
	r := b.Submit("/deployments/"+on, map[string]string{"queue_size": "7"})
	r.Expect(http.StatusConflict, "")
	want := url.Values{"queue_size": {"7"}, "base_queue_size": {"5"}, "keep_warm_duration_in_seconds": {"90"}, "base_keep_warm_duration_in_seconds": {"90"}, "max_instances": {"3"}}
	if got := r.Values(want); got.Encode() != want.Encode() {
		t.Errorf("the form holds %s, want %s", got.Encode(), want.Encode())
	}
}

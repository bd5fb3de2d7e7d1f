package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// fleetOf fills the account with n more deployments and returns their ids.
func fleetOf(d *webtest.Deck, n int) (ids []string) {
	for i := range n {
		id := fmt.Sprintf("00000000-0000-0000-0000-%012x", i)
		d.Put(sandbox.Deployment{ID: id, Name: [4]string{"quarter"}[i%4] + fmt.Sprintf(" batch %02d", i), IsEnabled: true, MinInstances: 1, MaxInstances: 2})
		ids = append(ids, id)
	}
	return ids
}

// over reads a run's page until nobody works on it.
func over(t *testing.T, b *webtest.Browser, run string) *webtest.Response {
	t.Helper()
	for range 1000 {
		if r := b.Get(run); len(htmlcheck.Select(r.DOM(), "[data-live]")) == 0 {
			return r
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the run does not end")
	return nil
}

// TestBulk pauses chosen rows as a person does without JavaScript: tick, review, confirm, see what came of each.
func TestBulk(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	ids := fleetOf(d, 3)
	b := member(t, d)
	b.Get("/deployments").Check(htmlcheck.Count("tbody input[form=selection]", 5), htmlcheck.In("#selection", says("All 5 found")))

	drafted := b.Post("/deployments/bulk", url.Values{"id[]": {ids[0], ids[2], off}, "change": {"disable"}, "list": {""}})
	drafted.Expect(http.StatusSeeOther, drafted.Location())
	run := drafted.Location()
	b.Get(run).Check(
		heading("Pause: 3 deployments"), says("Nothing was sent yet: 2 will change, 1 so already."), htmlcheck.Count(".items tbody tr", 3),
		htmlcheck.In(".compare--money", says("Now After Change"), says("−$5.00/h")), says("Requests that are running fail."),
	)
	if w := d.Writes(); len(w) > 0 {
		t.Fatalf("the review wrote: %v", w)
	}
	b.Submit(run+"/start", nil).Expect(http.StatusSeeOther, run)
	ended := over(t, b, run)
	if strings.Contains(ended.Text(), "running fail") {
		t.Error("what has ended warns of what it will do")
	}
	ended.Check(says("Finished: 2 done, 1 so already."), htmlcheck.In("progress", htmlcheck.HasAttr("value", "3"), htmlcheck.HasAttr("max", "3")))
	if w := d.Writes(); len(w) != 2 {
		t.Errorf("the API saw %v, want two writes", w)
	}
	for _, id := range ids {
		if now, _ := d.Sandbox.Deployment(webtest.Token, id); now.IsEnabled != (id == ids[1]) {
			t.Errorf("%s is enabled: %v", now.Name, now.IsEnabled)
		}
	}
	b.Post(run+"/start", url.Values{"go": {"1"}}).Expect(http.StatusSeeOther, run) // F5
	if w := d.Writes(); len(w) != 2 {
		t.Errorf("sent twice, the run made %d writes", len(w))
	}
	b.Get("/deployments/bulk").Check(htmlcheck.In(".saved", says("Pause: 3 deployments"), says("2 done, 1 so already"), says("Night shift")))

	stranger := d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	for _, way := range []string{"/start", "/continue", "/stop", "/again"} {
		stranger.Post(run+way, url.Values{"go": {"1"}}).Expect(http.StatusNotFound, "")
	}
	stranger.Get(run).Expect(http.StatusNotFound, "")
}

// TestBulk_Enable says what starts, and costs, at once, before anything is sent.
func TestBulk_Enable(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	for _, tt := range []struct {
		minimum int64
		says    string
	}{
		{2, "2 instances start, and cost, at once, until the minimum is lowered or the deployment is paused."},
		{1, "1 instance starts, and costs, at once"},
		{0, "No instance starts before there is a request."},
	} {
		d.Put(sandbox.Deployment{ID: off, Name: "resting", MinInstances: tt.minimum, MaxInstances: 3})
		b.Get("/deployments?refresh=1")
		run := b.Post("/deployments/bulk", url.Values{"id[]": {off}, "change": {"enable"}, "list": {""}}).Location()
		b.Get(run).Check(heading("Enable: 1 deployment"), says(tt.says))
	}
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("the reviews wrote: %v", w)
	}
}

// TestBulk_All changes everything that a search finds, on whatever page it is, with a value that is asked for.
func TestBulk_All(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	fleetOf(d, 60)
	b := member(t, d)
	form := url.Values{"all": {"1"}, "list": {"q=quarter"}, "change": {"keep_warm"}}
	b.Post("/deployments/bulk", form).Check(heading("Change keep warm"), htmlcheck.Count("input[name=value]", 1), htmlcheck.In(`.crumbs a[href="/deployments?q=quarter"]`, says("Deployments")))
	form.Set("value", "a while")
	wrong := b.Post("/deployments/bulk", form)
	wrong.Expect(http.StatusUnprocessableEntity, "")
	wrong.Check(htmlcheck.In("#value", htmlcheck.HasAttr("value", "a while"), htmlcheck.HasAttr("aria-invalid", "true")), htmlcheck.Count("#value-error", 1))
	run := b.Submit("/deployments/bulk", map[string]string{"value": "30"}).Location()
	b.Get(run).Check(heading("Keep warm 30 s: 15 deployments"), says("15 will change"), says("Scaling applies at once."))
	b.Submit(run+"/start", nil).Expect(http.StatusSeeOther, run)
	over(t, b, run).Check(says("Finished: all 15 were changed."), htmlcheck.In(".compare--money", says("While idle, 30 days")))
	if w := d.Writes(); len(w) != 15 {
		t.Errorf("%d writes, want 15", len(w))
	}
}

// TestBulk_Refused: what failed is told per item with the API's request id, and can be tried again as a new review.
func TestBulk_Refused(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	ids := fleetOf(d, 4)
	b := member(t, d)
	run := b.Post("/deployments/bulk", url.Values{"id[]": ids, "change": {"min_zero"}}).Location()
	d.Fault("422@update:1-2")
	b.Get(run)
	b.Submit(run+"/start", nil)
	over(t, b, run).Check(
		says("Finished: 2 refused, 2 done."), htmlcheck.Count(".items__note", 2), says("2 not changed still cost $5.00/h while idle."),
		htmlcheck.In(".compare--money", says("Before Now Change"), says("While idle $5.00/h $0.00/h −$5.00/h")),
	)
	d.Fault()
	next := b.Submit(run+"/again", nil).Location()
	b.Get(next).Check(says("2 will change"), htmlcheck.Count(".items tbody tr", 2))
	b.Submit(next+"/start", nil)
	over(t, b, next).Check(says("Finished: all 2 were changed."))
	if got := len(d.Writes()); got != 6 {
		t.Errorf("%d writes, want 6: two of them refused", got)
	}
}

// TestBulk_Left: when nothing of a run was done, the line of what that still costs stands alone. What is unknown is not called unchanged,
// and what has no price is told apart.
func TestBulk_Left(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	ids := fleetOf(d, 3)
	d.Put(sandbox.Deployment{ID: ids[1], Name: "priceless", Hardware: []string{"QUANTUM_1"}, IsEnabled: true, MinInstances: 1, MaxInstances: 2})
	b := member(t, d)
	carriedOut := func(fault string, ids ...string) *webtest.Response {
		d.Fault()
		run := b.Post("/deployments/bulk", url.Values{"id[]": ids, "change": {"min_zero"}}).Location()
		d.Fault(fault)
		b.Get(run)
		b.Submit(run+"/start", nil)
		return over(t, b, run)
	}
	for want, r := range map[string]*webtest.Response{
		"1 not changed still costs $2.50/h while idle. An estimate: ":                                    carriedOut("422@update", ids[0]),
		"2 not changed still cost $2.50/h while idle, without 1 that no price is known for. An estimate": carriedOut("422@update", ids[0], ids[1]),
		"What 1 not changed still costs is not known, for want of a price. An estimate":                  carriedOut("422@update", ids[1]),
		"1 unknown may still cost $2.50/h while idle. An estimate":                                       carriedOut("500@update", ids[2]),
	} {
		r.Check(says(want), htmlcheck.NotIn(".compare--money"))
	}
}

// TestBulk_Wrong: what is no selection is told in a sentence, and nothing is sent.
func TestBulk_Wrong(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	for want, form := range map[string]url.Values{
		"No deployment was selected":    {"change": {"disable"}},
		"no change that can be made":    {"id[]": {on}, "change": {"delete"}},
		"holds what is no deployment":   {"id[]": {on, "../" + off}, "change": {"disable"}},
		"a field this page does not":    {"id[]": {on}, "change": {"disable"}, "name": {"x"}},
		"one of its fields twice":       {"id[]": {on}, "change": {"disable", "enable"}},
		"There is nothing to change: 1": {"id[]": {nowhere}, "change": {"disable"}},
	} {
		r := b.Post("/deployments/bulk", form)
		if r.Status == http.StatusSeeOther {
			r = b.Get(r.Location())
		}
		r.Check(says(want))
	}
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("the API saw %v", w)
	}
	readOnly := start(t, webtest.Options{ReadOnly: true})
	member(t, readOnly).Get("/deployments").Check(htmlcheck.NotIn("input[form=selection]"), htmlcheck.NotIn("#selection"))
}

// TestBulk_Expired: a selection that meets an expired session comes back after signing in, and is sent only then.
func TestBulk_Expired(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	b.Post("/deployments/bulk", url.Values{"id[]": {on, off}, "change": {"version"}, "value": {"v9"}}).Expect(http.StatusUnauthorized, "")
	r := b.Submit("/sign-in", map[string]string{"token": webtest.Token})
	r.Check(heading("Change workflow version"), says("2 deployments"), htmlcheck.In("#value", htmlcheck.HasAttr("value", "v9")))
	run := b.Submit("/deployments/bulk", nil).Location()
	if !strings.HasPrefix(run, "/deployments/bulk/") {
		t.Fatalf("leads to %q", run)
	}
	b.Get(run).Check(says("2 will change"), says("Rolls out"))
}

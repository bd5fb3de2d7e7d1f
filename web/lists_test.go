package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// kept is the list as it is kept in production, on a clock that the test moves.
func kept(t *testing.T) (*webtest.Deck, *webtest.Browser) {
	t.Helper()
	d := start(t, webtest.Options{Lists: fleet.Options{Fresh: 10 * time.Second, Pause: time.Second}})
	return d, member(t, d)
}

func wantCalls(t *testing.T, d *webtest.Deck, want int, when string) {
	t.Helper()
	if calls := d.Calls(); len(calls) != want {
		t.Errorf("%s: the API saw %q, want %d calls", when, calls, want)
	}
}

// TestKeptList: a list is read once for everybody with the same token, for ten seconds; a person's own reload reads it anew.
func TestKeptList(t *testing.T) {
	t.Parallel()
	d, b := kept(t)
	b.Get("/deployments").Check(says("Read 0 s ago"))
	wantCalls(t, d, 1, "the first page")
	colleague := member(t, d)
	d.Clock.Advance(9 * time.Second)
	colleague.Get("/deployments?q=video").Check(says("Read 9 s ago"), says("image-to-video"))
	wantCalls(t, d, 0, "a colleague's search")

	b.Get("/deployments", webtest.Header("Cache-Control", "max-age=0")).Check(says("Read 0 s ago"))
	wantCalls(t, d, 1, "a reload")
	b.Get("/deployments?q=video&fresh=1").Expect(http.StatusSeeOther, "/deployments?q=video")
	wantCalls(t, d, 1, "the link that refreshes")
	b.Get("/deployments?fresh=1", webtest.HX(d.URL+"/deployments")).Expect(http.StatusOK, "")
	wantCalls(t, d, 1, "the same by htmx")
	d.Clock.Advance(11 * time.Second)
	b.Get("/deployments").Check(says("Read 0 s ago"))
	wantCalls(t, d, 1, "after ten seconds")

	stranger := d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	d.Sandbox.ResetCalls()
	stranger.Get("/deployments").Check(htmlcheck.Count("tbody tr", 1))
	wantCalls(t, d, 1, "another account")
	b.Submit("/sign-out", nil)
	again := member(t, d)
	again.Get("/deployments")
	wantCalls(t, d, 1, "after signing out and in")
}

// TestKeptList_Writes: whatever came of a write, the next list is read after it.
func TestKeptList_Writes(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"hang@create", "500@update", "500-after@update", "422@update"} { // the first does not concern it
		d, b := kept(t)
		b.Get("/deployments")
		d.Fault(fault)
		b.Write("/deployments/"+on, url.Values{"queue_size": {"7"}})
		d.Fault()
		d.Sandbox.ResetCalls()
		b.Get("/deployments").Check(says("Read 0 s ago"))
		wantCalls(t, d, 1, "after a write with "+fault)
	}
}

// TestKeptList_Failing: while the API is down the rows stay, for a quarter of an hour, with their age and the reason; they can
// be paused and not edited (RR-16).
func TestKeptList_Failing(t *testing.T) {
	t.Parallel()
	d, b := kept(t)
	b.Get("/deployments")
	d.Fault("500")
	d.Clock.Advance(14 * time.Minute)
	r := b.Get("/deployments")
	r.Expect(http.StatusOK, "")
	r.Check(says("Read 14 min ago"), says("Not the newest"), htmlcheck.Count("tbody tr", 2), says(r.Header.Get("X-Request-Id")),
		htmlcheck.In(".notice--warning", says("RunComfy")), htmlcheck.Count("button[formaction=/deployments/"+on+"/disable]", 1),
		htmlcheck.NotIn("button[formaction=/deployments/"+off+"/enable]"), htmlcheck.NotIn("a[data-key=edit]"))
	d.Clock.Advance(2 * time.Minute)
	b.Get("/deployments").Expect(http.StatusBadGateway, "")
	d.Fault()
	d.Clock.Advance(2 * time.Second)
	b.Get("/deployments").Check(says("Read 0 s ago"), htmlcheck.NotIn(".notice--warning"), htmlcheck.Count("a[data-key=edit]", 2))

	d.Fault("401")
	d.Clock.Advance(time.Minute)
	b.Get("/deployments").Expect(http.StatusSeeOther, "/sign-in") // who may no longer read is shown nothing
}

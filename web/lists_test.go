package web_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
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

// TestKeptList: a list is read once for everybody with the same token, at sign-in and for ten seconds from then on; a person's own
// reload reads it anew.
func TestKeptList(t *testing.T) {
	t.Parallel()
	d, b := kept(t)
	b.Get("/deployments").Check(says("Read 0 s ago"))
	wantCalls(t, d, 0, "the first page, of what was read at sign-in")
	b.Get("/deployments?fresh=1").Expect(http.StatusSeeOther, "/deployments")
	wantCalls(t, d, 1, "the link that refreshes")
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
	wantCalls(t, d, 0, "another account has signed in, too")
	stranger.Get("/deployments?fresh=1")
	wantCalls(t, d, 1, "another account's own reading")
	b.Submit("/sign-out", nil)
	d.Sandbox.ResetCalls()
	colleague.Get("/deployments")
	wantCalls(t, d, 1, "after somebody has signed out")
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

const outdatedRows = "What was changed here since these rows were read is not in them."

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
	if strings.Contains(r.Text(), outdatedRows) {
		t.Error("the rows are said to be older than a change, and nothing was changed")
	}

	b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}).Check(says("did not confirm")) // nobody knows what came of it
	b.Get("/deployments").Check(says(outdatedRows), says("Read 14 min ago"), htmlcheck.Count("tbody tr", 2))
	d.Clock.Advance(2 * time.Minute)
	b.Get("/deployments").Expect(http.StatusBadGateway, "")
	d.Fault()
	d.Clock.Advance(2 * time.Second)
	b.Get("/deployments").Check(says("Read 0 s ago"), htmlcheck.NotIn("main .notice--warning"), htmlcheck.Count("a[data-key=edit]", 2))

	d.Fault("401")
	d.Clock.Advance(time.Minute)
	b.Get("/deployments").Expect(http.StatusSeeOther, "/sign-in") // who may no longer read is shown nothing
}

// gate is an API whose list, once shut, waits until the test opens it, and then answers or fails with err.
type gate struct {
	shut atomic.Bool
	open chan struct{}
	err  error
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if g.shut.Load() {
		select {
		case <-g.open:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
		if g.err != nil {
			return nil, g.err
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestLateList: while the API takes its time over the first list, the page is there, and the list arrives on it; so does the reason
// why it does not.
func TestLateList(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]error{"comes": nil, "fails": errors.New("the cable was cut")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &gate{open: make(chan struct{}), err: wrong}
			d := start(t, webtest.Options{API: g, Patience: time.Millisecond, ReadTimeout: time.Minute, Lists: fleet.Options{MaxBytes: 1}})
			b := member(t, d)
			g.shut.Store(true)
			resp := b.Open("/deployments?q=video")
			defer resp.Body.Close()
			page := bufio.NewReader(resp.Body)
			var early strings.Builder
			for !strings.Contains(early.String(), "Reading your deployments") {
				piece, err := page.ReadString('<')
				if early.WriteString(piece); err != nil {
					t.Fatalf("%v after %q", err, early.String())
				}
			}
			if resp.StatusCode != http.StatusOK || !strings.Contains(early.String(), "Sign out") {
				t.Errorf("%s with %q", resp.Status, early.String())
			}
			close(g.open)
			rest, err := io.ReadAll(page)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"image-to-video", "1–1 of 1", "</html>"}
			if wrong != nil {
				want = []string{"cannot be reached from this server", resp.Header.Get("X-Request-Id"), `href="/deployments?q=video"`, "</html>"}
			}
			for _, w := range want {
				if !strings.Contains(string(rest), w) {
					t.Errorf("the rest lacks %q: %s", w, rest)
				}
			}
		})
	}
}

// TestLateList_part: htmx and HEAD wait for the list, as nobody looks at an empty frame meanwhile.
func TestLateList_part(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Patience: time.Nanosecond, Lists: fleet.Options{MaxBytes: 1}})
	b := member(t, d)
	b.Get("/deployments", webtest.HX(d.URL+"/deployments")).Check(htmlcheck.Count("tbody tr", 2), htmlcheck.NotIn(".skeleton"))
	d.Fault("404@list")
	b.Get("/deployments", webtest.HX(d.URL+"/deployments")).Expect(http.StatusBadGateway, "")
	b.Do(http.MethodHead, "/deployments", "").Expect(http.StatusBadGateway, "")
}

// TestLists_pieces: the beginning of a page leaves early when its list has just been read, and with the rest when it was held.
func TestLists_pieces(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Lists: fleet.Options{Fresh: time.Hour}, Now: time.Now})
	b := member(t, d)
	for _, tt := range []struct {
		reload bool
		early  bool
	}{{false, false}, {true, true}, {false, false}} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/deployments", http.NoBody)
		for _, c := range b.Cookies() {
			r.AddCookie(c)
		}
		if tt.reload {
			r.Header.Set("Cache-Control", "no-cache")
		}
		w := httptest.NewRecorder()
		d.Site.HTTP().Handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Flushed != tt.early {
			t.Errorf("reload %v: %d, and the beginning left early: %v, want %v", tt.reload, w.Code, w.Flushed, tt.early)
		}
	}
}

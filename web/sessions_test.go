package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

var end = url.Values{"end": {"1"}}

// TestSessionsPage: an account sees its own sessions, which of them is this one, and where they are.
func TestSessionsPage(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	here, there, foreign := member(t, d), d.Browser(t), d.Browser(t)
	there.Post("/sign-in", url.Values{"token": {webtest.Token}, "display_name": {"Ben <b>"}},
		webtest.Header("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1")).Expect(303, "/deployments")
	foreign.SignIn(webtest.OtherToken)

	r := here.Get("/sessions")
	r.Check(heading("Sessions"), htmlcheck.Count(".saved > li", 2), htmlcheck.Count(".badge", 1), says("This one"), says("Safari on iPhone"), says("Ben <b>"), says("127.0.0.1"), says("Night shift"))
	foreign.Get("/sessions").Check(htmlcheck.Count(".saved > li", 1))

	theirs := ""
	for _, f := range htmlcheck.Select(r.DOM(), "form") {
		action := htmlcheck.Attr(f, "action")
		if strings.HasSuffix(action, "/end") && strings.Contains(htmlcheck.Text(f), "End it") {
			theirs = action
		}
	}
	foreign.Post(theirs, end).Expect(303, "/sessions") // as if it were theirs
	there.Get("/deployments").Expect(200, "")
	here.Post(theirs, end).Expect(303, "/sessions")
	there.Get("/deployments").Expect(303, "/sign-in")
	here.Get("/sessions").Check(htmlcheck.Count(".saved > li", 1), says("Ended 1 session."))
	here.Post(theirs, end).Expect(303, "/sessions")
	here.Get("/sessions").Check(says("It had ended already."))
	here.Post("/sessions/nonsense/end", end).Expect(404, "")
}

// TestEndSessions: all others, all, and this one, which is a sign-out.
func TestEndSessions(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	for name, tt := range map[string]struct {
		action string
		left   bool // this one lives on
		to     string
	}{
		"all others": {action: "/sessions/end-others", left: true, to: "/sessions"},
		"all":        {action: "/sessions/end-all", to: "/sign-in?next=%2Fsessions"},
	} {
		t.Run(name, func(t *testing.T) {
			here, there, foreign := member(t, d), d.Browser(t), d.Browser(t)
			there.SignIn(webtest.Token)
			foreign.SignIn(webtest.OtherToken)
			old := here.Cookie("comfydeck")
			here.Get("/sessions")
			r := here.Submit(tt.action, nil)
			r.Expect(303, tt.to)
			if gone := here.Cookie("comfydeck") == ""; gone == tt.left || (r.Header.Get("Clear-Site-Data") != "") == tt.left {
				t.Errorf("the cookie is gone: %v, Clear-Site-Data %q", gone, r.Header.Get("Clear-Site-Data"))
			}
			there.Get("/deployments").Expect(303, "/sign-in")
			foreign.Get("/deployments").Expect(200, "")
			if got := d.Browser(t).Get("/deployments", webtest.Header("Cookie", "comfydeck="+old)).Status == 200; got != tt.left {
				t.Errorf("this session lives: %v, want %v", got, tt.left)
			}
		})
	}
	b := member(t, d)
	b.Get("/sessions")
	for _, f := range htmlcheck.Select(b.Page.DOM(), "form") {
		if action := htmlcheck.Attr(f, "action"); strings.HasSuffix(action, "/end") && strings.Contains(htmlcheck.Text(f), "Sign out") {
			b.Post(action, end).Expect(303, "/sign-in?next=%2Fsessions")
		}
	}
	b.Get("/deployments").Expect(303, "/sign-in")
}

// TestEndedEverywhere ends a session on one of two servers that share a PostgreSQL, in every way there is, while requests of it
// are under way on both: the other refuses it at once (SR-09, SR-10), a thousand times.
func TestEndedEverywhere(t *testing.T) {
	t.Parallel()
	db := migrated.Postgres(t)
	one := start(t, webtest.Options{Database: db, PublicURL: site})
	two := webtest.Start(t, webtest.Options{Database: db, PublicURL: site, APIURL: one.APIURL})
	b, other, slow := one.Browser(t), one.Browser(t), []*webtest.Browser{one.Browser(t), two.Browser(t)}
	const name = "__Host-comfydeck"
	began := time.Now()
	for i := range times(1000, 50) {
		b.SignIn(webtest.Token)
		cookie := webtest.Header("Cookie", name+"="+b.Cookie(name))
		one.Store.ShiftClock(61 * time.Second) // so that the requests touch the session
		two.Store.ShiftClock(61 * time.Second)
		var under sync.WaitGroup
		for _, s := range slow {
			under.Go(func() { s.Get("/sessions", cookie) })
		}
		switch i % 4 {
		case 0, 1:
			b.Post("/sign-out", url.Values{"sign_out": {"1"}}).Expect(303, "/sign-in")
		case 2:
			b.Post("/sessions/end-all", end).Expect(303, "/sign-in?next=%2Fsessions")
		case 3:
			if n, err := two.Store.Sessions().EndAll(t.Context(), session.Which{}); err != nil || n != 1 {
				t.Fatalf("the command ended %d, %v", n, err)
			}
		}
		for _, d := range []*webtest.Deck{two, one} {
			if r := other.Via(d).Get("/sessions", cookie); r.Status != http.StatusSeeOther {
				t.Fatalf("round %d: an ended session is answered %d", i, r.Status)
			}
		}
		under.Wait()
		if r := other.Via(two).Get("/sessions", cookie); r.Status != http.StatusSeeOther {
			t.Fatalf("round %d: a slow request brought the session back", i)
		}
	}
	t.Logf("all rounds in %v", time.Since(began).Round(time.Millisecond))
}

package e2e

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// browser is the context every window is opened in.
var browser context.Context

// window is a window of the browser with cookies of its own. One test at a time uses it, as a Tab.
type window struct {
	ctx   context.Context
	close context.CancelFunc

	mu  sync.Mutex
	tab *Tab // who is told what the browser says
}

// open starts a window, on which no test is yet.
func open() (*window, error) {
	w := &window{}
	w.ctx, w.close = chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(w.hear))
	return w, chromedp.Do(w.ctx) // opens the tab; a deadline here would close it later
}

func (w *window) hear(event any) {
	w.mu.Lock()
	b := w.tab
	w.mu.Unlock()
	if b != nil {
		b.hear(event)
	}
}

// use gives the window to a test, empty, 1280 by 800.
func (w *window) use(t *testing.T, d *Deck) *Tab {
	t.Helper()
	b := &Tab{t: t, deck: d, ctx: w.ctx}
	// A form that a test filled in without a hand on it may not ask before it is left.
	b.allow("Blocked attempt to show a 'beforeunload' confirmation panel")
	w.mu.Lock()
	w.tab = b
	w.mu.Unlock()
	call(b, network.Enable, network.EnableParams{})
	call(b, network.ClearBrowserCookies, cdp.Empty{})
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	b.Resize(1280, 800)
	t.Cleanup(b.checkNoise)
	return b
}

// Tab opens a window on the deck that is closed with the test.
func (d *Deck) Tab(t *testing.T) *Tab {
	t.Helper()
	w, err := open()
	t.Cleanup(w.close)
	if err != nil {
		t.Fatal(err)
	}
	b := w.use(t, d)
	b.reportViolations()
	return b
}

// reportViolations makes every page of the window say in its console what its content policy has stopped.
func (b *Tab) reportViolations() {
	b.t.Helper()
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `addEventListener("securitypolicyviolation", (e) => console.error("content policy:", e.violatedDirective, e.blockedURI, e.sample))`,
	})
}

// windows are kept open from one test to the next: to start one takes longer than most of what is done in it, and the
// browser has then compiled axe already.
type windows chan *window

// Borrow is Deck.Tab in a window that may have served before. Its cookies are gone, and a deck is an origin of its own, so
// that nothing of the tests before can be met. A window of a test that failed is not used again.
func (ws windows) Borrow(t *testing.T, d *Deck) *Tab {
	t.Helper()
	var w *window
	fresh := false
	select {
	case w = <-ws:
	default:
		var err error
		if w, err = open(); err != nil {
			w.close()
			t.Fatal(err)
		}
		fresh = true
	}
	t.Cleanup(func() {
		if t.Failed() {
			w.close()
			return
		}
		ws <- w
	})
	b := w.use(t, d)
	if fresh {
		b.reportViolations()
	}
	t.Cleanup(func() { b.do(chromedp.Navigate("about:blank")) }) // what a page still says counts as this test's
	return b
}

// close ends every window that is not in use.
func (ws windows) close() {
	close(ws)
	for w := range ws {
		w.close()
	}
}

// SignedIn opens a window on the list, signed in to the demo account.
func (d *Deck) SignedIn(t *testing.T) *Tab {
	t.Helper()
	b := d.Tab(t)
	b.signInAt("/deployments")
	return b
}

// SignIn fills in the sign-in page it is on.
func (b *Tab) SignIn() {
	b.t.Helper()
	b.Fill("API token", sandbox.DemoToken)
	b.Follow("Sign in")
}

// signInAt opens a path as somebody who has signed in already: the form was sent on the side, and the browser gets the
// cookies. How a person signs in is for the tests of that.
func (b *Tab) signInAt(path string) {
	b.t.Helper()
	form := url.Values{"token": {sandbox.DemoToken}}.Encode()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.deck.URL+paths.SignIn, strings.NewReader(form))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.deck.URL)
	answer, err := http.DefaultTransport.RoundTrip(r) // which does not follow where it leads
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) == 0 {
		b.t.Fatalf("signing in answers %s with %d cookies", answer.Status, len(answer.Cookies()))
	}
	for _, c := range answer.Cookies() {
		call(b, network.SetCookie, network.SetCookieParams{
			Name: c.Name, Value: c.Value, URL: b.deck.URL, HTTPOnly: &c.HttpOnly, SameSite: network.CookieSameSiteLax,
		})
	}
	b.Open(path)
}

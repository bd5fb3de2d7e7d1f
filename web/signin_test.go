package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestSignIn holds what the sign-in page does with every kind of token and every state of the API. The typed name and the
// way back stay, the token is never sent back.
func TestSignIn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, token, fault string
		wantStatus         int
		wantLocation       string
		wantSays           string
		wantAfter          string // Retry-After
		wantUpstream       []string
	}{
		{"good", webtest.Token, "", 303, "/deployments/ON", "", "", []string{"GET /deployments"}},
		{"good with blanks around", "  " + webtest.Token + "\t", "", 303, "/deployments/ON", "", "", []string{"GET /deployments"}},
		{"wrong", "no-such-token-at-all", "", 422, "", "does not accept this API token", "", []string{"GET /deployments"}},
		{"empty", "", "", 422, "", "Enter your API token", "", nil},
		{"blank", "   ", "", 422, "", "Enter your API token", "", nil},
		{"not a token", "two words", "", 422, "", "cannot be an API token", "", nil},
		{"with a line break", "a\r\nX-Evil: 1", "", 422, "", "cannot be an API token", "", nil},
		{"huge", strings.Repeat("t", 5000), "", 422, "", "cannot be an API token", "", nil},
		{"API hangs", webtest.Token, "hang", 504, "", "did not answer in time", "", []string{"GET /deployments"}},
		{"API errs", webtest.Token, "500", 502, "", "status 500", "", []string{"GET /deployments"}},
		{"API is down", webtest.Token, "503", 502, "", "status 503", "", []string{"GET /deployments"}},
		{"API is behind a proxy that fails", webtest.Token, "502", 502, "", "status 502", "", []string{"GET /deployments"}},
		{"API is a web page", webtest.Token, "html", 502, "", "not an answer of RunComfy's API", "", []string{"GET /deployments"}},
		{"API is busy", webtest.Token, "429=30", 429, "", "Try again in 30 s", "30", []string{"GET /deployments"}},
		{"forbidden", webtest.Token, "403", 422, "", "does not let this account", "", []string{"GET /deployments"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{ReadTimeout: time.Second})
			b := d.Browser(t)
			if tt.fault != "" {
				d.Fault(tt.fault)
			}
			b.Get("/sign-in?next=/deployments/" + on).Check(says("Sign in to open deployment " + on))
			r := b.Submit("/sign-in", map[string]string{"token": tt.token, "display_name": "Kim & Co"})
			if r.Status != tt.wantStatus || named(r.Location()) != tt.wantLocation {
				t.Errorf("answered %d to %q, want %d to %q: %s", r.Status, r.Location(), tt.wantStatus, tt.wantLocation, r.Text())
			}
			if got := r.Header.Get("Retry-After"); got != tt.wantAfter {
				t.Errorf("Retry-After is %q, want %q", got, tt.wantAfter)
			}
			if diff := cmp.Diff(tt.wantUpstream, namedAll(d.Calls())); diff != "" {
				t.Errorf("the API saw (-want +got):\n%s", diff)
			}
			if signedIn := b.Cookie("comfydeck") != ""; signedIn != (tt.wantStatus == 303) {
				t.Errorf("signed in: %v", signedIn)
			}
			if tt.wantStatus == 303 {
				return
			}
			r.Check(heading("Sign in"), says(tt.wantSays),
				htmlcheck.In("#display_name", htmlcheck.HasAttr("value", "Kim & Co")),
				htmlcheck.In(`input[name=next]`, htmlcheck.HasAttr("value", "/deployments/"+on)))
			if r.Value("token") != "" || (len(tt.token) > 10 && strings.Contains(r.Body, strings.TrimSpace(tt.token))) {
				t.Error("the token is on the page")
			}
		})
	}
}

// TestSignInLimit lets one address fail: after five failures it has to wait, whatever headers it makes up. Signing in
// gives all five back.
func TestSignInLimit(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	fails := func(b *webtest.Browser) *webtest.Response {
		d.Sandbox.ResetCalls()
		return b.Post("/sign-in", url.Values{"token": {"wrong-token"}, "display_name": {"Kim"}, "next": {"/deployments/" + on}},
			webtest.Header("X-Forwarded-For", "203.0.113."+string(rune('0'+len(d.Logs.String())%10))),
			webtest.Header("X-Real-Ip", "203.0.113.7"), webtest.Header("Forwarded", "for=203.0.113.8"))
	}
	for range 4 {
		fails(d.Browser(t)).Expect(422, "")
	}
	for range 7 { // as many successes as people behind one address may have
		d.Browser(t).SignIn(webtest.Token)
	}
	for range 5 {
		fails(d.Browser(t)).Expect(422, "")
	}
	b := d.Browser(t)
	r := fails(b)
	r.Expect(http.StatusTooManyRequests, "")
	r.Check(heading("Sign in"), says("Too many attempts"), htmlcheck.In("#display_name", htmlcheck.HasAttr("value", "Kim")),
		htmlcheck.In(`input[name=next]`, htmlcheck.HasAttr("value", "/deployments/"+on)))
	if after := r.Header.Get("Retry-After"); len(after) < 1 || len(after) > 2 || after == "0" {
		t.Errorf("Retry-After is %q, want 1 to 12 seconds", after)
	}
	if calls := d.Calls(); len(calls) > 0 {
		t.Errorf("the API was asked all the same: %q", calls)
	}
	if r := b.Post("/sign-in", url.Values{"token": {webtest.Token}}); r.Status != http.StatusTooManyRequests {
		t.Errorf("a good token is tried at once: %d, so that the limit is none", r.Status)
	}
}

// TestSignInLimitBehindProxy counts by the forwarded address when the peer is a configured proxy, and takes the last address
// that the proxy added, not what its client made up before it.
func TestSignInLimitBehindProxy(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{TrustedProxies: loopback(t)})
	from := func(forwarded string) int {
		return d.Browser(t).Post("/sign-in", url.Values{"token": {"wrong-token"}}, webtest.Header("X-Forwarded-For", forwarded)).Status
	}
	for i := range 5 {
		if got := from("10.9.9." + string(rune('1'+i)) + ", 203.0.113.5"); got != 422 {
			t.Fatalf("attempt %d answered %d, want 422", i+1, got)
		}
	}
	if got := from("10.8.8.8, 203.0.113.5"); got != http.StatusTooManyRequests {
		t.Errorf("a made-up first address gives new attempts: %d", got)
	}
	if got := from("203.0.113.6"); got != 422 {
		t.Errorf("another address behind the proxy has to wait too: %d", got)
	}
}

// TestSharedLink follows a link with a search through the sign-in page to what it names.
func TestSharedLink(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	r := b.Get("/deployments?q=text+%26+more&page=2")
	r.Expect(303, "/sign-in?next=%2Fdeployments%3Fpage%3D2%26q%3Dtext%2B%2526%2Bmore")
	b.Get(r.Location()).Check(says("the list with your search"))
	b.Submit("/sign-in", map[string]string{"token": webtest.Token}).Expect(303, "/deployments?page=2&q=text+%26+more")
	b.Get("/deployments?page=2&q=text+%26+more").Check(htmlcheck.In("#q", htmlcheck.HasAttr("value", "text & more")))
}

// TestWrongAccountLink opens a link to another account's deployment: the page says who one is and how to change that, and
// the change leads back to the link.
func TestWrongAccountLink(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	r := b.Get("/deployments/" + foreign)
	r.Expect(403, "")
	fingerprint := strings.TrimPrefix(htmlcheck.Text(htmlcheck.Select(r.DOM(), ".account__print")[0]), "Account ")
	r.Check(heading("Not visible to this account"), htmlcheck.In(".callout strong", says(fingerprint), says("Night shift")))
	if len(fingerprint) != 9 {
		t.Errorf("the fingerprint is %q, want one like 3f2a-91bc", fingerprint)
	}

	forms := htmlcheck.Select(r.DOM(), "main form")
	if len(forms) != 1 || htmlcheck.Attr(forms[0], "action") != "/sign-out" {
		t.Fatalf("want one form that switches the account, got %d", len(forms))
	}
	out := b.Post("/sign-out", url.Values{"next": {r.Value("next")}})
	out.Expect(303, "/sign-in?next=%2Fdeployments%2F"+foreign)
	b.Get(out.Location())
	b.Submit("/sign-in", map[string]string{"token": webtest.OtherToken}).Expect(303, "/deployments/"+foreign)
	shown := b.Get("/deployments/" + foreign)
	shown.Expect(200, "")
	if strings.Contains(shown.Body, fingerprint) {
		t.Error("the other account has the same fingerprint")
	}
}

package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// readPages are the pages that ask the API, with the first call they make. The search inside workflows reads in the background and
// has tests of its own.
var readPages = map[string]string{
	"/deployments":                         "GET /deployments",
	"/deployments/new?from=" + on:          "GET /deployments/ON",
	"/deployments/" + on:                   "GET /deployments?ids=ON&includes=readme",
	"/deployments/" + on + "/edit":         "GET /deployments/ON",
	"/deployments/" + on + "/delete":       "GET /deployments/ON",
	"/deployments/" + on + "/payload.json": "GET /deployments/ON?includes=payload",
	"/deployments/" + on + "/payload":      "GET /deployments?ids=ON",
	"/deployments/" + on + "/workflow":     "GET /deployments?ids=ON",
	"/deployments/" + on + "/notes":        "GET /deployments/ON",
	"/deployments/" + on + "/share":        "GET /deployments/ON",
	"/deployments/filters":                 "GET /deployments",
	"/deployments/export.csv":              "GET /deployments",
	"/deployments/export.json":             "GET /deployments",
	"/compare":                             "GET /deployments",
}

// TestReadsWhenTheAPIFails opens every page that asks the API while the API fails in every way that matters: the page says
// what happened under its own status, offers to try again, and the person stays signed in.
func TestReadsWhenTheAPIFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault       string
		wantStatus  int
		wantHeading string // "" where pages differ
		wantSays    string
		wantAfter   string // Retry-After
		wantRetry   bool   // the page offers to try again
		retried     bool   // the client itself tries a read again
	}{
		{"hang", 504, "No answer in time", "did not answer in time", "", true, false},
		{"reset", 503, "Not available right now", "cannot be reached", "", true, true},
		{"500", 502, "Not available right now", "status 500", "", true, false},
		{"503=30", 502, "Not available right now", "status 503", "30", true, false},
		{"html", 502, "Not available right now", "not an answer of RunComfy's API", "", true, false},
		{"html502", 502, "Not available right now", "status 502", "", true, true},
		{"truncate", 502, "Not available right now", "not an answer of RunComfy's API", "", true, false},
		{"empty", 502, "Not available right now", "not an answer of RunComfy's API", "", true, false},
		{"duplicate-key", 502, "Not available right now", "says something twice", "", true, false},
		{"case-key", 502, "Not available right now", "not an answer of RunComfy's API", "", true, false},
		{"redirect=https://evil.example/", 502, "Not available right now", "not an answer of RunComfy's API", "", true, false},
		{"error200", 502, "Not available right now", "InsufficientFunds", "", true, false},
		{"429=30", 429, "Too many requests", "Try again in 30 s", "30", true, false},
		{"429=120", 429, "Too many requests", "Try again in 2 min", "120", true, false},
		{"403", 403, "", "does not let this account do that", "", false, false},
		{"404", 404, "", "no such deployment", "", false, false},
	}
	for _, tt := range tests {
		for path, call := range readPages {
			if tt.retried && path != "/deployments" {
				continue // each takes the pauses of four retries
			}
			if tt.fault != "500" && path != "/deployments" && times(1, 0) == 0 {
				continue // each starts a server
			}
			if tt.fault == "404" && strings.HasPrefix(call, "GET /deployments?") || tt.fault == "404" && call == "GET /deployments" {
				continue // of a list it says something else: TestExplain_NotFound in internal/deployments
			}
			t.Run(tt.fault+" "+named(path), func(t *testing.T) {
				t.Parallel()
				o := webtest.Options{ReadTimeout: 2 * time.Second, Lists: fleet.Options{MaxBytes: 1}} // with nothing held to fall back on
				if tt.fault == "hang" {
					o.ReadTimeout = 500 * time.Millisecond
				}
				d := start(t, o)
				b := member(t, d)
				d.Fault(tt.fault)

				r := b.Get(path)
				r.Expect(tt.wantStatus, "")
				want := []htmlcheck.Checker{says(tt.wantSays), says(r.Header.Get("X-Request-Id"))}
				if tt.wantHeading != "" {
					want = append(want, heading(tt.wantHeading))
				}
				r.Check(want...)
				if got := r.Header.Get("Retry-After"); got != tt.wantAfter {
					t.Errorf("Retry-After is %q, want %q", got, tt.wantAfter)
				}
				if offers := strings.Contains(r.Text(), "Try again All deployments"); offers != tt.wantRetry {
					t.Errorf("the page offers to try again: %v, want %v: %s", offers, tt.wantRetry, r.Text())
				}
				calls := namedAll(d.Calls())
				if tt.fault == "duplicate-key" && call == "GET /deployments/ON" { // a payload may be what is wrong: the list has none
					calls = slices.DeleteFunc(calls, func(c string) bool { return c == "GET /deployments?ids=ON" })
				}
				if len(calls) == 0 || len(slices.Compact(slices.Clone(calls))) != 1 || calls[0] != call || (len(calls) > 1) != tt.retried {
					t.Errorf("the API saw %q, want %q (again: %v)", calls, call, tt.retried)
				}

				n := b.Get(path, webtest.HX(d.URL+"/deployments"))
				n.Expect(tt.wantStatus, "")
				n.Check(says(tt.wantSays), says(n.Header.Get("X-Request-Id")))
				if shapeOf(n) != notices || n.Header.Get("HX-Retarget") != "#notices" || n.Header.Get("HX-Reswap") != "innerHTML" {
					t.Errorf("htmx gets a %s for %q, %q; want notices for #notices, innerHTML", shapeOf(n), n.Header.Get("HX-Retarget"), n.Header.Get("HX-Reswap"))
				}

				d.Fault()
				d.Clock.Advance(time.Minute) // a list that was asked to wait does so
				if again := b.Get(path); again.Status != http.StatusOK {
					t.Errorf("once the API works again the page answers %d, want 200", again.Status)
				}
			})
		}
	}
}

// TestRefusedToken lets the API refuse the token in the middle of a session: the session is over, and the person comes back
// to the page by signing in.
func TestRefusedToken(t *testing.T) {
	t.Parallel()
	for path := range readPages {
		t.Run(named(path), func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b := member(t, d)
			d.Sandbox.SetToken(webtest.Token, "webtest-token-renewed")

			r := b.Get(path)
			if r.Status != http.StatusSeeOther || !strings.HasPrefix(r.Location(), "/sign-in") || b.Cookie("comfydeck") != "" {
				t.Fatalf("answered %d to %q with the cookie %q, want the sign-in page without a session", r.Status, r.Location(), b.Cookie("comfydeck"))
			}
			b.Get(r.Location()).Check(heading("Sign in"))
			b.Submit("/sign-in", map[string]string{"token": "webtest-token-renewed"}).Expect(http.StatusSeeOther, path)
			if again := b.Get(path); again.Status != http.StatusOK {
				t.Errorf("after signing in again the page answers %d, want 200", again.Status)
			}
		})
	}
}

// TestOddAnswers opens the pages while the API sends what it should not, but what can still be read.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault string
		show  string // what the deployment's page says
		list  string // what the list says
		field string // a field of the edit form
		value string // and what it holds
	}{
		{"unknown-status", "Status rebalancing", "rebalancing", "name", "image-to-video"},
		{"unknown-hardware", "this version of ComfyDeck does not know it", "BLACKWELL_288", "hardware", "BLACKWELL_288"},
		{"no-payload", "RunComfy sent no payload for this deployment.", "image-to-video", "queue_size", "1"},
		{"null-payload", "The payload is null", "image-to-video", "queue_size", "1"},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b := member(t, d)
			d.Fault(tt.fault)
			r := b.Get("/deployments/" + on)
			r.Expect(http.StatusOK, "")
			r.Check(says(tt.show))
			r = b.Get("/deployments")
			r.Expect(http.StatusOK, "")
			r.Check(says(tt.list))
			r = b.Get("/deployments/" + on + "/edit")
			r.Expect(http.StatusOK, "")
			r.Check()
			if got := r.Value(tt.field); got != tt.value {
				t.Errorf("the form's %s is %q, want %q", tt.field, got, tt.value)
			}
		})
	}
}

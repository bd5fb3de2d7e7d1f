package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

// TestPanic makes a handler panic in the middle of a page: the person gets the page of a defect, the log the stack, and the
// next request an answer.
func TestPanic(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	d := start(t, webtest.Options{Web: func(o *web.Options) {
		now := o.Now
		o.Now = func() time.Time {
			if broken.Load() {
				panic("the clock is gone")
			}
			return now()
		}
	}})
	b := member(t, d)
	broken.Store(true)
	r := b.Get("/deployments/export.csv")
	r.Expect(http.StatusInternalServerError, "")
	r.Check(heading("Something went wrong"), says(r.Header.Get("X-Request-Id")), says("Night shift"), htmlcheck.Count(`a[href=/deployments]`, 3))
	p := b.Get("/deployments", webtest.HX(d.URL+"/deployments"))
	p.Expect(http.StatusInternalServerError, "")
	if shapeOf(p) != notices {
		t.Errorf("htmx gets a %s, want notices", shapeOf(p))
	}
	broken.Store(false)
	b.Get("/deployments").Expect(http.StatusOK, "")
	if log := d.Logs.String(); strings.Count(log, "the clock is gone") != 2 || !strings.Contains(log, "handlers/deployments.go") || !strings.Contains(log, r.Header.Get("X-Request-Id")) {
		t.Error("the log does not say once per request what happened and where")
	}
}

// TestPanicInThePageOfAPanic breaks what every page needs, the error page too: the one made at the start is sent.
func TestPanicInThePageOfAPanic(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Web: func(o *web.Options) { o.Browser = nil }})
	b := d.Browser(t)
	for range 2 {
		r := b.Get("/sign-in")
		r.Expect(http.StatusInternalServerError, "")
		r.Check(heading("Something went wrong"), says("X-Request-Id"))
	}
	b.Get("/livez").Expect(http.StatusOK, "")
	if !strings.Contains(d.Logs.String(), "no error page could be made") {
		t.Error("the log does not say so")
	}
}

// TestScreenFails makes a screen fail after the beginning of its page has left: the answer ends in the middle of the
// transfer, so that no browser takes it for a whole page, compressed or not.
func TestScreenFails(t *testing.T) {
	t.Parallel()
	fail := func(context.Context, io.Writer) error { return errors.New("the screen is torn") }
	crash := func(context.Context, io.Writer) error { panic("the screen is torn") }
	for name, screen := range map[string]templ.ComponentFunc{"error": fail, "panic": crash} {
		for _, encoding := range []string{"identity", "zstd"} {
			t.Run(name+" "+encoding, func(t *testing.T) {
				t.Parallel()
				var log bytes.Buffer
				site, err := web.Screen(&log, screen)
				if err != nil {
					t.Fatal(err)
				}
				server := httptest.NewServer(site)
				defer server.Close()
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Accept-Encoding", encoding)
				answer, err := server.Client().Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer answer.Body.Close()
				body, err := io.ReadAll(answer.Body)
				if !errors.Is(err, io.ErrUnexpectedEOF) || len(body) == 0 {
					t.Errorf("the body of %d bytes ends with %v, want a beginning and then %v", len(body), err, io.ErrUnexpectedEOF)
				}
				if encoding == "identity" && (!strings.Contains(string(body), "Something went wrong") || !strings.Contains(string(body), answer.Header.Get("X-Request-Id"))) {
					t.Errorf("nobody is told what happened: %s", body)
				}
				server.Close() // the log is whole now
				if !strings.Contains(log.String(), "the screen is torn") {
					t.Errorf("the log does not say why:\n%s", log.String())
				}
			})
		}
	}
}

// TestDatabaseGone closes the database under a running server. Nobody is signed out by it, and the probes tell it apart.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	file := migrated.SQLite(t)
	d := start(t, webtest.Options{Database: file})
	b := member(t, d)
	cookie := b.Cookie("comfydeck")
	b.Get("/readyz").Expect(http.StatusOK, "")
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}

	tests := []struct {
		name       string
		do         func(*webtest.Browser) *webtest.Response
		wantStatus int
		wantSays   string
	}{
		{"a page", get("/deployments/" + on), 503, "you are still signed in"},
		{"a part", hx("/deployments"), 503, "you are still signed in"},
		{"a write", post("/deployments/"+on, url.Values{"queue_size": {"3"}}), 503, "you are still signed in"},
		{"sign-out", post("/sign-out", url.Values{}), 503, "still signed in"},
		{"no such page", get("/nothing"), 503, "you are still signed in"},
		{"ready", get("/readyz"), 503, "the database does not answer"},
		{"live", get("/livez"), 200, "ok"},
		{"sign-in by a stranger", func(*webtest.Browser) *webtest.Response {
			return d.Browser(t).Post("/sign-in", url.Values{"token": {webtest.Token}})
		}, 503, "cannot keep sessions right now"},
		{"sign-in page for a stranger", func(*webtest.Browser) *webtest.Response { return d.Browser(t).Get("/sign-in") }, 200, "Sign in"},
	}
	d.Sandbox.ResetCalls()
	for _, tt := range tests {
		r := tt.do(b.On(t))
		if r.Status != tt.wantStatus || !strings.Contains(r.Text(), tt.wantSays) {
			t.Errorf("%s: answered %d %s, want %d with %q", tt.name, r.Status, r.Text(), tt.wantStatus, tt.wantSays)
		}
		if r.Whole() {
			r.Check()
		}
		if got := b.Cookie("comfydeck"); got != cookie {
			t.Fatalf("%s: the cookie went from %q to %q", tt.name, cookie, got)
		}
	}
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("the API saw %d writes", len(w))
	}

	again := start(t, webtest.Options{Database: file})
	again.Browser(t).Get("/deployments", webtest.Header("Cookie", "comfydeck="+cookie)).Expect(http.StatusOK, "")
}

// TestDraining holds that a server about to stop says so to the load balancer alone.
func TestDraining(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	d.Site.Drain()
	r := b.Get("/readyz")
	r.Expect(http.StatusServiceUnavailable, "")
	if r.Body != "stopping\n" {
		t.Errorf("/readyz says %q", r.Body)
	}
	b.Get("/livez").Expect(http.StatusOK, "")
	b.Get("/deployments").Expect(http.StatusOK, "")
}

// TestReadyAsksTheDatabase passes the probe's own context on.
func TestReadyAsksTheDatabase(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 1)
	d := start(t, webtest.Options{Web: func(o *web.Options) {
		o.Ping = func(ctx context.Context) error { asked <- struct{}{}; return ctx.Err() }
	}})
	d.Browser(t).Get("/readyz").Expect(http.StatusOK, "")
	select {
	case <-asked:
	default:
		t.Error("the database was not asked")
	}
}

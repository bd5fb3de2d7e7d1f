package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestSignOutIsFinal keeps the cookie of a session that was signed out, and lets a slow request that began before end after:
// neither brings the session back.
func TestSignOutIsFinal(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{ReadTimeout: time.Second})
	b := member(t, d)
	old := b.Cookie("comfydeck")

	d.Fault("hang@list")
	slow, done := d.Browser(t), make(chan *webtest.Response)
	go func() {
		done <- slow.Get("/deployments/"+on, webtest.Header("Cookie", "comfydeck="+old))
	}()
	for len(d.Sandbox.Calls()) == 0 {
		time.Sleep(time.Millisecond) // until the slow request has reached the API
	}
	r := b.Post("/sign-out", url.Values{"sign_out": {"1"}})
	r.Expect(303, "/sign-in")
	if r.Header.Get("Clear-Site-Data") != `"cache", "storage"` || b.Cookie("comfydeck") != "" {
		t.Errorf("sign-out leaves the cookie %q, Clear-Site-Data %q", b.Cookie("comfydeck"), r.Header.Get("Clear-Site-Data"))
	}
	if late := <-done; late.Status != 504 || len(late.Cookies) != 0 {
		t.Errorf("the slow request answered %d and set %v, want 504 and no cookie", late.Status, late.Cookies)
	}
	d.Fault()
	d.Sandbox.ResetCalls()
	d.Browser(t).Get("/deployments", webtest.Header("Cookie", "comfydeck="+old)).Expect(303, "/sign-in")
	if calls := d.Calls(); len(calls) > 0 {
		t.Errorf("the API was asked for a dead session: %q", calls)
	}
}

// TestSessionOutlivesRestart stops the server and starts another on the same file with the same key.
func TestSessionOutlivesRestart(t *testing.T) {
	t.Parallel()
	o := webtest.Options{Database: migrated.SQLite(t)}
	first := start(t, o)
	b := member(t, first)
	cookie := b.Cookie("comfydeck")
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := start(t, o)
	r := second.Browser(t).Get("/deployments", webtest.Header("Cookie", "comfydeck="+cookie))
	r.Expect(200, "")
	r.Check(says("Night shift"))

	o.Keys = [][]byte{[]byte("another key of also 32 bytes ...")}
	third := start(t, o)
	third.Browser(t).Get("/deployments", webtest.Header("Cookie", "comfydeck="+cookie)).Expect(303, "/sign-in")
}

// TestSessionEnds lets a session lie idle, and another one live too long.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	d.Store.ShiftClock(29 * time.Minute)
	b.Get("/deployments").Expect(200, "")
	d.Store.ShiftClock(29 * time.Minute)
	b.Get("/deployments", webtest.Header("X-Comfydeck-Background", "1")).Expect(200, "") // which is no use
	d.Store.ShiftClock(2 * time.Minute)
	b.Get("/deployments").Expect(303, "/sign-in")

	c := member(t, d)
	for range 35 {
		d.Store.ShiftClock(20 * time.Minute)
		c.Get("/deployments").Expect(200, "")
	}
	d.Store.ShiftClock(20*time.Minute + time.Second) // 12 hours after it began
	c.Get("/deployments").Expect(303, "/sign-in")
}

// TestExpiredEdit loses the session between opening a form and sending it. The sign-in page keeps everything typed, and the
// same form comes back with it; nothing is sent to the API until the person sends it again.
func TestExpiredEdit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		lose func(*webtest.Deck) // ends the session
		hx   bool
	}{
		{"session ended here", func(d *webtest.Deck) { d.Store.ShiftClock(13 * time.Hour) }, false},
		{"session ended here, part", func(d *webtest.Deck) { d.Store.ShiftClock(13 * time.Hour) }, true},
		{"token refused by the API", func(d *webtest.Deck) { d.Fault("401") }, false},
		{"token refused by the API, part", func(d *webtest.Deck) { d.Fault("401") }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b := member(t, d)
			b.Get("/deployments/" + on + "/edit")
			typed := with(b.Form("/deployments/"+on), "name", `a "quoted" <b>name</b> & more`, "max_instances", "11 or so", "queue_size", "", "is_enabled", "false", "hardware", "HOPPER_141")
			tt.lose(d)
			d.Sandbox.ResetCalls()

			var change []webtest.Request
			if tt.hx {
				change = append(change, webtest.HX(d.URL+"/deployments/"+on+"/edit"))
			}
			r := b.Write("/deployments/"+on, typed, change...)
			r.Expect(http.StatusUnauthorized, "")
			why := "You were signed out. Nothing was sent, and what you typed is kept"
			if strings.HasPrefix(tt.name, "token") {
				why = "no longer accepts the token you were signed in with, and refused the change. What you typed is kept"
			}
			r.Check(heading("Sign in"), says(why))
			if b.Cookie("comfydeck") != "" && strings.HasPrefix(tt.name, "token") {
				t.Error("the session outlives its token")
			}
			if tt.hx && (shapeOf(r) != part || r.Header.Get("HX-Retarget") != "#main") {
				t.Errorf("htmx gets a %s for %q, want a part for #main", shapeOf(r), r.Header.Get("HX-Retarget"))
			}
			d.Fault()

			bad := b.Submit("/sign-in", map[string]string{"token": "mistyped-token"})
			bad.Expect(422, "")
			d.Fault("500@get") // what was typed must come back even so
			again := b.Submit("/sign-in", map[string]string{"token": webtest.Token})
			again.Expect(200, "")
			d.Fault()
			again.Check(heading("Edit image-to-video"), says("Nothing has been sent yet"))
			typed.Del("form_key") // the form that comes back is a new one
			if diff := cmp.Diff(typed, again.Values(typed)); diff != "" {
				t.Errorf("the form comes back changed (-typed +shown):\n%s", diff)
			}
			if w := d.Writes(); len(w) > 0 {
				t.Errorf("the API saw %d writes before the person sent the form", len(w))
			}
			b.Submit("/deployments/"+on, map[string]string{"name": "image-to-video", "max_instances": "4", "queue_size": "2"}).Expect(303, "/deployments/"+on)
			got, _ := d.Sandbox.Deployment(webtest.Token, on)
			if got.MaxInstances != 4 || got.QueueSize != 2 || got.IsEnabled || got.Hardware[0] != "HOPPER_141" {
				t.Errorf("the deployment is %+v", got)
			}
		})
	}
}

// TestExpiredCreate is the same for a new deployment.
func TestExpiredCreate(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	typed := with(newDeployment(), "name", strings.Repeat("é", 300))
	b.Post("/deployments", typed).Expect(401, "")
	again := b.Submit("/sign-in", map[string]string{"token": webtest.Token})
	again.Expect(200, "")
	again.Check(heading("New deployment"))
	if diff := cmp.Diff(typed, again.Values(typed)); diff != "" {
		t.Errorf("the form comes back changed (-typed +shown):\n%s", diff)
	}
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("the API saw %d writes", len(w))
	}
	b.Submit("/deployments", map[string]string{"name": "short"})
	if w := d.Writes(); len(w) != 1 || !w[0].Applied {
		t.Errorf("after sending it again the API saw %d writes, want 1", len(w))
	}
}

// TestForgedKeptForm posts kept forms that the site never made.
func TestForgedKeptForm(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"/deployments/" + on + "/delete", "//evil.example/", "/deployments/../sign-out", "https://evil.example/deployments", "/deployments/" + strings.ToUpper(on)} {
		d := start(t, webtest.Options{})
		b := d.Browser(t)
		r := b.Post("/sign-in", url.Values{"token": {webtest.Token}, "kept_action": {action}, "kept_name": {"x"}})
		r.Expect(303, "/deployments")
		if w := d.Writes(); len(w) > 0 {
			t.Errorf("%s: the API saw a write", action)
		}
	}
}

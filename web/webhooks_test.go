package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webhooks"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// listener is a receiver on this machine, which the operator allows.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	status int
}

func listen(t *testing.T) *listener {
	t.Helper()
	l := &listener{status: http.StatusOK}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.bodies = append(l.bodies, string(body))
		w.WriteHeader(l.status)
		_, _ = io.WriteString(w, "<b>heard</b>")
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.bodies...)
}

func (l *listener) answers(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

// local lets webhooks go to this machine.
func local() webhooks.Options {
	return webhooks.Options{Guard: webhooks.Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}
}

const hookID = "abcdefghijklmnop"

// aHook is a form for a webhook filled in.
func aHook(l *listener) url.Values {
	return url.Values{
		"hook_id": {hookID}, "name": {"ops channel"}, "target": {l.URL + "/services/T0/B0/hunter2-secret"}, "format": {webhooks.FormatJSON},
		"kind_power": {"1"}, "kind_access": {"1"},
	}
}

func sendDue(t *testing.T, d *webtest.Deck, want int) {
	t.Helper()
	if n, err := d.Hooks.Round(t.Context()); err != nil || n != want {
		t.Fatalf("%d messages were sent, error %v; want %d", n, err, want)
	}
}

// TestWebhook goes the whole way without JavaScript: add, test, hear of a pause, look at the log, send again, pause, delete.
func TestWebhook(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Webhooks: local()})
	b, l := member(t, d), listen(t)
	b.Get("/activity").Check(htmlcheck.Count(`main a[href=/webhooks]`, 1))
	b.Get("/preferences").Check(htmlcheck.Count(`main a[href=/webhooks]`, 1))
	b.Get("/webhooks").Check(htmlcheck.In(".empty h2", says("No webhooks yet")))
	r := b.Submit("/webhooks", map[string]string{"name": "ops channel", "target": l.URL + "/services/T0/B0/hunter2-secret", "format": "json", "kind_power": "1"})
	r.Expect(200, "")
	r.Check(heading("ops channel"), says("Signing secret"), says("…cret"))
	if secret := htmlcheck.Text(htmlcheck.Select(r.DOM(), "code.copyable__text")[0]); !strings.HasPrefix(secret, "whsec_") || strings.Contains(r.Body, "hunter2") {
		t.Errorf("the page after adding shows the secret %q, or the address", secret)
	}
	page := strings.TrimSuffix(htmlcheck.Attr(htmlcheck.Select(r.DOM(), "a.button--danger")[0], "href"), "/delete")
	r = b.Get(page)
	if strings.Contains(r.Body, "whsec_") || strings.Contains(r.Body, "hunter2") {
		t.Error("the secret or the address is shown again")
	}

	b.Submit(page+"/test", nil).Expect(303, page)
	b.Get(page).Check(says("The test arrived: 200 OK in"), says("<b>heard</b>"), htmlcheck.Count("ol.log li", 1))
	b.Post(page+"/test", url.Values{"go": {"1"}}).Expect(429, "")

	l.answers(500)
	b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}).Expect(303, "/deployments/"+on)
	sendDue(t, d, 1)
	heard := l.heard()
	var m struct {
		Type string
		Data struct{ URL string }
	}
	if err := json.Unmarshal([]byte(heard[1]), &m); err != nil || m.Type != "deployment.paused" || !strings.HasPrefix(m.Data.URL, d.URL+"/activity/") {
		t.Errorf("heard %s, %v", heard[1], err)
	}
	if strings.Contains(strings.Join(heard, ""), webtest.Token) {
		t.Error("a message holds the token")
	}
	b.Get(strings.TrimPrefix(m.Data.URL, d.URL)).Check(says("Paused"))
	b.Get(page).Check(says("answered 500"), says("Next try at"), says("Waiting"))

	l.answers(410)
	d.Store.ShiftClock(1e11)
	sendDue(t, d, 1)
	b.Get(page).Check(says("wants no more messages"), htmlcheck.In(".heading .badge", says("Paused")))
	b.Submit(page+"/resume", nil).Expect(303, page)
	l.answers(200)
	shown := b.Get(page)
	again := htmlcheck.Select(shown.DOM(), "button[name=delivery]")
	b.Post(page+"/again", url.Values{"delivery": {htmlcheck.Attr(again[0], "value")}}).Expect(303, page)
	b.Post(page+"/again", url.Values{"delivery": {htmlcheck.Attr(again[0], "value")}}).Expect(409, "")
	sendDue(t, d, 1)
	b.Get(page)
	b.Submit(page+"/pause", nil).Expect(303, page)
	b.Get("/webhooks").Check(htmlcheck.In(".badge", says("Paused")))

	b.Get(page + "/delete").Check(heading("Delete ops channel?"))
	b.Submit(page+"/delete", nil).Expect(303, "/webhooks")
	b.Get("/webhooks").Check(says("No webhooks yet"), says("Deleted the webhook"))
	b.Get(page).Expect(404, "")
	log := b.Get("/activity")
	log.Check(says("Webhook added"), says("Webhook paused or resumed"), says("Webhook deleted"))
	if strings.Contains(log.Body+d.Logs.String(), "hunter2") {
		t.Error("the change log or the server's log holds the address")
	}
}

// TestWebhook_Refused: what was typed comes back with what is wrong beside it; the secrets of others stay theirs.
func TestWebhook_Refused(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, l := member(t, d), listen(t)
	for target, want := range map[string]string{l.URL + "/x": "Use https", "https://169.254.169.254/": "private or special network", "": "Give the address"} {
		r := b.Post("/webhooks", with(aHook(l), "target", target, "name", " "))
		r.Expect(422, "")
		r.Check(htmlcheck.In("#target-error", says(want)), htmlcheck.In("#name-error", says("Give the webhook a name")),
			htmlcheck.In("#target", htmlcheck.HasAttr("value", target), htmlcheck.HasAttr("aria-invalid", "true")), htmlcheck.Count("input[type=checkbox][checked]", 2),
			htmlcheck.In("input[name=hook_id]", htmlcheck.HasAttr("value", hookID)))
	}
	form := with(aHook(l), "target", "https://hooks.example/hunter2-secret")
	form.Del("kind_power")
	form.Del("kind_access")
	b.Post("/webhooks", form).Check(htmlcheck.In("#kinds-error", says("Choose what it tells of")))
	form.Set("kind_power", "1")
	b.Post("/webhooks", form).Expect(200, "")
	b.Post("/webhooks", form).Expect(303, "/webhooks/"+hookID) // a reload of the page
	r := b.Post("/webhooks/"+hookID, with(form, "target", "ftp://x", "name", "other"))
	r.Expect(422, "")
	r.Check(htmlcheck.In("details[open] #target", htmlcheck.HasAttr("value", "ftp://x")), htmlcheck.In("#name", htmlcheck.HasAttr("value", "other")))
	b.Post("/webhooks/"+hookID, with(form, "target", "", "name", "other")).Expect(303, "/webhooks/"+hookID)
	b.Get("/webhooks").Check(says("other"), says("hooks.example/…cret"))
	b.Post("/webhooks/"+hookID+"/secret", url.Values{"go": {"1"}}).Check(says("whsec_"))

	stranger := d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	stranger.Get("/webhooks").Check(says("No webhooks yet"))
	stranger.Get("/webhooks/"+hookID).Expect(404, "")
	for _, action := range []string{"", "/test", "/pause", "/resume", "/secret", "/delete"} {
		in := url.Values{}
		if action == "" {
			in = form
		}
		stranger.Post("/webhooks/"+hookID+action, in).Expect(404, "")
	}
	stranger.Post("/webhooks", form).Expect(404, "")
	b.Get("/webhooks/"+hookID).Check(heading("other"), htmlcheck.In(".heading .badge", says("On")))
}

// TestWebhook_NoWrites: neither a read-only server nor a browser that looks only changes a webhook or sends a test.
func TestWebhook_NoWrites(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]webtest.Options{"read-only": {ReadOnly: true}, "look only": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t, o)
			b, l := member(t, d), listen(t)
			if !o.ReadOnly {
				b.Post("/preferences", url.Values{"look_only": {"on"}}).Expect(303, "/preferences")
			}
			form := with(aHook(l), "target", "https://hooks.example/x")
			b.Post("/webhooks", form).Expect(403, "")
			b.Post("/webhooks/"+hookID, form).Expect(403, "")
			b.Get("/webhooks").Check(htmlcheck.NotIn("form[action=/webhooks]"))
			for _, action := range []string{"/test", "/pause", "/resume", "/secret", "/again", "/delete"} {
				b.Post("/webhooks/"+hookID+action, url.Values{}).Expect(403, "")
			}
			if len(l.heard()) != 0 {
				t.Error("something was sent")
			}
		})
	}
}

// TestWebhook_SignedOut keeps what was typed when the session ended meanwhile.
func TestWebhook_SignedOut(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Webhooks: local()})
	b, l := d.Browser(t), listen(t)
	b.Post("/webhooks", aHook(l)).Expect(401, "")
	r := b.Submit("/sign-in", map[string]string{"token": webtest.Token})
	r.Expect(200, "")
	r.Check(htmlcheck.In("#name", htmlcheck.HasAttr("value", "ops channel")), htmlcheck.Count("input[type=checkbox][checked]", 2), says("Nothing has been sent yet"))
	b.Submit("/webhooks", nil).Expect(200, "")
	stranger := d.Browser(t)
	stranger.Post("/webhooks/"+hookID+"/test", url.Values{}).Expect(303, "/sign-in?next="+url.QueryEscape("/webhooks/"+hookID))
	stranger.Get("/webhooks/"+hookID+"/delete").Expect(303, "/sign-in?next="+url.QueryEscape("/webhooks/"+hookID+"/delete"))
}

// TestWebhook_Settings: a message may hold the values of every field of a form, and of no other.
func TestWebhook_Settings(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Webhooks: local()})
	b, l := member(t, d), listen(t)
	form := with(aHook(l), "kind_changes", "1")
	b.Post("/webhooks", form).Expect(200, "")
	sendDue(t, d, 1) // the webhook tells of itself
	if r := b.Write("/deployments", newDeployment()); r.Status != 303 {
		t.Fatalf("creating answered %d: %s", r.Status, r.Text())
	}
	sendDue(t, d, 1)
	var m struct {
		Data struct{ Changes []struct{ Field, To string } }
	}
	if err := json.Unmarshal([]byte(l.heard()[1]), &m); err != nil || len(m.Data.Changes) == 0 {
		t.Fatal(l.heard(), err)
	}
	told := map[string]string{}
	for _, c := range m.Data.Changes {
		told[c.Field] = c.To
	}
	for _, field := range deployments.CreateFields() {
		if want := newDeployment().Get(field); want != "" && told[field] != want {
			t.Errorf("%s is told as %q, want %q", field, told[field], want)
		}
	}
}

// TestWebhook_Notes: what a team says about a deployment is a kind to choose, and told when it changes.
func TestWebhook_Notes(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Webhooks: local()})
	b, l := member(t, d), listen(t)
	b.Get("/webhooks").Check(htmlcheck.Count("input[type=checkbox][name=kind_notes]", 1), htmlcheck.Count("input[type=checkbox][name=kind_shares]", 1))
	form := with(aHook(l), "kind_notes", "1")
	for _, kind := range []string{"kind_access", "kind_power"} {
		form.Del(kind)
	}
	b.Post("/webhooks", form).Expect(200, "")
	writeNote(b, map[string]string{"owner": "Anna"}).Expect(303, "/deployments/"+on)
	sendDue(t, d, 1)
	if heard := l.heard(); len(heard) != 1 || !strings.Contains(heard[0], "changed the notes of") || strings.Contains(heard[0], "Anna") {
		t.Errorf("heard %q", heard)
	}
}

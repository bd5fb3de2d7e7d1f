package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestOnlyHiddenDeploymentsBlameTheAccount: the page that offers another account is for links alone that the API itself keeps
// from this one. Everything else says what it is.
func TestOnlyHiddenDeploymentsBlameTheAccount(t *testing.T) {
	t.Parallel()
	flip := url.Values{"switch": {"1"}}
	tests := []struct {
		name    string
		options webtest.Options
		fault   string
		do      func(*webtest.Browser) *webtest.Response
		status  int
		blamed  bool
	}{
		{"link to another account's", webtest.Options{}, "", get("/deployments/" + foreign), 403, true},
		{"link to nothing", webtest.Options{}, "", get("/deployments/" + nowhere), 404, true},
		{"read-only server", webtest.Options{ReadOnly: true}, "", post("/deployments/"+on+"/disable", flip), 403, false},
		{"API forbids a pause", webtest.Options{}, "403@update", post("/deployments/"+on+"/disable", flip), 403, false},
		{"no payload", webtest.Options{}, "no-payload@get", get("/deployments/" + on + "/payload.json"), 404, false},
		{"another site", webtest.Options{}, "", func(b *webtest.Browser) *webtest.Response {
			return b.Post("/deployments/"+on+"/disable", flip, webtest.CrossSite)
		}, 403, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := start(t, tt.options)
			b := member(t, d)
			if tt.fault != "" {
				d.Fault(tt.fault)
			}
			r := tt.do(b)
			r.Expect(tt.status, "")
			if got := htmlcheck.Run(r.DOM(), heading("Not visible to this account")) == nil; got != tt.blamed {
				t.Errorf("the account is blamed: %t, want %t", got, tt.blamed)
			}
		})
	}
}

// TestForbiddenList: whoever may not read the list is offered another account, and no link that leads back to the same page.
func TestForbiddenList(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Lists: fleet.Options{MaxBytes: 1}}) // with nothing held to fall back on
	b := member(t, d)
	d.Fault("403")
	r := b.Get("/deployments?q=a")
	r.Expect(http.StatusForbidden, "")
	r.Check(heading("Not allowed"), htmlcheck.In(".callout strong", says("Night shift")),
		htmlcheck.In("main form", htmlcheck.HasAttr("action", "/sign-out")), htmlcheck.In("main input[name=next]", htmlcheck.HasAttr("value", "/deployments?q=a")),
		htmlcheck.In("main .callout a", htmlcheck.HasAttr("href", "/accounts/new?next=%2Fdeployments%3Fq%3Da")), htmlcheck.NotIn("main .actions a"))
}

// TestIgnoredSwitch has the API take a pause and not do it: the notice says so, by htmx and without, and offers no undo.
func TestIgnoredSwitch(t *testing.T) {
	t.Parallel()
	for _, hx := range []bool{false, true} {
		d := start(t, webtest.Options{})
		b := member(t, d)
		d.Fault("ignore-field@update=is_enabled")
		path, form := "/deployments/"+on+"/disable", url.Values{"switch": {"1"}, "view": {"row"}}
		r := b.Write(path, form, webtest.HX(d.URL+"/deployments"))
		if !hx {
			b.Post(path, form).Expect(http.StatusSeeOther, "/deployments/"+on)
			r = b.Get("/deployments/" + on)
		}
		for _, want := range []string{"Asked to pause image-to-video.", "State is “Enabled”, not “Paused”"} {
			if !strings.Contains(r.Text(), want) {
				t.Errorf("htmx %t: the notice lacks %q: %s", hx, want, r.Text())
			}
		}
		if strings.Contains(r.Text(), "Enable again") {
			t.Error("there is nothing to undo")
		}
	}
}

// TestUndo: whichever way a switch came, its notice holds the form that takes it back, and that form leads back to the page.
func TestUndo(t *testing.T) {
	t.Parallel()
	for _, hx := range []bool{false, true} {
		d := start(t, webtest.Options{})
		b := member(t, d)
		const list = "/deployments?q=image"
		path, form := "/deployments/"+on+"/disable", url.Values{"switch": {"1"}, "view": {"row"}, "next": {list}}
		var r *webtest.Response
		if hx {
			r = b.Write(path, form, webtest.HX(d.URL+list))
		} else {
			b.Post(path, form).Expect(http.StatusSeeOther, list)
			r = b.Get(list)
		}
		forms := htmlcheck.Select(r.DOM(), ".notice form")
		if len(forms) != 1 || htmlcheck.Attr(forms[0], "action") != "/deployments/"+on+"/enable" {
			t.Fatalf("htmx %t: %d forms in the notice: %s", hx, len(forms), r.Text())
		}
		next := htmlcheck.Select(r.DOM(), ".notice input[name=next]")
		if len(next) != 1 || htmlcheck.Attr(next[0], "value") != list {
			t.Errorf("htmx %t: the form does not lead back to the list", hx)
		}
		b.Post(htmlcheck.Attr(forms[0], "action"), url.Values{"switch": {"1"}, "next": {list}}).Expect(http.StatusSeeOther, list)
		if got, _ := d.Sandbox.Deployment(webtest.Token, on); !got.IsEnabled {
			t.Errorf("htmx %t: it is still paused", hx)
		}
		if r := b.Get(list); len(htmlcheck.Select(r.DOM(), ".notice form")) != 1 {
			t.Errorf("htmx %t: taking it back cannot be taken back: %s", hx, r.Text())
		}
	}
}

// TestRowBringsTheFigures: a pause in the list changes what is billed, and the line above the list says so at once.
func TestRowBringsTheFigures(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	d.Sandbox.Put(webtest.Token, sandbox.Deployment{ID: warmID, Name: "warm", Hardware: []string{"AMPERE_48"}, MinInstances: 2, MaxInstances: 3, IsEnabled: true})
	if text := b.Get("/deployments").Text(); !strings.Contains(text, "2 instances kept warm") || !strings.Contains(text, "$5.00/h while idle") {
		t.Fatalf("the list says %s", text)
	}
	for query, want := range map[string]string{
		"?q=nowhere-to-be-found": "0 deployments found $5.00/h while idle in all 3",
		"?q=image-to-video":      "$0.00/h of these while idle",
	} {
		if text := b.Get("/deployments" + query).Text(); !strings.Contains(text, want) || !strings.Contains(text, "$5.00/h while idle in all 3") {
			t.Errorf("%s: the figures are %s, want %q", query, text, want)
		}
	}
	r := b.Post("/deployments/"+warmID+"/disable", url.Values{"switch": {"1"}, "view": {"row"}, "next": {"/deployments"}}, webtest.HX(d.URL+"/deployments"))
	if text := r.Text(); !strings.Contains(text, "Warm now 0") || !strings.Contains(text, "0 instances kept warm") || !strings.Contains(text, "$0.00/h while idle") {
		t.Errorf("after the pause the figures are %s", text)
	}
}

const warmID = "c9d0e1f2-7777-8888-9999-deadbeefdead"

// TestLineBreakInName: a text field cannot hold the line break of a name, which must not read as a change of it.
func TestLineBreakInName(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	d.Sandbox.Put(webtest.Token, sandbox.Deployment{ID: warmID, Name: "two\nlines", WorkflowVersion: "v1", Hardware: []string{"AMPERE_48"}, MaxInstances: 3, QueueSize: 1, IsEnabled: true})
	b.Post("/deployments/"+warmID, url.Values{"name": {"two lines"}, "base_name": {"two\r\nlines"}, "queue_size": {"7"}, "base_queue_size": {"1"}}).Expect(http.StatusSeeOther, "/deployments/"+warmID)
	if got, _ := d.Sandbox.Deployment(webtest.Token, warmID); got.Name != "two\nlines" || got.QueueSize != 7 {
		t.Errorf("now %q with queue %d", got.Name, got.QueueSize)
	}
}

// TestHiddenReadsKeepNotices: a notice waits for a page that somebody sees.
func TestHiddenReadsKeepNotices(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}})
	b.Do(http.MethodHead, "/deployments", "")
	b.Get("/static/none.css")
	b.Get("/deployments", webtest.HX(d.URL+"/deployments"))
	b.Get("/deployments").Check(htmlcheck.In("#notices", says("Paused: image-to-video.")))
	b.Get("/deployments").Check(htmlcheck.NotIn(".notice"))
}

package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// outcome is a write whose answer goes astray.
type outcome struct {
	fault      string
	happened   bool   // the service did it
	wantStatus int    // 303: the write is taken as done
	wantSays   string // on the page after it
}

// unconfirmed are the ways in which an answer to a write is lost. Where the write happened, reading back shows it; where it
// did not, nobody can say yet, and the person is told so.
func unconfirmed(op, unknown string) []outcome {
	const done = "RunComfy did not confirm it, but reading it back shows that it happened."
	return []outcome{
		{"reset-after@" + op, true, 303, done},
		{"500-after@" + op, true, 303, done},
		{"504-after@" + op, true, 303, done},
		{"html-after@" + op, true, 303, done},
		{"hang-after@" + op, true, 303, done},
		{"truncate@" + op, true, 303, done},
		{"empty@" + op, true, 303, done},
		{"null@" + op, true, 303, done},
		{"reset@" + op, false, 502, unknown},
		{"500@" + op, false, 502, unknown},
		{"504@" + op, false, 502, unknown},
		{"html@" + op, false, 502, unknown},
		{"hang@" + op, false, 502, unknown},
	}
}

func (o outcome) run(t *testing.T, path string, form url.Values, wantForm bool) *webtest.Response {
	t.Helper()
	budget := 5 * time.Second
	if strings.HasPrefix(o.fault, "hang") {
		budget = 800 * time.Millisecond
	}
	d := start(t, webtest.Options{WriteBudget: budget + 5*time.Second, SendBudget: budget})
	b := member(t, d)
	d.Fault(o.fault)
	r := b.Write(path, form)
	if r.Status != o.wantStatus {
		t.Errorf("answered %d, want %d: %s", r.Status, o.wantStatus, r.Text())
	}
	writes := d.Writes()
	if len(writes) != 1 {
		t.Errorf("the API saw %d writes, want exactly one", len(writes))
	}
	after := r
	if r.Status == http.StatusSeeOther {
		d.Fault()
		after = b.Get(r.Location())
	}
	after.Check(says(o.wantSays))
	if text := strings.ToLower(after.Text()); strings.Contains(text, "failed") || strings.Contains(text, "try again") {
		t.Errorf("an unknown outcome is called failed, or a repeat is offered: %s", after.Text())
	}
	if r.Status != http.StatusSeeOther && wantForm {
		r.Check(htmlcheck.In(".notice", htmlcheck.HasAttr("class", "notice notice--warning")))
		for name := range form {
			if got := r.Value(name); got != form.Get(name) {
				t.Errorf("the form's %s is %q, want %q as typed", name, got, form.Get(name))
			}
		}
	}
	return r
}

func TestUnconfirmedCreate(t *testing.T) {
	t.Parallel()
	for _, o := range unconfirmed("create", "did not confirm the new deployment, and it is not in the list yet") {
		t.Run(o.fault, func(t *testing.T) {
			t.Parallel()
			o.run(t, "/deployments", newDeployment(), true)
		})
	}
}

// TestCreatedUnderAnotherID has the API answer a create with an id that leads nowhere: the deployment is found in the list,
// and nothing is sent twice.
func TestCreatedUnderAnotherID(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	d.Fault("wrong-id@create")
	r := b.Write("/deployments", newDeployment())
	if r.Status != http.StatusSeeOther || len(d.Writes()) != 1 {
		t.Errorf("answered %d with %d writes, want 303 with 1", r.Status, len(d.Writes()))
	}
	after := b.Get(r.Location())
	after.Expect(http.StatusOK, "")
	after.Check(htmlcheck.In("#notices", says("Created upscaler.")), heading("upscaler"))
	b.Get("/deployments").Check(says("upscaler"), htmlcheck.Count("tbody tr", 3))
}

func TestUnconfirmedUpdate(t *testing.T) {
	t.Parallel()
	rows := append(unconfirmed("update", "did not confirm the change, and the deployment does not show it yet"),
		outcome{"wrong-id@update", true, 303, "reading it back shows that it happened"})
	for _, o := range rows {
		t.Run(o.fault, func(t *testing.T) {
			t.Parallel()
			o.run(t, "/deployments/"+on, url.Values{"queue_size": {"8"}, "base_queue_size": {"1"}}, true)
		})
	}
}

func TestUnconfirmedSwitch(t *testing.T) {
	t.Parallel()
	for _, o := range unconfirmed("update", "did not confirm the change, and the deployment does not show it yet") {
		t.Run(o.fault, func(t *testing.T) {
			t.Parallel()
			r := o.run(t, "/deployments/"+on+"/disable", url.Values{"switch": {"1"}}, false)
			if r.Status != http.StatusSeeOther {
				r.Check(heading("Not known whether it happened"), htmlcheck.Count(`a[href=/deployments/`+on+`]`, 1))
			}
		})
	}
}

func TestUnconfirmedDelete(t *testing.T) {
	t.Parallel()
	rows := append(unconfirmed("delete", "did not confirm the deletion, and the deployment is still there"),
		outcome{"404@delete", false, 502, "did not confirm the deletion, and the deployment is still there"},
		outcome{"404-after@delete", true, 303, ""})
	for _, o := range rows {
		if o.happened {
			o.wantSays = "Deleted: image-to-video"
		}
		t.Run(o.fault, func(t *testing.T) {
			t.Parallel()
			o.run(t, "/deployments/"+on+"/delete", url.Values{"confirm_name": {"image-to-video"}}, true)
		})
	}
}

// TestNothingCanBeRead loses the answer to a write and then every look at what became of it.
func TestNothingCanBeRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path  string
		form  url.Values
		fault []string
		says  string
	}{
		{"/deployments", newDeployment(), []string{"reset-after@create", "500@list:2-"}, "its list cannot be read right now"},
		{"/deployments/" + on, url.Values{"queue_size": {"8"}}, []string{"reset-after@update", "500@get:2-"}, "Nobody can say yet whether it happened"},
		{"/deployments/" + on + "/disable", url.Values{}, []string{"500-after@update", "500@get:2-"}, "Nobody can say yet whether it happened"},
		{"/deployments/" + on + "/delete", url.Values{"confirm_name": {"image-to-video"}}, []string{"500-after@delete", "500@get:2-"}, "Nobody can say yet whether it happened"},
	}
	for _, tt := range tests {
		t.Run(named(tt.path), func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b := member(t, d)
			d.Fault(tt.fault...)
			r := b.Write(tt.path, tt.form)
			r.Expect(502, "")
			r.Check(says(tt.says))
			if w := d.Writes(); len(w) != 1 {
				t.Errorf("the API saw %d writes, want exactly one", len(w))
			}
		})
	}
}

// TestIgnoredField has the API accept a change and not make it: the page says what was asked and what is.
func TestIgnoredField(t *testing.T) {
	t.Parallel()
	tests := []struct{ field, typed, says string }{
		{"name", "other", "Name is “image-to-video”, not “other”."},
		{"workflow_version", "v9", "Workflow version is “v1”, not “v9”."},
		{"hardware", "ADA_80_PLUS", "Hardware is “48 GB · A6000 (AMPERE_48)”, not “80 GB · H100 (ADA_80_PLUS)”."},
		{"min_instances", "2", "Minimum instances is “0”, not “2”."},
		{"max_instances", "9", "Maximum instances is “3”, not “9”."},
		{"queue_size", "8", "Queue size is “1”, not “8”."},
		{"keep_warm_duration_in_seconds", "5", "Keep warm is “60 s”, not “5 s”."},
		{"is_enabled", "false", "State is “Enabled”, not “Paused”."},
	}
	for _, tt := range tests {
		t.Run(tt.field, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b := member(t, d)
			d.Fault("ignore-field@update=" + tt.field)
			b.Write("/deployments/"+on, url.Values{tt.field: {tt.typed}}).Expect(303, "/deployments/"+on)
			b.Get("/deployments/" + on).Check(htmlcheck.In(".notice--warning", says("But the API shows something else than you asked for:"), says(tt.says)))
			if tt.field == "is_enabled" {
				r := b.Post("/deployments/"+on+"/disable", url.Values{}, webtest.HX(d.URL+"/deployments"))
				r.Check(htmlcheck.In(".notice--warning", says(tt.says)))
			}
		})
	}
}

// TestDeleteTwice deletes in two tabs: the second one is told that there is nothing left.
func TestDeleteTwice(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	form := url.Values{"confirm_name": {"image-to-video"}}
	b.Post("/deployments/"+on+"/delete", form).Expect(303, "/deployments")
	r := b.Post("/deployments/"+on+"/delete", form)
	r.Expect(404, "")
	r.Check(says("no such deployment"))
	if w := d.Writes(); len(w) != 1 {
		t.Errorf("the API saw %d deletions, want 1", len(w))
	}
	b.Get("/deployments").Check(htmlcheck.Count("tbody tr", 1))
}

// TestClosedTab gives up on a write while the API is slow: the write ends all the same, exactly once.
func TestClosedTab(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	d.Sandbox.SetLatency(300 * time.Millisecond)
	impatient(t, d, b.Cookie("comfydeck"), "/deployments/"+on, "queue_size=6")
	d.Sandbox.SetLatency(0)
	deadline := time.Now().Add(20 * time.Second)
	for {
		if got, _ := d.Sandbox.Deployment(webtest.Token, on); got.QueueSize == 6 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the write was cut off with the tab")
		}
		time.Sleep(5 * time.Millisecond)
	}
	if w := d.Writes(); len(w) != 1 {
		t.Errorf("the API saw %d writes, want 1", len(w))
	}
}

// TestPauseByHand: a pause that cannot read goes ahead; one that RunComfy does not take says so, with the command to run by
// hand (RR-38).
func TestPauseByHand(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments")
	d.Fault("500@get:1-4", "503@list")
	b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}).Expect(303, "/deployments/"+on)
	if got, _ := d.Sandbox.Deployment(webtest.Token, on); got.IsEnabled {
		t.Error("it is not paused")
	}
	d.Fault()
	b.Get("/deployments/"+on).Check(says("Paused: image-to-video."), says("RunComfy could not show it first"))

	b.Write("/deployments/"+on+"/enable", url.Values{"switch": {"1"}}).Expect(303, "/deployments/"+on)
	d.Fault("503")
	for _, change := range [][]webtest.Request{nil, {webtest.HX(d.URL + "/deployments")}} {
		r := b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}, change...)
		r.Expect(502, "")
		r.Check(says("curl --request PATCH"), says(d.APIURL+"/prod/v2/deployments/"+on), says(`"is_enabled": false`), says(`"name": "image-to-video"`))
	}
	b.Post("/deployments/"+on+"/enable", url.Values{"switch": {"1"}}).Check(htmlcheck.NotIn("#curl"))
}

package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// sent is the JSON body of a write, "" for none.
func sent(t *testing.T, c sandbox.Call) map[string]any {
	t.Helper()
	if len(c.Body) == 0 {
		return nil
	}
	var out map[string]any
	if err := json.Unmarshal(c.Body, &out); err != nil {
		t.Fatalf("%s %s sent %q: %v", c.Method, c.Path, c.Body, err)
	}
	return out
}

// wantWrites compares the writes the API saw, method, id and body.
func wantWrites(t *testing.T, d *webtest.Deck, want ...map[string]any) {
	t.Helper()
	var got []map[string]any
	for _, w := range d.Writes() {
		body := sent(t, w)
		if body == nil {
			body = map[string]any{}
		}
		body["-"] = named(webtest.Line(w))
		got = append(got, body)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("writes the API saw (-want +got):\n%s", diff)
	}
}

// TestUpdateSendsWhatChanged opens the edit form, changes fields and saves: the PATCH holds the name, which the service
// insists on, and what was changed, nothing else.
func TestUpdateSendsWhatChanged(t *testing.T) {
	t.Parallel()
	const line = "PATCH /deployments/ON"
	tests := []struct {
		name  string
		typed map[string]string
		want  map[string]any // nil: no write at all
		note  string
	}{
		{"nothing", nil, nil, "Nothing was changed, so nothing was sent."},
		{"only blanks around a value", map[string]string{"queue_size": " 1 ", "name": "image-to-video "}, nil, "Nothing was changed, so nothing was sent."},
		{"name", map[string]string{"name": "  new name "}, map[string]any{"-": line, "name": "new name"}, "Saved "},
		{"version", map[string]string{"workflow_version": "v2"}, map[string]any{"-": line, "name": "image-to-video", "workflow_version": "v2"}, "Saved "},
		{"hardware", map[string]string{"hardware": "ADA_80_PLUS"}, map[string]any{"-": line, "name": "image-to-video", "hardware": []any{"ADA_80_PLUS"}}, "Saved "},
		{"minimum", map[string]string{"min_instances": "2"}, map[string]any{"-": line, "name": "image-to-video", "min_instances": 2.0}, "Saved "},
		{"maximum", map[string]string{"max_instances": "10"}, map[string]any{"-": line, "name": "image-to-video", "max_instances": 10.0}, "Saved "},
		{"queue", map[string]string{"queue_size": "0"}, map[string]any{"-": line, "name": "image-to-video", "queue_size": 0.0}, "Saved "},
		{"keep warm", map[string]string{"keep_warm_duration_in_seconds": "0"}, map[string]any{"-": line, "name": "image-to-video", "keep_warm_duration_in_seconds": 0.0}, "Saved "},
		{"pause", map[string]string{"is_enabled": "false"}, map[string]any{"-": line, "name": "image-to-video", "is_enabled": false}, "Saved "},
		{"two at once", map[string]string{"min_instances": "3", "max_instances": "5"}, map[string]any{"-": line, "name": "image-to-video", "min_instances": 3.0, "max_instances": 5.0}, "Saved "},
	}
	for _, tt := range tests {
		for mode, change := range map[string]webtest.Request{"page": func(*http.Request) {}, "part": webtest.HX("https://deck.example/deployments")} {
			t.Run(tt.name+" "+mode, func(t *testing.T) {
				t.Parallel()
				d := start(t, webtest.Options{})
				b := member(t, d)
				b.Get("/deployments/" + on + "/edit")
				r := b.Submit("/deployments/"+on, tt.typed, change)
				if r.Location() != "/deployments/"+on {
					t.Errorf("answered %d to %q: %s", r.Status, r.Location(), r.Text())
				}
				if tt.want == nil {
					wantWrites(t, d)
				} else {
					wantWrites(t, d, tt.want)
				}
				b.Get(r.Location()).Check(htmlcheck.In("#notices", says(tt.note)))
				b.Get(r.Location()).Check(htmlcheck.NotIn(".notice"))
			})
		}
	}
}

// TestWriteBodies holds what the other writes send.
func TestWriteBodies(t *testing.T) {
	t.Parallel()
	enable := map[string]any{"-": "PATCH /deployments/OFF", "name": "text-to-image", "is_enabled": true}
	create := map[string]any{
		"-": "POST /deployments", "name": "upscaler", "workflow_id": "00000000-0000-0000-0000-000000002222", "workflow_version": "v7",
		"hardware": []any{"AMPERE_24"}, "min_instances": 1.0, "max_instances": 4.0, "queue_size": 9.0, "keep_warm_duration_in_seconds": 120.0,
	}
	tests := []struct {
		name, path string
		form       url.Values
		want       map[string]any
	}{
		{"create", "/deployments", newDeployment(), create},
		{"create with capitals in the id", "/deployments", with(newDeployment(), "workflow_id", " 00000000-0000-0000-0000-00000000ABCD "), func() map[string]any {
			c := map[string]any{}
			for k, v := range create {
				c[k] = v
			}
			c["workflow_id"] = "00000000-0000-0000-0000-00000000abcd"
			return c
		}()},
		{"enable by a button", "/deployments/" + off + "/enable", url.Values{"switch": {"1"}}, enable},
		{"enable by a script", "/deployments/" + off + "/enable", url.Values{}, enable},
		{"disable", "/deployments/" + on + "/disable", url.Values{"switch": {"1"}}, map[string]any{"-": "PATCH /deployments/ON", "name": "image-to-video", "is_enabled": false}},
		{"delete", "/deployments/" + on + "/delete", url.Values{"confirm_name": {" image-to-video "}}, map[string]any{"-": "DELETE /deployments/ON"}},
		{"update by a script", "/deployments/" + on, url.Values{"max_instances": {"5"}, "queue_size": {"1"}}, map[string]any{"-": "PATCH /deployments/ON", "name": "image-to-video", "max_instances": 5.0}},
		{"rename by a script", "/deployments/" + on, url.Values{"name": {"other"}}, map[string]any{"-": "PATCH /deployments/ON", "name": "other"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b := member(t, d)
			if r := b.Write(tt.path, tt.form); r.Status != http.StatusSeeOther {
				t.Errorf("answered %d: %s", r.Status, r.Text())
			}
			wantWrites(t, d, tt.want)
			for _, w := range d.Writes() {
				if !w.Applied {
					t.Errorf("the API refused %s with %d", webtest.Line(w), w.Status)
				}
			}
		})
	}
}

// TestConflict changes a deployment behind an open form. The same field changed twice is a decision for the person; another
// field is not.
func TestConflict(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments/" + on + "/edit")
	other, _ := d.Sandbox.Deployment(webtest.Token, on)
	other.QueueSize, other.KeepWarm = 5, 90
	d.Sandbox.Put(webtest.Token, other)

	r := b.Submit("/deployments/"+on, map[string]string{"queue_size": "7", "max_instances": "4"})
	r.Expect(http.StatusConflict, "")
	r.Check(htmlcheck.In("#queue_size-error", says("was “1”"), says("now it is “5”"), says("typed “7”")), says("Nothing was sent"), htmlcheck.Count(".field__error", 1))
	if got := r.Values(url.Values{"queue_size": nil, "max_instances": nil, "base_queue_size": nil}); got.Encode() != "base_queue_size=5&max_instances=4&queue_size=7" {
		t.Errorf("the form holds %s", got.Encode())
	}
	wantWrites(t, d)

	b.Submit("/deployments/"+on, nil).Expect(http.StatusSeeOther, "/deployments/"+on)
	wantWrites(t, d, map[string]any{"-": "PATCH /deployments/ON", "name": "image-to-video", "queue_size": 7.0, "max_instances": 4.0})
	if got, _ := d.Sandbox.Deployment(webtest.Token, on); got.KeepWarm != 90 {
		t.Errorf("keep warm is %d: the other person's change is gone", got.KeepWarm)
	}
}

// TestConflict_Words: what happened in between is said in the words of the screen.
func TestConflict_Words(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments/" + on + "/edit")
	other, _ := d.Sandbox.Deployment(webtest.Token, on)
	other.IsEnabled, other.KeepWarm = false, 90
	d.Sandbox.Put(webtest.Token, other)

	r := b.Submit("/deployments/"+on, map[string]string{"min_instances": "1", "keep_warm_duration_in_seconds": "120"})
	r.Expect(http.StatusConflict, "")
	r.Check(htmlcheck.In("#is_enabled-error", says("was “Enabled”; now it is “Paused”.")),
		htmlcheck.In("#keep_warm_duration_in_seconds-error", says("was “60 s”; now it is “90 s”. You typed “2 min”.")))
	wantWrites(t, d)
}

// TestReadOnly tries every write on a server that changes nothing.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{ReadOnly: true})
	b := member(t, d)
	for path, form := range postForms(t) {
		if !strings.HasPrefix(path, "/deployments") && !strings.HasPrefix(path, "/webhooks") {
			continue
		}
		r := b.Post(address(path), form)
		r.Expect(http.StatusForbidden, "")
		r.Check(says("read-only"), says("Nothing was sent"))
	}
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("the API saw %d writes", len(w))
	}
	for _, path := range []string{"/deployments", "/deployments/" + on, "/deployments/" + off} {
		r := b.Get(path)
		r.Expect(200, "")
		r.Check(says("Read-only: this server shows deployments and changes none."))
		for _, form := range htmlcheck.Select(r.DOM(), "form") {
			if a := htmlcheck.Attr(form, "action"); a != "/sign-out" && a != "/preferences" && a != "/views" && htmlcheck.Attr(form, "method") == "post" {
				t.Errorf("%s has a form for %s", path, a)
			}
		}
		for _, a := range htmlcheck.Select(r.DOM(), "a[href]") {
			if h := htmlcheck.Attr(a, "href"); strings.HasSuffix(h, "/edit") || strings.HasSuffix(h, "/delete") || strings.HasSuffix(h, "/notes") || strings.HasPrefix(h, "/deployments/new") {
				t.Errorf("%s leads to %s", path, h)
			}
		}
	}
}

// TestLookOnly: a browser that chose to look only is shown nothing to change with, and is heard by no write.
func TestLookOnly(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Post("/preferences", url.Values{"look_only": {"on"}})
	d.Sandbox.ResetCalls()
	for path, form := range postForms(t) {
		if strings.HasPrefix(path, "/deployments") || strings.HasPrefix(path, "/webhooks") {
			r := b.Post(address(path), form)
			r.Expect(http.StatusForbidden, "")
			r.Check(says("set to look only"))
		}
	}
	wantCalls(t, d, 0, "writes of a browser that looks only")
	for _, path := range []string{"/deployments", "/deployments/" + on, "/deployments/" + off} {
		r := b.Get(path)
		r.Check(says("Look only: nothing can be changed from this browser."))
		for _, form := range htmlcheck.Select(r.DOM(), "form") {
			if a := htmlcheck.Attr(form, "action"); strings.HasPrefix(a, "/deployments") && htmlcheck.Attr(form, "method") == "post" {
				t.Errorf("%s has a form for %s", path, a)
			}
		}
		for _, a := range htmlcheck.Select(r.DOM(), "a[href]") {
			if h := htmlcheck.Attr(a, "href"); strings.Contains(h, "/edit") || strings.Contains(h, "/delete") || strings.Contains(h, "/notes") || strings.HasPrefix(h, "/deployments/new") {
				t.Errorf("%s leads to %s", path, h)
			}
		}
	}
	b.Post("/preferences", url.Values{"look_only": {"off"}})
	b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}).Expect(http.StatusSeeOther, "/deployments/"+on)
}

// TestNothingToPress: where nothing can be changed, pages that are opened by their address have nothing to send either, and keep what
// they say.
func TestNothingToPress(t *testing.T) {
	t.Parallel()
	for mode, o := range map[string]webtest.Options{"read-only": {ReadOnly: true}, "look only": {}} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			d := start(t, o)
			b := member(t, d)
			if !o.ReadOnly {
				b.Post("/preferences", url.Values{"look_only": {"on"}})
			}
			for _, path := range []string{"/deployments/new", "/deployments/new?from=" + on, "/deployments/" + on + "/edit", "/deployments/" + on + "/delete"} {
				r := b.Get(path)
				r.Expect(200, "")
				r.Check(says("from here now."))
				for _, button := range htmlcheck.Select(r.DOM(), "#main button[type=submit]") {
					t.Errorf("%s offers %q", path, htmlcheck.Text(button))
				}
			}
		})
	}
}

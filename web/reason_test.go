package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestReasons refuses every write in every shape the API may choose: its reason is on the screen, once, with the request id.
func TestReasons(t *testing.T) {
	t.Parallel()
	create, update := "/deployments", "/deployments/"+on
	writes := map[string]struct {
		path, op, beside, says string // says: of a complaint about the field beside
		form                   url.Values
	}{
		"create":  {create, "create", "queue_size", "", newDeployment()},
		"edit":    {update, "update", "queue_size", "", url.Values{"queue_size": {"3"}, "base_queue_size": {"1"}}},
		"delete":  {update + "/delete", "delete", "name", "Name: ", url.Values{"confirm_name": {"image-to-video"}}},
		"disable": {update + "/disable", "update", "is_enabled", "State: ", url.Values{"switch": {"1"}}},
		"enable":  {"/deployments/" + off + "/enable", "update", "is_enabled", "State: ", url.Values{"switch": {"1"}}},
	}
	for name, w := range writes {
		for spec, want := range map[string]string{
			"422-body":                           "It says: Values do not agree.",
			"422-texts":                          "It says: Name taken. Quota exceeded.",
			"422@" + w.op + "=" + w.beside:       w.says + "RunComfy says: Value is not accepted.",
			"422-twice@" + w.op + "=" + w.beside: w.says + "RunComfy says: Value is taken. Value is too long.",
		} {
			for mode, change := range map[string]webtest.Request{"page": func(*http.Request) {}, "part": webtest.HX("https://deck.example/deployments")} {
				t.Run(name+" "+spec+" "+mode, func(t *testing.T) {
					t.Parallel()
					d := start(t, webtest.Options{})
					b := member(t, d)
					kind, rest, _ := strings.Cut(spec, "@")
					if rest == "" {
						rest = w.op
					}
					d.Fault(kind + "@" + rest)
					r := b.Write(w.path, w.form, change)
					r.Expect(http.StatusUnprocessableEntity, "")
					r.Check(says(r.Header.Get("X-Request-Id")))
					if n := strings.Count(r.Text(), want); n != 1 {
						t.Errorf("the screen says %q %d times, want once: %s", want, n, r.Text())
					}
				})
			}
		}
	}
}

// TestScriptCorrected: a form without the values it was made from, as a script sends one, comes back whole after a wrong value; once
// that is mended it is saved.
func TestScriptCorrected(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	r := b.Post("/deployments/"+on, url.Values{"queue_size": {"x"}, "name": {" "}})
	r.Expect(http.StatusUnprocessableEntity, "")
	for field, want := range map[string]string{"queue_size": "x", "name": " ", "workflow_version": "v1", "max_instances": "3", "base_queue_size": "1", "hardware": "AMPERE_48"} {
		if got := r.Value(field); got != want {
			t.Errorf("%s comes back as %q, want %q", field, got, want)
		}
	}
	b.Submit("/deployments/"+on, map[string]string{"queue_size": "6", "name": "image-to-video"}).Expect(http.StatusSeeOther, "/deployments/"+on)
	wantWrites(t, d, map[string]any{"-": "PATCH /deployments/ON", "name": "image-to-video", "queue_size": 6.0})
}

// TestOwnReasons: what stands beside its field is not said again above the form, least of all by a name that no screen has, and
// what our own rules refuse needs no request id.
func TestOwnReasons(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	long := strings.Repeat("w", 201)
	tests := []struct {
		name, path, want string
		form             url.Values
	}{
		{"reason of a new one", "/deployments", "Use at most 200 characters.", with(newDeployment(), "why", long)},
		{"reason of a change", "/deployments/" + on, "Use at most 200 characters.", url.Values{"queue_size": {"3"}, "why": {long}}},
		{"reason of a deletion", "/deployments/" + on + "/delete", "Use at most 200 characters.", url.Values{"confirm_name": {"image-to-video"}, "why": {long}}},
		{"paste", "/deployments/new", "This is neither a JSON object nor a curl command with one.", url.Values{"paste": {"{"}}},
		{"notes", notesOn, "The owner has 500 characters", url.Values{"owner": {strings.Repeat("o", 500)}, "version": {"0"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := b.On(t).Post(tt.path, tt.form)
			r.Expect(http.StatusUnprocessableEntity, "")
			r.Check(htmlcheck.Count(".field__error", 1), htmlcheck.NotIn(".notice__id"))
			if n := strings.Count(r.Text(), tt.want); n != 1 {
				t.Errorf("the screen says %q %d times, want once: %s", tt.want, n, r.Text())
			}
		})
	}
}

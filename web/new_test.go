package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

func holds(field, value string) htmlcheck.Checker {
	return htmlcheck.In("#"+field, htmlcheck.HasAttr("value", value))
}

// TestNewFromAddress: a link carries the settings of a new deployment, under a preset; what comes of it is the form.
func TestNewFromAddress(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	r := b.Get("/deployments/new?preset=always_warm&name=%3Cb%3E&hardware=HOPPER_141&max_instances=5")
	r.Check(holds("name", "<b>"), holds("min_instances", "1"), holds("max_instances", "5"), htmlcheck.In("input[name=hardware][checked]", htmlcheck.HasAttr("value", "HOPPER_141")))
	b.Get("/deployments/new?preset=none").Check(holds("min_instances", "0"))
	r = b.Get("/deployments/new?from=" + off + "&preset=cheapest")
	r.Check(heading("Clone of text-to-image"), holds("keep_warm_duration_in_seconds", "0"), htmlcheck.In(".presets button[aria-current=true]", says("Cheapest")))
	r = b.Get("/deployments/" + on + "/edit?preset=always_warm")
	r.Check(holds("min_instances", "1"), htmlcheck.In("input[name=base_min_instances]", htmlcheck.HasAttr("value", "0")))
	b.Submit("/deployments/"+on, nil).Expect(http.StatusSeeOther, "/deployments/"+on)
	if now, _ := d.Sandbox.Deployment(webtest.Token, on); now.MinInstances != 1 {
		t.Errorf("the preset was not sent: %+v", now)
	}
	if w := d.Writes(); len(w) != 1 {
		t.Errorf("the API saw %v", w)
	}
}

// TestPaste fills the form in from a command, says what it left out, and sends nothing before the review.
func TestPaste(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	text := `curl -H 'Authorization: Bearer secret-of-somebody' --data '{"name":"pasted","workflow_id":"00000000-0000-0000-0000-000000001111","workflow_version":"v2","hardware":["AMPERE_48"],"max_instances":2,"is_enabled":true}' https://evil.example/`
	b.Get("/deployments/new")
	r := b.Submit("/deployments/new", map[string]string{"paste": text})
	r.Expect(http.StatusOK, "")
	r.Check(holds("name", "pasted"), holds("max_instances", "2"), holds("queue_size", "1"), says("nothing was sent yet"), says("does not have is_enabled: left out"))
	if w := d.Writes(); len(w) > 0 {
		t.Fatalf("the API saw %v", w)
	}
	if made := b.Submit("/deployments", nil); made.Status != http.StatusSeeOther {
		t.Errorf("the form from the paste answers %d: %s", made.Status, made.Text())
	}

	wrong := b.Post("/deployments/new", url.Values{"paste": {"curl </textarea>"}})
	wrong.Expect(http.StatusUnprocessableEntity, "")
	wrong.Check(htmlcheck.In("textarea", says("curl </textarea>"), htmlcheck.HasAttr("aria-invalid", "true")), htmlcheck.In("#paste-error", says("no body")), htmlcheck.In("details[open]", says("Fill in the form")))

	late := d.Browser(t)
	late.Post("/deployments/new", url.Values{"paste": {text}}).Expect(http.StatusUnauthorized, "")
	late.Submit("/sign-in", map[string]string{"token": webtest.Token}).Check(htmlcheck.In("textarea", says("secret-of-somebody")))
}

// TestWarm compares for a stated load; what is no number is said beside its field.
func TestWarm(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{}))
	b.Get("/deployments/warm").Check(heading("Warm or on demand?"), says("On demand is cheaper: keeping one warm costs"), htmlcheck.Count("tbody tr", 2))
	b.Get("/deployments/warm?requests=200&run=30&keep_warm=600&hardware=HOPPER_141").Check(says("One instance cannot do this alone"), says("$8.75/h"))
	b.Get("/deployments/warm?requests=60&run=30&keep_warm=600").Check(says("Keep one warm"))
	r := b.Get("/deployments/warm?requests=NaN&run=-1&cold=1e9")
	r.Expect(http.StatusUnprocessableEntity, "")
	r.Check(htmlcheck.Count(".field__error", 3), holds("requests", "NaN"))
}

// TestPresetKeepsWhatWasTyped: a preset is put over the scaling of the form that was posted, and nothing is sent.
func TestPresetKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments/new?from=" + off + "&notes_from=" + off)
	r := b.Submit("/deployments", map[string]string{"preset": "always_warm", "name": "typed", "queue_size": "many", "why": "because", "max_instances": "9"})
	r.Expect(http.StatusOK, "")
	r.Check(holds("name", "typed"), holds("queue_size", "many"), holds("why", "because"), holds("min_instances", "1"), holds("max_instances", "3"),
		htmlcheck.In(".presets[open] button[aria-current=true]", says("Always warm")), htmlcheck.In("form[data-guard=changed] input[name=notes_from]", htmlcheck.HasAttr("value", off)))

	b.Get("/deployments/" + on + "/edit")
	r = b.Submit("/deployments/"+on, map[string]string{"preset": "cheapest", "name": "other", "max_instances": "x"})
	r.Check(heading("Edit image-to-video"), holds("name", "other"), holds("max_instances", "1"), says("The API cannot change the workflow"), htmlcheck.In("input[name=base_name]", htmlcheck.HasAttr("value", "image-to-video")))
	r = b.Post("/deployments", with(newDeployment(), "preset", "none"))
	r.Check(holds("name", "upscaler"), holds("max_instances", "4"))
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("the API saw %v", w)
	}
}

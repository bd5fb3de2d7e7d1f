package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestRefusedValues posts values that our own rules or the API's refuse. Everything typed comes back, the reason stands at
// its field, and nothing was written.
func TestRefusedValues(t *testing.T) {
	t.Parallel()
	create, update := "/deployments", "/deployments/"+on
	long := strings.Repeat("n", 256)
	tests := []struct {
		name, path string
		typed      []string // field, value, ...
		fault      string
		wantStatus int
		wantField  string // the field that is blamed, "" for none
		wantSays   string
		wantPosted int // writes that reached the API
	}{
		{"no name", create, []string{"name", " "}, "", 422, "name", "Enter a name.", 0},
		{"long name", create, []string{"name", long}, "", 422, "name", "at most 255 characters", 0},
		{"line break in the name", update, []string{"name", "a\nb"}, "", 422, "name", "control characters", 0},
		{"bytes in the name", update, []string{"name", "a\xffb"}, "", 422, "name", "did not arrive intact", 0},
		{"no UUID", create, []string{"workflow_id", "my-workflow"}, "", 422, "workflow_id", "not a UUID", 0},
		{"no version", create, []string{"workflow_version", ""}, "", 422, "workflow_version", "Enter a workflow version", 0},
		{"hardware", create, []string{"hardware", "AMPERE_48,AMPERE_80"}, "", 422, "hardware", "Choose one", 0},
		{"minimum above 3", create, []string{"min_instances", "4"}, "", 422, "min_instances", "from 0 to 3", 0},
		{"minimum below 0", update, []string{"min_instances", "-1"}, "", 422, "min_instances", "from 0 to 3", 0},
		{"maximum 0", update, []string{"max_instances", "0"}, "", 422, "max_instances", "from 1 to 10", 0},
		{"maximum 11", create, []string{"max_instances", "11"}, "", 422, "max_instances", "from 1 to 10", 0},
		{"minimum above maximum", create, []string{"min_instances", "3", "max_instances", "2"}, "", 422, "min_instances", "must not be above", 0},
		{"minimum above the stored maximum", update, []string{"min_instances", "3", "max_instances", "2"}, "", 422, "min_instances", "must not be above", 0},
		{"a fraction", update, []string{"queue_size", "1.5"}, "", 422, "queue_size", "whole number", 0},
		{"an exponent", create, []string{"queue_size", "1e3"}, "", 422, "queue_size", "whole number", 0},
		{"too many digits", create, []string{"keep_warm_duration_in_seconds", "99999999999999999999"}, "", 422, "keep_warm_duration_in_seconds", "whole number", 0},
		{"state", update, []string{"is_enabled", "maybe"}, "", 422, "is_enabled", "enabled or paused", 0},

		{"API: queue", create, nil, "422@create=queue_size", 422, "queue_size", "RunComfy says: Value is not accepted.", 1},
		{"API: workflow", create, nil, "422@create=workflow_id", 422, "workflow_id", "RunComfy says: Value is not accepted.", 1},
		{"API: name", update, []string{"queue_size", "3"}, "422@update=name", 422, "name", "RunComfy says: Value is not accepted.", 1},
		{"API: state", update, []string{"is_enabled", "false"}, "422@update=is_enabled", 422, "is_enabled", "RunComfy says: Value is not accepted.", 1},
		{"API: a field of no form", update, []string{"queue_size", "3"}, "422@update=workflow_id", 422, "", "Workflow id: RunComfy says: Value is not accepted.", 1},
		{"API: 400", create, nil, "400@create", 422, "", "Bad Request", 1},
		{"API: 402", create, nil, "402@create", 502, "", "InsufficientFunds", 1},
		{"API: 403", create, nil, "403@create", 403, "", "does not let this account do that. It says: Forbidden. Nothing was changed.", 1},
		{"API: 403 before a create", create, nil, "403@list", 403, "", "It says: Forbidden. Nothing was changed.", 0},
		{"API: 403 before an update", update, []string{"queue_size", "3"}, "403@get", 403, "", "It says: Forbidden. Nothing was changed.", 0},
		{"API: 429 before an update", update, []string{"queue_size", "3"}, "429@get=30", 429, "", "Nothing was changed.", 0},
		{"API: 404", create, nil, "404@create", 422, "", "most likely the workflow. It says: Not Found.", 1},
		{"API: 404 on update", update, []string{"queue_size", "3"}, "404@update", 404, "", "what you typed is still here", 1},
		{"gone before an update", update, []string{"queue_size", "3"}, "404@get", 404, "", "what you typed is still here", 0},
		{"API: 409", create, nil, "409@create", 502, "", "Conflict", 1},
		{"API: 429", create, nil, "429@create=30", 429, "", "Try again in 30 s", 1},
		{"API: 429 on update", update, []string{"queue_size", "3"}, "429@update=30", 429, "", "Nothing was changed.", 1},
		{"API: success false", "/deployments/" + on + "/delete", nil, "delete-false@delete", 502, "", "RunComfy answered with an error", 1},
		{"API: funds inside a 200", create, nil, "error200@create", 502, "", "InsufficientFunds", 1},

		{"API down before a create", create, nil, "reset@list", 503, "", "Nothing was changed.", 0},
		{"API hangs before a create", create, nil, "hang@list", 504, "", "Nothing was changed", 0},
		{"API errs before an update", update, []string{"queue_size", "3"}, "500@get", 502, "", "Nothing was changed", 0},
		{"API hangs before an update", update, []string{"queue_size", "3"}, "hang@get", 504, "", "Nothing was changed", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{ReadTimeout: 6 * time.Second, WriteBudget: 30 * time.Second, SendBudget: 3 * time.Second})
			b := member(t, d)
			typed := newDeployment()
			if tt.path == update {
				b.Get(update + "/edit")
				typed = b.Form(update)
			} else if strings.HasSuffix(tt.path, "/delete") {
				typed = url.Values{"confirm_name": {"image-to-video"}}
			}
			typed = with(typed, tt.typed...)
			d.Sandbox.ResetCalls()
			if tt.fault != "" {
				d.Fault(tt.fault)
			}
			r := b.Write(tt.path, typed)
			r.Expect(tt.wantStatus, "")
			r.Check(says(tt.wantSays))
			checkBlamed(t, r, tt.wantField)
			want := with(typed)
			want.Del("form_key") // the form that comes back is a new one
			if tt.wantField == "hardware" || tt.name == "state" {
				delete(want, tt.wantField) // what no radio button stands for cannot be shown as chosen
			}
			if diff := cmp.Diff(want, r.Values(want)); diff != "" {
				t.Errorf("the form comes back changed (-typed +shown):\n%s", diff)
			}
			if got := len(d.Writes()); got != tt.wantPosted {
				t.Errorf("the API saw %d writes, want %d", got, tt.wantPosted)
			}
			if slices.ContainsFunc(d.Writes(), func(c sandbox.Call) bool { return c.Applied }) {
				t.Error("the API applied it")
			}
		})
	}
}

// checkBlamed holds that the field, and no other, is marked as wrong and gets the focus.
func checkBlamed(t *testing.T, r *webtest.Response, field string) {
	t.Helper()
	var got []string
	for _, e := range htmlcheck.Select(r.DOM(), ".field__error") {
		got = append(got, strings.TrimSuffix(htmlcheck.Attr(e, "id"), "-error"))
	}
	var want []string
	if field != "" {
		want = []string{field}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the fields %q are blamed, want %q", got, want)
	}
}

// TestSeveralWrongValues names every wrong field at once, above the form by their number.
func TestSeveralWrongValues(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	r := b.Post("/deployments", url.Values{"name": {""}, "min_instances": {"x"}})
	r.Expect(422, "")
	r.Check(htmlcheck.Count(".field__error", 8), says("8 values need your attention. Nothing was sent."), htmlcheck.Count("[autofocus]", 1), htmlcheck.In("#name", htmlcheck.HasAttr("aria-invalid", "true")))
	wantWrites(t, d)
}

// TestMalformedForms posts what no form of the site sends.
func TestMalformedForms(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	form := newDeployment().Encode()
	tests := []struct {
		name, path, body, kind string
		wantStatus             int
	}{
		{"an unknown field", "/deployments", form + "&is_admin=1", "application/x-www-form-urlencoded", 422},
		{"an unknown field of an update", "/deployments/" + on, "queue_size=3&id=x", "application/x-www-form-urlencoded", 422},
		{"a field twice", "/deployments", form + "&hardware=AMPERE_80", "application/x-www-form-urlencoded", 422},
		{"a base twice", "/deployments/" + on, "queue_size=3&base_queue_size=1&base_queue_size=2", "application/x-www-form-urlencoded", 422},
		{"a name twice", "/deployments/" + on + "/delete", "confirm_name=image-to-video&confirm_name=image-to-video", "application/x-www-form-urlencoded", 422},
		{"a field of another form", "/deployments/" + on + "/enable", "confirm_name=x", "application/x-www-form-urlencoded", 422},
		{"bad escapes", "/deployments", "name=%zz", "application/x-www-form-urlencoded", 400},
		{"semicolons", "/deployments", "name=a;b", "application/x-www-form-urlencoded", 400},
		{"multipart", "/deployments", "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\r\n--x--\r\n", "multipart/form-data; boundary=x", 400},
		{"plain text", "/deployments/" + on + "/disable", "switch=1", "text/plain", 400},
		{"JSON", "/deployments", "{}", "application/json", 400},
		{"no type", "/deployments", form, "", 400},
		{"oversize", "/deployments", "name=" + strings.Repeat("x", 64<<10), "application/x-www-form-urlencoded", 413},
		{"oversize delete", "/deployments/" + on + "/delete", "confirm_name=" + strings.Repeat("x", 64<<10), "application/x-www-form-urlencoded", 413},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := b.On(t).Do(http.MethodPost, tt.path, tt.body, webtest.Header("Content-Type", tt.kind))
			r.Expect(tt.wantStatus, "")
			r.Check(heading(map[bool]string{true: "Too large", false: "That did not work"}[tt.wantStatus == 413]), says("Nothing was sent on"), htmlcheck.NotIn(`main a[href="/sign-in"]`))
			if calls := d.Calls(); len(calls) > 0 {
				t.Errorf("the API saw %q", calls)
			}
		})
	}
}

// TestTooLarge: an answer to a form that is too large says how large one may be and what to do. Where the form is still on the
// screen, nobody is sent back to it; the sign-in form comes again.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{}))
	large := url.Values{"name": {strings.Repeat("x", 64<<10)}}
	const limit = "This form is larger than the 64 kB that are taken here. Nothing was sent on. "
	page := b.Post("/deployments", large)
	page.Expect(http.StatusRequestEntityTooLarge, "")
	page.Check(says(limit + "Go back, shorten it and send it again."))
	part := b.Post("/deployments", large, webtest.HX("https://deck.example/deployments/new"))
	part.Expect(http.StatusRequestEntityTooLarge, "")
	part.Check(says(limit + "Shorten it and send it again."))
	again := b.Post("/sign-in", url.Values{"token": large["name"]})
	again.Expect(http.StatusRequestEntityTooLarge, "")
	again.Check(heading("Sign in"), says(limit), htmlcheck.In("input[name=token]", htmlcheck.HasAttr("maxlength", "4096")))
}

// TestWhatFieldsTakeFits fills large fields with as many characters as they take, of those that grow most on the way: what is
// wrong with them is said beside them.
func TestWhatFieldsTakeFits(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{}))
	for path, field := range map[string]string{"/deployments/new": "paste", "/deployments/" + on + "/notes": "note"} {
		blank := b.Get(path)
		area := htmlcheck.Select(blank.DOM(), "textarea[name="+field+"]")
		if len(area) != 1 {
			t.Fatalf("%s has %d fields %s", path, len(area), field)
		}
		most, _ := strconv.Atoi(htmlcheck.Attr(area[0], "maxlength"))
		if most < 4096 {
			t.Errorf("%s of %s takes %d characters", field, path, most)
		}
		form := url.Values{field: {strings.Repeat("漢", most)}}
		if field == "note" {
			form.Set("version", blank.Value("version"))
			form["owner"], form["tags"] = []string{strings.Repeat("漢", 400)}, []string{strings.Repeat("漢", 1000)}
		}
		r := b.Post(path, form)
		r.Expect(http.StatusUnprocessableEntity, "")
		r.Check(htmlcheck.In("textarea[name="+field+"]", htmlcheck.HasAttr("aria-invalid", "true")))
	}
}

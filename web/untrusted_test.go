package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestStrangeNames shows deployments whose names are made to confuse: they are text, they can be read, and every action
// works on them.
func TestStrangeNames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ name, shown string }{
		"script":       {`<script>alert(1)</script>`, `<script>alert(1)</script>`},
		"attribute":    {`" onmouseover="alert(1)" x="`, `" onmouseover="alert(1)" x="`},
		"htmx":         {`<b hx-post="/sign-out" hx-trigger="load">`, `<b hx-post="/sign-out" hx-trigger="load">`},
		"template":     {`{{7*7}} ${7*7} %s %d`, `{{7*7}} ${7*7} %s %d`},
		"comment":      {`--><!-- ]]>`, `--><!-- ]]>`},
		"bidi":         {"abc\u202egnp.exe", `abc`},
		"invisible":    {"pay\u200bpal", "pay"},
		"control":      {"a\x01\x1b[31mb", "a"},
		"line breaks":  {"two\r\nlines", "two"},
		"only blanks":  {"   ", "Deployment without a name"},
		"empty":        {"", "Deployment without a name"},
		"missing":      {"", "Deployment without a name"},
		"null":         {"", "Deployment without a name"},
		"ten thousand": {strings.Repeat("n", 10_000), strings.Repeat("n", 200)},
		"replacement":  {"a\ufffdb", "a"},
		"emoji":        {"👩‍🚀 Weltraum", "Weltraum"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{Unnamed: true})
			put := func(enabled bool) {
				named := map[string]string{"missing": "", "null": `"name":null,`}
				if _, odd := named[name]; !odd {
					named[name] = `"name":` + quoted(t, tt.name) + `,`
				}
				raw := `{"id":"` + on + `",` + named[name] + `"workflow_id":"00000000-0000-0000-0000-000000001111","workflow_version":` + quoted(t, tt.name) +
					`,"hardware":["AMPERE_48"],"min_instances":0,"max_instances":3,"queue_size":1,"keep_warm_duration_in_seconds":60,"status":` + quoted(t, tt.name) + `,"is_enabled":` + strconv.FormatBool(enabled) + `}`
				d.Sandbox.Put(webtest.Token, sandbox.Deployment{ID: on, Name: tt.name, Raw: json.RawMessage(raw), MaxInstances: 3, IsEnabled: enabled})
			}
			put(true)
			b := member(t, d)
			for _, path := range []string{"/deployments", "/deployments/" + on, "/deployments/" + on + "/edit", "/deployments/" + on + "/delete", "/deployments/new?from=" + on} {
				r := b.Get(path)
				r.Expect(200, "")
				r.Check(htmlcheck.NotIn("[onmouseover]"), htmlcheck.NotIn("main script"), htmlcheck.NotIn("b"))
				if !strings.Contains(path, "new") {
					r.Check(says(tt.shown))
				}
				for _, hidden := range []string{"\u202e", "\u200b", "\x1b", "\x01"} {
					if strings.Contains(r.Text(), hidden) {
						t.Errorf("%s shows the character %U as it is", path, []rune(hidden)[0])
					}
				}
				if len(r.Text()) > 20_000 {
					t.Errorf("%s has %d bytes of text", path, len(r.Text()))
				}
			}
			if strings.TrimSpace(tt.name) == "" {
				changeUnnamed(t, d, b, put)
			}
			b.Get("/deployments/" + on + "/delete")
			confirm := confirmText(t, b.Page)
			r := b.Submit("/deployments/"+on+"/delete", map[string]string{"confirm_name": confirm})
			r.Expect(http.StatusSeeOther, "/deployments")
			b.Get("/deployments").Check(says("Deleted:"))
		})
	}
}

// changeUnnamed makes every change of settings to a deployment that has no name: none is sent along.
func changeUnnamed(t *testing.T, d *webtest.Deck, b *webtest.Browser, put func(enabled bool)) {
	t.Helper()
	d.Sandbox.ResetCalls()
	b.Write("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}).Expect(http.StatusSeeOther, "/deployments/"+on)
	put(false)
	b.Write("/deployments/"+on+"/enable", url.Values{"switch": {"1"}}).Expect(http.StatusSeeOther, "/deployments/"+on)
	put(true)
	b.Get("/deployments/" + on + "/edit")
	b.Submit("/deployments/"+on, map[string]string{"queue_size": "6"}).Expect(http.StatusSeeOther, "/deployments/"+on)
	run := b.Post("/deployments/bulk", url.Values{"id[]": {on}, "change": {"disable"}, "list": {""}}).Location()
	b.Get(run)
	b.Submit(run+"/start", nil).Expect(http.StatusSeeOther, run)
	over(t, b, run).Check(says("Finished: 1 done"))
	const line = "PATCH /deployments/ON"
	wantWrites(t, d, map[string]any{"-": line, "is_enabled": false}, map[string]any{"-": line, "is_enabled": true}, map[string]any{"-": line, "queue_size": 6.0}, map[string]any{"-": line, "is_enabled": false})
}

// TestNameRequired: a service that insists on a name says so, the screen says how to give one, and that then works.
func TestNameRequired(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	nameless := webtest.Filled(sandbox.Deployment{ID: on}, d.Clock.Now())
	nameless.Name = ""
	d.Sandbox.Put(webtest.Token, nameless)
	b := member(t, d)
	const want = "Deployment name is required. This server knows no name to send along: give the deployment one in its edit form, then try again."
	r := b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}})
	r.Expect(http.StatusUnprocessableEntity, "")
	r.Check(says(want))
	b.Get("/deployments/" + on + "/edit")
	r = b.Submit("/deployments/"+on, map[string]string{"queue_size": "6"})
	r.Expect(http.StatusUnprocessableEntity, "")
	r.Check(says(want))
	checkBlamed(t, r, "name")
	b.Submit("/deployments/"+on, map[string]string{"name": "named"}).Expect(http.StatusSeeOther, "/deployments/"+on)
	b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}).Expect(http.StatusSeeOther, "/deployments/"+on)
}

// confirmText is what the delete page asks to be typed.
func confirmText(t *testing.T, r *webtest.Response) string {
	t.Helper()
	for _, l := range htmlcheck.Select(r.DOM(), "label") {
		if htmlcheck.Attr(l, "for") == "confirm_name" {
			text := htmlcheck.Text(l)
			return text[strings.Index(text, "“")+len("“") : strings.LastIndex(text, "”")]
		}
	}
	t.Fatal("the page asks for no name")
	return ""
}

func quoted(t *testing.T, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestOddDeployments shows answers whose fields are missing, null or of another type, and changes them.
func TestOddDeployments(t *testing.T) {
	t.Parallel()
	const id = `{"id":"` + on + `",`
	tests := []struct {
		name, raw    string
		list, detail []string // what the pages say
	}{
		{"nothing but an id", id[:len(id)-1] + `}`, []string{"Deployment without a name", "unknown", "?–?"}, []string{"Unknown", "Minimum instances unknown", "RunComfy sent no readme", "RunComfy sent no payload"}},
		{
			"all null", id + `"name":null,"workflow_id":null,"workflow_version":null,"hardware":null,"min_instances":null,"max_instances":null,"queue_size":null,"keep_warm_duration_in_seconds":null,"status":null,"is_enabled":null,"payload":null,"readme":null,"created_at":null,"updated_at":null}`,
			[]string{"Deployment without a name", "unknown", "?–?"},
			[]string{"Maximum instances unknown", "The payload is null"},
		},
		{"no numbers", id + `"name":"odd one","hardware":["AMPERE_48"],"status":"standby","is_enabled":true}`, []string{"odd one", "?–?", "48 GB · A6000"}, []string{"Queue size unknown", "Keep warm unknown"}},
		{"other types", id + `"name":17,"hardware":"AMPERE_48","min_instances":"1","max_instances":1.5,"queue_size":true,"is_enabled":"yes","status":{},"payload":"text","readme":[1]}`, []string{"17"}, []string{"another shape than the API documents"}},
		{
			"big numbers", id + `"name":"big","min_instances":9007199254740993,"max_instances":9223372036854775807,"queue_size":1000000,"keep_warm_duration_in_seconds":90061,"is_enabled":true}`,
			[]string{"9,007,199,254,740,993–9,223,372,036,854,775,807", "1 d 1 h 1 min 1 s", "1,000,000"},
			[]string{"9,007,199,254,740,993 warm"},
		},
		{"below zero", id + `"name":"minus","min_instances":-5,"max_instances":-1,"queue_size":-1,"keep_warm_duration_in_seconds":-60,"is_enabled":true}`, []string{"-5–-1", "-60 s"}, []string{"Minimum instances -5"}},
		{"several machines", id + `"name":"many","hardware":["AMPERE_48","NEW_GPU_1"],"is_enabled":false}`, []string{"48 GB · A6000", "Paused"}, []string{"and 1 more"}},
		{"three kinds of time", id + `"name":"times","created_at":"yesterday-ish","updated_at":"2026-03-14T15:00:00.000001","is_enabled":true}`, []string{"9 min ago"}, []string{"yesterday-ish"}},
		{"fields of the future", id + `"name":"future","is_enabled":true,"regions":["eu"],"cost":{"hour":1.5}}`, []string{"future"}, []string{"future"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			d.Sandbox.Remove(webtest.Token, off)
			d.Sandbox.Put(webtest.Token, sandbox.Deployment{ID: on, Name: "x", Raw: json.RawMessage(tt.raw)})
			b := member(t, d)
			for path, want := range map[string][]string{"/deployments": tt.list, "/deployments/" + on: tt.detail, "/deployments/" + on + "/edit": nil, "/deployments/" + on + "/delete": nil} {
				r := b.Get(path)
				r.Expect(200, "")
				for _, text := range want {
					r.Check(says(text))
				}
				r.Check()
			}
			b.Get("/deployments/" + on + "/edit")
			r := b.Submit("/deployments/"+on, map[string]string{"queue_size": "6", "name": "renamed"})
			if w := d.Writes(); len(w) != 1 || r.Status != http.StatusSeeOther {
				t.Errorf("saving answered %d with %d writes, want 303 with 1: %s", r.Status, len(w), r.Text())
			} else if got := sent(t, w[0]); len(got) != 2 || got["queue_size"] != 6.0 || got["name"] != "renamed" {
				t.Errorf("the PATCH holds %v, want name and queue_size alone", got)
			}
		})
	}
}

// TestUnreadablePayload opens, changes and deletes a deployment whose payload cannot be read.
func TestUnreadablePayload(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"repeated key": `{"workflow_api_json":{"1":{"a":1},"1":{"a":2}},"overrides":{},"object_info_url":""}`,
		"too deep":     `{"workflow_api_json":{"1":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + `},"overrides":{},"object_info_url":""}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			d.Put(sandbox.Deployment{ID: on, Payload: json.RawMessage(payload)})
			b := member(t, d)
			for _, page := range []string{"", "/edit", "/delete", "/notes", "/share"} {
				b.Get("/deployments/"+on+page).Expect(http.StatusOK, "")
			}
			r := b.Get("/deployments/" + on + "/payload")
			r.Expect(http.StatusBadGateway, "")
			if strings.Contains(r.Text(), "in a moment") {
				t.Errorf("the page advises to try again: %s", r.Text())
			}
			b.Write("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}).Expect(http.StatusSeeOther, "/deployments/"+on)
			b.Write("/deployments/"+on+"/enable", url.Values{"switch": {"1"}}).Expect(http.StatusSeeOther, "/deployments/"+on)
			b.Get("/deployments/" + on + "/edit")
			b.Submit("/deployments/"+on, map[string]string{"queue_size": "6"}).Expect(http.StatusSeeOther, "/deployments/"+on)
			b.Get("/deployments/" + on + "/delete")
			b.Submit("/deployments/"+on+"/delete", map[string]string{"confirm_name": "image-to-video"}).Expect(http.StatusSeeOther, "/deployments")
		})
	}
}

// gadgets is a readme that tries to act.
const gadgets = `# Hello

<script>fetch('/sign-out',{method:'POST'})</script>
<form action="/deployments/` + on + `/delete" method="post"><input name="confirm_name" value="image-to-video"><button>ok</button></form>
<div hx-post="/deployments/` + on + `/disable" hx-trigger="load" hx-nonce="x" data-hx-get="/sign-out">a</div>
<a href="javascript:alert(1)" onclick="alert(1)">b</a> [c](javascript:alert(1)) [d](data:text/html,x) <a href="//evil.example" target=_blank>e</a>
<img src="/deployments/` + on + `/disable" onerror="alert(1)"> ![f](https://evil.example/pixel.png) <svg onload="alert(1)"><use href="#x"/></svg>
<iframe src="/deployments"></iframe><object data="/x"></object><embed src="/x"><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example">
<link rel="stylesheet" href="https://evil.example/x.css"><style>body{display:none}</style><p style="position:fixed">g</p><p id="main" class="notice" name="token">h</p>
<input name="token" form="x"><textarea autofocus onfocus=alert(1)></textarea><math><mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mtext></math>
`

// TestReadmeIsInert opens a readme full of gadgets: what is left of it is text without effect, and no write reaches the API.
func TestReadmeIsInert(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{
		ID: on, Name: "image-to-video", IsEnabled: true, Readme: gadgets,
		Payload: json.RawMessage(`{"workflow_api_json":{"1":{"class_type":"<img src=x onerror=alert(1)>","inputs":{"a\u202e":"</code><script>alert(1)</script>"}}},"overrides":{},"object_info_url":"javascript:alert(1)"}`),
	})
	b := member(t, d)
	for mode, change := range map[string]webtest.Request{"page": func(*http.Request) {}, "part": webtest.HX(d.URL + "/deployments/" + on)} {
		r := b.Get("/deployments/"+on, change)
		r.Expect(200, "")
		prose := ".prose "
		r.Check(says("Hello"))
		for _, tag := range []string{
			"script", "form", "input", "button", "textarea", "img", "svg", "iframe", "object", "embed", "base", "meta", "link", "style", "math", "[style]", "[onclick]", "[onerror]", "[onload]", "[onfocus]", "[target]", "[name]",
			"[hx-post]", "[hx-get]", "[hx-trigger]", "[hx-nonce]", "[data-hx-get]", "[autofocus]",
		} {
			r.Check(htmlcheck.NotIn(prose + tag))
		}
		if len(htmlcheck.Select(r.DOM(), ".prose")) != 1 || !strings.Contains(r.Body, `class="prose" hx-ignore`) {
			t.Errorf("%s: the readme is not in one region closed to htmx", mode)
		}
		for _, a := range htmlcheck.Select(r.DOM(), "main a[href]") {
			href := strings.ToLower(htmlcheck.Attr(a, "href"))
			if !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "https://") && !strings.HasPrefix(href, "#") {
				t.Errorf("%s: a link leads to %q", mode, href)
			}
		}
		for _, n := range htmlcheck.Select(r.DOM(), ".prose [id]") {
			if !strings.HasPrefix(htmlcheck.Attr(n, "id"), "readme") {
				t.Errorf("%s: the readme sets the id %q", mode, htmlcheck.Attr(n, "id"))
			}
		}
		for _, n := range htmlcheck.Select(r.DOM(), "*") {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s %s>", mode, n.Data, a.Key)
				}
			}
		}
	}
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("the API saw %d writes", len(w))
	}
}

// TestPayloadDownload holds that the file is byte for byte what the API sent, and that no browser takes it for a page.
func TestPayloadDownload(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	raw := `{"workflow_api_json": {"1":{"class_type":"<script>","inputs":{"seed":9007199254740993123,"f":1.50}}},  "overrides":{},"object_info_url":""}`
	d.Put(sandbox.Deployment{ID: on, Name: "image-to-video", Payload: json.RawMessage(raw)})
	r := member(t, d).Get("/deployments/" + on + "/payload.json")
	r.Expect(200, "")
	if r.Body != raw || r.Header.Get("Content-Type") != "application/json; charset=utf-8" || r.Header.Get("Content-Disposition") != `attachment; filename="`+on+`.json"` {
		t.Errorf("got %q as %q, %q", r.Body, r.Header.Get("Content-Type"), r.Header.Get("Content-Disposition"))
	}
	d.Fault("no-payload")
	member(t, d).Get("/deployments/"+on+"/payload.json").Expect(404, "")
}

// TestManyDeployments pages through more than one page can show.
func TestManyDeployments(t *testing.T) {
	t.Parallel()
	d := webtest.Start(t, webtest.Options{Sandbox: sandbox.Options{Deployments: 132}})
	b := member(t, d)
	seen := map[string]bool{}
	next, pages := "/deployments", 0
	for next != "" {
		r := b.Get(next, webtest.Header("Accept-Encoding", ""))
		r.Expect(200, "")
		pages++
		r.Check(says("Page " + strconv.Itoa(pages) + " of 6"))
		for _, tr := range htmlcheck.Select(r.DOM(), "tbody tr") {
			seen[htmlcheck.Attr(tr, "id")] = true
		}
		next = ""
		for _, a := range htmlcheck.Select(r.DOM(), ".pager a") {
			if htmlcheck.Text(a) == "Next" {
				next = htmlcheck.Attr(a, "href")
			}
		}
	}
	if len(seen) != 132 || pages != 6 {
		t.Errorf("saw %d deployments on %d pages, want 132 on 6", len(seen), pages)
	}
	if r := b.Get("/deployments?page=99"); !strings.Contains(r.Text(), "126–132 of 132") && !strings.Contains(r.Text(), "Page 6 of 6") {
		t.Errorf("a page beyond the last one: %s", r.Text())
	}
	if calls := d.Calls(); len(calls) != 7 {
		t.Errorf("the API saw %d calls, want one per page", len(calls))
	}
	d.Clock.Advance(time.Hour)
	b.Get("/deployments").Check(says("16:09:26 UTC"))
}

package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// withPayload starts a server with one deployment that has a payload.
func withPayload(t *testing.T, payload string) (*webtest.Deck, *webtest.Browser) {
	t.Helper()
	d := start(t, webtest.Options{})
	d.Sandbox.Put(webtest.Token, sandbox.Deployment{
		ID: on, Name: "one", WorkflowID: "00000000-0000-0000-0000-000000001111", WorkflowVersion: "v1", Hardware: []string{"AMPERE_48"}, MaxInstances: 1, QueueSize: 1,
		Status: "standby", IsEnabled: true, CreatedAt: d.Clock.Now(), UpdatedAt: d.Clock.Now(), Payload: json.RawMessage(payload),
	})
	return d, member(t, d)
}

// large is a payload with a workflow of n nodes of about a kilobyte.
func large(n int) string {
	var b strings.Builder
	b.WriteString(`{"workflow_api_json":{`)
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `"%d":{"class_type":"Class%d","inputs":{"seed":%d,"text":"%s","in":["%d",0]}}`, i, i%9, uint64(1)<<63+uint64(i), strings.Repeat("a lighthouse ", 70), max(0, i-1))
	}
	b.WriteString(`},"overrides":{},"object_info_url":""}`)
	return b.String()
}

// The raw view and the download have every byte, however large and odd the payload is.
func TestPayloadBytes(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"odd":       `{ "a" :  1.50e+3, "b": "\ud800\u202e` + "\u202e" + `", "seed": 18446744073709551615 }`,
		"null":      `null`,
		"no object": `["x"]`,
		"twice":     `{"a": 1, "a": 2}`,
		"12 MB":     large(12_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, b := withPayload(t, payload)
			for path, kind := range map[string]string{"/payload.json": "application/json; charset=utf-8", "/payload.json?view=raw": "text/plain; charset=UTF-8"} {
				r := b.Get("/deployments/" + on + path)
				r.Expect(http.StatusOK, "")
				if r.Body != payload {
					t.Errorf("%s: %d bytes, want the %d of the payload", path, len(r.Body), len(payload))
				}
				if r.Header.Get("Content-Type") != kind || !strings.Contains(r.Header.Get("Content-Security-Policy"), "sandbox") {
					t.Errorf("%s: %v", path, r.Header)
				}
			}
		})
	}
}

// A large payload opens branch by branch, for htmx as a part and without it as a page; the same few bytes are not read again.
func TestPayloadBranches(t *testing.T) {
	t.Parallel()
	d, b := withPayload(t, large(1000))
	home := "/deployments/" + on
	r := b.Get(home)
	r.Expect(http.StatusOK, "")
	if len(r.Body) > 310_000 {
		t.Errorf("the page of a payload of 1 MB has %d bytes", len(r.Body))
	}
	closed := htmlcheck.Select(r.DOM(), "a.node__open")
	if len(closed) == 0 {
		t.Fatal("nothing is closed")
	}
	branch := b.Get(htmlcheck.Attr(closed[0], "hx-get"), webtest.HX(d.URL+home))
	branch.Expect(http.StatusOK, "")
	branch.Check(htmlcheck.NotIn("html"), htmlcheck.NotIn("main"), htmlcheck.In("details.node[open] > summary", says("")), htmlcheck.In(".leaf", says("")))
	page := b.Get(htmlcheck.Attr(closed[0], "href"))
	page.Check(heading("Payload of one"), htmlcheck.In(".json .leaf", says("")), htmlcheck.In(`nav a[href="`+home+`/payload?at=%2Fworkflow_api_json"]`, says("workflow_api_json")))

	tree := b.Get(home + "/payload?at=%2Fworkflow_api_json")
	next := htmlcheck.Select(tree.DOM(), "a.node__turn")
	if len(next) != 1 || htmlcheck.Text(next[0]) != "800 more" {
		t.Fatalf("the page turns %d times", len(next))
	}
	b.Get(htmlcheck.Attr(next[0], "href")).Check(htmlcheck.In(".json", says("200 before these")), htmlcheck.In(".json", says("600 more")), htmlcheck.In(".json", says("399")))
	b.Get(home+"/payload?q=9223372036854776806").Check(says("1 found."), htmlcheck.In(".leaf.node__hit", says("9223372036854776806")))
	b.Get(home + "/payload?q=lighthouse&at=%2Fworkflow_api_json%2F7").Check(says("1 found."))
	b.Get(home + "/payload?q=class_type").Check(says("1,000 found, the first"))
	b.Get(home + "/payload?q=nothing+like+it").Check(says("Nothing in the payload has that"))
	reads := 0
	for _, call := range namedAll(d.Calls()) {
		if strings.Contains(call, "includes=payload") {
			reads++
		}
	}
	if reads != 1 {
		t.Errorf("the payload was read %d times", reads)
	}
}

// What is above the payload does not wait for it, and stays when it cannot be read.
func TestPayloadFails(t *testing.T) {
	t.Parallel()
	d, b := withPayload(t, large(3))
	d.Fault("500@get")
	r := b.Get("/deployments/" + on)
	r.Expect(http.StatusOK, "")
	r.Check(heading("one"), says("Scaling"), htmlcheck.In("section[aria-labelledby=payload] a", says("Read it again")), says("status 500"), says("Scripts and protection"))
	d.Fault()
	d.Clock.Advance(time.Minute)
	b.Get("/deployments/" + on).Check(htmlcheck.In(".json", says("workflow_api_json")))
}

// A value comes to the clipboard exactly: texts as they are, everything else as the JSON that stands there.
func TestPayloadCopies(t *testing.T) {
	t.Parallel()
	_, b := withPayload(t, `{"seed": 18446744073709551615, "text": "a\u202eb \"c\"\n", "odd": "\r\u0000", "list": [1, 2.50], "a/b": {"~": null}, "": 5}`)
	for at, want := range map[string]string{
		"/seed": "18446744073709551615", "/text": "a\u202eb \"c\"\n", "/odd": `"\r\u0000"`, "/list": "[1, 2.50]", "/list/1": "2.50", "/a~1b/~0": "null", "/": "5",
	} {
		r := b.Get("/deployments/" + on + "/payload?at=" + strings.NewReplacer("/", "%2F", "~", "%7E").Replace(at))
		copies := map[string]bool{}
		for _, n := range htmlcheck.Select(r.DOM(), "button[data-copy]") {
			copies[htmlcheck.Attr(n, "data-copy")] = true
		}
		if !copies[at] || !copies[want] {
			t.Errorf("%s: the buttons copy %v, want the path and %q", at, copies, want)
		}
	}
}

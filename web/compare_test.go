package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// other is a deployment much like the one that is on.
const other = "d0e1f2a3-4444-5555-6666-cafecafecafe"

// otherPayload is workflowPayload with one node moved to another id, one value changed, one node more and one link less.
var otherPayload = strings.NewReplacer(`"6"`, `"60"`, "a mug", "a cup", `,"model":["99",0]`, "", `"overrides"`, `"overrides"`).Replace(
	strings.Replace(workflowPayload, `}}},"overrides"`, `}},"8":{"class_type":"<b>VAEDecode</b>","inputs":{"samples":["3",0]}}},"overrides"`, 1))

func startCompare(t *testing.T, payload string) (*webtest.Deck, *webtest.Browser) {
	t.Helper()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{ID: other, Name: "image-to-video 2", Payload: []byte(payload), MaxInstances: 5, QueueSize: 1, KeepWarm: 60, IsEnabled: true, Readme: "one\ntwo\n"})
	return d, member(t, d)
}

func compareAt(a, b string) string { return "/compare?a=" + a + "&b=" + b }

func TestCompare(t *testing.T) {
	t.Parallel()
	d, b := startCompare(t, otherPayload)
	r := b.Get(compareAt(on, other))
	calls := namedAll(d.Calls())
	slices.Sort(calls)
	want := []string{"GET /deployments/NEW?includes=payload", "GET /deployments/ON?includes=payload", "GET /deployments?ids=NEW&includes=readme", "GET /deployments?ids=ON&includes=readme"}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("the API saw (-want +got):\n%s", diff)
	}
	r.Check(
		heading("image-to-video and image-to-video 2"),
		htmlcheck.In(".callout strong", says("2 nodes changed, 1 added, 1 under another id, 1 link differs; settings: name and maximum instances; the readme differs.")),
		htmlcheck.In("#row-n1", says("Changed, moved 6 → 60"), says("a mug"), says("a cup")),
		htmlcheck.In("#row-n3", says("Added"), says("<b>VAEDecode</b>"), says("KSampler, node 3, output 0")),
		htmlcheck.Count("a.box", 5), htmlcheck.Count("a.box.added", 1), htmlcheck.Count("a.box.changed", 2), htmlcheck.Count("path.wire.removed", 1),
		htmlcheck.In(".diff", says("two")), says("image-to-video has 4 nodes, image-to-video 2 4: "),
		htmlcheck.In("#row-n1", says("a mug → a cup")), htmlcheck.NotIn("main del"),
		htmlcheck.In(".keyline", says("only in image-to-video, dashed"), says("only in image-to-video 2")),
		htmlcheck.In(`a[href="/compare?a=`+other+`&b=`+on+`"]`, says("Swap sides")),
	)
	for _, n := range htmlcheck.Select(r.DOM(), ".compare tbody th") {
		if text := htmlcheck.Text(n); !strings.Contains(text, "differs") {
			t.Errorf("among the differences: %q", text)
		}
	}
	b.Get(compareAt(other, on)).Check(htmlcheck.In(".callout strong", says("2 nodes changed, 1 removed, 1 under another id")))
	b.Get(compareAt(on, other)+"&all=1").Check(says("Queue size"), says("Created"), htmlcheck.In("#row-n0", says("Same")))
}

// TestCompare_OddPayloads compares whatever a payload may be with a usual one, both ways round.
func TestCompare_OddPayloads(t *testing.T) {
	t.Parallel()
	var large strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&large, `"%d":{"class_type":"A","inputs":{"x":["%d",0],"v":%d}},`, i, (i+1)%2000, i)
	}
	for name, tt := range map[string]struct{ payload, want string }{
		"null":            {"null", "only image-to-video has a workflow"},
		"empty":           {"{}", "The payload is empty."},
		"no workflow":     {`{"workflow_api_json":null}`, "holds no workflow"},
		"another shape":   {"[1,2]", "only image-to-video has a workflow"},
		"no nodes at all": {`{"workflow_api_json":{"1":5,"2":null}}`, "Node 1 is none"},
		"a circle":        {`{"workflow_api_json":{"1":{"class_type":"A","inputs":{"x":["2",0]}},"2":{"class_type":"A","inputs":{"x":["1",0]}}}}`, "Links lead round in a circle"},
		"markup":          {`{"workflow_api_json":{"<script>alert(1)</script>":{"class_type":"<img src=x>","inputs":{"<b>":"\u202e</td>"}}}}`, "<img src=x>"},
		"large":           {`{"workflow_api_json":{` + strings.TrimSuffix(large.String(), ",") + `}}`, "Page 1 of 9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, b := startCompare(t, tt.payload)
			for _, address := range []string{compareAt(on, other), compareAt(other, on) + "&all=1"} {
				r := b.Get(address)
				r.Expect(http.StatusOK, "")
				if !strings.Contains(address, "all") {
					r.Check(says(tt.want))
				}
			}
		})
	}
}

func TestCompare_Same(t *testing.T) {
	t.Parallel()
	d, b := startCompare(t, otherPayload)
	d.Put(sandbox.Deployment{ID: other, Payload: []byte(workflowPayload)})
	b.Get(compareAt(on, other)).Check(says("No difference: settings, readme and workflow are the same."), htmlcheck.NotIn(".graph__svg"), says(other))
}

// TestCompare_OverriddenInOne: the side that an override belongs to is called by its name, too.
func TestCompare_OverriddenInOne(t *testing.T) {
	t.Parallel()
	_, b := startCompare(t, strings.Replace(workflowPayload, `"overrides":`, `"before":`, 1))
	for _, address := range []string{compareAt(on, other), compareAt(other, on)} {
		b.Get(address).Check(htmlcheck.In("dd .faint", htmlcheck.HasExactText("set by an override in image-to-video")))
	}
}

// TestCompare_OneName: two deployments of one name are told apart by their ids wherever one of them is spoken of.
func TestCompare_OneName(t *testing.T) {
	t.Parallel()
	d, b := startCompare(t, otherPayload)
	d.Put(sandbox.Deployment{ID: other, Name: "image-to-video", Payload: []byte("{}")})
	b.Get(compareAt(on, other)).Check(says("only image-to-video "+on+" has a workflow"), says("image-to-video "+other+": The payload is empty."))
}

// TestCompare_Missing: which of the two is not to be had is said, and another can be chosen in its place.
func TestCompare_Missing(t *testing.T) {
	t.Parallel()
	_, b := startCompare(t, otherPayload)
	for id, want := range map[string]int{foreign: http.StatusForbidden, nowhere: http.StatusNotFound} {
		r := b.Get(compareAt(on, id))
		r.Check(heading("Compare image-to-video with another"), says("About the second one ("+id+"): RunComfy "), htmlcheck.In(".saved", htmlcheck.Count(`a[href="`+compareAt(on, other)+`"]`, 1)))
		if r.Status != want {
			t.Errorf("answered %d, want %d", r.Status, want)
		}
		b.Get(compareAt(id, on)).Check(says("About the first one ("+id+")"), htmlcheck.In(".saved", htmlcheck.Count(`a[href="`+compareAt(other, on)+`"]`, 1)))
		b.Get(compareAt(id, id)).Check(says("About both sides"))
	}
}

func TestCompare_APIFails(t *testing.T) {
	t.Parallel()
	d, b := startCompare(t, otherPayload)
	d.Sandbox.SetFaults(sandbox.MustFault("500"))
	r := b.Get(compareAt(on, other))
	if r.Status < 500 || !strings.Contains(r.Text(), "About the first one") {
		t.Errorf("answered %d: %s", r.Status, r.Text())
	}
	d.Sandbox.SetFaults(sandbox.MustFault("401"))
	b.Get(compareAt(on, other)).Expect(http.StatusSeeOther, "/sign-in?next="+url.QueryEscape(compareAt(on, other)))
}

// brought is the form with a workflow, as a browser sends it.
func brought(t *testing.T, text, file string) (body string, change webtest.Request) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("workflow", text)
	part, err := w.CreateFormFile("file", map[bool]string{true: "", false: "mine <1>.json"}[file == ""])
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(file))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), webtest.Header("Content-Type", w.FormDataContentType())
}

func TestCompareBrought(t *testing.T) {
	t.Parallel()
	_, b := startCompare(t, otherPayload)
	at := "/compare?a=" + on
	editor := `{"nodes":[{"id":1,"type":"KSampler"}],"links":[]}`
	for name, tt := range map[string]struct {
		text, file string
		status     int
		want       []htmlcheck.Checker
	}{
		"pasted":          {otherPayload, "", 200, []htmlcheck.Checker{heading("image-to-video and the pasted workflow"), says("2 nodes changed, 1 added"), htmlcheck.In("textarea", says("a cup")), htmlcheck.NotIn(".zooms a")}},
		"as a file":       {"", otherPayload, 200, []htmlcheck.Checker{heading("image-to-video and mine <1>.json"), says("2 nodes changed, 1 added")}},
		"a file and text": {"nonsense", workflowPayload, 200, []htmlcheck.Checker{says("No difference: the workflow is the same.")}},
		"nothing":         {" ", "", 422, []htmlcheck.Checker{says("Paste a workflow, or choose a file with one.")}},
		"not JSON":        {"{\n oops", "", 422, []htmlcheck.Checker{says("This is not JSON: not valid JSON at line 2"), htmlcheck.In("textarea", says("oops"))}},
		"of the editor":   {"", editor, 422, []htmlcheck.Checker{says("Export (API)"), says("as ComfyUI's editor saves it")}},
		"another JSON":    {"[1]", "", 422, []htmlcheck.Checker{says("nothing in it has a class_type"), says("Export (API)")}},
		"markup":          {`{"1":{"class_type":"</textarea><script>alert(1)</script>"}}`, "", 200, []htmlcheck.Checker{says("</textarea><script>alert(1)</script>")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, kind := brought(t, tt.text, tt.file)
			r := b.On(t).Do(http.MethodPost, at, body, kind)
			if r.Status != tt.status {
				t.Errorf("answered %d, want %d", r.Status, tt.status)
			}
			r.Check(tt.want...)
		})
	}
	b.Post(at, url.Values{"workflow": {workflowPayload}, "all": {"1"}}).Check(says("No difference"), htmlcheck.Count("a.box", 4))
	b.Post(at, url.Values{"workflow": {workflowPayload}}, webtest.HX("https://deck.example"+at)).Check(says("No difference"))
	b.Post("/compare", url.Values{"workflow": {"x"}}).Check(says("Choose the deployment first"), htmlcheck.In("textarea", says("x")))
	b.Post("/compare?a="+nowhere, url.Values{"workflow": {workflowPayload}}).Check(says("no such deployment"), htmlcheck.In("textarea", says("a mug")))
	if r := b.Post(at, url.Values{"other": {"x"}}); r.Status != http.StatusUnprocessableEntity {
		t.Errorf("a field of no form: answered %d", r.Status)
	}
}

// TestCompareBrought_Bounds: a large workflow is taken, a larger one and other kinds of bodies are not; no other form takes files.
func TestCompareBrought_Bounds(t *testing.T) {
	t.Parallel()
	_, b := startCompare(t, otherPayload)
	at := "/compare?a=" + on
	large := strings.Replace(workflowPayload, "a mug", strings.Repeat("a mug ", 500_000), 1)
	body, kind := brought(t, "", large)
	if r := b.Do(http.MethodPost, at, body, kind); r.Status != http.StatusOK || len(r.Body) > 200_000 {
		t.Errorf("3 MB: answered %d with %d bytes", r.Status, len(r.Body))
	}
	body, kind = brought(t, "", strings.Repeat("x", 5<<20))
	for _, change := range []webtest.Request{func(*http.Request) {}, func(r *http.Request) { r.ContentLength = -1 }} {
		r := b.Do(http.MethodPost, at, body, kind, change)
		if r.Status != http.StatusRequestEntityTooLarge && r.Status != http.StatusLengthRequired {
			t.Errorf("5 MB: answered %d: %s", r.Status, r.Text())
		}
	}
	if r := b.Do(http.MethodPost, at, "{}", webtest.Header("Content-Type", "application/json")); r.Status != http.StatusBadRequest {
		t.Errorf("JSON: answered %d", r.Status)
	}
	body, kind = brought(t, "x", "")
	for _, path := range []string{"/deployments/new", "/deployments"} {
		if r := b.Do(http.MethodPost, path, body, kind); r.Status != http.StatusBadRequest {
			t.Errorf("a file for %s: answered %d", path, r.Status)
		}
	}
	if r := b.Do(http.MethodPost, at, "--x\r\nContent-Disposition: form-data; name=\"workflow\"\r\n\r\n{", webtest.Header("Content-Type", "multipart/form-data; boundary=x")); r.Status != http.StatusBadRequest {
		t.Errorf("a body that breaks off: answered %d", r.Status)
	}
}

// TestCompareEntries: the page is found from a deployment, from a clone and from ticked rows.
func TestCompareEntries(t *testing.T) {
	t.Parallel()
	_, b := startCompare(t, otherPayload)
	link := htmlcheck.Count(`a[href="/compare?a=`+on+`"]`, 1)
	b.Get("/deployments/" + on).Check(link)
	b.Get("/deployments/new?from=" + on).Check(link)
	b.Get("/deployments").Check(htmlcheck.In(`button[formaction="/compare"]`, htmlcheck.HasAttr("formmethod", "get")))
	b.Get("/compare?a=" + on).Check(htmlcheck.In("#likely", says("With the same workflow")))
}

// TestCompareBrought_SignedOut: what was pasted survives a session that ended; a file is chosen again.
func TestCompareBrought_SignedOut(t *testing.T) {
	t.Parallel()
	d, _ := startCompare(t, otherPayload)
	b := d.Browser(t)
	at := "/compare?a=" + on
	body, kind := brought(t, workflowPayload, "")
	r := b.Do(http.MethodPost, at, body, kind)
	if r.Status != http.StatusUnauthorized {
		t.Errorf("answered %d", r.Status)
	}
	form := b.Form("/sign-in")
	form.Set("token", webtest.Token)
	b.Post("/sign-in", form).Check(heading("Compare image-to-video with another"), says("You are signed in again"), htmlcheck.In("textarea", says("a mug")),
		htmlcheck.In("form.form", htmlcheck.HasAttr("action", at)))

	body, kind = brought(t, "", workflowPayload)
	d.Browser(t).Do(http.MethodPost, at, body, kind).Expect(http.StatusSeeOther, "/sign-in?next="+url.QueryEscape(at))
	d.Browser(t).Post(at, url.Values{"workflow": {strings.Repeat("x", 20<<10)}}).Expect(http.StatusSeeOther, "/sign-in?next="+url.QueryEscape(at))
}

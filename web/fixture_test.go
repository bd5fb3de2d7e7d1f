package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// The deployments every test starts with.
const (
	on      = "a1b2c3d4-1111-2222-3333-abcdefabcdef" // enabled, "image-to-video"
	off     = "b5c6d7e8-4444-5555-6666-123412341234" // paused, "text-to-image"
	foreign = "c9d0e1f2-7777-8888-9999-deadbeefdead" // of the other account
	nowhere = "00000000-0000-0000-0000-00000000dead" // of nobody
)

// workflowPayload is a workflow of three nodes and of one that a link names in vain.
const workflowPayload = `{"workflow_api_json":{` +
	`"4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"sd_xl.safetensors"}},` +
	`"6":{"class_type":"CLIPTextEncode","inputs":{"text":"a mug","clip":["4",1]}},` +
	`"3":{"class_type":"KSampler","inputs":{"seed":9007199254740993,"positive":["6",0],"model":["99",0]}}},` +
	`"overrides":{"3":{"inputs":{"seed":7}}},"object_info_url":""}`

// aRun is the id of a run of nobody.
const aRun = "abcdefghijklmnopqrstuvwxyz"

// times is how often something is tried: few times with -short, as under the race detector.
func times(full, short int) int {
	if testing.Short() {
		return short
	}
	return full
}

// long skips a test that takes servers down under the race detector, where it proves nothing more: make test runs it without.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("with -short: make test runs it in full without the race detector")
	}
}

// address is where a route is found, of the deployment that is on.
func address(route string) string {
	return strings.NewReplacer(":id", on, ":run", aRun, ":entry", aRun, ":file", "readme.md", ":session", "0123456789ab", ":hook", hookID).Replace(route)
}

func start(t *testing.T, o webtest.Options) *webtest.Deck {
	t.Helper()
	d := webtest.Start(t, o)
	d.Put(sandbox.Deployment{ID: on, Payload: []byte(workflowPayload)})
	d.Put(sandbox.Deployment{ID: off, Name: "text-to-image", MinInstances: 1, MaxInstances: 2, QueueSize: 4, KeepWarm: 300})
	d.Sandbox.Put(webtest.OtherToken, webtest.Filled(sandbox.Deployment{ID: foreign}, d.Clock.Now()))
	return d
}

// member returns a browser that is signed in to the account of webtest.Token; the API's calls so far are forgotten.
func member(t *testing.T, d *webtest.Deck) *webtest.Browser {
	t.Helper()
	b := d.Browser(t)
	b.SignIn(webtest.Token)
	d.Sandbox.ResetCalls()
	return b
}

// newDeployment is a create form filled in.
func newDeployment() url.Values {
	return url.Values{
		"name": {"upscaler"}, "workflow_id": {"00000000-0000-0000-0000-000000002222"}, "workflow_version": {"v7"},
		"hardware": {"AMPERE_24"}, "min_instances": {"1"}, "max_instances": {"4"}, "queue_size": {"9"},
		"keep_warm_duration_in_seconds": {"120"},
	}
}

// with copies a form and changes fields, given as name, value, name, value.
func with(form url.Values, changes ...string) url.Values {
	out := url.Values{}
	for name, values := range form {
		out[name] = slices.Clone(values)
	}
	for i := 0; i < len(changes); i += 2 {
		out.Set(changes[i], changes[i+1])
	}
	return out
}

var anID = regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// named replaces ids by what they are, so that tables can be read; the id of a deployment made during the test is NEW.
func named(text string) string {
	return anID.ReplaceAllStringFunc(text, func(id string) string {
		switch id {
		case on:
			return "ON"
		case off:
			return "OFF"
		case foreign:
			return "FOREIGN"
		case nowhere:
			return "NOWHERE"
		default:
			return "NEW"
		}
	})
}

func namedAll(lines []string) []string {
	var out []string
	for _, l := range lines {
		out = append(out, named(l))
	}
	return out
}

// impatient posts a form and hangs up as soon as the API is asked anything.
func impatient(t *testing.T, d *webtest.Deck, cookie, path, form string) {
	t.Helper()
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL+path, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", "comfydeck="+cookie)
	go func() {
		for len(d.Sandbox.Calls()) == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		hangUp()
	}()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	if answer, err := transport.RoundTrip(r); err == nil {
		answer.Body.Close()
		t.Errorf("the API was so fast that the answer %s came before hanging up", answer.Status)
	}
}

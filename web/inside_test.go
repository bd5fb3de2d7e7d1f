package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// insideRead opens a search again and again, as a page does, until nothing is being read for it.
func insideRead(t *testing.T, b *webtest.Browser, path string) *webtest.Response {
	t.Helper()
	for range 2000 {
		if r := b.Get(path); len(htmlcheck.Select(r.DOM(), "[data-live]")) == 0 {
			return r
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("reading does not end")
	return nil
}

func usesModel(model string) []byte {
	return fmt.Appendf(nil, `{"workflow_api_json":{"38:4":{"class_type":"LoraLoader","_meta":{"title":"Style <b>"},"inputs":{"lora_name":%q,"strength_model":0.75}}}}`, model)
}

// TestSearchInside finds deployments by what their workflows hold, and leads to the node.
func TestSearchInside(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{ID: nowhere, Name: "lookbook", Payload: usesModel("style/SD_XL lines.safetensors")})
	b := member(t, d)
	if calls := d.Calls(); len(calls) > 0 {
		t.Fatalf("before anybody searches, the API saw %v", calls)
	}
	r := insideRead(t, b, "/deployments/search?q=sd_xl")
	r.Check(
		heading("Search inside workflows"), says("All workflows are read. Of 3 deployments 1 has none."),
		htmlcheck.Count(".items tbody tr", 2), htmlcheck.Count("mark", 2), htmlcheck.In(`a[href=/deployments/`+nowhere+`/workflow?node=38%3A4#graph]`, htmlcheck.HasExactText("Style <b>")),
		htmlcheck.In("#found-"+on, says("ckpt_name: sd_xl.safetensors"), says("1 model")), htmlcheck.In(".chips a[href=/deployments/search?in=model&q=sd_xl]", says("2")),
	)
	b.Get("/deployments/search?q=SD_XL", webtest.HX("https://deck.example/deployments/search")).Check(htmlcheck.Count(".items tbody tr", 2))
	b.Get("/deployments/search?q=sd_xl&in=class").Check(says("No workflow has “sd_xl” in a node class."), htmlcheck.NotIn(".items"))
	b.Get("/deployments/search?q=7&in=value").Check(htmlcheck.Count(".items tbody tr", 2), says("seed: 7")) // as the override has it
	b.Get("/deployments/search?q=%22KSampler%22&in=class").Check(htmlcheck.Count(".items tbody tr", 1), htmlcheck.In("mark", htmlcheck.HasExactText("KSampler")))

	tops := b.Get("/deployments/search")
	tops.Check(says("Models used most"), says("Node classes used most"), htmlcheck.In(`a[href=/deployments/search?in=model&q=%22sd_xl.safetensors%22]`, says("1")))
	calls := d.Calls()
	payloads := 0
	for _, c := range calls {
		if strings.Contains(c, "includes=payload") {
			payloads++
		}
	}
	if payloads != 1 {
		t.Errorf("payloads were read %d times, want once: %v", payloads, namedAll(calls))
	}
	b.Get("/deployments/"+on+"/workflow").Check(
		htmlcheck.In(`.does a[href=/deployments/search?in=model&q=%22sd_xl.safetensors%22]`, says("Who else uses sd_xl.safetensors?")),
		htmlcheck.In(`.outline a[href=/deployments/search?in=class&q=%22KSampler%22]`, says("Who else")),
	)
	b.Get("/deployments?q=lora").Check(htmlcheck.Count(`a[href=/deployments/search?q=lora]`, 1))
}

// TestSearchInside_changes: what changed is read again, what is gone is not found.
func TestSearchInside_changes(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	insideRead(t, b, "/deployments/search?q=sd_xl").Check(htmlcheck.Count(".items tbody tr", 1))
	now, _ := d.Sandbox.Deployment(webtest.Token, on)
	now.Payload, now.UpdatedAt = usesModel("other.safetensors"), now.UpdatedAt.Add(time.Second)
	d.Sandbox.Put(webtest.Token, now)
	insideRead(t, b, "/deployments/search?q=sd_xl").Check(htmlcheck.NotIn(".items"), says("No workflow has"))
	insideRead(t, b, "/deployments/search?q=other").Check(htmlcheck.Count(".items tbody tr", 1))
	d.Sandbox.Remove(webtest.Token, on)
	insideRead(t, b, "/deployments/search?q=other").Check(htmlcheck.NotIn(".items"), says("All workflows are read. Of 1 deployment 1 has none."))
}

// TestSearchInside_failures are named, counted and tried again when somebody says so.
func TestSearchInside_failures(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{ID: nowhere, Name: "twice", Payload: []byte(`{"workflow_api_json":{"1":{"class_type":"A"},"1":{"class_type":"B"}}}`)})
	b := member(t, d)
	r := insideRead(t, b, "/deployments/search?q=sd_xl")
	r.Check(htmlcheck.Count(".items tbody tr", 1), says("1 workflow could not be read"), says("2 of 3 workflows read; the others could not be."),
		htmlcheck.In(".notice--warning li", says("twice"), says("RunComfy's answer says something twice")), htmlcheck.In(`a[href=/deployments/search?again=1&q=sd_xl]`, says("Try again")))
	d.Put(sandbox.Deployment{ID: nowhere, Name: "twice", Payload: usesModel("sd_xl.safetensors")})
	b.Get("/deployments/search?q=sd_xl").Check(says("1 workflow could not be read")) // its moment is the same
	b.Get("/deployments/search?q=sd_xl&again=1").Expect(http.StatusSeeOther, "/deployments/search?q=sd_xl")
	insideRead(t, b, "/deployments/search?q=sd_xl").Check(htmlcheck.Count(".items tbody tr", 2), says("All workflows are read."))
}

// TestSearchInside_throttled: while the API asks to slow down nothing is asked of it, and the page says so and stays live.
func TestSearchInside_throttled(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments").Check(heading("Deployments"))
	d.Fault("429@list:2-=50")
	r := b.Get("/deployments/search?q=sd_xl")
	for range 2000 {
		if strings.Contains(r.Text(), "slow down") {
			break
		}
		time.Sleep(5 * time.Millisecond)
		r = b.Get("/deployments/search?q=sd_xl")
	}
	r.Check(says("RunComfy asks to slow down: reading goes on by itself in"), htmlcheck.Count("[data-live]", 1), says("Look again now"))
}

// TestSearchInside_accounts: nobody finds what another account has, and signing out forgets what was read.
func TestSearchInside_accounts(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	insideRead(t, b, "/deployments/search?q=sd_xl").Check(htmlcheck.Count(".items tbody tr", 1))
	other := d.Browser(t)
	other.SignIn(webtest.OtherToken)
	insideRead(t, other, "/deployments/search?q=sd_xl").Check(htmlcheck.NotIn(".items"), says("No workflow has"))
	b.Submit("/sign-out", nil)
	b.SignIn(webtest.Token)
	d.Sandbox.ResetCalls()
	insideRead(t, b, "/deployments/search?q=sd_xl").Check(htmlcheck.Count(".items tbody tr", 1))
	if calls := strings.Join(d.Calls(), "\n"); !strings.Contains(calls, "includes=payload") {
		t.Errorf("after signing out and in again nothing was read: %v", calls)
	}
}

// TestSearchInside_many pages through a large account.
func TestSearchInside_many(t *testing.T) {
	t.Parallel()
	d := webtest.Start(t, webtest.Options{Sandbox: sandbox.Options{Deployments: 300}})
	b := member(t, d)
	r := insideRead(t, b, "/deployments/search?q=e")
	r.Check(says("All workflows are read: 300 deployments."), htmlcheck.Count(".items tbody tr", 50), says("300 deployments"), says("Page 1 of 6"))
	b.Get("/deployments/search?q=e&page=6").Check(htmlcheck.Count(".items tbody tr", 50), htmlcheck.In(".pager a", says("Previous")))
}

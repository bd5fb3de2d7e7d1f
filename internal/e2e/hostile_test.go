package e2e

import (
	"encoding/json"
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// gadgets are what a readme, a name or a payload may hold to make a reader's browser act: with htmx on the page attributes
// are enough.
const gadgets = `
<div hx-post="/deployments/ID/disable" hx-trigger="load">load</div>
<div data-hx-post="/deployments/ID/disable" data-hx-trigger="load">data load</div>
<button hx-post="/deployments/ID/disable" hx-trigger="revealed">revealed</button>
<a href="/deployments" hx-delete="/deployments/ID" hx-trigger="intersect">intersect</a>
<hx-partial hx-target="#main" hx-swap="innerHTML">replaced</hx-partial>
<div hx-on:load="fetch('/deployments/ID/disable',{method:'POST'})">on</div>
<div hx-get="https://elsewhere.example/" hx-trigger="load">away</div>
<template hx-post="/deployments/ID/disable" hx-trigger="load"></template>
<form action="/deployments/ID/disable" method="post"><button name="switch" value="1">form</button></form>
<script>alert("script")</script><img src="https://elsewhere.example/p.png" onerror="alert('img')">
<svg onload="alert('svg')"><script>alert("svg")</script></svg><iframe src="https://elsewhere.example/"></iframe>
<meta http-equiv="refresh" content="0;url=https://elsewhere.example/"><base href="https://elsewhere.example/">
<link rel="stylesheet" href="https://elsewhere.example/s.css"><style>body{display:none}</style>
<div id="notices" class="notice">fake notice</div></div></section></main>

[link](javascript:alert(1)) <a href="javascript:alert(2)">raw</a> [data](data:text/html,<script>alert(3)</script>)
![remote](https://elsewhere.example/i.png "t")
`

func TestHostileContent(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	d := deck.hostile(t)
	row := "#deployment-" + d.ID
	tab := deck.SignedIn(t)

	tab.checkInert(t, d)
	tab.Mark()
	tab.PressIn(row, "Pause")
	tab.Sees("Paused: <b hx-post")
	tab.PressIn(row, "Enable")
	tab.Sees("Enabled: <b hx-post")
	tab.SameDocument()
	if n := len(deck.Writes()); n != 2 {
		t.Errorf("%d writes, want the two that were pressed", n)
	}
	deck.Sandbox.ResetCalls()

	for _, page := range []string{"", "/edit", "/delete"} {
		tab.Open("/deployments/" + d.ID + page)
		tab.Sees("<b hx-post")
		tab.checkInert(t, d)
	}
	tab.Open("/deployments/" + d.ID)
	tab.Press("Raw JSON")
	tab.Wait(`document.querySelector("#payload-raw").checkVisibility()`)
	tab.Refresh()
	tab.checkInert(t, d)
	tab.Reload()
	tab.checkInert(t, d)
	tab.Open("/deployments")
	tab.Back() // out of the history, where the gadgets have been before
	tab.Sees("<b hx-post")
	tab.checkInert(t, d)
	checkWrites(t, deck)
}

// hostile stores a deployment whose every text is a gadget.
func (d *Deck) hostile(t *testing.T) sandbox.Deployment {
	t.Helper()
	made := d.Named(t, "hunyuan-3d-mesh-test")
	made.Name = `<b hx-post="/deployments/` + made.ID + `/disable" hx-trigger="load">"><script>alert("name")</script>`
	made.Status, made.WorkflowVersion = `<img src=x onerror=alert("status")>`, `<hx-partial hx-target="#main">v1</hx-partial>`
	made.Readme = gadgets
	payload, err := json.Marshal(map[string]any{
		"workflow_api_json": map[string]any{"1": map[string]any{"class_type": gadgets, "inputs": map[string]any{gadgets: gadgets}}},
		"overrides":         map[string]any{}, "object_info_url": "javascript:alert(4)",
	})
	if err != nil {
		t.Fatal(err)
	}
	made.Payload = payload
	return d.Sandbox.Put(demo, made)
}

// checkInert finds nothing of the gadgets alive in the page. The driver watches for dialogs, policy reports and requests that
// leave the site.
func (b *Tab) checkInert(t *testing.T, d sandbox.Deployment) {
	t.Helper()
	alive := Eval[[]string](b, `[...document.querySelectorAll([
		".prose *:is(form, button, input, script, style, link, meta, base, iframe, img, svg, template, hx-partial)",
		"[href^='javascript:' i]", "[href^='data:' i]", "[onload], [onerror]", "main base, main meta, main script, main iframe",
		".prose [class], .prose [id], .prose [style]",
	].join())].concat([...document.querySelectorAll("*")].filter((e) =>
		e.getAttributeNames().some((n) => /^(data-)?hx-/.test(n) && n !== "hx-ignore") && !e.hasAttribute("hx-nonce") && e.localName !== "hx-partial")
	).map((e) => e.outerHTML.slice(0, 200))`)
	for _, html := range alive {
		t.Errorf("alive on the page of %s: %s", d.ID, html)
	}
	if n := Eval[int](b, `document.querySelectorAll("main").length + document.querySelectorAll("#notices").length`); n != 2 {
		t.Errorf("%d main and notices elements, want one of each", n)
	}
}

// An element without the page's nonce is inert even when a script puts it there and asks the library to start it; the same
// element with the nonce works, which shows that the test would notice.
func TestNonce(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.SignedIn(t)
	tab.allow("[hx-csp] blocked <button>")
	Eval[bool](tab, `(() => {
		const add = (path, nonce) => {
			const e = document.createElement("button");
			e.setAttribute("hx-get", path);
			e.setAttribute("hx-trigger", "load, click");
			e.setAttribute("hx-swap", "none");
			if (nonce) e.setAttribute("hx-nonce", nonce);
			document.querySelector("main").append(e);
			htmx.process(e);
			e.click();
		};
		add("/deployments?q=without");
		add("/deployments?q=wrong", "AAAA");
		add("/deployments?q=right", document.querySelector("script[nonce]").nonce);
		return true;
	})()`)
	tab.Wait(`performance.getEntriesByType("resource").some((r) => r.name.endsWith("?q=right"))`)
	if n := deck.Requests("GET /deployments?q=right"); n == 0 {
		t.Error("an element with the nonce asked for nothing: this test proves nothing")
	}
	for _, q := range []string{"without", "wrong"} {
		if n := deck.Requests("GET /deployments?q=" + q); n != 0 {
			t.Errorf("an element %s the nonce asked for a page", q)
		}
	}
}

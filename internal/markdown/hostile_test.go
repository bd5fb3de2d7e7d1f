package markdown

import (
	"bytes"
	"strings"
	"testing"
)

// hostile is markup that would act if it reached the page: it sends requests through htmx, runs script, poses as
// a part of the page or breaks out of its place.
var hostile = []string{
	// htmx, by its attributes and by what it looks for in a page
	`<div hx-post="/deployments/x" hx-trigger="load">a</div>`,
	`<div data-hx-get="/deployments" data-hx-trigger="load delay:1s">a</div>`,
	`a <b hx-delete="/deployments/x" hx-trigger=load>b</b>`,
	`<button hx-on:click="fetch('/x')" hx-on::load=x hx-on-htmx-load=x>a</button>`,
	`<div hx-swap-oob="true" id="notices">a</div>`, `<div hx-ext="x" hx-include="*" hx-vals='js:{a:1}'>a</div>`,
	`<meta name="htmx-config" content='{"selfRequestsOnly":false}'>`, `a <a id="htmx-config" href="//evil.test">b</a>`,
	`<template hx-get=/ hx-trigger=load><p>a</p></template>`, `<hx-partial hx-target="body">a</hx-partial>`,
	`<div hx-boost="true"><a href="/deployments/x/delete">a</a></div>`, `<section hx-disable="false"></section>`,
	`[a](https://b.test){hx-get=/x}`, "# a {hx-get=/x #main}", "```{.x hx-get=/x}\na\n```",
	`[a](https://b.test "x\" hx-get=\"/x\" hx-trigger=\"load")`, `![a" hx-get="/x](https://b.test/"hx-get=x)`,
	`<https://b.test/"hx-get=/x>`, `[a](<https://b.test/" hx-get="/x>)`,

	// forms and things that load
	`<form action="/deployments/x/disable" method=post><button>a</button></form>`, `<input formaction=/x type=submit>`,
	`<button form=f formaction="/x">a</button>`, `<img src=x onerror=alert(1) usemap=#m><map name=m><area href=/x></map>`,
	`<link rel=preload href=//evil.test as=script><link rel=stylesheet href=//evil.test>`, `<base href="//evil.test/">`,
	`<meta http-equiv=refresh content="0;url=//evil.test">`, `<iframe srcdoc="<script>1</script>"></iframe>`,
	`<object data=//evil.test></object><embed src=//evil.test>`, `<video src=//evil.test autoplay onplay=x></video>`,
	`<audio><source src=//evil.test></audio>`, `<div style="position:fixed;inset:0;background:url(//evil.test)">a</div>`,
	`![a](https://evil.test/pixel.png)`, `![a](//evil.test/pixel.png)`, `<picture><source srcset=//evil.test></picture>`,

	// breaking out
	`a </div></div></section></main><h1>b</h1>`, "</section>\n\n</main>\n\n# a", `<!--`, `<!-- a --!> b`, `--><b>`,
	`<table><tr><td>`, `a<table><p>b`, `<select><option>`, `<textarea>`, `<title>`, `<noscript>`, `<plaintext>`, `<xmp>`,
	`<frameset>`, `</body></html>`, `<details open ontoggle=alert(1)><summary>a</summary>`, `<dialog open>a</dialog>`,
	`<![CDATA[ ]]>`, `<?php ?>`, `<!DOCTYPE html>`, "| a |\n|---|\n| </td></table></section> |", "> </blockquote></section>",

	// parsers that disagree
	`<svg><script>alert(1)</script></svg>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`, `<svg><foreignObject><p>a</p></foreignObject></svg>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<a<b>c`, `<img/src=x/onerror=alert(1)>`,
	"<scr\x00ipt>alert(1)</scr\x00ipt>", "<script\x0b>a</script>", `<<script>alert(1)//<</script>`, `<x/onclick=1>a`,
	`<custom-element is=x slot=y part=z>a</custom-element>`, `&lt;script&gt;alert(1)&lt;/script&gt;`,
	`&#60;img src=x onerror=alert(1)&#62;`, "`<img src=x onerror=alert(1)>`", "    <script>alert(1)</script>",

	// ids, footnotes and headings that pose as the page's own
	"# main\n\n# notices\n\n# readme\n\n[a](#main) [b](#notices)", "# code:1\n\n```\na\n```", "# fn:1\n\na[^1]\n\n[^1]: b", "a[^1]\n\n[^1]: </li></ol></section>",
	"a[^x]\n\n[^x]: [^x]", "[a [^1]](https://b.test)\n\n[^1]: c", "![a [^1]](https://b.test)\n\n[^1]: c", "# a[^1]\n\n[^1]: # b", "[^1]: a\n\n    > ```\n    > b\n", "a[^\"hx-get=/x]\n\n[^\"hx-get=/x]: b",
	`<h3 id="readme-x">a</h3><a href="#readme-x">b</a><button type="button" data-copy-from="main">c</button>`, "| a[^1] |\n|---|\n| b[^1] |\n\n[^1]: c", "# a\n# a\n# a-1\n# a\n# 使い方\n# \u3164\n#\n[b](#a-1) [c](#使い方)",

	// links that run
	`[a](javascript:alert(1))`, `[a](JaVaScRiPt:alert(1))`, `[a](java&#10;script:alert(1))`, "[a](<java\tscript:alert(1)>)",
	`[a](&#x01;javascript:alert(1))`, `[a](javascript&colon;alert(1))`, `[a](vbscript:x)`, `[a](file:///etc/passwd)`,
	`[a](data:text/html,<script>1</script>)`, `[a](data:image/svg+xml,<svg onload=x>)`, `[a](blob:https://b.test/x)`,
	`<javascript:alert(1)>`, `<data:text/html,x>`, `[a][b]` + "\n\n[b]: javascript:alert(1)", `[a](\\evil.test)`,
	`[a](https:\\evil.test)`, `[a](///evil.test)`, `[a](https:///evil.test)`, `[a](//evil.test)`, `[a](/x?next=//evil.test)`,
	`[a](?hx-get=x)`, `[a](#x)`, `[a](view-source:https://b.test)`, `[a](https://b.test:port)`, `[a](http://[::1)`,
	`javascript://www.b.test/%0aalert(1)`, `www.b.test/"onclick="x`, `a@b.test"onclick="x`, `[a](mailto:)`, `[a](mailto:b?c=d)`,
}

func TestRender_Hostile(t *testing.T) {
	t.Parallel()
	r := New()
	for _, source := range hostile {
		for _, around := range []string{
			"%", "a % b", "> - %", "| a |\n|---|\n| % |", "[%](https://c.test)", "# %", "**%**", "<div>\n%\n</div>",
		} {
			doc := render(t, r, strings.ReplaceAll(around, "%", source))
			if doc.Plain != "" {
				t.Errorf("%s is over the budget: %s", source, doc.Note)
			}
			expectSafe(t, doc.HTML)
		}
	}
}

// TestRender_HostileTogether puts all of it into one readme, where one piece may open what another closes.
func TestRender_HostileTogether(t *testing.T) {
	t.Parallel()
	r := New()
	for _, joint := range []string{"", " ", "\n", "\n\n", "\n- ", "|"} {
		for start := range hostile {
			expectSafe(t, render(t, r, strings.Join(hostile[start:min(start+8, len(hostile))], joint)).HTML)
		}
	}
}

// TestSanitiser_Alone gives the second and third wall what the first one never lets through.
func TestSanitiser_Alone(t *testing.T) {
	t.Parallel()
	r := New()
	links := []string{
		`<a href="/x" title="t">a</a>`, `<a href="//x.test" title="t">a</a>`, `<a href="javascript:x" title="t">a</a>`,
		`<ol start="-1"><li>a</ol>`, `<table><tr><td align="x" colspan=9>a</table>`, `<h1>a</h1><h2>b</h2><p id=x>c`,
	}
	for _, raw := range append(links, hostile...) {
		safe, err := rebuild(bytes.NewBufferString(r.policy.Sanitize(raw)))
		if err != nil {
			t.Fatal(err)
		}
		expectSafe(t, safe)
	}
}

// FuzzReadme holds every rendered readme against the oracle: nothing but allowed elements, attributes and
// addresses, in a tree that is closed and cannot leave the section around it.
func FuzzReadme(f *testing.F) {
	for _, source := range hostile {
		f.Add(source)
	}
	for _, c := range costly {
		f.Add(c.repeat(200))
	}
	r := New()
	f.Fuzz(func(t *testing.T, source string) {
		doc := render(t, r, source)
		if doc.HTML != "" && doc.Plain != "" || (doc.Plain == "") != (doc.Note == "") {
			t.Errorf("neither HTML nor plain: %+v", doc)
		}
		if strings.ContainsAny(doc.Plain, "\x00\x1b\r\u200b\u202e\u2066\u2028\ufeff") {
			t.Errorf("plain text has an invisible character: %q", doc.Plain)
		}
		expectSafe(t, doc.HTML)
		if checkLines([]byte(source)) == nil && plainlyCheap([]byte(source)) && r.checkBlocks([]byte(source)) != nil {
			t.Error("the short way through the budget lets through what the long way does not")
		}
	})
}

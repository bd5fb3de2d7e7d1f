package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// clockScript stands still until pass lets seconds go by, one by one, each until what it began is over. It notes the seconds at
// which the page has read itself again.
const clockScript = `(() => {
	let now = 0, open = 0, tick = [];
	const every = setInterval.bind(window);
	window.setInterval = (act, time) => (time === 1000 ? tick.push(act) : every(act, time));
	performance.now = () => now * 1000;
	window.readings = [];
	const mine = (event) => event.detail.ctx?.request.headers["X-Comfydeck-Background"];
	addEventListener("htmx:before:request", (event) => mine(event) && (open++, window.readings.push(now)));
	addEventListener("htmx:finally:request", (event) => mine(event) && open--);
	window.start = (seconds) => { for (let i = 0; i < seconds; i++) { now++; tick.forEach((act) => act()); } };
	window.pass = async (seconds) => {
		for (let i = 0; i < seconds; i++) {
			window.start(1);
			while (open || tick.length === 0) await new Promise((r) => setTimeout(r, 5));
		}
		return true;
	};
})()`

// Clocked opens a window on the list, with a clock that the test moves, in a browser that reads lists again as the preference says.
func (d *Deck) Clocked(t *testing.T, refresh string) *Tab {
	t.Helper()
	b := d.SignedIn(t)
	Eval[bool](b, `(await fetch("/preferences", { method: "POST", body: new URLSearchParams({ refresh: `+quote(refresh)+` }), redirect: "manual" }), true)`)
	b.clock()
	return b
}

// clock opens the list with a clock that the test moves.
func (b *Tab) clock() {
	b.t.Helper()
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: clockScript})
	b.Open("/deployments")
}

// pass lets seconds go by.
func (b *Tab) pass(seconds int) {
	b.t.Helper()
	Eval[bool](b, fmt.Sprintf("await window.pass(%d)", seconds))
}

// readAt checks at which seconds the page has read itself again since it was opened.
func (b *Tab) readAt(t *testing.T, want ...int) {
	t.Helper()
	if got := Eval[[]int](b, "window.readings"); !slices.Equal(got, want) {
		t.Errorf("the page read itself again after %v s, want %v", got, want)
	}
}

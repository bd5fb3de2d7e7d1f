package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// tabbing prepares window.stops, everything Tab must reach in its order, with the looks of each stop at rest.
const tabbing = `(() => {
	const outline = (s) => (s.outlineStyle === "none" || /, 0\)$/.test(s.outlineColor) ? "" : s.outline); // a transparent one helps nobody
	const rest = (e) => [e, e.closest(".choice")].filter(Boolean).map(getComputedStyle).map((s) => s.boxShadow + outline(s)).join();
	const first = (e) => e.type !== "radio" || e.checked || (![...e.form[e.name]].some((r) => r.checked) && e.form[e.name][0] === e);
	const all = [...document.querySelectorAll("a[href], button, input, summary, select, textarea, [tabindex='0']")];
	document.activeElement?.blur();
	window.looks = rest;
	window.stops = all.filter((e) => shown(e) && !e.disabled && e.tabIndex >= 0 && first(e)).map((e) => ({ e, rest: rest(e) }));
	window.stops[0].e.focus();
	return window.stops.length;
})()`

// stopped tells about the element that has the focus: its place among the stops, -1 for one that is none, and what is wrong.
const stopped = `(() => {
	const e = document.activeElement;
	const at = window.stops.findIndex((s) => s.e === e);
	const name = e.localName + " “" + words(e) + "”";
	if (at < 0) return { at, name, wrong: "" };
	const box = e.getClientRects()[0];
	const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
	if (window.looks(e) === window.stops[at].rest) return { at, name, wrong: "looks the same with the focus" };
	if (!e.contains(top) && !e.closest(".choice")?.contains(top)) return { at, name, wrong: "lies under " + top?.outerHTML.slice(0, 80) };
	return { at, name, wrong: "" };
})()`

// checkFocus walks over the page with the Tab key: every control is reached, in the order of the page, can be seen, and shows
// that it has the focus.
func (b *Tab) checkFocus(t *testing.T) {
	t.Helper()
	b.look(1280, "light")
	b.Key(kb.Shift) // the browser shows the focus to whoever uses keys
	stops := Eval[int](b, tabbing)
	last := -1
	for range 3 * stops {
		s := Eval[struct {
			At          int
			Name, Wrong string
		}](b, stopped)
		if s.Wrong != "" {
			t.Errorf("the focus on %s %s", s.Name, s.Wrong)
		}
		if s.At >= 0 && s.At != last+1 {
			t.Errorf("Tab went from stop %d to %d (%s) of %d", last, s.At, s.Name, stops)
			return
		}
		if last = max(last, s.At); last == stops-1 {
			return
		}
		b.Key(kb.Tab)
	}
	t.Errorf("Tab reached %d of %d controls", last+1, stops)
}

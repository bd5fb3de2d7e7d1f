package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabsAtOnce is how often Tab is pressed before what had the focus is asked for.
const tabsAtOnce = 20

// tabbing prepares window.stops, everything Tab must reach in its order, with the looks of each stop at rest, and from there on
// notes in window.walk what has the focus: its place among the stops, -1 for one that is none, and what is wrong with it.
const tabbing = `(() => {
	const outline = (s) => (s.outlineStyle === "none" || /, 0\)$/.test(s.outlineColor) ? "" : s.outline); // a transparent one helps nobody
	const looks = (e) => [e, e.closest(".choice")].filter(Boolean).map(getComputedStyle).map((s) => s.boxShadow + outline(s)).join();
	const first = (e) => e.type !== "radio" || e.checked || (![...e.form[e.name]].some((r) => r.checked) && e.form[e.name][0] === e);
	const all = [...document.querySelectorAll("a[href], button, input, summary, select, textarea, [tabindex='0']")];
	document.activeElement?.blur();
	const stops = all.filter((e) => shown(e) && !e.disabled && e.tabIndex >= 0 && first(e)).map((e) => ({ e, rest: looks(e) }));
	const wrong = (e, rest) => {
		const box = e.getClientRects()[0];
		const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
		if (looks(e) === rest) return "looks the same with the focus";
		if (!e.contains(top) && !e.closest(".choice")?.contains(top)) return "lies under " + top?.outerHTML.slice(0, 80);
		return "";
	};
	window.walk = [];
	window.met = () => {
		const e = document.activeElement;
		const at = stops.findIndex((s) => s.e === e);
		window.walk.push({ at, name: e.localName + " “" + words(e) + "”", wrong: at < 0 ? "" : wrong(e, stops[at].rest) });
	};
	stops[0].e.focus();
	window.met();
	addEventListener("keyup", window.met);
	return stops.length;
})()`

// stop is what had the focus after one more Tab.
type stop struct {
	At          int
	Name, Wrong string
}

// checkFocus walks over the page with the Tab key: every control is reached, in the order of the page, can be seen, and shows
// that it has the focus.
func (b *Tab) checkFocus(t *testing.T) {
	t.Helper()
	b.look(1280, "light")
	b.Key(kb.Shift)                                                                 // the browser shows the focus to whoever uses keys
	Eval[bool](b, `(document.querySelector(":popover-open")?.hidePopover(), true)`) // as it would at the first stop
	stops := Eval[int](b, tabbing)
	last := -1
	for presses := 0; presses < 3*stops+tabsAtOnce; presses += tabsAtOnce {
		b.Key(strings.Repeat(kb.Tab, tabsAtOnce))
		for _, s := range Eval[[]stop](b, `window.walk.splice(0)`) {
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
		}
	}
	t.Errorf("Tab reached %d of %d controls", last+1, stops)
}

// TestExactTime: whoever uses keys reads the exact time too, in their own zone and in UTC: at the time itself, or in its row.
func TestExactTime(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.SignedIn(t)
	row := "#deployment-" + deck.Named(t, "flux-dev-product-shots").ID
	// A pair: the time in a row, or in the foot of a page, and what takes the focus for it.
	for _, at := range []struct{ path, time, stop string }{
		{"/deployments", row + " time", row + " td a"},
		{"/deployments/" + deck.Named(t, "flux-dev-product-shots").ID, "main time", "main time"},
	} {
		tab.Open(at.path)
		tip := `getComputedStyle(document.querySelector(` + quote(at.time) + `), "::after").content`
		if got := Eval[string](tab, tip); got != "none" {
			t.Errorf("%s: %s shows without the focus", at.path, got)
		}
		// The browser shows the focus to whoever uses keys, and the script adds the zone.
		tab.Key(kb.Shift)
		Eval[bool](tab, `(document.querySelector(`+quote(at.stop)+`).focus({ focusVisible: true }), true)`)
		if got := Eval[string](tab, tip); !strings.Contains(got, "UTC") || !strings.Contains(got, `\a`) && !strings.Contains(got, "\n") {
			t.Errorf("%s: with the focus it shows %s", at.path, got)
		}
	}
	// A time that the browser cannot read stops none after it.
	Eval[bool](tab, `((row) => {
		for (const dateTime of ["10000-01-01T04:59:59Z", "2026-01-01T00:00:00Z"])
			row.append(Object.assign(document.createElement("time"), { dateTime, id: "at-" + dateTime.slice(0, 4) }));
		document.querySelector("main").append(row);
		return row.dispatchEvent(new Event("pointerover", { bubbles: true }));
	})(document.createElement("tr"))`)
	tab.Wait(`document.getElementById("at-2026").title.includes("\n")`)
	// And whoever taps it, where nothing hovers.
	tab.Reload()
	p := tab.middle(`document.querySelector("main time")`)
	tab.do(chromedp.MouseClickXY(p.X, p.Y))
	tab.Wait(`getComputedStyle(document.querySelector("main time"), "::after").content.includes("UTC")`)
}

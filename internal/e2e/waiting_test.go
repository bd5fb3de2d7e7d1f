package e2e

import (
	"strconv"
	"testing"
)

// While a list is on its way, bars stand where its figures will be; nothing moves, and the row in hand stays readable.
func TestListWaits(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.SignedIn(t)
	for _, width := range []int64{360, 1280} {
		tab.Resize(width, 800)
		tab.Open("/deployments")
		Eval[bool](tab, `(document.querySelector("tbody tr:nth-child(2) th a").focus(), true)`)
		before := Eval[string](tab, rowPlaces)
		deck.Sandbox.SetLatency(5 * slow)
		tab.Mark()
		Eval[bool](tab, `(document.querySelector("[data-key=refresh]").click(), true)`)
		tab.Wait(`"busy" in document.documentElement.dataset && !` + legible(1))
		if !Eval[bool](tab, legible(2)) {
			t.Errorf("at %d pixels: the row with the focus cannot be read", width)
		}
		if bar := Eval[string](tab, `getComputedStyle(document.querySelector("tbody td[data-label]"), "::after").content`); bar != `""` {
			t.Errorf("at %d pixels: no bar stands for what is to come: %s", width, bar)
		}
		if after := Eval[string](tab, rowPlaces); after != before {
			t.Errorf("at %d pixels: the rows moved from %s to %s", width, before, after)
		}
		tab.capture(t, "list waits", "light", width)
		deck.Sandbox.SetLatency(0)
		tab.Wait(`!("busy" in document.documentElement.dataset) && ` + legible(1))
		tab.SameDocument()
		tab.checkFar(t, width)
	}
}

// checkFar: on a narrow screen, rows that are swapped in are laid out when they come near, and a tick on one of them counts all
// the same.
func (b *Tab) checkFar(t *testing.T, width int64) {
	t.Helper()
	const last = `document.querySelector("tbody tr:last-child")`
	want := map[bool]string{true: "auto", false: "visible"}[width < 1280]
	if got := Eval[string](b, `getComputedStyle(`+last+`).contentVisibility`); got != want {
		t.Errorf("at %d pixels: what is out of sight is %s, want %s", width, got, want)
	}
	Eval[bool](b, `(`+last+`.querySelector("[form=selection]").click(), true)`)
	b.Wait(`document.querySelector(".selection").checkVisibility() && getComputedStyle(` + last + `).contentVisibility === "visible"`)
}

// rowPlaces is where the rows of a list are.
const rowPlaces = `JSON.stringify([...document.querySelectorAll("tbody tr")].map((r) => r.getBoundingClientRect()))`

// legible is whether the name in a row of the list can be read.
func legible(row int) string {
	return `document.querySelector("tbody tr:nth-child(` + strconv.Itoa(row) + `) th a").checkVisibility({ opacityProperty: true })`
}

// What holds the place of a payload is gone once that is there.
func TestSkeletonGoes(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.SignedIn(t)
	tab.Open("/deployments/" + deck.Named(t, "flux-dev-product-shots").ID)
	tab.Sees("Raw JSON")
	if !Eval[bool](tab, `document.querySelectorAll(".skeleton").length === 1 && !shown(document.querySelector(".skeleton"))`) {
		t.Error("no skeleton held the place of the payload, or it is still in sight")
	}
}

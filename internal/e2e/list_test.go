package e2e

import (
	"fmt"
	"testing"
)

// A row that was switched out of the list's filter stays where it is and says so; everything that counts agrees with the list at
// once, and its switch brings it back.
func TestSwitchedOutOfTheFilter(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.SignedIn(t)
	d := deck.Named(t, "flux-kontext-retouch")
	row := `document.getElementById("deployment-` + d.ID + `")`
	found := func(n string) {
		t.Helper()
		tab.Wait(`words(document.querySelector(".totals li")) === "` + n + ` deployments found" && words(document.querySelector(".pager__range")) === "1–` + n + ` of ` + n + ` found among 12" &&
			words(document.querySelector("caption")) === "Deployments, 1–` + n + ` of ` + n + ` found among 12" && words(document.getElementById("found")) === "All ` + n + ` found" &&
			words(document.querySelector("tfoot th")).startsWith("Total of ` + n + `")`)
	}

	tab.Open("/deployments?state=enabled")
	found("11")
	tab.Mark()
	top := Eval[float64](tab, row+`.getBoundingClientRect().top + scrollY`)
	tab.PressIn("#deployment-"+d.ID, "Pause")
	tab.Sees("Paused: "+d.Name, "No longer in this view")
	found("10")
	if now := Eval[float64](tab, row+`.getBoundingClientRect().top + scrollY`); now != top {
		t.Errorf("the row stood at %v and now stands at %v", top, now)
	}
	tab.checkAxe(t, "a row that is no longer in the view")
	tab.PressIn("#deployment-"+d.ID, "Enable")
	tab.Sees("Enabled: " + d.Name)
	tab.SeesNot("No longer in this view")
	found("11")
	tab.SameDocument()
}

// Nothing that keys lead to, and no first row of a new order, stands behind the head; from the top of the page, sorting scrolls nothing.
func TestHeadHidesNothing(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	deck.many(t, 60)
	tab := deck.SignedIn(t)
	tab.Resize(1280, 800)
	tab.Open("/deployments")
	const below = `document.querySelector("thead th").getBoundingClientRect().bottom`
	tab.Wait(`(scrollTo({ top: 1200, behavior: "instant" }), await new Promise(requestAnimationFrame), scrollY > 900)`)
	Eval[bool](tab, `([...document.querySelectorAll("tbody tr")].find((row) => row.getBoundingClientRect().top > 200).querySelector("th a").focus(), true)`)
	for range 8 {
		tab.Key("k")
		if hidden := Eval[float64](tab, below+` - document.activeElement.getBoundingClientRect().top`); hidden > 0 {
			t.Errorf("%v pixels of the link in focus are behind the head", hidden)
		}
	}
	tab.Wait(`(scrollTo({ top: 1200, behavior: "instant" }), await new Promise(requestAnimationFrame), scrollY > 900)`)
	first := Eval[string](tab, `(document.activeElement.blur(), document.querySelector("tbody tr").id)`) // what has the focus is led to as well
	Eval[bool](tab, `(document.querySelector("thead a.sort").click(), true)`)
	tab.Wait(`document.querySelector("tbody tr").id !== ` + quote(first))
	tab.Wait(`Math.abs(document.querySelector("tbody tr").getBoundingClientRect().top - ` + below + `) < 24`)
	tab.Wait(`(scrollTo({ top: 0, behavior: "instant" }), await new Promise(requestAnimationFrame), scrollY === 0)`)
	Eval[bool](tab, `(document.querySelector("thead a.sort").click(), true)`)
	tab.Wait(`document.querySelector("tbody tr").id === ` + quote(first))
	if y := Eval[float64](tab, `scrollY`); y != 0 {
		t.Errorf("sorting from the top of the page leads to %v", y)
	}
}

// The head of the table stays in sight however far somebody reads on, also with more columns than usual, and so do the names and the
// buttons. Nothing is cut off: where the columns do not fit, the page scrolls sideways.
func TestHeadStays(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	like := deck.Named(t, "flux-kontext-retouch")
	for i := range 30 {
		one := like
		one.ID, one.Name = fmt.Sprintf("00000000-0000-0000-0000-%012x", i), fmt.Sprintf("one of many %d", i)
		deck.Sandbox.Put(demo, one)
	}
	tab := deck.SignedIn(t)
	usual := "column_state=1&column_hardware=1&column_instances=1&column_cost=1&column_queue=1&column_keep_warm=1&column_version=1&column_updated=1"
	for _, tt := range []struct {
		more string
		fits int64 // from this width on
	}{
		{"", 1280},
		{"&column_owner=1", 1280},
		{"&column_owner=1&column_tags=1", 1440},
		{"&column_owner=1&column_tags=1&column_full_load=1&column_workflow=1&column_created=1", 1600},
	} {
		Eval[bool](tab, `(await fetch("/preferences", { method: "POST", body: new URLSearchParams("columns=chosen&density=&per_page=25&`+usual+tt.more+`") }), true)`)
		for _, width := range []int64{1280, 1440, 1600, 1920} {
			tab.Resize(width, 800)
			tab.Open("/deployments")
			tab.Wait(`(scrollTo({ top: 900, behavior: "instant" }), await new Promise(requestAnimationFrame), scrollY === 900)`)
			if top := Eval[float64](tab, `document.querySelector("thead th").getBoundingClientRect().top`); top != 0 {
				t.Errorf("at %d pixels with %q more, the head stands at %v", width, tt.more, top)
			}
			over := Eval[int64](tab, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
			if over > 0 && width >= tt.fits {
				t.Errorf("at %d pixels with %q more, the page is %v pixels too wide", width, tt.more, over)
			}
			if cut := Eval[float64](tab, `document.querySelector(".table").offsetWidth - document.querySelector(".sheet").clientWidth`); cut > 0 {
				t.Errorf("at %d pixels with %q more, %v pixels of the table are cut off", width, tt.more, cut)
			}
			for _, to := range []int64{0, over} {
				seen := Eval[bool](tab, fmt.Sprintf(`(scrollTo({ left: %d, top: 900, behavior: "instant" }), await new Promise(requestAnimationFrame), (() => {
					const row = document.elementFromPoint(400, 400).closest("tr");
					return [document.querySelector("thead th:nth-child(2)"), row.querySelector(".table__name"), row.querySelector("[data-key=edit]")].every((e) => {
						const { left, right, top } = e.getBoundingClientRect();
						return left >= 0 && right <= document.documentElement.clientWidth && e.contains(document.elementFromPoint(left + 20, top + 10));
					});
				})())`, to))
				if !seen {
					t.Errorf("at %d pixels with %q more, scrolled by %d, name, its heading or buttons are out of sight", width, tt.more, to)
				}
			}
		}
	}
}

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
		tab.Wait(`words(document.querySelector(".totals li")) === "` + n + ` deployments" && words(document.querySelector(".pager__range")) === "1–` + n + ` of ` + n + ` found among 12" &&
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

// The head of the table stays in sight however far somebody reads on, also with more columns than usual; nothing is cut off for it.
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
		more   string
		widths []int64
	}{
		{"", []int64{1280, 1920}},
		{"&column_owner=1", []int64{1280, 1440, 1920}},
		{"&column_owner=1&column_tags=1", []int64{1440, 1920}},
		{"&column_owner=1&column_tags=1&column_full_load=1&column_workflow=1&column_created=1", []int64{1600, 1920}},
	} {
		Eval[bool](tab, `(await fetch("/preferences", { method: "POST", body: new URLSearchParams("columns=chosen&density=&per_page=25&`+usual+tt.more+`") }), true)`)
		for _, width := range tt.widths {
			tab.Resize(width, 800)
			tab.Open("/deployments")
			tab.Wait(`(scrollTo({ top: 900, behavior: "instant" }), await new Promise(requestAnimationFrame), scrollY === 900)`)
			if top := Eval[float64](tab, `document.querySelector("thead th").getBoundingClientRect().top`); top != 0 {
				t.Errorf("at %d pixels with %q more, the head stands at %v", width, tt.more, top)
			}
			if over := Eval[float64](tab, `document.querySelector(".table").offsetWidth - document.querySelector(".sheet").clientWidth`); over > 0 {
				t.Errorf("at %d pixels with %q more, the table is %v pixels too wide", width, tt.more, over)
			}
		}
	}
}

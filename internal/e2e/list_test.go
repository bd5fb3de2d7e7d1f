package e2e

import "testing"

// A row that was switched out of the list's filter stays where it is and says so; everything that counts agrees with the list at
// once, and its switch brings it back.
func TestSwitchedOutOfTheFilter(t *testing.T) {
	t.Parallel()
	deck := Start(t)
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

package e2e

import "testing"

// tick clicks the box of a row, once the row is there.
func (b *Tab) tick(name string) {
	b.t.Helper()
	row := `[...document.querySelectorAll("tbody tr")].find((row) => words(row.querySelector("th a")) === ` + quote(name) + `)`
	b.Wait(row + ` !== undefined`)
	Eval[bool](b, `(`+row+`.querySelector("[form=selection]").click(), true)`)
}

// ticked waits until a list has this row, and the bar would send exactly these ids in some order, as it shows.
func (b *Tab) ticked(row string, ids string) {
	b.t.Helper()
	b.Wait(`[...document.querySelectorAll("tbody th a")].some((link) => words(link) === ` + quote(row) + `)`)
	b.Wait(`new FormData(document.getElementById("selection")).getAll("id[]").sort().join() === ` + quote(ids))
	b.Wait(`document.getElementById("selection").checkVisibility() === ` + map[bool]string{true: "true", false: "false"}[ids != ""])
}

// Ticks stay on other pages, in another order and in a new reading, and the review lists exactly them.
func TestPicksStay(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	first := deck.many(t, 60)
	one, two := first[1].ID, first[2].ID[:34]+"1a"
	tab := deck.SignedIn(t)
	tab.Mark()
	tab.tick("0 00001")
	tab.Press("Next")
	tab.ticked("0 00025", one)
	tab.tick("0 00026")
	tab.ticked("0 00025", one+","+two)
	tab.Press("Previous")
	tab.ticked("0 00000", one+","+two)
	if !Eval[bool](tab, `[...document.querySelectorAll("tbody :checked")].map((box) => box.value).join() === `+quote(one)) {
		t.Error("the row of the first page is not ticked")
	}
	tab.Refresh()
	tab.ticked("0 00000", one+","+two)
	Eval[bool](tab, `(document.querySelector("thead a.sort").click(), true)`)
	tab.Wait(`words(document.querySelector("tbody th a")) !== "0 00000"`)
	tab.ticked("sdxl-inpaint-prod", one+","+two)
	Eval[bool](tab, `(document.getElementById("selection").all.click(), true)`)
	tab.Press("Next")
	tab.ticked("0 00030", one+","+two)
	tab.Wait(`document.getElementById("selection").all.checked && document.querySelector(".selection__count").dataset.all === "60"`)
	if got := Eval[string](tab, `getComputedStyle(document.querySelector(".selection__count"), "::before").content`); got != `"60 "` && got != `attr(data-all) " "` {
		t.Errorf("the count says %s", got)
	}
	Eval[bool](tab, `(document.getElementById("selection").all.click(), true)`)
	tab.SameDocument()
	tab.Press("Review")
	tab.Sees("Pause: 2 deployments", "0 00001", "0 00026")
}

// Another list keeps only ticks that it shows, and never "all" of the list before. One button clears them.
func TestPicksOfAnotherList(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	first := deck.many(t, 60)
	tab := deck.SignedIn(t)
	tab.tick("0 00001")
	tab.tick("0 00011")
	Eval[bool](tab, `(document.getElementById("selection").all.click(), true)`)
	tab.Fill("Search deployments", "00011")
	tab.ticked("0 00011", first[11].ID)
	tab.Wait(`!document.getElementById("selection").all.checked`)

	Eval[bool](tab, `(document.getElementById("selection").all.click(), document.querySelector("[data-pick-all]").click(), true)`)
	tab.Fill("Search deployments", "sdxl-inpaint")
	tab.ticked("sdxl-inpaint-prod", "")
	tab.Fill("Search deployments", "")
	tab.ticked("0 00000", "")
	tab.tick("0 00001")
	tab.ticked("0 00000", first[1].ID)
	tab.Wait(`!document.getElementById("selection").all.checked && !document.querySelector("[data-pick-all]").checked`)

	tab.Press("Next")
	tab.ticked("0 00025", first[1].ID)
	tab.Press("Clear selection")
	tab.ticked("0 00025", "")
	tab.Press("Previous")
	tab.ticked("0 00000", "")
}

// Whoever looks at something before the change, or corrects the choice from its review, finds the ticks again by Back, with what was to
// be done. A list that is opened anew has none.
func TestPicksComeBack(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	first := deck.many(t, 60)
	one, two := first[1].ID, first[2].ID[:34]+"1a"
	tab := deck.SignedIn(t)
	tab.tick("0 00001")
	tab.Press("Next")
	tab.ticked("0 00025", one)
	tab.tick("0 00026")
	tab.Follow("0 00030")
	tab.Back()
	tab.ticked("0 00025", one+","+two)
	Eval[string](tab, `document.getElementById("selection").change.value = "min_zero"`)
	tab.Press("Review")
	tab.Sees("Set the minimum to 0: 2 deployments")
	tab.Back()
	tab.ticked("0 00025", one+","+two)
	tab.Wait(`document.getElementById("selection").change.value === "min_zero"`)
	tab.Back() // to the first page, which is no new document
	tab.ticked("0 00000", one+","+two)
	tab.Reload()
	tab.ticked("0 00000", one+","+two)
	tab.Open("/deployments")
	tab.ticked("0 00000", "")
}

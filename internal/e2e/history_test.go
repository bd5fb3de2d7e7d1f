package e2e

import (
	"fmt"
	"testing"
)

// What narrows or sorts a list swaps its content and nothing else, is a step to go back by, and leaves the page where it is.
func TestLinksOfAList(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	tab.Mark()
	steps := []struct{ within, press, path, shows string }{
		{"#filters", "Paused 1", "/deployments?state=paused", "found among 12"},
		{"thead", "Updated", "/deployments?desc=1&sort=updated_at&state=paused", "found among 12"},
		{".views", "All", "/deployments", "1–12 of 12"},
	}
	look := func(path, shows string) {
		t.Helper()
		tab.At(path)
		tab.Sees(shows)
		tab.Wait(`document.querySelectorAll("header.top, main, main h1, #q").length === 4`)
	}
	for _, s := range steps {
		Eval[bool](tab, `(document.querySelector("`+s.within+` a").scrollIntoView({ block: "start", behavior: "instant" }), window.stood = scrollY, true)`)
		tab.PressIn(s.within, s.press)
		look(s.path, s.shows)
		tab.SameDocument()
		if !Eval[bool](tab, `Math.abs(scrollY - Math.min(window.stood, document.documentElement.scrollHeight - innerHeight)) < 2`) {
			t.Errorf("%s scrolled the page", s.press)
		}
	}
	tab.Back()
	look(steps[1].path, steps[1].shows)
}

// Every step of a walk has an address that answers as a whole page, by Back, Forward and Reload.
func TestHistory(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-kontext-retouch")
	tab := deck.SignedIn(t)

	tab.Mark()
	// Without a keystroke: whoever types slowly has the list searched, and its address replaced, before pressing anything.
	Eval[bool](tab, `(document.querySelector("#q").value = "flux", true)`)
	tab.Press("Search")
	tab.Sees("2 found among 12")
	tab.SameDocument()
	tab.FollowIn("tbody", d.Name)
	tab.Follow("Edit")
	tab.Fill("Queue size", "77")

	steps := []struct{ path, shows string }{
		{"/deployments", "1–12 of 12"},
		{"/deployments?q=flux", "2 found among 12"},
		{"/deployments/" + d.ID, "Workflow and hardware"},
		{"/deployments/" + d.ID + "/edit?back=%2Fdeployments%3Fq%3Dflux", "Edit flux-kontext-retouch"},
	}
	look := func(i int) {
		t.Helper()
		tab.At(steps[i].path)
		tab.Sees(steps[i].shows)
		tab.Wait(`document.querySelectorAll("header.top, main h1").length === 2`)
	}
	look(3)
	for i := 2; i >= 0; i-- {
		tab.Back()
		look(i)
		tab.Reload()
		look(i)
	}
	for i := 1; i <= 3; i++ {
		tab.Forward()
		look(i)
		tab.Reload()
		look(i)
	}
	checkWrites(t, deck)
}

// Back leads to the place in the list that a row was opened from.
func TestBackToThePlace(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	deck.many(t, 80)
	tab := deck.SignedIn(t)
	const name = `document.querySelector("tbody tr:nth-child(15) th a")`
	for _, width := range []int64{360, 1280} { // cards, most of which are out of sight, and a table
		tab.Resize(width, 800)
		tab.Open("/deployments?page=3")
		Eval[bool](tab, `(`+name+`.scrollIntoView({ block: "center", behavior: "instant" }), true)`)
		tab.Wait("new Promise((r) => setTimeout(r, 200, true))") // a browser notes how far a page was scrolled when it has come to rest
		stood, at := Eval[float64](tab, "scrollY"), Eval[float64](tab, name+".getBoundingClientRect().top")
		tab.leave(func() { Eval[bool](tab, `(`+name+`.click(), true)`) })
		tab.Sees("Workflow and hardware")
		tab.Back()
		tab.At("/deployments?page=3")
		tab.Wait(`Math.abs(` + name + `.getBoundingClientRect().top - ` + fmt.Sprint(at) + `) < 50 && getComputedStyle(document.querySelector("h1")).visibility === "visible"`)
		if stood < 200 {
			t.Errorf("the list was scrolled by %v only", stood)
		}
	}
}

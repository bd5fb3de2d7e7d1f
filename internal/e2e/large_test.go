package e2e

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// many fills the account up to so many deployments and returns those whose rows stand on the first page, in its order.
func (d *Deck) many(t *testing.T, all int) []sandbox.Deployment {
	t.Helper()
	like := d.Named(t, "flux-kontext-retouch")
	first := make([]sandbox.Deployment, 0, 25)
	for i := range all - len(d.Sandbox.Deployments(demo)) {
		one := like
		one.ID, one.Name = fmt.Sprintf("00000000-0000-0000-0000-%012x", i), fmt.Sprintf("0 %05d", i) // before all others
		one.Payload, one.Readme = nil, ""
		if one = d.Sandbox.Put(demo, one); len(first) < cap(first) {
			first = append(first, one)
		}
	}
	return first
}

// turmoil changes deployments outside until stop is called, beginning with the list's first row.
func (d *Deck) turmoil(rows []sandbox.Deployment) (stop func()) {
	var wait sync.WaitGroup
	over := make(chan struct{})
	wait.Go(func() {
		for i := int64(0); ; i++ {
			select {
			case <-over:
				return
			case <-time.After(40 * time.Millisecond):
			}
			one := rows[i%3]
			one.QueueSize = 1000 + i
			d.Sandbox.Put(demo, one)
		}
	})
	return sync.OnceFunc(func() { close(over); wait.Wait() })
}

// Ten thousand deployments, an API that takes its time, and others who keep changing what is in sight: nothing jumps, and
// nothing that is typed, ticked or focused is lost.
func TestTenThousand(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	rows := deck.many(t, 10_000)
	tab := deck.SignedIn(t)
	tab.Sees("10,000")
	tab.Mark()
	stop := deck.turmoil(rows)
	defer stop()
	deck.Sandbox.SetLatency(400 * time.Millisecond)

	// Reading on: what changes comes in and moves nothing.
	row := `document.getElementById("deployment-` + rows[20].ID + `")`
	Eval[bool](tab, `(`+row+`.scrollIntoView({ block: "center", behavior: "instant" }), `+row+`.querySelector("th a").focus({ preventScroll: true }), window.kept = `+row+`,
		window.moved = 0, new PerformanceObserver((l) => l.getEntries().forEach((e) => (window.moved += e.value))).observe({ type: "layout-shift" }), true)`)
	top := Eval[float64](tab, row+`.getBoundingClientRect().top`)
	for range 3 {
		tab.Wait(`(document.querySelector("[data-live]").dataset.live = "1", document.querySelector("tr.changed") !== null)`)
		tab.Wait(`!document.querySelector("tr.changed")`)
	}
	if now := Eval[float64](tab, row+`.getBoundingClientRect().top`); now != top {
		t.Errorf("the row in hand stood at %v and now stands at %v", top, now)
	}
	if !Eval[bool](tab, row+` === window.kept && document.activeElement === `+row+`.querySelector("th a")`) {
		t.Error("the row in hand was replaced, or lost the focus")
	}
	tab.stood(t)

	// Ticking: the list holds still until it is sent, below the bar that ticking brings.
	Eval[bool](tab, `(document.activeElement.blur(), document.querySelectorAll("tbody [form=selection]").forEach((box, i) => i % 5 || box.click()), await new Promise((r) => setTimeout(r, 100)), window.moved = 0, true)`)
	tab.hurry()
	Eval[bool](tab, `(await new Promise((r) => setTimeout(r, 2500)), true)`)
	if n := Eval[int](tab, `document.querySelectorAll("tbody [form=selection]:checked").length`); n != 5 {
		t.Errorf("%d rows are ticked, want the five that were", n)
	}
	tab.stood(t)
	Eval[bool](tab, `(document.querySelectorAll("tbody [form=selection]:checked").forEach((box) => box.click()), true)`)
	tab.typeIntoSearch(t)
	tab.SameDocument()
	stop()
	if n := len(deck.Writes()); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// stood fails when something on the page has moved since window.moved was 0.
func (b *Tab) stood(t *testing.T) {
	t.Helper()
	if moved := Eval[float64](b, `window.moved`); moved != 0 {
		t.Errorf("what nobody asked for moved the page by %v", moved)
	}
}

// typeIntoSearch types faster than the API answers: every letter stays, and the rows end up being those of the whole text.
func (b *Tab) typeIntoSearch(t *testing.T) {
	t.Helper()
	b.Fill("Search deployments", "0")
	typed := "0"
	for _, letter := range " 0123" {
		b.Key(string(letter))
		typed += string(letter)
		Eval[bool](b, `(await new Promise((r) => setTimeout(r, 250)), true)`) // longer than the pause that starts a search
		if got := b.Value("Search deployments"); got != typed {
			t.Fatalf("the search holds %q, typed was %q", got, typed)
		}
	}
	b.At("/deployments?q=0+0123")
	b.Sees("28 found among 10,000", "0 01239")
	if got := b.Value("Search deployments"); got != typed || !Eval[bool](b, `document.activeElement.id === "q"`) {
		t.Errorf("the search holds %q, or lost the focus", got)
	}
}

// A search goes on while somebody types, is one step in the history, and Enter still sends it.
func TestSearchWhileTyping(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	tab.Open("/preferences")
	tab.Open("/deployments?sort=updated_at")
	tab.Mark()
	tab.Fill("Search deployments", "fl")
	tab.At("/deployments?q=fl&sort=updated_at")
	tab.Key("ux")
	tab.At("/deployments?q=flux&sort=updated_at")
	tab.Sees("2 found among 12")
	if got := tab.Value("Search deployments"); got != "flux" || !Eval[bool](tab, `document.activeElement.id === "q"`) {
		t.Errorf("the search holds %q, or lost the focus", got)
	}
	tab.Key("-dev\r")
	tab.At("/deployments?q=flux-dev&sort=updated_at")
	tab.Sees("1 found among 12")
	tab.SameDocument()
	// Whoever pauses before Enter has replaced the address already: then there is no step between.
	tab.Back()
	tab.Wait(`location.pathname === "/preferences" || document.body.innerText.includes("2 found among 12")`)
}

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// The theme answers at once, is remembered by the server, and needs no reload.
func TestTheme(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)

	tab.Mark()
	tab.Press("Dark")
	tab.Wait(`document.documentElement.dataset.theme === "dark" && getComputedStyle(document.documentElement).colorScheme === "dark"`)
	tab.SameDocument()
	tab.Wait(`document.querySelector("button[name=theme][value=dark]").getAttribute("aria-pressed") === "true"`)
	tab.Wait(`!document.querySelector(".htmx-request")`)
	tab.Reload()
	tab.Wait(`document.documentElement.dataset.theme === "dark"`)
}

// Single keys do what the sheet says, rest while somebody types, and can be switched off.
func TestShortcuts(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)

	tab.Key("?")
	tab.Wait(`document.querySelector("dialog[open]")?.innerText.includes("Pause or enable it")`)
	tab.checkAxe(t, "sheet of shortcuts")
	tab.Key("n") // rests while the sheet is open
	tab.Key(kb.Escape)
	tab.Wait(`!document.querySelector("dialog[open]")`)
	tab.At("/deployments")

	tab.Key("p") // nothing is chosen yet, so that nothing may happen
	tab.Key("e")
	tab.Wait(`document.activeElement === document.body`)
	tab.At("/deployments")
	checkWrites(t, deck)

	tab.Key("j")
	tab.Wait(`document.activeElement.closest("tbody tr") === document.querySelector("tbody tr")`)
	tab.Key("j")
	tab.Key("k")
	tab.Wait(`document.activeElement.closest("tbody tr") === document.querySelector("tbody tr")`)
	tab.Key("p")
	tab.Sees("Paused: 4x-upscale-batch")
	tab.Key("/")
	tab.Wait(`document.activeElement.id === "q"`)
	tab.Key("n")
	tab.Wait(`document.getElementById("q").value.endsWith("n")`) // the driver may type the slash as well
	tab.At("/deployments")

	tab.Open("/deployments")
	tab.Key("n")
	tab.At("/deployments/new")
	tab.Sees("It starts enabled")
	tab.Key("g")
	tab.Key("d")
	tab.Sees("1–12 of 12")

	tab.Open("/preferences")
	Eval[bool](tab, `(document.querySelector("input[name=shortcuts][value=off]").click(), true)`)
	tab.Follow("Save preferences")
	tab.Sees("Saved in this browser.")
	tab.Key("?")
	tab.Wait(`!document.querySelector("dialog[open]")`)
}

// A switch can be taken back from its notice.
func TestUndo(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	d := deck.Named(t, "flux-kontext-retouch")

	tab.PressIn("#deployment-"+d.ID, "Pause")
	tab.Sees("Paused: " + d.Name)
	tab.Follow("Enable again")
	tab.Sees("Enabled: " + d.Name)
	if got := deck.Named(t, d.Name); !got.IsEnabled {
		t.Error("the deployment is still paused")
	}
}

// Leaving a changed form asks; sending it does not.
func TestUnsaved(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	edit := "/deployments/" + deck.Named(t, "flux-dev-product-shots").ID + "/edit"

	tab.Open(edit)
	tab.Open("/deployments")
	if n := tab.Asked(); n != 0 {
		t.Errorf("an unchanged form asked %d times", n)
	}
	tab.Open(edit)
	tab.Fill("Queue size", "7")
	tab.Open("/deployments")
	if n := tab.Asked(); n != 1 {
		t.Errorf("a changed form asked %d times, want once", n)
	}
	tab.Open(edit)
	tab.Fill("Queue size", "7")
	tab.Follow("Save changes")
	tab.Sees("Saved flux-dev-product-shots: queue size ")
	if n := tab.Asked(); n != 1 {
		t.Errorf("a form that was sent asked too: %d", n)
	}
}

// The steppers stay inside the bounds.
func TestStepper(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	tab.Open("/deployments/new")
	for range 5 {
		tab.Press("More: Minimum instances")
	}
	tab.Wait(`document.getElementById("min_instances").value === "3"`)
	tab.Press("Less: Maximum instances")
	tab.Press("Less: Maximum instances")
	tab.Wait(`document.getElementById("max_instances").value === "1"`)
}

// The settings of lists are fetched into the list when they are opened, and saving them leads back to that list.
func TestListSettings(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)

	tab.Open("/deployments?state=enabled")
	tab.Press("Columns and rows")
	tab.Wait(`field("Queue").checked`)
	tab.checkAxe(t, "settings in a list")
	Eval[bool](tab, `(field("Queue").click(), field("Compact").click(), true)`)
	tab.Follow("Save in this browser")
	tab.At("/deployments?state=enabled")
	tab.Wait(`![...document.querySelectorAll("thead th")].some((th) => words(th) === "Queue")`)
	// A compact row leaves small print out, but never the status.
	tab.Wait(`["State", "Hardware"].map((label) => getComputedStyle(document.querySelector("tbody td[data-label=" + label + "] small")).display).join() === "block,none"`)
}

// The further filters are fetched when they are opened, and then: not when they are closed, nor again.
func TestFilterPanel(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	fetched := func(times int) {
		t.Helper()
		Eval[bool](tab, `(await new Promise((r) => setTimeout(r, 300)), true)`)
		if n := Eval[int](tab, `performance.getEntriesByType("resource").filter((e) => e.name.includes("/deployments/filters")).length`); n != times {
			t.Errorf("fetched %d times, want %d", n, times)
		}
	}
	fetched(0)
	tab.Press("More filters")
	tab.Wait(`field("Status") !== null`)
	tab.Press("More filters")
	tab.Press("More filters")
	fetched(1)
	tab.Fill("Search deployments", "flux") // which closes it
	tab.Sees("2 found among 12")
	fetched(1)
	tab.Press("More filters")
	tab.Wait(`field("Status") !== null`)
	fetched(2)
}

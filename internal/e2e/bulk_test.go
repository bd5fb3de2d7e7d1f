package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// Many deployments are changed at once: chosen by keys, reviewed, and followed to the end, which the page shows by itself.
func TestBulk(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	tab.Mark()
	tab.Key("jxjx") // the first two
	tab.Wait(`document.querySelectorAll("tbody [form=selection]:checked").length === 2`)
	tab.Wait(`document.querySelector(".selection").checkVisibility()`)
	tab.Wait(`document.getElementById("selection-action").value === "disable"`)
	tab.Press("Review")
	tab.Sees("Pause: 2 deployments", "Nothing was sent yet: 2 will change.")
	checkWrites(t, deck)
	tab.Press("Pause 2 deployments")
	tab.Sees("Finished: all 2 were changed.", "2 of 2")
	for _, name := range []string{"4x-upscale-batch", "flux-dev-product-shots"} {
		if deck.Named(t, name).IsEnabled {
			t.Errorf("%s is not paused", name)
		}
	}
	tab.Reload()
	tab.Sees("Finished: all 2 were changed.")
}

// The box in the head ticks the page; what is ticked keeps the list from reading itself anew.
func TestPickPage(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	Eval[bool](tab, `(document.querySelector("[data-pick-all]").click(), true)`)
	tab.Wait(`document.querySelectorAll("tbody [form=selection]:checked").length === 12`)
	Eval[bool](tab, `(document.querySelector("[data-pick-all]").click(), true)`)
	tab.Wait(`document.querySelectorAll("tbody [form=selection]:checked").length === 0 && !document.querySelector(".selection").checkVisibility()`)
}

// Without scripts the same works: boxes, the bar, the review.
func TestBulkWithoutScripts(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.Open("/deployments")
	tab.SignIn()
	tab.At("/deployments")
	Eval[bool](tab, `(document.querySelectorAll("tbody [form=selection]")[1].click(), true)`)
	tab.Wait(`document.querySelector(".selection").checkVisibility() && !document.querySelector("[data-pick-all]").checkVisibility()`)
	Eval[bool](tab, `(document.querySelector("#selection-action").value = "min_zero", true)`)
	tab.Follow("Review")
	tab.Sees("Set the minimum to 0: 1 deployment", "1 will change")
	tab.Follow("Change 1 deployment")
	tab.Wait(`(location.reload(), document.body.innerText.includes("Finished: the one deployment was changed."))`)
	if got := deck.Named(t, "flux-dev-product-shots").MinInstances; got != 0 {
		t.Errorf("the minimum is %d", got)
	}
}

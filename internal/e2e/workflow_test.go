package e2e

import (
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// A graph is read where it stands: choosing a node leaves the place in the picture as it is, and Back takes the choice away.
func TestGraph(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	tab.workflow(t, deck, "storefront-composite-pipeline", "?zoom=100")
	tab.Mark()
	Eval[bool](tab, `(document.getElementById("graph-box").scrollTo(900, 700), true)`)
	tab.Wait(`document.querySelector(".map__view").getAttribute("d").startsWith("M9")`)
	const place = `(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop])(document.getElementById("graph-box"))`
	Eval[any](tab, `middle(control("First pass, node 20:7", "#graph-box"))`) // as pressing it does: into the middle of the window
	before := Eval[[]float64](tab, place)
	tab.PressIn("#graph-box", "First pass, node 20:7")
	tab.Wait(`document.querySelector("#chosen")?.textContent === "First pass"`)
	tab.SameDocument()
	tab.Wait(`location.search.includes("node=20%3A7")`)
	if after := Eval[[]float64](tab, place); before[0] < 500 || before[1] < 500 || !slices.Equal(after, before) {
		t.Errorf("the picture was at %v before choosing a node, and is at %v", before, after)
	}
	tab.Wait(`document.querySelectorAll(".graph__svg a.chosen").length === 1 && document.querySelectorAll(".graph__svg a.aside").length > 20`)
	tab.Back()
	tab.Wait(`!document.querySelector("#chosen")`)
}

// Without scripts, a link to a node opens the page with the node in sight.
func TestGraphWithoutScripts(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.workflow(t, deck, "storefront-composite-pipeline", "?zoom=100")
	tab.FollowIn("main", "Save sheet")
	tab.Sees("SaveImage · node 99 · needs 55 nodes · 0 nodes need it")
	tab.Wait(`document.getElementById("graph-box").scrollLeft > 1000`)
	tab.Fill("Find nodes", "canny 0.15")
	tab.Follow("Find")
	tab.Sees("4 nodes of 60")
}

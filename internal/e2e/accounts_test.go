package e2e

import (
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// second adds the demo's other account, and works as it.
func (b *Tab) second() {
	b.t.Helper()
	b.signInAt("/deployments")
	b.Open("/accounts/new")
	b.Fill("API token", sandbox.DemoTokenB)
	b.Fill("Your name (optional)", "Studio, with a name that is rather long")
	b.Follow("Add account")
	b.At("/deployments")
}

// openMenu shows the accounts of the frame.
func (b *Tab) openMenu() {
	b.t.Helper()
	Eval[bool](b, `(document.getElementById("accounts").showPopover(), true)`)
}

// TestAccountsInTwoTabs switches accounts in one tab while another shows a list: what that one then asks for comes as a whole page
// of the account in use, and no page is of two.
func TestAccountsInTwoTabs(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	tab.Provokes(403, 404, 409)
	tab.second()
	tab.Sees("Studio")
	tab.SeesNot("flux-dev-product-shots")
	tab.openMenu()
	tab.leave(func() { Eval[bool](tab, `(document.querySelector(".account__list form").submit(), true)`) })
	tab.Sees("flux-dev-product-shots")

	// Another tab switches: the same cookies, and no page is told.
	Eval[bool](tab, `(async () => {
		const other = document.querySelector(".account__list form");
		const answer = await fetch("/accounts/switch", { method: "POST", body: new URLSearchParams(new FormData(other)) });
		return answer.ok;
	})()`)
	tab.Sees("flux-dev-product-shots")
	tab.leave(func() { tab.PressIn("main", "Paused") })
	tab.Sees("This browser has switched accounts", "Studio")
	tab.SeesNot("flux-dev-product-shots")

	// A link of the first account, and one click to open it.
	d := deck.Named(t, "4x-upscale-batch")
	tab.Open("/deployments/" + d.ID)
	tab.Sees("It belongs to another account of this browser")
	tab.leave(func() { Eval[bool](tab, `(document.querySelector("main form").submit(), true)`) })
	tab.At("/deployments/" + d.ID)
	tab.Sees("4x-upscale-batch")
}

// TestAccountMenu: the menu of the accounts closes for Escape, for a click elsewhere and when the focus leaves it; the first two
// without scripts too.
func TestAccountMenu(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	for _, scripts := range []bool{true, false} {
		tab := deck.Tab(t)
		tab.second()
		call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
		tab.Open("/deployments")
		shown := func(want bool) {
			t.Helper()
			tab.Wait(`document.getElementById("accounts").matches(":popover-open") === ` + strconv.FormatBool(want))
		}
		open := func() {
			t.Helper()
			tab.do(clickAt(tab.middle(`document.querySelector(".account__button")`)))
			shown(true)
		}
		open()
		tab.Key(kb.Escape)
		shown(false)
		open()
		tab.do(clickAt(tab.middle(`document.querySelector("h1")`)))
		shown(false)
		open()
		tab.Key(kb.Tab) // to the other account
		shown(true)
		tab.Wait(`document.activeElement.closest("#accounts") !== null`)
		if !scripts {
			continue
		}
		tab.Key(kb.Tab)
		tab.Key(kb.Tab)
		shown(true)
		tab.Key(kb.Tab) // past its last link
		shown(false)
		tab.Wait(`document.activeElement.name === "sign_out"`)
	}
}

func clickAt(p point) chromedp.Action[chromedp.Void] { return chromedp.MouseClickXY(p.X, p.Y) }

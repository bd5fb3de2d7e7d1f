package e2e

import (
	"testing"

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
	Eval[bool](b, `(document.querySelector(".account details").open = true)`)
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

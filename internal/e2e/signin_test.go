package e2e

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)

	tab.Open("/")
	tab.At("/sign-in")
	tab.SignIn()
	tab.At("/deployments")
	tab.Sees("12 deployments", "flux-dev-product-shots", "ltx-video previews", "Paused", "48 GB", "1–12 of 12")

	tab.Follow("Sign out")
	tab.At("/sign-in")
	tab.Back()
	tab.At("/sign-in")
	tab.SeesNot("flux-dev-product-shots")
}

func TestRefusedToken(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	tab.Provokes(422)

	tab.Open("/sign-in")
	tab.Fill("API token", "not-a-token-of-anybody")
	tab.Fill("Your name (optional)", "Night shift")
	tab.Follow("Sign in")
	tab.Wait(`field("API token").getAttribute("aria-invalid") === "true" && document.activeElement === field("API token")`)
	if got := tab.Value("API token"); got != "" {
		t.Errorf("the refused token came back: %q", got)
	}
	tab.SignIn()
	tab.At("/deployments")
	tab.Sees("Night shift")
}

// A link to a search and a link to a deployment, opened by somebody who is signed out, lead to exactly that page.
func TestSharedLink(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	id := deck.Named(t, "sdxl-inpaint-prod").ID
	for _, link := range []struct{ path, named, shows string }{
		{"/deployments?q=flux", "the list with your search", "2 found among 12"},
		{"/deployments/" + id + "/edit", "deployment " + id, "Edit sdxl-inpaint-prod"},
		{"/deployments/new?from=" + id, "the form for a new deployment", "Clone of sdxl-inpaint-prod"},
	} {
		t.Run(link.named, func(t *testing.T) {
			t.Parallel()
			tab := deck.Tab(t)
			tab.Open(link.path)
			tab.Sees("Sign in to open " + link.named)
			tab.SignIn()
			tab.At(link.path)
			tab.Sees(link.shows)
		})
	}
}

// What a browser keeps after sign-out says nothing about the account.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	canary := deck.Named(t, "flux-kontext-retouch")
	tab := deck.SignedIn(t)
	tab.FollowIn("#deployment-"+canary.ID, canary.Name)
	tab.Refresh()
	tab.Follow("Edit")
	tab.Follow("Sign out")
	tab.At("/sign-in")

	kept := Eval[string](tab, `JSON.stringify({
		local: {...localStorage}, session: {...sessionStorage}, history: history.state, cookies: document.cookie, name: window.name,
		caches: await Promise.all((await caches.keys()).map(async (k) => [k, (await (await caches.open(k)).keys()).map((r) => r.url)])),
		databases: await indexedDB.databases(),
	})`)
	const nothing = `{"local":{},"session":{},"history":null,"cookies":"","name":"","caches":[],"databases":[]}`
	if kept != nothing {
		t.Errorf("kept after sign-out: %s\nwant %s", kept, nothing)
	}
}

// A plain form leaves once however often its button is pressed.
func TestSignInIsSentOnce(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	tab.Open("/sign-in")
	tab.Fill("API token", sandbox.DemoToken)
	deck.Sandbox.SetLatency(2 * slow)
	tab.leave(func() {
		Eval[bool](tab, `((b) => { for (let i = 0; i < 10; i++) setTimeout(() => b.click(), 20 * i); return true; })(control("Sign in"))`)
	})
	tab.At("/deployments")
	if n := deck.Requests("POST /sign-in"); n != 1 {
		t.Errorf("%d sign-ins were sent, want 1", n)
	}
}

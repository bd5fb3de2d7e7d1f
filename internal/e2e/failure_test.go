package e2e

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// While the API is down the list stays and says how old it is; other pages say what is wrong and offer to try again; parts say
// so above the page that stays. Afterwards all is well.
func TestAPIDown(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"500", "reset", "hang"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			deck := StartAlone(t)
			d := deck.Named(t, "4x-upscale-batch")
			tab := deck.SignedIn(t)
			tab.Provokes(502, 503, 504)
			deck.Sandbox.SetFaults(sandbox.MustFault(fault))

			tab.Mark()
			tab.PressIn(".toolbar", "Refresh")
			tab.Sees("Not the newest", "1–12 of 12")
			if fault != "hang" { // which is not known to have failed yet
				tab.Wait(`words(document.querySelector("#main .notice--warning")).includes("Request ")`)
			}
			tab.SameDocument()
			tab.PressIn("#deployment-"+d.ID, "Pause")
			tab.Sees("Pause " + d.Name + ": ")
			tab.Press("Pause it by hand")
			tab.Sees("curl --request PATCH")

			tab.Open("/deployments/" + d.ID)
			tab.Sees("RunComfy", "Try again")
			tab.Wait(`document.querySelector("#main h1") !== null && !document.body.innerText.includes("sandbox")`)

			deck.Sandbox.SetFaults()
			tab.Follow("Try again")
			tab.At("/deployments/" + d.ID)
			tab.Sees(d.Name, "Workflow and hardware")
			for _, w := range deck.Writes() {
				if w.Applied {
					t.Errorf("%s %s was applied", w.Method, w.Path)
				}
			}
		})
	}
}

// A write whose answer is lost is looked up and told as it is.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "4x-upscale-batch")
	tab := deck.SignedIn(t)
	tab.Provokes(502, 504)

	deck.Sandbox.SetFaults(sandbox.MustFault("reset-after@update"))
	tab.Open("/deployments/" + d.ID)
	tab.Press("Pause")
	tab.Sees("Paused: 4x-upscale-batch. Requests that were running fail. RunComfy did not confirm it, but reading it back shows that it happened.")

	deck.Sandbox.SetFaults(sandbox.MustFault("hang@update"))
	tab.Press("Enable")
	tab.Sees("RunComfy did not confirm the change, and the deployment does not show it yet.")
	deck.Sandbox.SetFaults()
	tab.Press("Enable")
	tab.Sees("Enabled: 4x-upscale-batch")
	if n := len(deck.Writes()); n != 3 {
		t.Errorf("%d writes reached the API, want one for each press", n)
	}
}

// A form that meets an expired session keeps what was typed until after the sign-in.
func TestExpiredSession(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "4x-upscale-batch")
	tab := deck.SignedIn(t)
	tab.Provokes(401)
	tab.Open("/deployments/" + d.ID + "/edit")
	tab.Fill("Queue size", "33")
	deck.Sandbox.SetToken(demo, "renewed-token-of-the-same-account")
	tab.Press("Save changes")
	tab.Sees("no longer accepts the token you were signed in with")
	tab.Fill("API token", "renewed-token-of-the-same-account")
	tab.Follow("Sign in")
	tab.Sees("Nothing has been sent yet")
	if got := tab.Value("Queue size"); got != "33" {
		t.Errorf("the typed value became %q", got)
	}
	for _, w := range deck.Writes() {
		if w.Applied {
			t.Errorf("%s was applied", w.Method)
		}
	}
	tab.Follow("Save changes")
	tab.Sees("Saved ")
}

// When this server itself is gone, the page says so and keeps what it shows.
func TestServerGone(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	tab.allow("ERR_CONNECTION_REFUSED")
	tab.allow("htmx: htmx:error: Failed to fetch")
	tab.Mark()
	deck.Stop()
	tab.PressIn(".toolbar", "Refresh")
	tab.Sees("No answer from this server.", "1–12 of 12")
	tab.Wait(`document.querySelector("#notices [role=alert]") !== null`)
	tab.SameDocument()
}

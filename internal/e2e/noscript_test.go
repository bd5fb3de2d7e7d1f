package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// Everything works without JavaScript.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-dev-product-shots")
	tab := deck.Tab(t)
	tab.Provokes(422)
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.Open("/deployments")
	tab.SignIn()
	tab.At("/deployments")
	tab.Wait(`window.htmx === undefined`)

	tab.Fill("Search deployments", "flux")
	tab.Follow("Search")
	tab.At("/deployments?q=flux")
	tab.FollowIn("#deployment-"+d.ID, "Pause")
	tab.At("/deployments?q=flux")
	tab.Sees("Paused: flux-dev-product-shots", "2 found among 12")
	checkWrites(t, deck, "PATCH /prod/v2/deployments/"+d.ID+` {"is_enabled":false,"name":"flux-dev-product-shots"}`)
	deck.Sandbox.ResetCalls()
	tab.FollowIn(".notice", "Enable again") // would run two instances around the clock
	tab.Sees("Enable flux-dev-product-shots?")
	checkWrites(t, deck)
	tab.Open("/deployments?q=flux")
	tab.Press("More filters")
	tab.Follow("Choose them on a page of their own")
	tab.At("/deployments/filters?q=flux")
	tab.Follow("Apply")
	tab.Sees("2 found among 12")
	tab.Open("/deployments?q=flux")

	deck.Sandbox.ResetCalls()
	made := tab.createWithoutScripts(t)
	tab.Follow("Edit")
	tab.Fill("Queue size", "3")
	tab.Follow("Save changes")
	tab.At("/deployments/" + made + "?back=%2Fdeployments%3Fq%3Dflux") // and so back to the search
	tab.Sees("Saved plain: queue size 1 → 3.")

	tab.Follow("Delete")
	tab.Fill("Type “plain” to delete it", "plane")
	tab.Follow("Delete for good")
	tab.Sees("Type the name exactly as it is shown above.")
	tab.Fill("Type “plain” to delete it", "plain")
	tab.Follow("Delete for good")
	tab.At("/deployments?q=flux")
	tab.Sees("Deleted: plain")
	path := " /prod/v2/deployments"
	checkWrites(t, deck,
		"POST"+path+` {"hardware":["AMPERE_48"],"keep_warm_duration_in_seconds":60,"max_instances":1,"min_instances":0,"name":"plain","queue_size":1,"workflow_id":"`+workflow+`","workflow_version":"v1"}`,
		"PATCH"+path+"/"+made+` {"name":"plain","queue_size":3}`, "DELETE"+path+"/"+made)

	tab.Follow("Sign out")
	tab.At("/sign-in")
	tab.Open("/deployments")
	tab.At("/sign-in")
}

// createWithoutScripts makes the deployment “plain” at the second try and returns its id.
func (b *Tab) createWithoutScripts(t *testing.T) string {
	t.Helper()
	b.Follow("New deployment")
	b.Fill("Name", "plain")
	b.Fill("Workflow version", "v1")
	b.Follow("Create deployment")
	b.Sees("One value needs your attention. Nothing was sent.", "Enter the id of the workflow")
	if got := b.Value("Name"); got != "plain" {
		t.Errorf("the name became %q", got)
	}
	b.Wait(`document.activeElement === field("Workflow id")`)
	b.Fill("Workflow id", workflow)
	b.Follow("Create deployment")
	b.Sees("Create plain?", "Nothing was sent yet")
	b.Follow("Create it")
	b.Sees("Created plain.")
	return b.deck.Named(t, "plain").ID
}

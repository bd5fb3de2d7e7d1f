package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// TestSearchInside holds that a search shows its progress by itself, in place, and leads from a model to who uses it and back
// to the node that does.
func TestSearchInside(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	tab.signInAt("/deployments")
	deck.Sandbox.SetLatency(1200 * time.Millisecond)
	tab.Open("/deployments/search?q=juggernaut")
	tab.Mark()
	tab.Sees("0 of 12 workflows read; results so far.")
	deck.Sandbox.SetLatency(0)
	tab.Sees("All workflows are read", "3 deployments", "ckpt_name")
	tab.SameDocument()

	tab.Follow("Clear")
	tab.Sees("Models used most")
	tab.Follow("juggernautXL_v9.safetensors 3")
	tab.At("/deployments/search?in=model&q=%22juggernautXL_v9.safetensors%22")
	tab.FollowIn("tbody tr:first-child .found", "Load Checkpoint")
	tab.Sees("Every node")
	tab.FollowIn(".does", "Who else uses juggernautXL_v9.safetensors?")
	tab.At("/deployments/search?in=model&q=%22juggernautXL_v9.safetensors%22")
	tab.Sees("3 deployments")
}

// TestSearchInside_withoutScripts shows the progress with a link.
func TestSearchInside_withoutScripts(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.Open("/deployments?q=ksampler")
	tab.SignIn()
	deck.Sandbox.SetLatency(700 * time.Millisecond)
	tab.Follow("inside the workflows")
	tab.At("/deployments/search?q=ksampler")
	tab.Sees("0 of 12 workflows read; results so far.")
	deck.Sandbox.SetLatency(0)
	for range 100 {
		if Eval[bool](tab, `document.querySelector("[data-live]") === null`) {
			break
		}
		tab.Follow("Look again now")
	}
	tab.Sees("All workflows are read", "10 deployments")
}

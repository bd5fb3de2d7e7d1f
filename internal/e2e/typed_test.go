package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// What was typed outlives Back and Reload while its review is shown, and leaving the review asks as leaving the form does.
func TestBackFromAReview(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-dev-product-shots")
	edit := "/deployments/" + d.ID + "/edit"
	tab := deck.SignedIn(t)
	typed := func(what string) {
		t.Helper()
		tab.Wait(`document.querySelector("main #max_instances") !== null`)
		for label, want := range map[string]string{"Maximum instances": "9", "Queue size": "17", "Why (optional)": "more to do"} {
			if got := tab.Value(label); got != want {
				t.Errorf("after %s: %s holds %q, want %q", what, label, got, want)
			}
		}
		if got := Eval[string](tab, `document.querySelector("[name=hardware]:checked").value`); got != "HOPPER_141" {
			t.Errorf("after %s: the hardware is %q, want what was chosen", what, got)
		}
	}
	review := func() {
		t.Helper()
		tab.Press("Save changes")
		tab.Sees("Change flux-dev-product-shots?")
		tab.At(edit)
	}
	tab.Open("/deployments/" + d.ID)
	tab.Open(edit)
	tab.Press("141 GB · H200")
	tab.Fill("Maximum instances", "9")
	tab.Fill("Queue size", "17")
	tab.Fill("Why (optional)", "more to do")

	review()
	tab.Back()
	tab.At(edit)
	typed("Back")
	tab.Reload()
	typed("Back and Reload")
	review()
	asked := tab.Asked()
	tab.Reload()
	typed("Reload of the review")
	if n := tab.Asked(); n != asked+1 {
		t.Errorf("reloading a review asked %d times, want once", n-asked)
	}
	review()
	tab.Open("/deployments")
	if n := tab.Asked(); n != asked+2 {
		t.Errorf("leaving a review asked %d times, want once", n-asked-1)
	}
	tab.Back()
	tab.At(edit)
	typed("leaving and Back")

	review()
	tab.Follow("Apply the change")
	tab.At("/deployments/" + d.ID)
	tab.Sees("Saved ")
	tab.Open(edit)
	if got := tab.Value("Why (optional)"); got != "" {
		t.Errorf("a new form came with %q typed", got)
	}
}

// A create form comes back the same way, and not once it has made its deployment.
func TestBackFromTheReviewOfANewOne(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	tab.Open("/deployments/new")
	tab.Fill("Name", "typed once")
	tab.Fill("Workflow id", workflow)
	tab.Fill("Workflow version", "v1")
	tab.Press("Create deployment")
	tab.Sees("Create typed once?")
	tab.Back()
	tab.Wait(`field("Name").value === "typed once" && field("Workflow version").value === "v1"`)
	tab.Press("Create deployment")
	tab.Sees("Create typed once?")
	tab.Follow("Create it")
	tab.Sees("Created typed once.")
	tab.Back()
	tab.At("/deployments/new")
	if got := tab.Value("Name"); got != "" {
		t.Errorf("the form that has made its deployment comes back with %q", got)
	}
	if w := deck.Writes(); len(w) != 1 {
		t.Errorf("%d writes reached the API, want 1", len(w))
	}
}

// A preset fills in the scaling and leaves the rest of the form, the place on the page and the focus alone; Enter presses none.
func TestPreset(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-kontext-retouch")
	edit := "/deployments/" + d.ID + "/edit"
	tab := deck.SignedIn(t)
	tab.Open(edit)
	tab.Mark()
	tab.Fill("Name", "typed")
	tab.Fill("Queue size", "17")
	tab.Press("Start from a preset")
	tab.Press("Always warm")
	tab.Wait(`field("Minimum instances").value === "1" && document.activeElement === control("Always warm")`)
	tab.At(edit)
	tab.SameDocument()
	for label, want := range map[string]string{"Name": "typed", "Queue size": "17", "Maximum instances": "3", "Keep warm": "60"} {
		if got := tab.Value(label); got != want {
			t.Errorf("%s holds %q, want %q", label, got, want)
		}
	}
	if n := deck.Requests("POST /deployments/" + d.ID); n != 1 {
		t.Errorf("%d forms were sent, want one", n)
	}
	checkWrites(t, deck)
	tab.Open("/deployments")
	if n := tab.Asked(); n != 1 {
		t.Errorf("leaving a form under a preset asked %d times, want once", n)
	}
	tab.Open(edit)
	tab.Fill("Queue size", "5")
	tab.leave(func() { tab.Key(kb.Enter) })
	tab.Sees("Saved flux-kontext-retouch: queue size ")
	checkWrites(t, deck, "PATCH /prod/v2/deployments/"+d.ID+` {"name":"flux-kontext-retouch","queue_size":5}`)
}

// When a screen takes the place of another, its heading has the focus, without a ring; the keys work at once, and Tab goes on from there.
func TestFocusOnAReview(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-dev-product-shots")
	tab := deck.SignedIn(t)
	heading := `document.activeElement === document.querySelector("main h1") && getComputedStyle(document.activeElement).boxShadow === "none"`
	tab.Open("/deployments/" + d.ID + "/edit")
	tab.Fill("Maximum instances", "9")
	tab.Press("Save changes")
	tab.Sees("Change flux-dev-product-shots?")
	tab.Wait(heading)
	tab.Press("Change something")
	tab.Sees("Edit flux-dev-product-shots")
	tab.Wait(heading)

	tab.Open("/deployments")
	tab.PressIn("#deployment-"+d.ID, "Pause")
	tab.Sees("Paused: " + d.Name)
	tab.Key("p") // on the row that was just switched
	tab.Sees("Enable flux-dev-product-shots?")
	tab.Wait(heading)
	tab.Key("?")
	tab.Wait(`document.querySelector("#shortcuts").open`)
}

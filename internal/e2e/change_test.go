package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestEdit(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-dev-product-shots")
	self := "/deployments/" + d.ID
	tab := deck.SignedIn(t)
	tab.FollowIn("#deployment-"+d.ID, d.Name)
	tab.At(self)
	tab.Follow("Edit")
	tab.At(self + "/edit")
	tab.Sees("Edit flux-dev-product-shots")

	tab.Fill("Queue size", "5")
	tab.Follow("Save changes")
	tab.At(self)
	tab.Sees("Saved ")
	checkWrites(t, deck, "PATCH /prod/v2"+self+` {"name":"flux-dev-product-shots","queue_size":5}`)

	tab.Reload()
	tab.At(self)
	tab.SeesNot("Saved ")

	tab.Back()
	tab.At(self + "/edit")
	tab.Wait(`field("Queue size").value === "5"`)
	tab.Follow("Save changes")
	tab.At(self)
	tab.Sees("Nothing was changed, so nothing was sent.")
	if n := len(deck.Writes()); n != 1 {
		t.Errorf("%d writes reached the API, want 1", n)
	}
}

func TestEditConflict(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "wan-2.2 image to video")
	tab := deck.SignedIn(t)
	tab.Provokes(409)
	tab.Open("/deployments/" + d.ID + "/edit")
	d.MaxInstances = 7
	deck.Sandbox.Put(demo, d)

	tab.Mark()
	tab.Fill("Maximum instances", "5")
	tab.Press("Save changes")
	tab.Sees("Someone else changed this deployment after you opened it.")
	tab.SameDocument()
	if got := tab.Value("Maximum instances"); got != "5" {
		t.Errorf("the typed value became %q", got)
	}
	checkWrites(t, deck)
	tab.Follow("Save changes")
	tab.Sees("Saved ")
	checkWrites(t, deck, "PATCH /prod/v2/deployments/"+d.ID+` {"max_instances":5,"name":"wan-2.2 image to video"}`)
}

func TestSwitchInTheList(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-kontext-retouch")
	row := "#deployment-" + d.ID
	tab := deck.SignedIn(t)
	tab.Open("/deployments?q=flux")
	tab.Mark()
	tab.PressIn(row, "Pause")
	tab.Sees("Paused: flux-kontext-retouch")
	tab.Wait(`words(document.querySelector("` + row + ` .badge")) === "Paused"`)
	tab.At("/deployments?q=flux")
	tab.PressIn(row, "Enable")
	tab.Sees("Enabled: flux-kontext-retouch")
	tab.Wait(`words(document.querySelector("` + row + ` .badge")) === "Enabled"`)
	tab.SameDocument()
	if rows := Eval[int](tab, `document.querySelectorAll("tbody tr").length`); rows != 2 {
		t.Errorf("%d rows after two switches, want 2", rows)
	}
	path := "PATCH /prod/v2/deployments/" + d.ID
	checkWrites(t, deck, path+` {"is_enabled":false,"name":"flux-kontext-retouch"}`, path+` {"is_enabled":true,"name":"flux-kontext-retouch"}`)
}

// Enabling what then runs around the clock shows its price first, and leads back to the list as it was.
func TestEnableWithReview(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-dev-product-shots")
	row := "#deployment-" + d.ID
	tab := deck.SignedIn(t)
	tab.Open("/deployments?q=flux")
	tab.PressIn(row, "Pause")
	tab.Sees("Paused: flux-dev-product-shots")
	tab.PressIn(row, "Enable")
	tab.Sees("Enable flux-dev-product-shots?", "Nothing was sent yet.", "While idle, 30 days", "Instances start, and cost, at once")
	pause := "PATCH /prod/v2/deployments/" + d.ID + ` {"is_enabled":false,"name":"flux-dev-product-shots"}`
	checkWrites(t, deck, pause)
	tab.Follow("Enable it")
	tab.At("/deployments?q=flux")
	tab.Sees("Enabled: flux-dev-product-shots")
	checkWrites(t, deck, pause, "PATCH /prod/v2/deployments/"+d.ID+` {"is_enabled":true,"name":"flux-dev-product-shots"}`)
}

func TestSwitchOnThePage(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "ltx-video previews")
	tab := deck.SignedIn(t)
	tab.Open("/deployments/" + d.ID)
	tab.Mark()
	tab.Press("Enable")
	tab.Sees("Enabled: ltx-video previews")
	tab.Wait(`control("Pause") !== null`)
	tab.SameDocument()
	checkWrites(t, deck, "PATCH /prod/v2/deployments/"+d.ID+` {"is_enabled":true,"name":"ltx-video previews"}`)
}

// Without a mouse: search, pause the first hit, and keep one's place on the page.
func TestSwitchByKeyboard(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "sdxl-lora-brand-style")
	row := "#deployment-" + d.ID
	tab := deck.SignedIn(t)
	tab.Mark()
	tab.tabTo(`document.activeElement.id === "q"`)
	tab.Key("lora" + kb.Enter)
	tab.At("/deployments?q=lora")
	tab.Sees("1–1 of 1 found among 12")
	tab.tabTo(`document.activeElement === control("Pause", "` + row + `")`)
	tab.Key(" ")
	tab.Sees("Paused: sdxl-lora-brand-style")
	tab.SameDocument()
	tab.Wait(`document.querySelector("` + row + `").contains(document.activeElement)`)
	checkWrites(t, deck, "PATCH /prod/v2/deployments/"+d.ID+` {"is_enabled":false,"name":"sdxl-lora-brand-style"}`)
}

// tabTo presses Tab until a script is true of the page.
func (b *Tab) tabTo(script string) {
	b.t.Helper()
	for range 100 {
		if Eval[bool](b, script) {
			return
		}
		b.Key(kb.Tab)
	}
	b.t.Fatalf("Tab never reaches %s", script)
}

func TestDelete(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "nightly regression renders for the seasonal landing pages, all twelve locales, portrait and square")
	label := "Type “" + d.Name + "” to delete it"
	tab := deck.SignedIn(t)
	tab.Provokes(422, 404)
	tab.Open("/deployments/" + d.ID)
	tab.Follow("Delete")
	tab.Mark()
	tab.Fill(label, "nightly")
	tab.Press("Delete for good")
	tab.Sees("Type the name exactly as it is shown above.")
	tab.Wait(`document.activeElement === field(` + quote(label) + `)`)
	tab.SameDocument()
	if got := tab.Value(label); got != "nightly" {
		t.Errorf("the typed text became %q", got)
	}
	checkWrites(t, deck)

	tab.Fill(label, d.Name)
	tab.Follow("Delete for good")
	tab.At("/deployments")
	tab.Sees("Deleted: nightly regression", "11 deployments")
	checkWrites(t, deck, "DELETE /prod/v2/deployments/"+d.ID)

	tab.Back()
	tab.Sees(d.Name+" was deleted just now.", "Create it again…", "Change log entry")
}

package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The whole life of a deployment, from sign-in to its end, with nothing but keys: no pointer, and no script that helps along.
func TestJourneyByKeyboard(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	tab.onlyKeys()

	tab.Open("/sign-in")
	tab.Wait(`document.activeElement === field("API token")`) // nobody has to look for it
	tab.Key(demo)
	tab.leave(func() { tab.Key(kb.Enter) })
	tab.At("/deployments")

	tab.enter("New deployment")
	tab.At("/deployments/new")
	tab.typeInto("Name", "by keys")
	tab.typeInto("Workflow id", workflow)
	tab.typeInto("Workflow version", "v1")
	tab.walkTo("48 GB · A6000") // the one that is chosen: a group of choices is one stop
	tab.Key(kb.ArrowRight)
	tab.Wait(held + ` === "48 GB · L40S / L40" && document.activeElement.checked`)
	tab.walkTo("Create deployment")
	tab.Key(kb.Enter)
	tab.Sees("Create by keys?")
	tab.enter("Create it")
	made := deck.Named(t, "by keys")
	self := "/deployments/" + made.ID
	tab.At(self)
	tab.Sees("Created")

	tab.enter("Edit")
	tab.At(self + "/edit")
	tab.walkTo("Queue size")
	tab.Key("a", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	tab.Key("4")
	tab.enter("Save changes")
	tab.At(self)
	tab.Sees("Saved")

	tab.Mark()
	tab.walkTo("Pause")
	tab.Key(" ")
	tab.Sees("Paused: by keys")
	tab.SameDocument()
	tab.Wait(held + ` === "Enable"`) // the control that took its place

	tab.enter("Delete")
	tab.At(self + "/delete")
	tab.typeInto("Type “by keys” to delete it", "by keys")
	tab.leave(func() { tab.Key(kb.Enter) })
	tab.At("/deployments")
	tab.Sees("Deleted: by keys")

	patch := "PATCH /prod/v2" + self
	checkWrites(t, deck,
		`POST /prod/v2/deployments {"hardware":["ADA_48_PLUS"],"keep_warm_duration_in_seconds":60,"max_instances":1,"min_instances":0,"name":"by keys","queue_size":1,"workflow_id":"`+workflow+`","workflow_version":"v1"}`,
		patch+` {"name":"by keys","queue_size":4}`,
		patch+` {"is_enabled":false,"name":"by keys"}`,
		"DELETE /prod/v2"+self)
}

// held names what has the focus.
const held = `((e) => words(e.closest(".choice")?.querySelector(".choice__title") ?? e.labels?.[0] ?? e))(document.activeElement)`

// onlyKeys fails the test when a pointer is used.
func (b *Tab) onlyKeys() {
	b.t.Helper()
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `addEventListener("pointerdown", () => console.error("a pointer was used"), true)`,
	})
}

// walkTo presses Tab until the control of that name has the focus.
func (b *Tab) walkTo(name string) {
	b.t.Helper()
	b.tabTo(held + " === " + quote(name))
}

// enter walks to what leads to another document, and follows it.
func (b *Tab) enter(name string) {
	b.t.Helper()
	b.walkTo(name)
	b.leave(func() { b.Key(kb.Enter) })
}

func (b *Tab) typeInto(label, text string) {
	b.t.Helper()
	b.walkTo(label)
	b.Key(text)
}

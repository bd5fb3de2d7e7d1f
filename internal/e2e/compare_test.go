package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// edited puts a second deployment beside one of the demo: with a few changes in its workflow, its settings and its readme.
func (d *Deck) edited(t *testing.T, name string) (a, b string) {
	t.Helper()
	was := d.Named(t, name)
	now := was
	now.ID, now.Name, now.MaxInstances = "d0e1f2a3-4444-5555-6666-cafecafecafe", name+" copy", was.MaxInstances+2
	now.Readme = strings.Replace(was.Readme, "\n\n", "\n\nOne line more.\n\n", 1)
	text := strings.NewReplacer(`"steps":20`, `"steps":24`, `"steps": 20`, `"steps": 24`, "KSampler", "KSamplerAdvanced").Replace(string(was.Payload))
	at := strings.Index(text, `"workflow_api_json":`) + len(`"workflow_api_json":`)
	at += strings.Index(text[at:], "{") + 1
	now.Payload = []byte(text[:at] + `"900":{"class_type":"PreviewImage","_meta":{"title":"Look at it"},"inputs":{"images":["8",0],"note":"<b>new</b>"}},` + text[at:])
	d.Sandbox.Put(demo, now)
	return was.ID, now.ID
}

func (b *Tab) compared(t *testing.T, deck *Deck, query string) {
	t.Helper()
	from, to := deck.edited(t, "sdxl-lora-brand-style")
	b.signInAt("/deployments/" + from)
	b.Open("/compare?a=" + from + "&b=" + to + query)
}

func (b *Tab) pasteTo(t *testing.T, deck *Deck, text string) {
	t.Helper()
	b.detail(t, deck, "sdxl-lora-brand-style")
	b.Follow("Compare with…")
	b.Press("Compare with a workflow of your own")
	b.Fill("Workflow in API format", text)
	b.sendWhole("main form.form")
}

// Two rows of the list lead to their comparison, from there to a node in the table and back, and to the other side, without scripts.
func TestCompareWithoutScripts(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	deck.edited(t, "sdxl-lora-brand-style")
	tab := deck.Tab(t)
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.signInAt("/deployments?q=sdxl-lora")
	Eval[bool](tab, `(document.querySelectorAll(".table__pick [form]").forEach((box) => (box.checked = true)), true)`)
	tab.FollowIn(".selection", "Compare")
	tab.Sees("changed", "settings: name and maximum instances", "the readme differs", "Look at it")
	tab.PressIn(".graph__svg", "Look at it, node 900, added")
	tab.Wait(`location.hash.startsWith("#row-n")`)
	tab.Follow("Swap sides")
	tab.Sees("Removed")
	tab.Follow("Everything")
	tab.Sees("Queue size", "Deployment id")
}

// A file is compared without being kept.
func TestCompareFile(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Tab(t)
	tab.detail(t, deck, "sdxl-lora-brand-style")
	tab.Follow("Compare with…")
	tab.Press("Compare with a workflow of your own")
	Eval[bool](tab, `(() => {
		const carried = new DataTransfer();
		carried.items.add(new File([`+quote(string(deck.Named(t, "sdxl-lora-brand-style").Payload))+`], "mine.json"));
		document.getElementById("file").files = carried.files;
		return true;
	})()`)
	tab.FollowIn("form.form", "Compare")
	tab.Sees("mine.json", "No difference: the workflow is the same.")
}

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// savedView signs in, saves a list under a name and shows it.
func (b *Tab) savedView() {
	b.t.Helper()
	b.signInAt("/deployments?state=enabled")
	Eval[bool](b, `(document.querySelector(".views details").open = true)`)
	b.Fill("Name of the view", "Night shift, long name without end")
	b.Follow("Save")
}

// screens are the screens of the site with the states that look different. Each visit leaves a whole page open.
var screens = []struct {
	name  string
	visit func(*testing.T, *Deck, *Tab)
}{
	{"sign-in", func(_ *testing.T, _ *Deck, tab *Tab) { tab.Open("/sign-in?next=/deployments?q=flux") }},
	{"sign-in refused", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.Open("/sign-in")
		tab.Fill("API token", "wrong")
		tab.Follow("Sign in")
	}},
	{"list", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments") }},
	{"list after pause", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments")
		tab.PressIn("#deployment-"+deck.Named(t, "4x-upscale-batch").ID, "Pause")
		tab.Sees("Paused: 4x-upscale-batch")
	}},
	{"list of none", func(_ *testing.T, deck *Deck, tab *Tab) { deck.Clear(); tab.signInAt("/deployments") }},
	{"list of odd ones", func(_ *testing.T, deck *Deck, tab *Tab) {
		deck.Sandbox.SetFaults(sandbox.MustFault("unknown-hardware"))
		tab.signInAt("/deployments")
	}},
	{"list with everything open", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments?q=video+4&status=standby&changed=before&desc=1&sort=floor")
		tab.Open("/deployments?q=video+4&status=standby")
		Eval[bool](tab, `(document.querySelectorAll("main details").forEach((d) => (d.open = true)), true)`)
		tab.Wait(`field("Rows per page") !== null && document.getElementById("filter-hardware") !== null`)
	}},
	{"list on its way", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments")
		Eval[bool](tab, `((document.documentElement.dataset.busy = "#main"), true)`)
	}},
	{"list with every column", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments")
		tab.Open("/preferences")
		Eval[bool](tab, `(document.querySelectorAll("input[type=checkbox], input[value=compact]").forEach((c) => (c.checked = true)), true)`)
		tab.Follow("Save preferences")
		tab.Open("/deployments")
	}},
	{"views", func(_ *testing.T, _ *Deck, tab *Tab) { tab.savedView(); tab.Open("/views") }},
	{"list with a view", func(_ *testing.T, _ *Deck, tab *Tab) { tab.savedView() }},
	{"view refused", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.savedView()
		tab.Open("/deployments?q=other")
		Eval[bool](tab, `(document.querySelector(".views details").open = true)`)
		tab.Fill("Name of the view", "NIGHT shift, long name without end")
		tab.sendWhole(".views form")
	}},
	{"search without result", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments?q=nothing+like+it") }},
	{"page of many", func(_ *testing.T, deck *Deck, tab *Tab) {
		for range 30 {
			deck.Sandbox.Put(demo, sandbox.Deployment{Name: "one of many", Hardware: []string{"AMPERE_48"}, WorkflowID: workflow, WorkflowVersion: "v1", MaxInstances: 1})
		}
		tab.signInAt("/deployments?page=1")
		tab.Open("/deployments?page=2")
	}},
	{"detail", func(t *testing.T, deck *Deck, tab *Tab) { tab.detail(t, deck, "flux-dev-product-shots") }},
	{"detail opened", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.detail(t, deck, "4x-upscale-batch")
		Eval[bool](tab, `(document.querySelectorAll("main details").forEach((d) => (d.open = true)), true)`)
	}},
	{"detail without readme", func(t *testing.T, deck *Deck, tab *Tab) { tab.detail(t, deck, "hunyuan-3d-mesh-test") }},
	{"detail of gadgets", func(t *testing.T, deck *Deck, tab *Tab) { tab.signInAt("/deployments/" + deck.hostile(t).ID) }},
	{"payload", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.payload(t, deck, "sdxl-lora-brand-style", "?depth=all")
	}},
	{"payload, searched", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.payload(t, deck, "storefront-composite-pipeline", "?q=sampler")
	}},
	{"payload, one value", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.payload(t, deck, "sdxl-lora-brand-style", "?at=%2Fworkflow_api_json%2F3%2Finputs%2Fseed")
	}},
	{"workflow", func(t *testing.T, deck *Deck, tab *Tab) { tab.workflow(t, deck, "storefront-composite-pipeline", "") }},
	{"workflow, node chosen", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.workflow(t, deck, "flux-kontext-retouch", "?node=38:13&zoom=fit")
	}},
	{"compare", func(t *testing.T, deck *Deck, tab *Tab) { tab.compared(t, deck, "") }},
	{"compare, everything", func(t *testing.T, deck *Deck, tab *Tab) { tab.compared(t, deck, "&all=1&zoom=50") }},
	{"compare with", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.detail(t, deck, "flux-kontext-retouch")
		tab.Follow("Compare with…")
		tab.Press("Compare with a workflow of your own")
	}},
	{"compare with a paste", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.pasteTo(t, deck, `{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}`)
	}},
	{"compare with nonsense", func(t *testing.T, deck *Deck, tab *Tab) { tab.pasteTo(t, deck, `{"nodes": [], "links": []}`) }},
	{"filters", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments/filters?q=video") }},
	{"search inside, suggestions", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments/search")
		tab.Sees("All workflows are read")
	}},
	{"search inside", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments/search?q=sampler")
		tab.Sees("All workflows are read")
		tab.Open("/deployments/search?q=sampler")
	}},
	{"search inside, slow", func(_ *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments")
		deck.Sandbox.SetFaults(sandbox.MustFault("429@list:2-2=60"))
		tab.Open("/deployments/search?q=sampler")
		tab.Sees("slow down")
	}},
	{"search inside, trouble", func(_ *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments")
		deck.Sandbox.SetFaults(sandbox.MustFault("html@list:2-9"))
		tab.Open("/deployments/search?q=sampler")
		tab.Sees("could not be read")
		deck.Sandbox.SetFaults()
		tab.Open("/deployments/search?q=sampler")
	}},
	{"notes", func(t *testing.T, deck *Deck, tab *Tab) { tab.notes(t, deck, "") }},
	{"notes refused", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.notes(t, deck, "/notes")
		tab.Fill("Owner", strings.Repeat("long ", 20))
		tab.Fill("Tags", strings.Repeat("x", 40))
		tab.sendWhole("main form.form")
	}},
	{"notes in conflict", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.notes(t, deck, "/notes")
		Eval[bool](tab, `(document.querySelector("[name=version]").value = "0", true)`)
		tab.Fill("Owner", "Somebody else")
		tab.sendWhole("main form.form")
		tab.Sees("Save mine instead")
	}},
	{"list with a lock", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.detail(t, deck, "4x-upscale-batch")
		tab.Press("Lock against deletion")
		tab.Fill("Why it must not be deleted", "the shop runs on it "+strings.Repeat("unbroken", 20))
		tab.Follow("Lock")
		tab.Open("/deployments?q=locked")
		tab.Sees("Locked: the shop runs on it")
	}},
	{"lock failed", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.detail(t, deck, "4x-upscale-batch")
		tab.Press("Lock against deletion")
		tab.Fill("Why it must not be deleted", "the shop runs on it")
		deck.Sandbox.SetFaults(sandbox.MustFault("500"))
		tab.Follow("Lock")
		tab.Sees("Lock this deployment against deletion")
	}},
	{"list by a tag", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.notes(t, deck, "")
		tab.Open("/deployments?q=runbook&tag=eu+west")
		tab.Sees("Note")
	}},
	{"create", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments/new") }},
	{"create refused", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments/new")
		tab.Fill("Minimum instances", "99")
		tab.sendWhole("main form.form")
	}},
	{"edit refused", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments/" + deck.Named(t, "ポスター生成 · poster-gen").ID + "/edit")
		tab.Fill("Name", "")
		tab.Fill("Keep warm", "long")
		tab.sendWhole("main form.form")
	}},
	{"review", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments/" + deck.Named(t, "4x-upscale-batch").ID + "/edit")
		tab.Fill("Minimum instances", "2")
		tab.sendWhole("main form.form")
	}},
	{"review of a new one", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments/new")
		tab.Fill("Name", "a new one")
		tab.Fill("Workflow id", workflow)
		tab.Fill("Workflow version", "v1")
		tab.sendWhole("main form.form")
	}},
	{"edit conflict", func(t *testing.T, deck *Deck, tab *Tab) {
		d := deck.Named(t, "4x-upscale-batch")
		tab.signInAt("/deployments/" + d.ID + "/edit")
		tab.Fill("Maximum instances", "5")
		d.MaxInstances, d.IsEnabled = 7, false
		deck.Sandbox.Put(demo, d)
		tab.sendWhole("main form.form")
	}},
	{"detail after an edit", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments/" + deck.Named(t, "sdxl-inpaint-prod").ID + "/edit")
		tab.Fill("Queue size", "9")
		tab.sendWhole("main form.form")
		tab.Sees("Saved")
	}},
	{"warm or on demand", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments/warm?hardware=AMPERE_48") }},
	{"create from a paste", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments/new")
		tab.Press("Fill in from JSON or a curl command")
		tab.Press("Start from a preset")
	}},
	{"change log", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments/" + deck.Named(t, "sdxl-inpaint-prod").ID + "/edit")
		tab.Fill("Queue size", "9")
		tab.sendWhole("main form.form--sections")
		tab.Open("/activity")
	}},
	{"log entry", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments/" + deck.Named(t, "sdxl-inpaint-prod").ID + "/edit")
		tab.Fill("Queue size", "9")
		tab.sendWhole("main form.form--sections")
		tab.Open("/activity?action=write")
		tab.Follow("Details")
	}},
	{"share", func(t *testing.T, deck *Deck, tab *Tab) { tab.shareForm(t, deck, "sdxl-lora-brand-style") }},
	{"share refused", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.shareForm(t, deck, "sdxl-lora-brand-style", "overrides")
		tab.Fill("How often it can be looked at (optional)", "many")
		tab.Follow("See what a visitor will see")
	}},
	{"share review", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.shareForm(t, deck, "flux-dev-product-shots", "workflow")
		tab.Follow("See what a visitor will see")
	}},
	{"share made", func(t *testing.T, deck *Deck, tab *Tab) { tab.share(t, deck, "sdxl-lora-brand-style") }},
	{"share links", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.share(t, deck, "sdxl-lora-brand-style")
		tab.Follow("All share links")
		tab.Follow("Revoke all")
		tab.share(t, deck, "sdxl-lora-brand-style", "workflow")
		tab.Follow("All share links")
	}},
	{"share links, none", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/shares") }},
	{"shared, door", func(_ *testing.T, _ *Deck, tab *Tab) { tab.Open("/s/abcdefghijklmnop") }},
	{"shared, shut", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.Open("/s/abcdefghijklmnop")
		tab.Fill("The link you were given", "nonsense")
		tab.Follow("Show it")
	}},
	{"shared copy", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.visit(tab.share(t, deck, "storefront-composite-pipeline", "workflow", "overrides"))
	}},
	{"log of a deletion", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments/" + deck.Named(t, "sdxl-inpaint-prod").ID + "/delete")
		tab.Fill("Type “sdxl-inpaint-prod” to delete it", "sdxl-inpaint-prod")
		tab.Fill("Why (optional)", "nobody calls it any more")
		tab.sendWhole("main form.form")
		tab.Open("/activity?action=delete")
		tab.Follow("Details")
		tab.Sees("Kept from before it was deleted", "nobody calls it any more")
	}},
	{"webhooks", func(_ *testing.T, _ *Deck, tab *Tab) { tab.webhook(); tab.Open("/webhooks") }},
	{"no webhooks", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/webhooks") }},
	{"new webhook", func(_ *testing.T, _ *Deck, tab *Tab) { tab.webhook() }},
	{"webhook refused", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/webhooks")
		tab.Fill("Address", "https://169.254.169.254/latest")
		tab.sendWhole("main form.form")
	}},
	{"webhook", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.webhook()
		tab.Press("Send a test")
		tab.Sees("cannot be resolved")
		tab.Press("Change it")
	}},
	{"webhook to delete", func(_ *testing.T, _ *Deck, tab *Tab) { tab.webhook(); tab.Follow("Delete…") }},
	{"bulk changes", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments/bulk") }},
	{"bulk review", func(_ *testing.T, _ *Deck, tab *Tab) { tab.bulkReview("min_zero") }},
	{"bulk value", func(_ *testing.T, _ *Deck, tab *Tab) { tab.bulkReview("hardware") }},
	{"bulk over", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.bulkReview("min_zero")
		tab.Follow("Change 2 deployments")
		tab.Sees("Finished: 2 done, 10 so already.")
	}},
	{"list with a selection", func(_ *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments")
		tab.choose()
	}},
	{"delete", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments/" + deck.Named(t, "sdxl-inpaint-prod").ID + "/delete")
		tab.Fill("Type “sdxl-inpaint-prod” to delete it", "sdxl")
		tab.sendWhole("main form.form")
	}},
	{"preferences", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments"); tab.Open("/preferences") }},
	{"nothing here", func(_ *testing.T, _ *Deck, tab *Tab) { tab.Open("/no-such-page") }},
	{"other account", func(_ *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments/" + deck.Sandbox.Deployments(sandbox.DemoTokenB)[0].ID)
	}},
	{"sessions", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments"); tab.Open("/sessions") }},
	{"accounts", func(_ *testing.T, _ *Deck, tab *Tab) { tab.second(); tab.Open("/accounts"); tab.openMenu() }},
	{"accounts, one added", func(_ *testing.T, _ *Deck, tab *Tab) { tab.signInAt("/deployments"); tab.Open("/accounts/new") }},
	{"account of a link", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.second()
		tab.Open("/deployments/" + deck.Named(t, "4x-upscale-batch").ID)
	}},
	{"account of a form", func(t *testing.T, _ *Deck, tab *Tab) {
		tab.signInAt("/deployments")
		made := Eval[string](tab, `document.querySelector("input[name=as]").value`)
		tab.second()
		tab.Open("/deployments/new")
		Eval[bool](tab, `(document.querySelector("main input[name=as]").value = `+quote(made)+`, true)`)
		tab.sendWhole("main form.form")
		tab.Sees("Made as another account")
	}},
	{"detail of long words", func(t *testing.T, deck *Deck, tab *Tab) { tab.longWords(t, deck) }},
	{"log of long words", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.longWords(t, deck)
		tab.Open("/activity?action=note")
		tab.Follow("Details")
	}},
	{"compare long words", func(t *testing.T, deck *Deck, tab *Tab) {
		id := tab.longWords(t, deck)
		tab.Open("/compare?a=" + id + "&b=" + deck.Named(t, "4x-upscale-batch").ID)
	}},
	{"share of long words", func(t *testing.T, deck *Deck, tab *Tab) {
		tab.longWords(t, deck)
		tab.Follow("Share")
		tab.Follow("See what a visitor will see")
	}},
	{"API down", func(_ *testing.T, deck *Deck, tab *Tab) {
		tab.signInAt("/deployments")
		deck.Sandbox.SetFaults(sandbox.MustFault("500"))
		tab.Open("/deployments")
	}},
}

// webhook signs in and makes a webhook.
func (b *Tab) webhook() {
	b.t.Helper()
	b.signInAt("/webhooks")
	b.Fill("Name", "Night shift, long name without end")
	b.Fill("Address", "https://hooks.example/services/hunter2-secret")
	b.sendWhole("main form.form")
	b.Sees("Signing secret")
}

func (b *Tab) detail(t *testing.T, deck *Deck, name string) {
	t.Helper()
	b.signInAt("/deployments/" + deck.Named(t, name).ID)
}

// notes says something about a deployment and opens a page of it.
func (b *Tab) notes(t *testing.T, deck *Deck, page string) {
	t.Helper()
	address := "/deployments/" + deck.Named(t, "4x-upscale-batch").ID
	b.signInAt(address + "/notes")
	b.Fill("Note", "# Runbook\nAsk **before** Friday: https://wiki.example/"+strings.Repeat("long", 30))
	b.Fill("Owner", "Team Video")
	b.Fill("Tags", "prod, eu west")
	b.sendWhole("main form.form")
	b.Sees("Changed by")
	b.Open(address + page)
}

// longWords opens a deployment whose name, owner, tags and note have no place to break, and returns its id.
func (b *Tab) longWords(t *testing.T, deck *Deck) string {
	t.Helper()
	word := strings.Repeat("unbroken_", 25)
	d := deck.Sandbox.Put(demo, sandbox.Deployment{Name: word, Hardware: []string{"AMPERE_48"}, WorkflowID: workflow, WorkflowVersion: word, MaxInstances: 1})
	b.signInAt("/deployments/" + d.ID + "/notes")
	b.Fill("Note", word)
	b.Fill("Owner", word[:60])
	b.Fill("Tags", word[:32]+", "+word[3:35])
	b.sendWhole("main form.form")
	b.Sees("Changed by")
	return d.ID
}

func (b *Tab) payload(t *testing.T, deck *Deck, name, query string) {
	t.Helper()
	b.detail(t, deck, name)
	b.Open("/deployments/" + deck.Named(t, name).ID + "/payload" + query)
}

func (b *Tab) workflow(t *testing.T, deck *Deck, name, query string) {
	t.Helper()
	b.detail(t, deck, name)
	b.Open("/deployments/" + deck.Named(t, name).ID + "/workflow" + query)
}

// sendWhole submits a form past the browser library, so that the answer is a whole page.
func (b *Tab) sendWhole(form string) {
	b.t.Helper()
	b.leave(func() { Eval[bool](b, `(document.querySelector(`+quote(form)+`).submit(), true)`) })
}

// TestScreens holds every screen to what all of them owe: nothing scrolls sideways, axe is silent in both themes, the keyboard
// reaches every control and shows where it is, and the markup is valid.
func TestScreens(t *testing.T) {
	t.Parallel()
	pages := t.TempDir()
	pool := make(windows, len(screens))
	defer pool.close()
	t.Run("each", func(t *testing.T) {
		for _, s := range screens {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				deck := StartAlone(t)
				tab := pool.Borrow(t, deck)
				tab.Provokes(403, 404, 409, 422, 502, 503)
				s.visit(t, deck, tab)
				tab.Wait(`document.readyState === "complete"`)
				tab.save(t, pages, s.name)
				tab.checkWidths(t)
				tab.checkAxe(t, s.name)
				tab.checkFocus(t)
			})
		}
	})
	checkMarkup(t, pages)
}

// save keeps the page as it was sent.
func (b *Tab) save(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, fileName(name)+".html"), b.Source(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func fileName(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }

// checkMarkup runs html-validate over the saved pages.
func checkMarkup(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no page was saved")
	}
	args := append([]string{"node_modules/html-validate/bin/html-validate.mjs", "--config", ".htmlvalidate.mjs", "--formatter", "text"}, files...)
	if out, err := exec.CommandContext(t.Context(), "node", args...).CombinedOutput(); err != nil {
		t.Errorf("html-validate: %v\n%s", err, out)
	}
}

// checkWidths finds what makes a page scroll sideways, and controls that are cut off at an edge.
func (b *Tab) checkWidths(t *testing.T) {
	t.Helper()
	for _, width := range []int64{360, 768, 1120, 1280, 1920} {
		b.Resize(width, 800)
		wide := Eval[[]string](b, `(() => {
			// A table with more columns than fit makes the page scroll, on a narrower screen than 1600 pixels, and nothing else does. The lines of
			// views, filters and what cards are sorted by scroll on their own.
			const table = innerWidth >= 1280 && innerWidth < 1600 && document.querySelector(".sheet--wide");
			const scrolls = (e) => (table && e.closest(".sheet--wide")) || e.closest("#graph-box") || innerWidth < 1280 && getComputedStyle(e.closest("thead tr, .line") || e).overflowX === "auto";
			const over = (e) => shown(e) && !scrolls(e) && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1);
			const culprits = document.documentElement.scrollWidth > innerWidth ? "body *" : "body :is(a, button, input, summary)";
			const found = [...document.querySelectorAll(culprits)].filter(over).slice(-3).map((e) => e.outerHTML.slice(0, 160));
			return document.documentElement.scrollWidth > innerWidth && !table ? ["(the page)", ...found] : found;
		})()`)
		for _, html := range wide {
			t.Errorf("too wide for %d pixels: %s", width, html)
		}
	}
}

// look sets width and theme. Motion is off, so that no colour is met halfway.
func (b *Tab) look(width int64, theme string) {
	b.t.Helper()
	b.Resize(width, 800)
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// The rules of axe-core a page is held to, and those of them that look at colours.
const (
	allRules    = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]`
	colourRules = `{ type: "rule", values: ["color-contrast", "link-in-text-block"] }`
)

// arranged is everything about a page but its colours, as far as axe could see it: what is there, where, and what it says.
const arranged = `JSON.stringify([document.body.innerText, [...document.querySelectorAll("body *")].map((e) => [
	e.getRootNode() === document, e.checkVisibility({ visibilityProperty: true }), ...Object.values(e.getBoundingClientRect().toJSON())])])`

// checkAxe runs axe-core in both themes on a small and a large window, and takes the pictures on the way. In the second theme
// the rules about colours are enough, unless it is found to change more than colours.
func (b *Tab) checkAxe(t *testing.T, name string) {
	t.Helper()
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Evaluate[chromedp.Void](string(axe)))
	// What is out of sight has a guessed height until it comes near: axe, which looks at all of it at once, would see one overlap another.
	Eval[bool](b, `((sheet) => (sheet.replaceSync("* { content-visibility: visible !important }"), document.adoptedStyleSheets.push(sheet) > 0))(new CSSStyleSheet())`)
	for _, width := range []int64{360, 1280} {
		b.look(width, "light")
		Eval[bool](b, `(scrollTo(0, document.querySelector(".selection")?.checkVisibility() ? document.body.scrollHeight : 0), true)`) // there it covers nothing
		b.axe(t, "light", width, allRules)
		light := Eval[string](b, arranged)
		b.look(width, "dark")
		rules := colourRules
		if Eval[string](b, arranged) != light {
			rules = allRules
		}
		b.axe(t, "dark", width, rules)
		Eval[bool](b, `(scrollTo(0, 0), true)`)
		b.capture(t, name, "dark", width)
		b.look(width, "light")
		b.capture(t, name, "light", width)
	}
}

func (b *Tab) axe(t *testing.T, theme string, width int64, rules string) {
	t.Helper()
	found := Eval[[]string](b, `(await axe.run(document, { resultTypes: ["violations"], preload: false, runOnly: `+rules+` }))
		.violations.map((v) => v.id + ": " + v.nodes[0].target + " (one of " + v.nodes.length + ") " + squeeze(v.nodes[0].failureSummary))`)
	for _, violation := range found {
		t.Errorf("%s, %d pixels: %s", theme, width, violation)
	}
}

// choose ticks every row of the list in sight.
func (b *Tab) choose() {
	b.t.Helper()
	Eval[bool](b, `(document.querySelector("[data-pick-all]").click(), true)`)
}

// bulkReview asks for a change of every deployment.
func (b *Tab) bulkReview(change string) {
	b.t.Helper()
	b.signInAt("/deployments")
	b.choose()
	Eval[bool](b, `(document.getElementById("selection-action").value = `+quote(change)+`, true)`)
	b.Follow("Review")
}

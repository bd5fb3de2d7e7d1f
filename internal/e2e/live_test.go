package e2e

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// hurry makes the list read itself again each second; what it reads says the ordinary pace again.
func (b *Tab) hurry() {
	b.t.Helper()
	Eval[bool](b, `(document.querySelector("[data-live]").dataset.live = "1", true)`)
}

// What others change comes in by itself, is marked for a moment, and disturbs nothing.
func TestLive(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-kontext-retouch")
	row := `document.getElementById("deployment-` + d.ID + `")`
	tab := deck.SignedIn(t)
	tab.Open("/deployments")
	tab.Mark()
	tab.Wait(`/^[0-9]+ s ago$/.test(document.querySelector("time[data-age]").textContent)`)
	Eval[bool](tab, `(document.querySelector("#deployment-`+d.ID+` th a").focus(), window.kept = `+row+`, true)`)

	d.QueueSize, d.Name = 17, "renamed elsewhere"
	deck.Sandbox.Put(demo, d)
	tab.hurry()
	tab.Wait(row + `.classList.contains("changed")`)
	tab.Sees("renamed elsewhere")
	if n := Eval[int](tab, `document.querySelectorAll("tr.changed").length`); n != 1 {
		t.Errorf("%d rows are marked, want the changed one", n)
	}
	tab.SameDocument()
	if !Eval[bool](tab, row+` === window.kept && document.activeElement === `+row+`.querySelector("th a")`) {
		t.Error("the row was replaced, or lost the focus")
	}
	tab.Wait(`!document.querySelector("tr.changed")`)
}

// Nothing comes in while somebody types, and what is typed stays.
func TestLive_Typing(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	d := deck.Named(t, "flux-kontext-retouch")
	tab := deck.SignedIn(t)
	tab.Open("/deployments")
	tab.Fill("Search deployments", "half a wo")
	d.Name = "renamed elsewhere"
	deck.Sandbox.Put(demo, d)
	before := deck.Requests("GET /deployments")
	tab.hurry()
	Eval[bool](tab, `(await new Promise((r) => setTimeout(r, 2500)), true)`)
	if n := deck.Requests("GET /deployments"); n != before {
		t.Errorf("the list was read %d times while somebody typed", n-before)
	}
	if got := tab.Value("Search deployments"); got != "half a wo" {
		t.Errorf("the search holds %q", got)
	}
	tab.Fill("Search deployments", "")
	Eval[bool](tab, `(document.activeElement.blur(), true)`)
	tab.Sees("renamed elsewhere")
}

// While the API is down, and after the session has ended elsewhere, the page stays as it is and grows old in sight.
func TestLive_Failing(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.Clocked(t, "")
	tab.Provokes(401)
	tab.Mark()
	deck.Sandbox.SetFaults(sandbox.MustFault("500"))
	tab.pass(30)
	tab.Sees("Not the newest")
	tab.Wait(`document.querySelectorAll("tbody tr").length === 12`)

	Eval[bool](tab, `(await fetch("/sign-out", { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "sign_out=1" }), true)`)
	tab.pass(60)
	tab.readAt(t, 30, 90)
	tab.SameDocument()
	tab.At("/deployments")
	tab.Sees("4x-upscale-batch")
}

// What fails is asked for less and less often, and not before the API's own word; once it is well again, as often as before.
func TestLive_Slower(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault, refresh string
		want           []int
	}{
		{"500", "", []int{30, 90, 210, 450, 750, 1050, 1080, 1110}},
		{"403", "", []int{30, 90, 210, 450, 750, 1050, 1080, 1110}}, // there is nothing to show then: the server's answer fails as well
		{"429=45", "10", []int{10, 55, 145, 325, 625, 925}},         // by its own clock, the server keeps away from the API all the time
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			deck := StartAlone(t)
			tab := deck.Clocked(t, tt.refresh)
			tab.Provokes(403)
			deck.Sandbox.SetFaults(sandbox.MustFault(tt.fault))
			tab.pass(1000)
			deck.Sandbox.SetFaults()
			tab.pass(120)
			tab.readAt(t, tt.want...)
		})
	}
}

// The same holds for a server that does not answer at all.
func TestLive_ServerGone(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.Clocked(t, "")
	tab.allow("ERR_CONNECTION_REFUSED")
	tab.allow("htmx: htmx:error: Failed to fetch")
	deck.Stop()
	tab.pass(500)
	tab.readAt(t, 30, 90, 210, 450)
}

// What was asked of the page, filter or order before comes too late, by itself as by Refresh: the rows are those of the address.
func TestLive_Late(t *testing.T) {
	t.Parallel()
	for _, late := range []struct{ name, ask, line string }{
		{"by itself", "window.start(30), window.readings.length === 1", "GET /deployments"},
		{"refresh", `document.querySelector("[data-key=refresh]").click(), true`, "GET /deployments?fresh=1"},
	} {
		for _, away := range []struct{ within, press, path string }{
			{".pager", "Next", "/deployments?page=2&rows=25"},
			{"#filters", "Paused 1", "/deployments?state=paused"},
			{"thead", "Updated", "/deployments?desc=1&sort=updated_at"},
		} {
			t.Run(late.name+", "+away.press, func(t *testing.T) {
				t.Parallel()
				deck := Start(t)
				deck.many(t, 30)
				tab := deck.Clocked(t, "")
				made, release := deck.Hold(late.line)
				defer release()
				Eval[bool](tab, `(addEventListener("htmx:finally:request", (e) => (window.over = e.detail.ctx.request.action)), `+late.ask+`)`)
				made()
				tab.PressIn(away.within, away.press)
				tab.At(away.path)
				want := Eval[string](tab, rowNames)
				release()
				tab.Wait(`"GET " + window.over === ` + quote(late.line))
				if got := Eval[string](tab, rowNames); got != want {
					t.Errorf("the rows of %s became %s, want %s", away.path, got, want)
				}
			})
		}
	}
}

// A reading that began before a row was switched does not switch it back in sight.
func TestLive_Switched(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	row := "#deployment-" + deck.Named(t, "flux-kontext-retouch").ID
	tab := deck.Clocked(t, "")
	made, release := deck.Hold("GET /deployments")
	defer release()
	Eval[bool](tab, `(window.start(30), true)`)
	made()
	Eval[bool](tab, `(window.start(1), true)`)
	tab.PressIn(row, "Pause")
	tab.Wait(`control("Enable", ` + quote(row) + `) !== null`)
	release()
	tab.pass(1)
	tab.readAt(t, 30)
	if !Eval[bool](tab, `control("Enable", `+quote(row)+`) !== null`) {
		t.Error("the row is switched back")
	}
	tab.pass(30)
	tab.readAt(t, 30, 61)
}

// Who wants no list to read itself again still gets the rows that were on their way when the page was shown.
func TestLive_Off(t *testing.T) {
	t.Parallel()
	tab := Start(t).Clocked(t, "off")
	tab.pass(100)
	tab.readAt(t)
	Eval[bool](tab, `(document.querySelector(".toolbar").dataset.liveNow = "", true)`) // as the views say it: their "waiting"
	tab.pass(300)
	tab.readAt(t, 101)
}

// Rows that have not been read for two minutes are marked, whatever keeps them from it, until they are read.
func TestLive_Old(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.Clocked(t, "")
	marked := func(want bool) {
		t.Helper()
		if got := Eval[bool](tab, `shown(document.querySelector(".toolbar__read .badge"))`); got != want {
			t.Errorf("marked as not the newest: %v, want %v", got, want)
		}
	}
	tick := `(document.querySelector("tbody [form=selection]").click(), true)`
	Eval[bool](tab, tick)
	tab.pass(110)
	marked(false)
	tab.pass(20)
	marked(true)
	tab.Sees("Not the newest")
	Eval[bool](tab, tick)
	Eval[bool](tab, `(await new Promise((r) => setTimeout(r, 1000)), true)`) // two readings of one second look the same to the page
	tab.pass(1)
	tab.readAt(t, 131)
	marked(false)
}

// rowNames are the names in a list, in its order.
const rowNames = `[...document.querySelectorAll("tbody tr th a")].map(words).join()`

// Nobody is disturbed: the list reads itself again only once what somebody does is over.
func TestLive_Busy(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]struct{ begin, end string }{
		"hidden tab":    {`Object.defineProperty(document, "hidden", { value: true, configurable: true })`, `delete document.hidden`},
		"open panel":    {`document.querySelector("#main details").open = true`, `document.querySelector("#main details").open = false`},
		"open dialog":   {`document.getElementById("shortcuts").showModal()`, `document.getElementById("shortcuts").close()`},
		"open menu":     {`document.getElementById("accounts").showPopover()`, `document.getElementById("accounts").hidePopover()`},
		"selected text": {`getSelection().selectAllChildren(document.querySelector("h1"))`, `getSelection().empty()`},
		"field in hand": {`document.getElementById("q").focus()`, `document.activeElement.blur()`},
		"typed":         {`document.getElementById("q").value = "a"`, `document.getElementById("q").value = ""`},
		"ticked":        {`document.querySelector("tbody [form=selection]").checked = true`, `document.querySelector("tbody [form=selection]").checked = false`},
		"waiting":       {`document.documentElement.dataset.busy = "#main"`, `delete document.documentElement.dataset.busy`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deck := Start(t)
			tab := deck.Tab(t)
			tab.second()
			tab.clock()
			Eval[bool](tab, `(`+act.begin+`, true)`)
			tab.Wait(`document.querySelector("#main details[open] p.panel__form") === null`) // what a panel fetches comes in the time of the machine
			tab.pass(100)
			tab.readAt(t)
			Eval[bool](tab, `(`+act.end+`, await new Promise((r) => setTimeout(r)), true)`)
			tab.pass(40)
			if len(Eval[[]int](tab, "window.readings")) == 0 {
				t.Error("the list never reads itself again")
			}
		})
	}
}

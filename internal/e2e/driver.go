package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long a state may take to come true before the test fails; pollEvery is how often it is looked at.
const (
	patience  = 30 * time.Second
	pollEvery = 15 * time.Millisecond
)

//go:embed page.js
var pageScript string

// Tab is a browser window with cookies and storage of its own. Its methods fail the test when they cannot do what they say.
type Tab struct {
	t    *testing.T
	deck *Deck
	ctx  context.Context

	mu       sync.Mutex
	noise    []string          // what must not be there when the test ends
	allowed  []string          // parts of console lines that the test provokes
	document network.RequestID // of the last whole page
	asked    int               // questions whether to leave a changed form
}

// do runs steps with a deadline.
func (b *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// try evaluates a script that may use the functions of page.js. The script is an expression.
func try[T any](b *Tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	whole := "(async () => {" + pageScript + "\nreturn (" + script + ");\n})()"
	return chromedp.Run(ctx, chromedp.Evaluate[T](whole, chromedp.EvalAwaitPromise))
}

// Eval is the value of a script in the page.
func Eval[T any](b *Tab, script string) T {
	b.t.Helper()
	v, err := try[T](b, script)
	if err != nil {
		b.t.Fatalf("%s: %v", brief(script), err)
	}
	return v
}

// Wait waits until a script is true, over navigations if need be.
func (b *Tab) Wait(script string) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		ok, err := try[bool](b, script)
		if ok && err == nil {
			return
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			at, _ := try[string](b, `location.pathname + location.search + "\n" + squeeze(document.body?.innerText).slice(0, 1500)`)
			b.t.Fatalf("never true: %s (%v)\non %s", brief(script), err, at)
		}
		<-tick.C
	}
}

// Open goes to a path of the deck, as from the address bar.
func (b *Tab) Open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.deck.URL + path))
}

// At waits until the address is this path with its query and the page has loaded.
func (b *Tab) At(path string) {
	b.t.Helper()
	b.Wait(`location.pathname + location.search === ` + quote(path) + ` && document.readyState === "complete"`)
}

// Sees waits until every text can be read on the page.
func (b *Tab) Sees(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		b.Wait(`squeeze(document.body.innerText).includes(` + quote(text) + `)`)
	}
}

// SeesNot waits until a text cannot be read on the page.
func (b *Tab) SeesNot(text string) {
	b.t.Helper()
	b.Wait(`document.readyState === "complete" && !squeeze(document.body.innerText).includes(` + quote(text) + `)`)
}

// Press clicks the link, button, summary or choice that says name.
func (b *Tab) Press(name string) { b.t.Helper(); b.PressIn("body", name) }

// PressIn is Press inside the element that matches a CSS selector.
func (b *Tab) PressIn(scope, name string) {
	b.t.Helper()
	p := b.middle("control(" + quote(name) + ", " + quote(scope) + ")")
	b.do(chromedp.MouseClickXY(p.X, p.Y))
}

// DoublePress is Press twice, as fast as a hand can.
func (b *Tab) DoublePress(name string) {
	b.t.Helper()
	p := b.middle("control(" + quote(name) + ")")
	b.do(chromedp.MouseClickXY(p.X, p.Y), chromedp.MouseClickXY(p.X, p.Y, chromedp.ClickCount(2)))
}

type point struct{ X, Y float64 }

func (b *Tab) middle(element string) point {
	b.t.Helper()
	b.Wait(element + " !== null")
	return Eval[point](b, "middle("+element+")")
}

// Refresh presses the page's own Refresh and waits until the content has been replaced in place.
func (b *Tab) Refresh() {
	b.t.Helper()
	b.Mark()
	Eval[bool](b, `document.querySelector("main h1").dataset.old = true`)
	b.PressIn("main", "Refresh")
	b.Wait(`document.querySelector("main h1:not([data-old])") !== null`)
	b.SameDocument()
}

// Follow is Press for what leads to another document, and waits for that document.
func (b *Tab) Follow(name string) { b.t.Helper(); b.FollowIn("body", name) }

// FollowIn is Follow inside the element that matches a CSS selector.
func (b *Tab) FollowIn(scope, name string) {
	b.t.Helper()
	b.leave(func() { b.PressIn(scope, name) })
}

// leave does something and waits until another document has taken the place of this one.
func (b *Tab) leave(act func()) {
	b.t.Helper()
	Eval[bool](b, "window.left = true")
	act()
	b.Wait(`!window.left && document.readyState === "complete"`)
}

// Fill replaces what an input holds by typing.
func (b *Tab) Fill(label, text string) {
	b.t.Helper()
	p := b.middle("field(" + quote(label) + ")")
	b.do(chromedp.MouseClickXY(p.X, p.Y))
	Eval[bool](b, "(field("+quote(label)+").select(), true)")
	if text == "" {
		b.Key("\b")
		return
	}
	call(b, input.InsertText, input.InsertTextParams{Text: text})
}

// Value is what an input holds.
func (b *Tab) Value(label string) string {
	b.t.Helper()
	return Eval[string](b, "field("+quote(label)+").value")
}

// Key types keys, as kb names them.
func (b *Tab) Key(keys string, options ...chromedp.KeyOption) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys, options...))
}

// Back is the browser's button.
func (b *Tab) Back() { b.t.Helper(); b.travel(-1) }

// Forward is the browser's button.
func (b *Tab) Forward() { b.t.Helper(); b.travel(+1) }

func (b *Tab) travel(steps int64) {
	b.t.Helper()
	history := call(b, page.GetNavigationHistory, cdp.Empty{})
	to := history.CurrentIndex + steps
	if to < 0 || int(to) >= len(history.Entries) {
		b.t.Fatalf("there is no history entry %d of %d", to, len(history.Entries))
	}
	b.leave(func() {
		call(b, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[to].ID})
	})
}

// Reload is the browser's button.
func (b *Tab) Reload() {
	b.t.Helper()
	b.leave(func() { call(b, page.Reload, page.ReloadParams{}) })
}

// Resize sets the size of the window in CSS pixels.
func (b *Tab) Resize(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

// Mark makes this document known, for SameDocument.
func (b *Tab) Mark() { b.t.Helper(); Eval[bool](b, "window.marked = true") }

// SameDocument fails the test when another document has taken the place of the marked one.
func (b *Tab) SameDocument() {
	b.t.Helper()
	if !Eval[bool](b, "window.marked === true") {
		b.t.Error("the page was loaded again instead of being changed in place")
	}
}

func quote(s string) string {
	out, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always encodes
	}
	return string(out)
}

func brief(script string) string {
	if len(script) > 300 {
		return script[:300] + "…"
	}
	return script
}

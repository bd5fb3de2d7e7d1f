package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Spoken is one thing of the page as assistive technology gets it from the browser. Nothing of the markup is known here.
type Spoken struct {
	Role, Name, Description, Value string
	States                         map[string]string // such as "required": "true"

	node cdp.BackendNodeID
	live bool // what changes in it is spoken
}

func (s Spoken) String() string { return s.Role + " “" + s.Name + "”" }

// Listen returns the page as it is read out, in its order.
func (b *Tab) Listen() []Spoken {
	b.t.Helper()
	out, err := b.hearTree()
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// hearTree may fail while one document takes the place of another.
func (b *Tab) hearTree() ([]Spoken, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil || len(tree.Nodes) == 0 {
		return nil, err
	}
	nodes := make(map[accessibility.NodeID]*accessibility.Node, len(tree.Nodes))
	for _, n := range tree.Nodes {
		nodes[n.NodeID] = n
	}
	var out []Spoken
	var read func(n *accessibility.Node, live bool)
	read = func(n *accessibility.Node, live bool) {
		s := spoken(n)
		s.live = live || s.States["live"] == "polite" || s.States["live"] == "assertive"
		if !n.Ignored {
			out = append(out, s)
		}
		for _, id := range n.ChildIDs {
			if child, ok := nodes[id]; ok {
				read(child, s.live)
			}
		}
	}
	read(tree.Nodes[0], false)
	return out, nil
}

func spoken(n *accessibility.Node) Spoken {
	s := Spoken{
		Role: plain(n.Role), Name: plain(n.Name), Description: plain(n.Description), Value: plain(n.Value),
		States: map[string]string{}, node: n.BackendDOMNodeID,
	}
	for _, p := range n.Properties {
		s.States[string(p.Name)] = plain(p.Value)
	}
	return s
}

// plain is a value of the tree as text.
func plain(v *accessibility.Value) string {
	if v == nil || len(v.Value) == 0 {
		return ""
	}
	var out any
	if err := json.Unmarshal(v.Value, &out); err != nil {
		return string(v.Value)
	}
	return strings.Join(strings.Fields(fmt.Sprint(out)), " ")
}

// Find waits for the one thing of a role and name. A name that ends in … need only begin like it.
func (b *Tab) Find(role, name string) Spoken {
	b.t.Helper()
	begin, partly := strings.CutSuffix(name, "…")
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		var found []Spoken
		all, err := b.hearTree()
		for _, s := range all {
			if s.Role == role && (s.Name == name || partly && strings.HasPrefix(s.Name, begin)) {
				found = append(found, s)
			}
		}
		if len(found) == 1 {
			return found[0]
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			b.t.Fatalf("%d of %s “%s” (%v) in\n%s", len(found), role, name, err, read(all))
		}
		<-tick.C
	}
}

// Say puts the focus on a text field by role and name, as its reader does, and types into it.
func (b *Tab) Say(name, text string) {
	b.t.Helper()
	b.focus(b.Find("textbox", name))
	b.Key("a", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	call(b, input.InsertText, input.InsertTextParams{Text: text})
}

// Choose marks a choice of a group.
func (b *Tab) Choose(name string) {
	b.t.Helper()
	b.focus(b.Find("radio", name))
	b.Key(" ")
}

// Do uses a link or a button in place.
func (b *Tab) Do(role, name string) {
	b.t.Helper()
	b.focus(b.Find(role, name))
	b.Key(kb.Enter)
}

// Go uses a link or a button that leads to another document.
func (b *Tab) Go(role, name string) {
	b.t.Helper()
	b.focus(b.Find(role, name))
	b.leave(func() { b.Key(kb.Enter) })
}

func (b *Tab) focus(s Spoken) {
	b.t.Helper()
	call(b, dom.Focus, dom.FocusParams{BackendNodeID: s.node})
}

// Hears waits until a live region says a text that it did not say before: what act makes the reader speak up about.
func (b *Tab) Hears(text string, act func()) {
	b.t.Helper()
	if said(b.Listen(), text) {
		b.t.Fatalf("“%s” was said before anything happened", text)
	}
	act()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		all, err := b.hearTree()
		if said(all, text) {
			return
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			b.t.Fatalf("no live region says “%s” (%v):\n%s", text, err, read(all))
		}
		<-tick.C
	}
}

func said(all []Spoken, text string) bool {
	for _, s := range all {
		if s.live && s.Role == "StaticText" && strings.Contains(s.Name, text) {
			return true
		}
	}
	return false
}

// read prints what there is to find.
func read(all []Spoken) string {
	var b strings.Builder
	for _, s := range all {
		if s.live || s.Name != "" && s.Role != "InlineTextBox" {
			fmt.Fprintf(&b, "%s %v\n", s, s.States)
		}
	}
	return b.String()
}

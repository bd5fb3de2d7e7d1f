package htmlcheck

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Accessible checks a whole page for the mistakes that shut people or the page's policy out: one h1 and one
// main, a language and a title, a label for every field, a name for every button and link, an alt for every
// image, unique ids, headings that never skip a level, and no inline style or script. It names every fault.
func Accessible(n *html.Node) error {
	a := audit{root: n, ids: map[string]*html.Node{}}
	a.page()
	for node := range n.Descendants() {
		if node.Type == html.ElementNode {
			a.identity(node)
		}
	}
	for node := range n.Descendants() {
		if node.Type == html.ElementNode {
			a.heading(node)
			a.names(node)
			a.inline(node)
		}
	}
	return errors.Join(a.faults...)
}

// audit is one run of Accessible.
type audit struct {
	root   *html.Node
	ids    map[string]*html.Node
	level  int // of the last heading, 0 before the first
	faults []error
}

func (a *audit) fault(format string, args ...any) {
	a.faults = append(a.faults, fmt.Errorf(format, args...))
}

func (a *audit) page() {
	for _, selector := range []string{"h1", "main", "html", "head > title"} {
		if got := len(Select(a.root, selector)); got != 1 {
			a.fault("%d %s elements, want 1", got, selector)
		}
	}
	for _, n := range Select(a.root, "html") {
		if Attr(n, "lang") == "" {
			a.fault("html has no lang")
		}
	}
	for _, n := range Select(a.root, "head > title") {
		if Text(n) == "" {
			a.fault("the title is empty")
		}
	}
}

func (a *audit) identity(n *html.Node) {
	id, ok := attr(n, "id")
	if !ok {
		return
	}
	if id == "" || strings.ContainsAny(id, " \t\n") {
		a.fault("%s: id %q is empty or has a space", label(n), id)
	}
	if a.ids[id] != nil {
		a.fault("%s: id %q is used twice", label(n), id)
	}
	a.ids[id] = n
}

func (a *audit) heading(n *html.Node) {
	if len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' {
		return
	}
	level := int(n.Data[1] - '0')
	if a.level > 0 && level > a.level+1 {
		a.fault("%s: heading level %d after %d", label(n), level, a.level)
	}
	a.level = level
}

func (a *audit) names(n *html.Node) {
	switch n.DataAtom {
	case atom.Select, atom.Textarea:
		a.field(n)
	case atom.Input:
		switch strings.ToLower(Attr(n, "type")) {
		case "hidden":
		case "submit", "button", "reset", "image":
			if a.ariaName(n) == "" && Attr(n, "value") == "" && Attr(n, "alt") == "" {
				a.fault("%s: no name", label(n))
			}
		default:
			a.field(n)
		}
	case atom.Button, atom.A:
		if _, link := attr(n, "href"); n.DataAtom == atom.A && !link {
			return
		}
		if nobodys := Attr(n, "aria-hidden") == "true" && Attr(n, "tabindex") == "-1"; !nobodys && a.ariaName(n) == "" && spokenText(n) == "" {
			a.fault("%s: no name", label(n))
		}
	case atom.Img:
		if _, ok := attr(n, "alt"); !ok {
			a.fault("%s: no alt", label(n))
		}
	}
}

// field checks that a person hears what to fill in: a label around the field or pointing at it, or an aria name.
func (a *audit) field(n *html.Node) {
	if a.ariaName(n) != "" {
		return
	}
	for up := n.Parent; up != nil; up = up.Parent {
		if up.DataAtom == atom.Label && spokenText(up) != "" {
			return
		}
	}
	if id := Attr(n, "id"); id != "" {
		for _, l := range Select(a.root, "label[for]") {
			if Attr(l, "for") == id && spokenText(l) != "" {
				return
			}
		}
	}
	a.fault("%s: no label", label(n))
}

func (a *audit) ariaName(n *html.Node) string {
	name := strings.TrimSpace(Attr(n, "aria-label"))
	for _, id := range strings.Fields(Attr(n, "aria-labelledby")) {
		if by := a.ids[id]; by != nil {
			name += Text(by)
		}
	}
	return name
}

// spokenText is the text of n as a screen reader names it: images by their alt, nothing that is aria-hidden,
// and not the choices of a select that happens to stand inside its label.
func spokenText(n *html.Node) string {
	var b strings.Builder
	writeText(&b, n, func(n *html.Node) bool {
		if n.DataAtom == atom.Img && Attr(n, "aria-hidden") != "true" {
			b.WriteString(Attr(n, "alt"))
		}
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Select, atom.Textarea:
			return true
		}
		return Attr(n, "aria-hidden") == "true"
	})
	return collapse(b.String())
}

// inline finds what a Content-Security-Policy without 'unsafe-inline' blocks.
func (a *audit) inline(n *html.Node) {
	for _, at := range n.Attr {
		if at.Key == "style" || strings.HasPrefix(at.Key, "on") || strings.HasPrefix(at.Key, "hx-on") {
			a.fault("%s: inline %s attribute", label(n), at.Key)
		}
	}
	if n.DataAtom == atom.Style {
		a.fault("inline style element")
	}
	if n.DataAtom == atom.Script && Attr(n, "src") == "" {
		a.fault("inline script element")
	}
}

// label names an element in a fault, such as <input id="name">.
func label(n *html.Node) string {
	for _, key := range []string{"id", "name", "href", "src"} {
		if value := Attr(n, key); value != "" {
			return fmt.Sprintf("<%s %s=%q>", n.Data, key, value)
		}
	}
	return fmt.Sprintf("<%s>%.40s", n.Data, Text(n))
}

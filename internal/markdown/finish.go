package markdown

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// linkRel keeps the opened page from reaching back, from learning where the reader came from, and from gaining
// standing through the link.
const linkRel = "noopener noreferrer nofollow ugc"

// finish changes the sanitised tree below root.
func finish(root *html.Node) {
	ids := map[string]bool{}
	var headings, links, code []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			n.Data = visible.Text(n.Data)
		}
		for i, a := range n.Attr {
			n.Attr[i].Val = visible.Text(a.Val)
			if a.Key == "id" {
				ids[a.Val] = true
			}
		}
		switch n.DataAtom {
		case atom.A:
			links = append(links, n)
		case atom.Pre:
			code = append(code, n)
		case atom.H3, atom.H4, atom.H5, atom.H6:
			headings = append(headings, n)
		}
	}
	for _, n := range links {
		finishLink(n, ids)
	}
	for _, n := range headings {
		finishHeading(n)
	}
	for i, n := range code {
		finishCode(n, idPrefix+"CODE-"+strconv.Itoa(i+1)) // no heading's id has a capital
	}
}

// finishLink marks a link that leads out, and takes a link to what is not there its address. The way back from a footnote to a
// mark that is not there, since links hold no links, goes altogether.
func finishLink(n *html.Node, ids map[string]bool) {
	at := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "href" })
	if at >= 0 && strings.HasPrefix(n.Attr[at].Val, "#") {
		switch target := n.Attr[at].Val[1:]; {
		case ids[target]:
		case strings.HasPrefix(target, idPrefix+"fnref"):
			n.Parent.RemoveChild(n)
		default:
			n.Attr = slices.Delete(n.Attr, at, at+1)
		}
		return
	}
	n.Attr = append(n.Attr, html.Attribute{Key: "rel", Val: linkRel})
	// The order in which a parser keeps the attributes of a link, so that reading the output changes nothing.
	slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
}

// finishHeading puts a link to a heading at its end.
func finishHeading(n *html.Node) {
	for _, a := range n.Attr {
		if a.Key == "id" {
			n.AppendChild(element(atom.A, "#", "aria-label", "Link to this section", "href", "#"+a.Val))
		}
	}
}

// finishCode puts a button that copies it before a block of code. The page's script shows the button; it sends nothing.
func finishCode(n *html.Node, id string) {
	n.Attr = []html.Attribute{{Key: "id", Val: id}}
	n.Parent.InsertBefore(element(atom.Button, "Copy", "aria-label", "Copy this code", "data-copy-from", id, "hidden", "", "type", "button"), n)
}

func element(name atom.Atom, text string, attrs ...string) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: name, Data: name.String()}
	for pair := range slices.Chunk(attrs, 2) {
		n.Attr = append(n.Attr, html.Attribute{Key: pair[0], Val: pair[1]})
	}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	return n
}

package markdown

import (
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// newPolicy returns the allow-list. An id, a name, a class or a data attribute is enough to steer htmx or to
// pose as a part of the page, so no attribute is allowed that Markdown itself does not need. h1 and h2 are the
// page's own.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em",
		"strong", "del", "table", "thead", "tbody", "tr", "th", "td", "hr", "br")
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|center|right)$`)).OnElements("th", "td")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowURLSchemes("https", "http", "mailto")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	return p
}

// linkRel keeps the opened page from reaching back, from learning where the reader came from, and from gaining
// standing through the link.
const linkRel = "noopener noreferrer nofollow ugc"

// rebuild parses sanitised HTML and writes it out again, so that every element is closed and none can close an
// element around it. On the way it marks the links and makes invisible characters visible. The error is that
// of the parser, which refuses elements more than 512 deep.
func rebuild(sanitised io.Reader) (string, error) {
	within := &html.Node{Type: html.ElementNode, DataAtom: atom.Section, Data: "section"}
	nodes, err := html.ParseFragment(sanitised, within)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, n := range nodes {
		finish(n)
		for child := range n.Descendants() {
			finish(child)
		}
		if err := html.Render(&b, n); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func finish(n *html.Node) {
	if n.Type == html.TextNode {
		n.Data = visible.Text(n.Data)
	}
	for i := range n.Attr {
		n.Attr[i].Val = visible.Text(n.Attr[i].Val)
	}
	if n.DataAtom == atom.A {
		n.Attr = append(n.Attr, html.Attribute{Key: "rel", Val: linkRel})
		// The order in which a parser keeps the attributes of a link, so that reading the output changes nothing.
		slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
	}
}

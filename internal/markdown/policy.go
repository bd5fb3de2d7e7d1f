package markdown

import (
	"io"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ownID is what this package calls headings, footnotes and the marks that lead to them. No other id passes.
const ownID = `readme-[a-z0-9][a-z0-9:-]{0,99}`

// newPolicy returns the allow-list. An id, a name, a class or a data attribute is enough to steer htmx or to
// pose as a part of the page, so no attribute is allowed that Markdown itself does not need, and no id but our own. h1 and
// h2 are the page's own.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em",
		"strong", "del", "sup", "table", "thead", "tbody", "tr", "th", "td", "hr", "br")
	p.AllowAttrs("href").Matching(regexp.MustCompile(`(?i)^(?:https?://[^/].*|mailto:.+|#` + ownID + `)$`)).OnElements("a")
	p.AllowAttrs("title").OnElements("a")
	p.AllowAttrs("id").Matching(regexp.MustCompile("^"+ownID+"$")).OnElements("h3", "h4", "h5", "h6", "li", "sup")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|center|right)$`)).OnElements("th", "td")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowURLSchemes("https", "http", "mailto")
	p.AllowRelativeURLs(true) // for links to a heading; the pattern above takes no other
	p.RequireParseableURLs(true)
	return p
}

// rebuild parses sanitised HTML and writes it out again, so that every element is closed and none can close an
// element around it. On the way it marks the links, makes invisible characters visible, and gives headings a link to
// themselves and code a button. The error is that of the parser, which refuses elements more than 512 deep.
func rebuild(sanitised io.Reader) (string, error) {
	section := &html.Node{Type: html.ElementNode, DataAtom: atom.Section, Data: "section"}
	nodes, err := html.ParseFragment(sanitised, section)
	if err != nil {
		return "", err
	}
	for _, n := range nodes {
		section.AppendChild(n)
	}
	finish(section)
	var b strings.Builder
	for n := range section.ChildNodes() {
		if err := html.Render(&b, n); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

package markdown

import (
	"bytes"
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

// blocks are the elements around which a line break means nothing.
var blocks = map[string]bool{
	"p": true, "h3": true, "h4": true, "h5": true, "h6": true, "ul": true, "ol": true, "li": true, "blockquote": true, "/pre": true,
	"table": true, "thead": true, "tbody": true, "tr": true, "th": true, "td": true, "hr": true, "div": true,
}

// joinBlocks takes the line breaks after the tags of blocks out of what goldmark writes, in its place: a third of all there is to
// read, twice, and to keep. Text cannot look like a tag there: its angle brackets are escaped.
func joinBlocks(raw []byte) []byte {
	out := raw[:0]
	tag := 0 // where the last tag begins
	for _, c := range raw {
		switch {
		case c == '<':
			tag = len(out)
		case c == '\n' && endsBlock(out[tag:]):
			continue
		}
		out = append(out, c)
	}
	return out
}

// endsBlock tells whether out ends in the tag of a block.
func endsBlock(tag []byte) bool {
	name, ok := bytes.CutPrefix(tag, []byte("<"))
	if !ok || tag[len(tag)-1] != '>' {
		return false
	}
	if end := bytes.IndexAny(name, " >"); end >= 0 {
		name = name[:end]
	}
	return blocks[string(name)] || blocks[string(bytes.TrimPrefix(name, []byte("/")))]
}

// rebuild parses sanitised HTML and writes it out again, so that every element is closed and none can close an
// element around it. On the way it marks the links, makes invisible characters visible, and gives headings a link to
// themselves and code a button. The error is that of the parser, which refuses elements more than 512 deep.
func rebuild(sanitised *bytes.Buffer) (string, error) {
	size := sanitised.Len()
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
	b.Grow(size + size/4) // the links and buttons that were added
	for n := range section.ChildNodes() {
		if err := html.Render(&b, n); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

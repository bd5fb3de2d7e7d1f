package markdown

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"github.com/comfydeck/comfydeck/internal/visible"
)

const (
	// idPrefix begins every id of a readme. The page itself has none that begins so, and nothing in a page looks for one.
	idPrefix = "readme-"

	maxSlug        = 60   // characters of an id made of a heading
	minContents    = 4    // headings; a shorter readme needs no table of contents
	maxAnchors     = 1000 // headings with an id; making more is no work a reader asked for
	maxContents    = 200  // headings listed
	maxHeadingText = 200  // characters of one of them
)

// Heading is a line of the table of contents.
type Heading struct {
	ID    string
	Text  string // plain, still to be escaped
	Level int    // 3 to 6, as in the HTML
}

// anchors gives the headings of a readme ids and knows where its links to headings lead.
type anchors struct {
	taken    map[string]bool
	byTarget map[string]string // fragment as GitHub spells it → id
	again    map[string]int    // how often a fragment was there before
	contents []Heading
}

func newAnchors() *anchors {
	return &anchors{taken: map[string]bool{}, byTarget: map[string]string{}, again: map[string]int{}}
}

// add names a heading. An id keeps nothing of the author's words but lower-case ASCII letters, digits and hyphens.
func (a *anchors) add(n *ast.Heading, source []byte) {
	if len(a.taken) == maxAnchors {
		return
	}
	text := strings.Join(strings.Fields(plainText(n, source)), " ")
	target := fragment(text)
	for a.byTarget[target] != "" { // as GitHub tells equal headings apart
		a.again[fragment(text)]++
		target = fragment(text) + "-" + strconv.Itoa(a.again[fragment(text)])
	}
	base := slug(target)
	if base == "" {
		base = "section"
	}
	id := idPrefix + base
	for i := len(a.taken); a.taken[id]; i++ {
		id = idPrefix + base + "-" + strconv.Itoa(i)
	}
	a.taken[id] = true
	a.byTarget[target] = id
	n.SetAttributeString("id", []byte(id))
	if len(a.contents) < maxContents && text != "" {
		a.contents = append(a.contents, Heading{ID: id, Text: visible.Clip(text, maxHeadingText), Level: n.Level})
	}
}

// list is the table of contents, nil for a readme that is read without one.
func (a *anchors) list() []Heading {
	if len(a.contents) < minContents {
		return nil
	}
	return a.contents
}

// resolve returns the address of a link to a heading of this readme.
func (a *anchors) resolve(destination []byte) (string, bool) {
	target, ok := bytes.CutPrefix(destination, []byte("#"))
	if !ok {
		return "", false
	}
	id := a.byTarget[strings.ToLower(string(util.ResolveEntityNames(target)))]
	return "#" + id, id != ""
}

// fragment is how GitHub writes the address of a heading.
func fragment(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || r > 0x7f || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		}
	}
	return b.String()
}

func slug(fragment string) string {
	var b strings.Builder
	for _, r := range fragment {
		if b.Len() < maxSlug && (r == '-' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
			b.WriteRune(r)
		}
	}
	return strings.Trim(b.String(), "-")
}

// plainText is what a reader sees of a node, without its markup.
func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(child ast.Node, entering bool) (ast.WalkStatus, error) {
		switch t := child.(type) {
		case *ast.Text:
			if entering {
				b.Write(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(t.Segment.Value(source)))))
				if t.SoftLineBreak() || t.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(t.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(t.Label(source))
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

package markdown

import (
	"bytes"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// adapt rewrites the parsed readme so that nothing it says is lost when the sanitiser drops what it must:
// images become links, boxes of task lists become words, raw HTML becomes its text, headings fit the page and can be linked
// to. It returns the headings of a readme that needs a table of contents.
func (r *Renderer) adapt(root ast.Node, source []byte) ([]Heading, error) {
	nodes, err := collect(root)
	if err != nil {
		return nil, err
	}
	var outline outline
	anchors := newAnchors()
	for _, node := range nodes {
		if n, ok := node.(*ast.Heading); ok {
			n.Level = outline.level(n.Level)
			anchors.add(n, source)
		}
	}
	for _, node := range nodes {
		switch n := node.(type) {
		case *ast.Link:
			adaptLink(n, anchors)
		case *ast.Image:
			adaptImage(n)
		case *ast.AutoLink:
			adaptAutoLink(n, source)
		case *extast.TaskCheckBox:
			adaptTask(n)
		case *extast.FootnoteLink:
			adaptFootnoteLink(n)
		case *ast.FencedCodeBlock:
			n.Info = nil // the name of a language would only become a class, which the sanitiser drops
		case *ast.RawHTML:
			adaptInlineHTML(n, source)
		case *ast.HTMLBlock:
			r.adaptHTMLBlock(n, source)
		}
	}
	return anchors.list(), nil
}

// collect lists the nodes before any of them is moved, and refuses a readme whose definitions blow it up.
func collect(root ast.Node) ([]ast.Node, error) {
	nodes := make([]ast.Node, 0, 256)
	expanded := 0
	err := ast.Walk(root, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		nodes = append(nodes, node)
		switch n := node.(type) {
		case *ast.Link:
			expanded += len(n.Destination) + len(n.Title)
		case *ast.Image:
			expanded += len(n.Destination) + len(n.Title)
		}
		if expanded > maxExpandedTarget {
			return ast.WalkStop, errTooLinked
		}
		return ast.WalkContinue, nil
	})
	return nodes, err
}

// outline gives the headings of a readme levels below the h2 it stands under, and leaves no gap between a
// heading and the one it belongs to.
type outline struct {
	open []int // levels, as written, of the heading last seen and of those it belongs to
}

func (o *outline) level(written int) int {
	o.open = slices.DeleteFunc(o.open, func(level int) bool { return level >= written })
	o.open = append(o.open, written)
	return min(2+len(o.open), 6)
}

// adaptLink takes away the link, not its text, when it leads neither outside nor to a heading of the readme.
func adaptLink(n *ast.Link, anchors *anchors) {
	if leadsOutside(n.Destination) {
		return
	}
	if address, ok := anchors.resolve(n.Destination); ok {
		n.Destination = []byte(address)
		return
	}
	for child := n.FirstChild(); child != nil; child = n.FirstChild() {
		n.Parent().InsertBefore(n.Parent(), n, child)
	}
	n.Parent().RemoveChild(n.Parent(), n)
}

// adaptImage puts a link to the image in its place, or only its text inside another link or without an address.
func adaptImage(n *ast.Image) {
	label := []ast.Node{rawString("Image: ")}
	_ = ast.Walk(n, func(child ast.Node, entering bool) (ast.WalkStatus, error) {
		if kind := child.Kind(); entering && (kind == ast.KindText || kind == ast.KindString) {
			label = append(label, child)
		}
		return ast.WalkContinue, nil
	})
	if len(label) == 1 {
		label[0] = rawString("Image")
	}

	if !leadsOutside(n.Destination) || insideLink(n) {
		for _, child := range label {
			n.Parent().InsertBefore(n.Parent(), n, child)
		}
		n.Parent().RemoveChild(n.Parent(), n)
		return
	}
	link := ast.NewLink()
	link.Destination, link.Title = n.Destination, n.Title
	for _, child := range label {
		link.AppendChild(link, child)
	}
	n.Parent().ReplaceChild(n.Parent(), n, link)
}

func adaptAutoLink(n *ast.AutoLink, source []byte) {
	if n.AutoLinkType != ast.AutoLinkEmail && !leadsOutside(n.URL(source)) {
		n.Parent().ReplaceChild(n.Parent(), n, rawString(string(n.Label(source))))
	}
}

func adaptTask(n *extast.TaskCheckBox) {
	box := "[ ] "
	if n.IsChecked {
		box = "[x] "
	}
	n.Parent().ReplaceChild(n.Parent(), n, rawString(box))
}

// adaptFootnoteLink leaves the number of a footnote inside a link: there can be no link in a link.
func adaptFootnoteLink(n *extast.FootnoteLink) {
	if insideLink(n) {
		n.Parent().ReplaceChild(n.Parent(), n, rawString("["+strconv.Itoa(n.Index)+"]"))
	}
}

// adaptInlineHTML keeps a line break and drops every other tag; the text between tags is not part of the node.
func adaptInlineHTML(n *ast.RawHTML, source []byte) {
	var tag bytes.Buffer
	for _, segment := range n.Segments.Sliced(0, n.Segments.Len()) {
		tag.Write(segment.Value(source))
	}
	if name := strings.Trim(tag.String(), "</ \t>"); strings.EqualFold(name, "br") {
		br := ast.NewText()
		br.SetHardLineBreak(true)
		n.Parent().InsertBefore(n.Parent(), n, br)
	}
	n.Parent().RemoveChild(n.Parent(), n)
}

func (r *Renderer) adaptHTMLBlock(n *ast.HTMLBlock, source []byte) {
	var raw bytes.Buffer
	for _, line := range n.Lines().Sliced(0, n.Lines().Len()) {
		raw.Write(line.Value(source))
	}
	if n.HasClosure() {
		raw.Write(n.ClosureLine.Value(source))
	}
	words := strings.Join(strings.Fields(html.UnescapeString(r.tagless.Sanitize(raw.String()))), " ")
	if words == "" {
		n.Parent().RemoveChild(n.Parent(), n)
		return
	}
	paragraph := ast.NewParagraph()
	paragraph.AppendChild(paragraph, rawString(words))
	n.Parent().ReplaceChild(n.Parent(), n, paragraph)
}

func insideLink(n ast.Node) bool {
	for up := n.Parent(); up != nil; up = up.Parent() {
		if up.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

// rawString is text without markup of its own; the renderer escapes it.
func rawString(s string) *ast.String {
	n := ast.NewString([]byte(s))
	n.SetRaw(true)
	return n
}

// leadsOutside reports whether a link may keep its address: a whole https, http or mailto URL. A relative one
// or a fragment would lead into this application, which the author of a readme has no business with.
func leadsOutside(destination []byte) bool {
	u, err := url.Parse(string(util.URLEscape(destination, true)))
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "https", "http":
		return u.Host != ""
	case "mailto":
		return u.Opaque != ""
	}
	return false
}

// Package htmlcheck asserts facts about HTML in tests: a small DOM checker over golang.org/x/net/html.
// Only tests import it.
package htmlcheck

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Checker returns an error that says how n differs from what is wanted, or nil.
type Checker func(n *html.Node) error

// Parse returns the tree of a page or of a part of one; a part may start with any element, a table row too.
// It fails the test when body cannot be parsed.
func Parse(t testing.TB, body string) *html.Node {
	t.Helper()
	root, err := parse(body)
	if err != nil {
		t.Fatalf("parse HTML: %v", err)
	}
	return root
}

func parse(body string) (*html.Node, error) {
	start := strings.ToLower(strings.TrimSpace(body))
	if strings.HasPrefix(start, "<!doctype") || strings.HasPrefix(start, "<html") {
		return html.Parse(strings.NewReader(body))
	}

	// Inside a template any element may come first, so that a lone <tr> keeps its tag.
	within := &html.Node{Type: html.ElementNode, DataAtom: atom.Template, Data: "template"}
	nodes, err := html.ParseFragment(strings.NewReader(body), within)
	if err != nil {
		return nil, err
	}
	root := &html.Node{Type: html.DocumentNode}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root, nil
}

// Run returns the errors of all checks on n, joined.
func Run(n *html.Node, checks ...Checker) error {
	var errs []error
	for _, check := range checks {
		errs = append(errs, check(n))
	}
	return errors.Join(errs...)
}

// In checks that selector has a match and runs checks on the first one.
func In(selector string, checks ...Checker) Checker {
	return func(n *html.Node) error {
		found := Select(n, selector)
		if len(found) == 0 {
			return fmt.Errorf("%s: no match", selector)
		}
		if err := Run(found[0], checks...); err != nil {
			return fmt.Errorf("%s: %w", selector, err)
		}
		return nil
	}
}

// NotIn checks that selector has no match.
func NotIn(selector string) Checker { return Count(selector, 0) }

// Count checks that selector has exactly want matches.
func Count(selector string, want int) Checker {
	return func(n *html.Node) error {
		if got := len(Select(n, selector)); got != want {
			return fmt.Errorf("%s: %d matches, want %d", selector, got, want)
		}
		return nil
	}
}

// HasText checks that the text of the node contains substring.
func HasText(substring string) Checker {
	return func(n *html.Node) error {
		if got := Text(n); !strings.Contains(got, collapse(substring)) {
			return fmt.Errorf("text %q does not contain %q", got, substring)
		}
		return nil
	}
}

// HasExactText checks that the text of the node is want. Runs of white space count as one space on both sides.
func HasExactText(want string) Checker {
	return func(n *html.Node) error {
		if got := Text(n); got != collapse(want) {
			return fmt.Errorf("text is %q, want %q", got, want)
		}
		return nil
	}
}

// HasAttr checks that the node has the attribute name with exactly this value.
func HasAttr(name, value string) Checker {
	return func(n *html.Node) error {
		got, ok := attr(n, name)
		if !ok {
			return fmt.Errorf("no attribute %s, want %q", name, value)
		}
		if got != value {
			return fmt.Errorf("attribute %s is %q, want %q", name, got, value)
		}
		return nil
	}
}

// Text returns the text of n with white space collapsed, without the content of scripts and styles.
func Text(n *html.Node) string {
	var b strings.Builder
	writeText(&b, n, func(n *html.Node) bool {
		return n.DataAtom == atom.Script || n.DataAtom == atom.Style
	})
	return collapse(b.String())
}

// writeText writes the text of n to b, without the elements skip is true for.
func writeText(b *strings.Builder, n *html.Node, skip func(*html.Node) bool) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
	case n.Type == html.ElementNode && skip(n):
	default:
		for child := range n.ChildNodes() {
			writeText(b, child, skip)
		}
		if breaksLine(n) {
			b.WriteByte(' ')
		}
	}
}

// breaksLine reports whether a browser starts a new line or cell after n, so that its words stand apart.
func breaksLine(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Td, atom.Th, atom.Br, atom.Option,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre, atom.Blockquote, atom.Summary, atom.Legend:
		return true
	}
	return false
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// Attr returns the value of the attribute name of n, "" when it has none.
func Attr(n *html.Node, name string) string {
	value, _ := attr(n, name)
	return value
}

func attr(n *html.Node, name string) (value string, ok bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

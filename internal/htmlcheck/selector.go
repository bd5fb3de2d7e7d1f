package htmlcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Select returns the elements below n that match selector, in document order. The selector is a subset of
// CSS: tag, *, #id, .class, [attr], [attr=value], the descendant (space) and the child (>) combinator.
// Select panics on anything else: a selector is a constant of a test.
func Select(n *html.Node, selector string) []*html.Node {
	steps := parseSelector(selector)
	var found []*html.Node
	for node := range n.Descendants() {
		if node.Type == html.ElementNode && matches(node, n, steps) {
			found = append(found, node)
		}
	}
	return found
}

// step is one compound selector and how it hangs together with the one before it.
type step struct {
	tag   string // "" is any
	attrs []attrTest
	child bool // the one before must match the parent, not just any ancestor
}

type attrTest struct {
	name  string
	value string
	how   matchKind
}

type matchKind int

const (
	isPresent matchKind = iota
	isEqual
	hasWord // one of the words of the value, as in .class
)

// matches reports whether node matches the last step and its ancestors below root match the steps before.
func matches(node, root *html.Node, steps []step) bool {
	last := len(steps) - 1
	if !steps[last].matches(node) {
		return false
	}
	if last == 0 {
		return true
	}
	for up := node.Parent; up != nil && up != root; up = up.Parent {
		if matches(up, root, steps[:last]) {
			return true
		}
		if steps[last].child {
			return false
		}
	}
	return false
}

func (s step) matches(n *html.Node) bool {
	if s.tag != "" && s.tag != n.Data {
		return false
	}
	for _, test := range s.attrs {
		value, ok := attr(n, test.name)
		switch {
		case !ok,
			test.how == isEqual && value != test.value,
			test.how == hasWord && !slices.Contains(strings.Fields(value), test.value):
			return false
		}
	}
	return true
}

var (
	combinator = regexp.MustCompile(`^(?:\s*>\s*|\s+)`)
	simple     = regexp.MustCompile(
		`^(?:(\*)|([a-zA-Z][\w-]*)|#([\w-]+)|\.([\w-]+)|\[([\w:@.-]+)(?:=(?:"([^"]*)"|'([^']*)'|([^"'\]]*)))?\])`)
)

func parseSelector(selector string) []step {
	rest := strings.TrimSpace(selector)
	steps := []step{{}}
	for fresh := true; rest != "" || fresh; {
		current := &steps[len(steps)-1]
		if joint := combinator.FindString(rest); joint != "" && !fresh {
			steps = append(steps, step{child: strings.Contains(joint, ">")})
			rest, fresh = rest[len(joint):], true
			continue
		}
		m := simple.FindStringSubmatch(rest)
		if m == nil || (m[1]+m[2] != "" && !fresh) {
			panic(fmt.Sprintf("htmlcheck: selector %q: cannot read %q", selector, rest))
		}
		current.add(m)
		rest, fresh = rest[len(m[0]):], false
	}
	return steps
}

// add takes in one simple selector, m being the groups of the expression above.
func (s *step) add(m []string) {
	switch {
	case m[1] != "":
	case m[2] != "":
		s.tag = strings.ToLower(m[2])
	case m[3] != "":
		s.attrs = append(s.attrs, attrTest{"id", m[3], isEqual})
	case m[4] != "":
		s.attrs = append(s.attrs, attrTest{"class", m[4], hasWord})
	case strings.Contains(m[0], "="):
		s.attrs = append(s.attrs, attrTest{strings.ToLower(m[5]), m[6] + m[7] + m[8], isEqual})
	default:
		s.attrs = append(s.attrs, attrTest{strings.ToLower(m[5]), "", isPresent})
	}
}

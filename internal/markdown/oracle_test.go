package markdown

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// allowed is the whole of what a readme may become, written down a second time on purpose: element, then its
// attributes.
var allowed = map[string][]string{
	"p": nil, "h3": nil, "h4": nil, "h5": nil, "h6": nil, "ul": nil, "ol": {"start"}, "li": nil, "blockquote": nil,
	"pre": nil, "code": nil, "em": nil, "strong": nil, "del": nil, "a": {"href", "title", "rel"}, "table": nil,
	"thead": nil, "tbody": nil, "tr": nil, "th": {"align"}, "td": {"align"}, "hr": nil, "br": nil,
}

// expectSafe fails the test when a browser could make more of fragment than text, structure and outgoing links.
func expectSafe(t testing.TB, fragment string) {
	t.Helper()
	if err := unsafe(fragment); err != nil {
		t.Errorf("%v\nin %s", err, fragment)
	}
}

// unsafe reads fragment as a browser does, inside a section of a page, and returns what is wrong with it.
func unsafe(fragment string) error {
	page, err := html.Parse(strings.NewReader(
		"<!doctype html><html><body><main><section>" + fragment + "</section><footer></footer></main></body></html>"))
	if err != nil {
		return err
	}
	body := page.LastChild.LastChild
	if got := shape(body, 2); got != "body(main(section footer))" {
		return fmt.Errorf("the readme broke out of its section: %s", got)
	}

	section := body.FirstChild.FirstChild
	var errs []error
	for n := range section.Descendants() {
		errs = append(errs, unsafeNode(n))
	}
	var again strings.Builder
	for n := range section.ChildNodes() {
		errs = append(errs, html.Render(&again, n))
	}
	if again.String() != fragment {
		errs = append(errs, errors.New("the tree is not closed: it reads back as "+again.String()))
	}
	return errors.Join(errs...)
}

// shape names n and the elements below it, as deep as depth.
func shape(n *html.Node, depth int) string {
	var below []string
	for child := range n.ChildNodes() {
		below = append(below, shape(child, depth-1))
	}
	if depth == 0 || below == nil {
		return n.Data
	}
	return n.Data + "(" + strings.Join(below, " ") + ")"
}

func unsafeNode(n *html.Node) error {
	if n.Type == html.TextNode {
		if i := strings.IndexAny(n.Data, "\x00\x1b\r\u200b\u202e\u2066\u2028\ufeff"); i >= 0 {
			return fmt.Errorf("text has an invisible character at %q", n.Data[i:])
		}
		return nil
	}
	attrs, ok := allowed[n.Data]
	if n.Type != html.ElementNode || !ok || n.Namespace != "" {
		return fmt.Errorf("unexpected node %q of type %d", n.Data, n.Type)
	}
	for _, a := range n.Attr {
		if !slices.Contains(attrs, a.Key) || a.Namespace != "" {
			return fmt.Errorf("<%s> has the attribute %s=%q", n.Data, a.Key, a.Val)
		}
		switch a.Key {
		case "href":
			u, err := url.Parse(a.Val)
			if err != nil || !slices.Contains([]string{"https", "http", "mailto"}, u.Scheme) {
				return fmt.Errorf("link to %q", a.Val)
			}
			if u.Scheme != "mailto" && u.Host == "" {
				return fmt.Errorf("link without a host: %q", a.Val)
			}
		case "align":
			if !slices.Contains([]string{"left", "center", "right"}, a.Val) {
				return fmt.Errorf("align=%q", a.Val)
			}
		case "start":
			if strings.Trim(a.Val, "0123456789") != "" {
				return fmt.Errorf("start=%q", a.Val)
			}
		}
	}
	if n.Data == "a" && !slices.Contains(n.Attr, html.Attribute{Key: "rel", Val: "noopener noreferrer nofollow ugc"}) {
		return fmt.Errorf("link without rel: %v", n.Attr)
	}
	return nil
}

// TestUnsafe shows that the oracle of the other tests sees what it is there for.
func TestUnsafe(t *testing.T) {
	t.Parallel()
	for _, fragment := range []string{
		"</section>", "</main><p>x</p>", "</div></section><section>", "<p>", "<ul><li>", "<script>x</script>", "<!-- x -->",
		"<textarea>", "<plaintext>", "<p id=\"x\">x</p>", "<p hx-get=\"/x\">x</p>", "<h1>x</h1>", "<img/>", "<svg></svg>",
		"<form></form>", `<a href="/x" rel="noopener noreferrer nofollow ugc">x</a>`, `<a href="https://x.test">x</a>`,
		`<a href="javascript:x" rel="noopener noreferrer nofollow ugc">x</a>`, `<td align="x">x</td>`, "<p>\u202e</p>",
		`<a href="https:x" rel="noopener noreferrer nofollow ugc">x</a>`, `<ol start="-1"></ol>`,
	} {
		if unsafe(fragment) == nil {
			t.Errorf("the oracle accepts %s", fragment)
		}
	}
	const fine = `<p>a <a href="https://x.test" rel="noopener noreferrer nofollow ugc">b</a></p><ol start="3"><li>c</li></ol>`
	if err := unsafe(fine); err != nil {
		t.Errorf("the oracle refuses %s: %v", fine, err)
	}
}

package markdown

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// allowed is the whole of what a readme may become, written down a second time on purpose: element, then its
// attributes.
var allowed = map[string][]string{
	"p": nil, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"}, "ul": nil, "ol": {"start"}, "li": {"id"}, "sup": {"id"}, "blockquote": nil,
	"pre": {"id"}, "code": nil, "em": nil, "strong": nil, "del": nil, "a": {"href", "title", "rel", "aria-label"}, "table": nil,
	"thead": nil, "tbody": nil, "tr": nil, "th": {"align"}, "td": {"align"}, "hr": nil, "br": nil,
	"button": {"aria-label", "data-copy-from", "hidden", "type"},
}

// ownIDs is every id that may be there: each belongs to this package, whatever the author wrote.
var ownIDs = regexp.MustCompile(`^readme-(?:[a-z0-9][a-z0-9:-]*|CODE-[0-9]+)$`)

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
	ids := map[string]bool{}
	for n := range section.Descendants() {
		errs = append(errs, unsafeNode(n))
		for _, a := range n.Attr {
			if a.Key == "id" && (ids[a.Val] || !ownIDs.MatchString(a.Val)) {
				errs = append(errs, fmt.Errorf("id %q", a.Val))
			} else if a.Key == "id" {
				ids[a.Val] = true
			}
		}
	}
	for n := range section.Descendants() {
		for _, a := range n.Attr {
			if target, ok := strings.CutPrefix(a.Val, "#"); ok && a.Key == "href" && !ids[target] {
				errs = append(errs, fmt.Errorf("link to %q, which is not there", a.Val))
			}
		}
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
			if strings.HasPrefix(a.Val, "#") {
				continue
			}
			u, err := url.Parse(a.Val)
			if err != nil || !slices.Contains([]string{"https", "http", "mailto"}, u.Scheme) {
				return fmt.Errorf("link to %q", a.Val)
			}
			if u.Scheme != "mailto" && u.Host == "" {
				return fmt.Errorf("link without a host: %q", a.Val)
			}
		case "aria-label":
			if a.Val != "Link to this section" && a.Val != "Copy this code" {
				return fmt.Errorf("aria-label=%q", a.Val)
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
	inside := n.Data == "a" && (len(n.Attr) == 0 || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "href" && strings.HasPrefix(a.Val, "#") }))
	if n.Data == "button" {
		return unsafeButton(n)
	}
	if n.Data == "a" && !inside && !slices.Contains(n.Attr, html.Attribute{Key: "rel", Val: "noopener noreferrer nofollow ugc"}) {
		return fmt.Errorf("link without rel: %v", n.Attr)
	}
	return nil
}

// unsafeButton holds a button against the only one there is: it copies the code after it.
func unsafeButton(n *html.Node) error {
	var id string
	if pre := n.NextSibling; pre != nil && pre.Data == "pre" && len(pre.Attr) == 1 {
		id = pre.Attr[0].Val
	}
	want := []html.Attribute{{Key: "aria-label", Val: "Copy this code"}, {Key: "data-copy-from", Val: id}, {Key: "hidden"}, {Key: "type", Val: "button"}}
	if id == "" || !slices.Equal(n.Attr, want) || n.FirstChild == nil || n.FirstChild.Data != "Copy" || n.FirstChild != n.LastChild {
		return fmt.Errorf("a button of another kind: %v", n.Attr)
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
		`<p id="readme-x">x</p>`, `<h3 id="htmx-config">x</h3>`, `<h3 id="readme-x">a</h3><h3 id="readme-x">b</h3>`, `<a href="#readme-x">x</a>`,
		`<a href="#main">x</a>`, `<button type="button">x</button>`, `<pre id="readme-CODE-1">x</pre><button aria-label="Copy this code" data-copy-from="main" hidden="" type="button">Copy</button>`,
		`<button aria-label="Copy this code" data-copy-from="main" hidden="" type="button">Copy</button><pre id="readme-CODE-1">x</pre>`,
		`<a href="https:x" rel="noopener noreferrer nofollow ugc">x</a>`, `<ol start="-1"></ol>`,
	} {
		if unsafe(fragment) == nil {
			t.Errorf("the oracle accepts %s", fragment)
		}
	}
	const fine = `<p>a <a href="https://x.test" rel="noopener noreferrer nofollow ugc">b</a></p><ol start="3"><li>c</li></ol>` +
		`<h3 id="readme-d">d<a aria-label="Link to this section" href="#readme-d">#</a></h3>` +
		`<button aria-label="Copy this code" data-copy-from="readme-CODE-1" hidden="" type="button">Copy</button><pre id="readme-CODE-1"><code>e</code></pre>`
	if err := unsafe(fine); err != nil {
		t.Errorf("the oracle refuses %s: %v", fine, err)
	}
}

package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
)

// Browser keeps cookies and the page it shows. It follows no redirect: where an answer leads is part of the answer. It is
// not safe for concurrent use.
type Browser struct {
	// Page is the last answer that was a page or a part.
	Page *Response

	t      testing.TB
	deck   *Deck
	jar    http.CookieJar
	client *http.Client
}

// Browser returns a new one without cookies. It believes to be at the public address and connects to the server itself.
func (d *Deck) Browser(t testing.TB) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &Browser{t: t, deck: d, jar: jar, client: &http.Client{
		Transport:     transport,
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// On returns the same browser, cookies and all, that reports to another test: a subtest.
func (b *Browser) On(t testing.TB) *Browser {
	other := *b
	other.t = t
	return &other
}

// Via returns the same browser, cookies and all, led to another server of the same site, as a proxy in front of both does.
func (b *Browser) Via(d *Deck) *Browser {
	other := *b
	other.deck = d
	return &other
}

// Request changes a request before it is sent.
type Request func(*http.Request)

// Header sets a header; "" removes it. Host goes where net/http keeps it.
func Header(name, value string) Request {
	return func(r *http.Request) {
		switch {
		case name == "Host":
			r.Host = value
		case value == "":
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
}

// HX makes the request one of htmx's, sent from the page at current.
func HX(current string) Request {
	return func(r *http.Request) {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Request-Type", "partial")
		r.Header.Set("HX-Current-URL", current)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Sec-Fetch-Mode", "cors")
		r.Header.Set("Sec-Fetch-Dest", "empty")
	}
}

// CrossSite makes the request one that a page of another site caused, other than by a link.
func CrossSite(r *http.Request) {
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Sec-Fetch-Mode", "no-cors")
	r.Header.Set("Sec-Fetch-Dest", "empty")
	r.Header.Set("Origin", "https://evil.example")
}

// Get opens an address of the site.
func (b *Browser) Get(path string, change ...Request) *Response {
	b.t.Helper()
	return b.Do(http.MethodGet, path, "", change...)
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values, change ...Request) *Response {
	b.t.Helper()
	change = append([]Request{Header("Content-Type", "application/x-www-form-urlencoded")}, change...)
	return b.Do(http.MethodPost, path, form.Encode(), change...)
}

// Write posts a form as a person does who agrees with what its review then says.
func (b *Browser) Write(path string, form url.Values, change ...Request) *Response {
	b.t.Helper()
	r := b.Post(path, form, change...)
	if len(htmlcheck.Select(r.DOM(), "input[name=confirm]")) == 0 {
		return r
	}
	return b.Post(path, b.Form(path), change...)
}

// Do sends a request as a person's browser would: same origin, a page load, its cookies.
func (b *Browser) Do(method, path, body string, change ...Request) *Response {
	b.t.Helper()
	return b.Raw(b.request(method, path, body, change...))
}

// Open loads a page and leaves it to the test to read the body, while it arrives, and to close it.
func (b *Browser) Open(path string) *http.Response {
	b.t.Helper()
	answer, _ := b.send(b.request(http.MethodGet, path, ""))
	return answer
}

func (b *Browser) request(method, path, body string, change ...Request) *http.Request {
	b.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.deck.URL+path, reader)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Host = b.deck.Public.Host
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if method == http.MethodPost {
		r.Header.Set("Origin", b.deck.Public.Scheme+"://"+b.deck.Public.Host)
	}
	for _, f := range change {
		f(r)
	}
	return r
}

// Raw sends a request as it is, beside the cookies.
func (b *Browser) Raw(r *http.Request) *Response {
	b.t.Helper()
	answer, at := b.send(r)
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		b.t.Fatalf("%s %s: the answer broke off: %v", r.Method, r.URL.Path, err)
	}
	b.jar.SetCookies(at, answer.Cookies())
	out := &Response{Status: answer.StatusCode, Header: answer.Header, Body: string(body), Cookies: answer.Cookies(), t: b.t}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") && len(body) > 0 {
		b.Page = out
	}
	return out
}

// send sends a request with the cookies of its public address.
func (b *Browser) send(r *http.Request) (*http.Response, *url.URL) {
	b.t.Helper()
	at := *b.deck.Public
	at.Path = r.URL.Path
	if r.Header.Get("Cookie") == "" {
		for _, c := range b.jar.Cookies(&at) {
			r.AddCookie(c)
		}
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	return answer, &at
}

// SignIn signs in with a token and fails the test when that does not work. A deck with a short ReadTimeout may need a second
// try on a busy machine.
func (b *Browser) SignIn(token string) {
	b.t.Helper()
	var r *Response
	for range 3 {
		r = b.Post("/sign-in", url.Values{"token": {token}, "display_name": {"Night shift"}, "next": {""}})
		if r.Status != http.StatusGatewayTimeout {
			break
		}
	}
	if r.Status != http.StatusSeeOther {
		b.t.Fatalf("sign-in answered %d: %s", r.Status, r.Text())
	}
}

// Cookie returns the value of a cookie the browser holds, "" when there is none.
func (b *Browser) Cookie(name string) string {
	for _, c := range b.Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Cookies returns what the browser would send to the site.
func (b *Browser) Cookies() []*http.Cookie { return b.jar.Cookies(b.deck.Public) }

// Form reads the form that posts to action from the shown page: every value a browser would send.
func (b *Browser) Form(action string) url.Values {
	b.t.Helper()
	if b.Page == nil {
		b.t.Fatal("no page is shown")
	}
	for _, f := range htmlcheck.Select(b.Page.DOM(), "form") {
		if htmlcheck.Attr(f, "method") == "post" && htmlcheck.Attr(f, "action") == action {
			out := formValues(f)
			for _, in := range htmlcheck.Select(b.Page.DOM(), "input[type=text]") { // those that stand outside of it
				if id := htmlcheck.Attr(f, "id"); id != "" && htmlcheck.Attr(in, "form") == id {
					out.Add(htmlcheck.Attr(in, "name"), htmlcheck.Attr(in, "value"))
				}
			}
			return out
		}
	}
	for _, button := range htmlcheck.Select(b.Page.DOM(), "button[form]") { // those that send a form they stand outside of
		if htmlcheck.Attr(button, "formaction") == action {
			out := formValues(htmlcheck.Select(b.Page.DOM(), "#"+htmlcheck.Attr(button, "form"))[0])
			out.Set(htmlcheck.Attr(button, "name"), htmlcheck.Attr(button, "value"))
			return out
		}
	}
	b.t.Fatalf("the page has no form that posts to %s: %s", action, b.Page.Text())
	return nil
}

// Submit fills in the form of the shown page that posts to action and sends it, with its review. A value of "" is typed; other fields keep
// what the page says.
func (b *Browser) Submit(action string, typed map[string]string, change ...Request) *Response {
	b.t.Helper()
	form := b.Form(action)
	for name, value := range typed {
		form.Set(name, value)
	}
	return b.Write(action, form, change...)
}

// formValues is what a browser sends for a form whose first button is pressed.
func formValues(form *html.Node) url.Values {
	out := url.Values{}
	for _, in := range htmlcheck.Select(form, "input") {
		name, kind := htmlcheck.Attr(in, "name"), htmlcheck.Attr(in, "type")
		if name == "" || (kind == "radio" || kind == "checkbox") && !has(in, "checked") {
			continue
		}
		out.Add(name, htmlcheck.Attr(in, "value"))
	}
	for _, area := range htmlcheck.Select(form, "textarea") {
		text := ""
		for n := area.FirstChild; n != nil; n = n.NextSibling {
			text += n.Data
		}
		out.Add(htmlcheck.Attr(area, "name"), strings.ReplaceAll(text, "\n", "\r\n"))
	}
	if buttons := htmlcheck.Select(form, "button[type=submit]"); len(buttons) > 0 && has(buttons[0], "name") {
		out.Add(htmlcheck.Attr(buttons[0], "name"), htmlcheck.Attr(buttons[0], "value"))
	}
	return out
}

func has(n *html.Node, attr string) bool {
	for _, a := range n.Attr {
		if a.Key == attr {
			return true
		}
	}
	return false
}

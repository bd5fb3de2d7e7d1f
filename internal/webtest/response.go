package webtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
)

// Response is an answer, read to its end.
type Response struct {
	Status  int
	Header  http.Header
	Body    string
	Cookies []*http.Cookie // those it sets

	t   testing.TB
	dom *html.Node
}

// Location is where the answer leads: the redirect of a page or of htmx, "" when it leads nowhere.
func (r *Response) Location() string {
	if to := r.Header.Get("HX-Redirect"); to != "" {
		return to
	}
	return r.Header.Get("Location")
}

// DOM is the parsed body.
func (r *Response) DOM() *html.Node {
	r.t.Helper()
	if r.dom == nil {
		r.dom = htmlcheck.Parse(r.t, r.Body)
	}
	return r.dom
}

// Text is the text of the page as a person reads it.
func (r *Response) Text() string {
	r.t.Helper()
	return htmlcheck.Text(r.DOM())
}

// Whole tells a whole page from a part.
func (r *Response) Whole() bool { return strings.Contains(r.Body, "<html") }

// Check reports what is not as wanted about the page; a whole page must also be accessible.
func (r *Response) Check(want ...htmlcheck.Checker) {
	r.t.Helper()
	if err := htmlcheck.Run(r.DOM(), want...); err != nil {
		r.t.Errorf("%v\non a page that says: %s", err, r.Text())
	}
	if r.Whole() {
		if err := htmlcheck.Accessible(r.DOM()); err != nil {
			r.t.Errorf("accessibility: %v", err)
		}
	}
}

// Expect reports a status or a target other than the wanted ones.
func (r *Response) Expect(status int, location string) {
	r.t.Helper()
	if r.Status != status || r.Location() != location {
		r.t.Errorf("answered %d to %q, want %d to %q: %s", r.Status, r.Location(), status, location, r.Text())
	}
}

// Value is what the page's field of that name holds: the text typed, or the choice made.
func (r *Response) Value(field string) string {
	r.t.Helper()
	for _, in := range htmlcheck.Select(r.DOM(), "input") {
		if htmlcheck.Attr(in, "name") != field {
			continue
		}
		if htmlcheck.Attr(in, "type") != "radio" || has(in, "checked") {
			return htmlcheck.Attr(in, "value")
		}
	}
	return ""
}

// Values is Value for the fields of a form, to be compared with what was typed.
func (r *Response) Values(typed url.Values) url.Values {
	r.t.Helper()
	out := url.Values{}
	for name := range typed {
		out.Set(name, r.Value(name))
	}
	return out
}

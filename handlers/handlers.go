// Package handlers answers requests: one file per resource. A handler binds its input, makes one call to the domain, and
// renders a view model; what went wrong is returned and told to the person by package web. Business rules live in
// internal/deployments, formatting in present*.go.
package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/webhooks"
	"github.com/comfydeck/comfydeck/views"
)

// Site is what every handler needs.
type Site struct {
	Deck     *deployments.Service
	Bulk     *deployments.Runs
	Views    *savedviews.Shelf
	Notes    *notes.Board
	Shares   *shares.Desk
	Hooks    *webhooks.Service
	Sessions *session.Manager
	Browser  *session.Browser
	Readmes  *markdown.Renderer
	Public   string // address of this site as browsers have it, without a slash at its end
	APIURL   string // base URL of the API, for the addresses on the detail page
	// Insecure tells whether a request came over plain http from beyond this machine.
	Insecure func(*http.Request) bool
	// AllowInsecure accepts tokens over such a connection all the same.
	AllowInsecure bool
	Attempts      Attempts
	Now           func() time.Time
}

// Attempts bounds how often one address may try to sign in.
type Attempts interface {
	// Wait takes one attempt; the answer is 0 when it may be made, and otherwise how long to wait.
	Wait(address string) time.Duration
	// Forget forgives the attempts of an address that has signed in: many people may share one.
	Forget(address string)
}

// IsPart tells whether a request wants the content of the page alone: one of htmx's, from this site, but not one that
// restores history, nor a boosted one that takes the place of more than the content.
func IsPart(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return r.Header.Get("HX-Request") == "true" && (site == "" || site == "same-origin") &&
		(r.Header.Get("HX-Boosted") == "" || r.Header.Get("HX-Target") == "main#main") && r.Header.Get("HX-History-Restore-Request") == ""
}

// caller is the signed-in session; the router lets nobody else in.
func caller(c echo.Context) session.Session {
	s, _ := session.From(c.Request().Context())
	return s
}

// Page fills in what surrounds every screen. A whole page takes the notices that wait for it; a part leaves them alone.
func (s *Site) Page(c echo.Context, title string) (views.Page, error) {
	prefs := s.Browser.Preferences(c.Request())
	p := views.Page{
		Title:    title,
		Self:     paths.Return(c.Request().URL.RequestURI()),
		List:     listBefore(c),
		Theme:    prefs.Theme,
		Shortcut: prefs.Shortcuts == "",
		Insecure: s.Insecure(c.Request()),
		ReadOnly: s.Deck.ReadOnly(),
		LookOnly: prefs.LookOnly != "" && !s.Deck.ReadOnly(),
	}
	if who, ok := session.From(c.Request().Context()); ok {
		p.Account = badgeOf(who, p.Self)
		p.Sections = sectionsOf(c.Request().URL.Path, p.List)
	}
	if !seen(c.Request()) {
		return p, nil
	}
	if p.Account.SignedIn {
		p.Notices = s.unsettled(c, p.Self)
	}
	waiting, err := s.Browser.TakeNotices(c.Response(), c.Request())
	for i, n := range waiting {
		p.Notices = append(p.Notices, views.Notice{Kind: n.Kind, Text: n.Text, Focus: i == 0, Undo: undoOf(n.Undo, p.Self), UndoForm: undoLink(n.Undo, p)})
	}
	return p, err
}

// seen tells whether somebody looks at the answer: a page that a person opened, and not a part, a probe or a file.
func seen(r *http.Request) bool {
	dest := r.Header.Get("Sec-Fetch-Dest")
	return r.Method == http.MethodGet && !IsPart(r) && (dest == "" || dest == "document") && !strings.HasPrefix(r.URL.Path, paths.Static)
}

// LooksOnly tells whether this browser has chosen to change nothing.
func (s *Site) LooksOnly(c echo.Context) bool {
	return s.Browser.Preferences(c.Request()).LookOnly != ""
}

// freshness is how new a list a person asks for: their own reload, or the link that says so, wants the newest.
func freshness(c echo.Context) deployments.Freshness {
	asked := c.Request().Header.Get(echo.HeaderCacheControl)
	if c.QueryParam(paths.Fresh) != "" || strings.Contains(asked, "no-cache") || strings.Contains(asked, "max-age=0") {
		return deployments.Newest
	}
	return deployments.Recent
}

// redirect sends the person on to a path of this site.
func redirect(c echo.Context, to string) error {
	if IsPart(c.Request()) {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// tell keeps a notice for the next page.
func (s *Site) tell(c echo.Context, n session.Notice) error {
	return s.Browser.AddNotice(c.Response(), c.Request(), n)
}

// SetRetryAfter passes on how long to wait, rounded up to whole seconds.
func SetRetryAfter(c echo.Context, f *fault.Error) {
	if f.RetryAfter > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, wholeSeconds(f.RetryAfter))
	}
}

// wholeSeconds is a time in whole seconds, rounded up.
func wholeSeconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// bind reads a posted form. Every field must be on the list and appear once: what the person sent is exactly what is used.
func bind(c echo.Context, allowed ...string) (map[string]string, error) {
	posted, err := postForm(c.Request())
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, name := range allowed {
		known[name] = true
	}
	out := make(map[string]string, len(posted))
	for name, values := range posted {
		if name == asField {
			continue // package web has looked at it
		}
		if !known[name] || len(values) != 1 {
			return nil, fault.New(fault.Invalid, "The form holds a field this page does not have, or one of its fields twice. Nothing was sent on. Reload the page and try again.")
		}
		out[name] = values[0]
	}
	return out, nil
}

func postForm(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		if over, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, TooLarge(r, over.Limit, err)
		}
		return nil, fault.Wrap(fault.BadRequest, "The form could not be read. Nothing was sent on. Go back, reload the page and try again.", err)
	}
	return r.PostForm, nil
}

// TooLarge answers a form of more than limit bytes. One that htmx sent is still on the screen.
func TooLarge(r *http.Request, limit int64, err error) *fault.Error {
	next := "Go back, shorten it and send it again."
	if IsPart(r) {
		next = "Shorten it and send it again."
	}
	return fault.Wrap(fault.TooLarge, fmt.Sprintf("This form is larger than the %d kB that are taken here. Nothing was sent on. %s", limit>>10, next), err)
}

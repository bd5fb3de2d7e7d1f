// Package visitor answers people without an account who were given a share link. It can do two things: count a view and show
// a frozen copy. It has no way to a session, to the API or to anything that changes a deployment: a test holds that none of
// those can be reached from here (SR-49).
package visitor

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/views"
)

// Site is what the visitors' pages need.
type Site struct {
	Door    *shares.Door
	Readmes *markdown.Renderer
	Secure  bool // browsers reach the site by https
	// Present makes a copy fit to be seen; doc is its readme, at the page in another state of the workflow.
	Present func(frozen shares.Snapshot, doc markdown.Document, q paths.WorkflowQuery, at func(paths.WorkflowQuery) string) views.SharedCopy
	// Wait takes one attempt of an address to hand in a link; the answer is 0 when it may be made, and otherwise how long to wait.
	Wait func(address string) time.Duration
}

// Show is the copy for whoever has handed in the link, and for everybody else the form to do so. Without a visit of this link
// nothing is looked up, so that the answer is the same for every address.
func (s *Site) Show(c echo.Context) error {
	id, err := linkID(c)
	if err != nil {
		return err
	}
	look, err := s.Door.Look(c.Request().Context(), id, s.visit(c))
	switch {
	case errors.Is(err, shares.ErrNoVisit):
		return s.door(c, http.StatusOK, "")
	case fault.Is(err, fault.NotFound):
		s.keep(c, "")
		return s.shut(c)
	case err != nil:
		return err
	}

	var doc markdown.Document
	if look.Copy.Readme != nil {
		if doc, err = s.Readmes.Render(c.Request().Context(), *look.Copy.Readme); err != nil {
			return fault.Wrap(fault.Unavailable, "This server is busy. Try again in a moment.", err)
		}
	}

	m := views.VisitorPage{
		Copy: s.Present(look.Copy, doc, paths.ParseWorkflow(c.QueryParams()), func(q paths.WorkflowQuery) string { return paths.SharedCopy(id, q) }),
	}
	m.Title, m.Expires = m.Copy.Name, stamp(look.Expires)
	return render(c, http.StatusOK, m, views.SharedPage(m))
}

// Enter takes a link and counts a view.
func (s *Site) Enter(c echo.Context) error {
	if wait := s.Wait(c.RealIP()); wait > 0 {
		f := fault.New(fault.RateLimited, fmt.Sprintf("Too many links were tried from your address. Try again in %d s.", int64(wait.Seconds()+0.5)))
		f.RetryAfter = wait
		return f
	}
	id, err := linkID(c)
	if err != nil {
		return err
	}
	if err := c.Request().ParseForm(); err != nil {
		return fault.Wrap(fault.BadRequest, "The form could not be read. Go back, reload the page and try again.", err)
	}

	visit, err := s.Door.Enter(c.Request().Context(), id, c.Request().PostForm.Get("link"))
	if fault.Is(err, fault.NotFound) {
		return s.shut(c)
	}
	if err != nil {
		return err
	}

	s.keep(c, visit)
	return c.Redirect(http.StatusSeeOther, paths.SharedCopy(id, paths.WorkflowQuery{}))
}

// linkID is the id in the address; the router lets slashes through in the last part of one.
func linkID(c echo.Context) (string, error) {
	id := c.Param("share")
	if strings.Contains(id, "/") {
		return "", echo.ErrNotFound
	}
	return id, nil
}

// Fail is the page of a failure.
func (s *Site) Fail(c echo.Context, f *fault.Error) error {
	if f.RetryAfter > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.FormatInt(int64((f.RetryAfter+time.Second-1)/time.Second), 10))
	}
	return s.door(c, f.Status(), f.Message)
}

// shut is the one answer to every link that shows nothing.
func (s *Site) shut(c echo.Context) error { return s.door(c, http.StatusNotFound, shares.Shut) }

func (s *Site) door(c echo.Context, status int, problem string) error {
	m := views.VisitorPage{Title: "A shared copy", Action: paths.SharedCopy(c.Param("share"), paths.WorkflowQuery{}), Problem: problem}
	return render(c, status, m, views.ShareDoor(m))
}

// render answers with a whole page, whoever asks: there is no other kind here.
func render(c echo.Context, status int, m views.VisitorPage, screen templ.Component) error {
	var page bytes.Buffer
	if err := views.Visitor(m, screen).Render(c.Request().Context(), &page); err != nil {
		return err
	}
	return c.HTMLBlob(status, page.Bytes())
}

func stamp(t time.Time) views.Stamp {
	at := t.UTC()
	return views.Stamp{ISO: at.Format(time.RFC3339), Exact: at.Format("2 Jan 2006, 15:04:05 UTC"), Human: at.Format("2 Jan 2006, 15:04 UTC")}
}

func (s *Site) cookie() string {
	if s.Secure {
		return "__Host-comfydeck-share"
	}
	return "comfydeck-share"
}

func (s *Site) visit(c echo.Context) string {
	cookie, err := c.Request().Cookie(s.cookie())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// keep gives the browser its visit, or takes it away. It has no age: the visit itself says when it is over.
func (s *Site) keep(c echo.Context, visit string) {
	cookie := &http.Cookie{Name: s.cookie(), Value: visit, Path: "/", Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if visit == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Response(), cookie)
}

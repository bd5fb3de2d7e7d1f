package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// payloadOf reads the payload for the page of a deployment, whose beginning has left: a failure becomes a sentence on it.
func (s *Site) payloadOf(c echo.Context, d deployments.Deployment) views.Payload {
	payload, err := s.Deck.PayloadOf(c.Request().Context(), caller(c).Account, caller(c).Token, d)
	if err != nil {
		return views.Payload{Note: fault.From(err).Message, Again: paths.Deployment(d.ID)}
	}
	d.Payload = payload
	var p views.Payload
	if err := largeReads.read(c.Request().Context(), payload.Raw, func() { p = presentPayload(d) }); err != nil {
		return views.Payload{Note: fault.From(err).Message, Again: paths.Deployment(d.ID)}
	}
	return p
}

// PayloadPage is the tree of a payload, of one value in it, or of what was found in it. For htmx it may be one branch.
func (s *Site) PayloadPage(c echo.Context) error {
	q := paths.ParsePayload(c.QueryParams())

	d, err := s.Deck.Payload(c.Request().Context(), caller(c).Account, caller(c).Token, c.Param("id"))
	if err != nil {
		return err
	}

	if q.Branch && IsPart(c.Request()) {
		var branch views.TreeNode
		ok := false
		if err := largeReads.read(c.Request().Context(), d.Payload.Raw, func() { branch, ok = BranchOf(d.ID, d.Payload.Raw, q) }); err != nil {
			return err
		}
		if ok {
			return Write(c, http.StatusOK, views.Branch(branch))
		}
		return fault.New(fault.NotFound, "The payload holds nothing there any more. Reload the page.")
	}
	frame, err := s.Page(c, "Payload of "+displayName(d))
	if err != nil {
		return err
	}
	var m views.PayloadPage
	if err := largeReads.read(c.Request().Context(), d.Payload.Raw, func() { m = s.presentTreePage(frame, d, q) }); err != nil {
		return err
	}
	return Render(c, http.StatusOK, m.Page, views.PayloadTree(m))
}

// downloadTime is how long one download may take, however slow the line is.
const downloadTime = 10 * time.Minute

// Payload is the payload exactly as the API sends it, passed on while it arrives: a download, or text to look at.
func (s *Site) Payload(c echo.Context) error {
	id := c.Param("id")
	h := c.Response().Header()
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(downloadTime)) // without it the server's own holds
	out := &passing{c: c, begin: func() {
		kind := echo.MIMEApplicationJSON + "; charset=utf-8"
		if c.QueryParam("view") == "raw" {
			kind = echo.MIMETextPlainCharsetUTF8
		} else {
			h.Set(echo.HeaderContentDisposition, `attachment; filename="`+id+`.json"`)
		}
		h.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
		h.Set(echo.HeaderContentType, kind)
	}}
	if c.Request().Method == http.MethodHead {
		if _, err := s.Deck.Settings(c.Request().Context(), caller(c).Token, id); err != nil {
			return err
		}
		out.begin()
		return c.NoContent(http.StatusOK)
	}
	return s.Deck.DownloadPayload(c.Request().Context(), caller(c).Token, id, out)
}

// passing begins an answer with the first byte there is for it, so that what fails before that is still a page.
type passing struct {
	c     echo.Context
	begin func()
	begun bool
}

func (p *passing) Write(b []byte) (int, error) {
	if !p.begun {
		p.begun = true
		p.begin()
		p.c.Response().WriteHeader(http.StatusOK)
	}
	return p.c.Response().Write(b)
}

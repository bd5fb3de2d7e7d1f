package handlers

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/views"
)

// Render answers with a screen: the whole page, or the screen alone to htmx. The beginning of a whole page leaves as soon as
// it is rendered, so that the browser fetches the styles while the rest is made: a failure after that can no longer become an
// error page, and package web cuts the answer off.
func Render(c echo.Context, status int, frame views.Page, screen templ.Component) error {
	return renderAs(c, status, frame, screen, 1)
}

// renderInPieces is Render for a screen whose first part leaves as well, before the rest is made.
func renderInPieces(c echo.Context, status int, frame views.Page, screen templ.Component) error {
	return renderAs(c, status, frame, screen, 2)
}

// renderAtOnce is Render for a screen that is quickly made: the page leaves in one piece, which is smaller.
func renderAtOnce(c echo.Context, status int, frame views.Page, screen templ.Component) error {
	return renderAs(c, status, frame, screen, 0)
}

func renderAs(c echo.Context, status int, frame views.Page, screen templ.Component, pieces int) error {
	if IsPart(c.Request()) {
		return Write(c, status, views.Part(frame, screen))
	}
	a := newAnswer(c, status)
	a.pieces = pieces
	defer a.free()
	if err := views.Whole(frame, screen).Render(c.Request().Context(), (*streamed)(a)); err != nil {
		return err
	}
	return a.send()
}

// later makes a screen when its turn comes: the beginning of the page has left by then. What can fail is done before.
func later(screen func() templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return screen().Render(ctx, w) })
}

// Write answers with a component as it is. Everything is rendered before the first byte leaves, so that a failing template
// gives a clean error page.
func Write(c echo.Context, status int, component templ.Component) error {
	a := newAnswer(c, status)
	defer a.free()
	if err := component.Render(c.Request().Context(), a.buf); err != nil {
		return err
	}
	return a.send()
}

// answer collects what is rendered.
type answer struct {
	c      echo.Context
	status int
	buf    *bytes.Buffer
	begun  bool
	pieces int   // that leave early, still to come
	err    error // of the first piece sent, which a flush cannot return
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func newAnswer(c echo.Context, status int) *answer {
	buf, _ := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	return &answer{c: c, status: status, buf: buf}
}

func (a *answer) free() { buffers.Put(a.buf) }

// send moves on to the browser what was collected.
func (a *answer) send() error {
	if a.err != nil {
		return a.err
	}
	r := a.c.Response()
	if !a.begun {
		a.begun = true
		r.Header().Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
		r.WriteHeader(a.status)
	}
	_, a.err = r.Write(a.buf.Bytes())
	a.buf.Reset()
	return a.err
}

// streamed is an answer whose first flushes send what there is. templ flushes once more at the end, which would only make the
// last piece smaller and the work more.
type streamed answer

// Write implements io.Writer.
func (s *streamed) Write(p []byte) (int, error) { return s.buf.Write(p) }

// Flush implements http.Flusher.
func (s *streamed) Flush() {
	a := (*answer)(s)
	if a.pieces--; a.pieces >= 0 && a.send() == nil {
		a.c.Response().Flush()
	}
}

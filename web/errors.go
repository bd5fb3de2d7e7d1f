package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/handlers"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/views"
)

// fail is the one place where a failure becomes an answer: a page, or a notice for htmx. It is also the one place that logs
// it.
func (s *Server) fail(err error, c echo.Context) {
	if errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		s.log.DebugContext(c.Request().Context(), "the browser left before the answer", "request", handlers.RequestID(c))
		return
	}
	if c.Response().Committed {
		s.cutOff(c, err)
	}
	f := asFault(err)
	s.logFault(c, f)
	if f.Kind == fault.Unauthorized {
		if err = s.lostSession(c); err == nil {
			return
		}
		f = fault.From(err)
		s.logFault(c, f)
	}
	if err := s.answerSafely(c, f); err != nil {
		if c.Response().Committed {
			s.cutOff(c, err)
		}
		s.log.ErrorContext(c.Request().Context(), "no error page could be made", "request", handlers.RequestID(c), "error", err)
		_ = c.Blob(http.StatusInternalServerError, echo.MIMETextHTMLCharsetUTF8, s.broken)
	}
}

// cutOff ends an answer that failed after its beginning had left, without its proper end, so that nobody takes half of it for
// the whole. On a page, whose beginning is the frame, a person reads what happened in place of the screen.
func (s *Server) cutOff(c echo.Context, err error) {
	s.log.ErrorContext(c.Request().Context(), "failed after the answer had begun", "request", handlers.RequestID(c), "error", err)
	if strings.HasPrefix(c.Response().Header().Get(echo.HeaderContentType), echo.MIMETextHTML) {
		_, _ = c.Response().Write(torn(c))
		c.Response().Flush()
	}
	panic(http.ErrAbortHandler)
}

// torn is the rest of a page whose screen could not be made; nothing of it when even that fails.
func torn(c echo.Context) []byte {
	var rest bytes.Buffer
	f := fault.From(nil)
	m := problem(views.Page{Account: views.Account{SignedIn: true}}, c, f, handlers.Said(f))
	if err := views.Torn(m).Render(c.Request().Context(), &rest); err != nil {
		return nil
	}
	return rest.Bytes()
}

// answerSafely is answer for when even the error page panics.
func (s *Server) answerSafely(c echo.Context, f *fault.Error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return s.answer(c, f)
}

// asFault translates the router's own errors; everything else is a fault already or internal.
func asFault(err error) *fault.Error {
	var he *echo.HTTPError
	if !errors.As(err, &he) {
		return fault.From(err)
	}
	switch he.Code {
	case http.StatusNotFound:
		return fault.Wrap(fault.NotFound, "There is no page at this address. Check the link you followed.", err)
	case http.StatusMethodNotAllowed:
		return fault.Wrap(fault.NotAllowed, "This address exists, but cannot be opened this way.", err)
	default:
		return fault.From(err)
	}
}

// logFault says once what happened: defects of ours loudly, the rest for whoever looks.
func (s *Server) logFault(c echo.Context, f *fault.Error) {
	level := slog.LevelInfo
	if f.Status() >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	if f.Kind == fault.Internal {
		level = slog.LevelError
	}
	s.log.LogAttrs(c.Request().Context(), level, "refused or failed", slog.String("request", handlers.RequestID(c)),
		slog.String("route", c.Path()), slog.String("kind", string(f.Kind)), slog.String("error", f.Error()))
}

// lostSession handles a token the API refuses: the session ends, and the person signs in again with everything kept. One that
// holds other accounts goes on as one of them.
func (s *Server) lostSession(c echo.Context) error {
	who, _ := session.From(c.Request().Context())
	if len(who.Others) > 0 {
		if now, err := s.sessions.RemoveAccount(c.Response(), c.Request(), who.Fingerprint); err == nil {
			handlers.WithCaller(c, now)
			return s.site.RefusedAccount(c, who)
		}
	}
	if err := s.sessions.SignOut(c.Response(), c.Request()); err != nil {
		// Going on to the sign-in page would lead straight back here: the session is still alive.
		return fault.Wrap(fault.Unavailable, "RunComfy no longer accepts your token, and this server cannot end your session right now. Try again in a moment; the operator's log says more.", err)
	}
	s.site.TokenRefused(c)
	handlers.WithCaller(c, session.Session{})
	return s.site.SignInAgain(c, true)
}

// answer renders a failure.
func (s *Server) answer(c echo.Context, f *fault.Error) error {
	if isVisitors(c.Request()) {
		return s.visitor.Fail(c, f)
	}
	if f.Kind == fault.TooLarge && c.Path() == paths.SignIn {
		return s.site.SignInTooLarge(c, f)
	}
	handlers.SetRetryAfter(c, f)
	var byHand []views.Script
	if c.Path() == paths.DisablePattern && stopMayHelp(f.Kind) {
		byHand = s.site.StopScript(c, c.Param("id"))
	}
	said := handlers.Said(f)
	if attempted := s.site.Attempted(c); attempted != "" {
		said = attempted + ": " + said
	}
	if handlers.IsPart(c.Request()) {
		c.Response().Header().Set("HX-Retarget", "#notices")
		c.Response().Header().Set("HX-Reswap", "innerHTML")
		n := views.Notice{Kind: "error", Text: said, RequestID: handlers.RequestID(c), Detail: handlers.Complaints(f)}
		if f.Kind == fault.Unknown {
			n.Kind = "warning"
		}
		n.Scripts = byHand
		return handlers.Write(c, f.Status(), views.Toasts([]views.Notice{n}))
	}
	frame, err := s.site.Page(c, heading(f.Kind))
	if err != nil {
		return err
	}
	m := problem(frame, c, f, said)
	m.Scripts = byHand
	s.whereabouts(c, f, &m)
	return handlers.Render(c, f.Status(), m.Page, views.Problem(m))
}

// whereabouts adds what is known here of something that this account is not shown: how it went, or who sees it.
func (s *Server) whereabouts(c echo.Context, f *fault.Error, m *views.ProblemPage) {
	if !isRead(c) || f.Kind != fault.NotFound && f.Kind != fault.Forbidden {
		return
	}
	if f.Kind == fault.NotFound && f.Hidden {
		if gone, ok := s.site.Deleted(c); ok {
			m.Title, m.Heading, m.Deleted = "Deleted", "Deleted", gone
			return
		}
	}
	if owner, ok := s.site.Owner(c); ok {
		m.Owner, m.Switch = owner, paths.Return(c.Request().URL.RequestURI())
	}
}

// stopMayHelp tells whether somebody whose pause did not work may get it done without this server.
func stopMayHelp(k fault.Kind) bool {
	switch k {
	case fault.Unknown, fault.Upstream, fault.Unavailable, fault.Timeout, fault.RateLimited, fault.Internal, fault.Conflict, fault.Invalid:
		return true
	default:
		return false
	}
}

// problem words a failure as a page that says it.
func problem(frame views.Page, c echo.Context, f *fault.Error, said string) views.ProblemPage {
	m := views.ProblemPage{
		Page: frame, Status: f.Status(), Heading: heading(f.Kind), Message: said, Details: handlers.Complaints(f),
		RequestID: handlers.RequestID(c), UpstreamID: visible.Clip(f.UpstreamID, 64), Home: true, SignIn: !frame.Account.SignedIn,
	}
	isGet := isRead(c)
	self := paths.Return(c.Request().URL.RequestURI())
	switch f.Kind {
	case fault.NotFound, fault.Forbidden:
		if f.Hidden && isGet && c.Param("id") != "" && self != paths.Deployments {
			m.Heading = "Not visible to this account"
			if f.Kind == fault.Forbidden {
				m.Message += " The link is fine, but this account may not see what it leads to: a deployment shows only to the account it belongs to."
			} else {
				m.Message += " It may have been deleted. Or the link is fine, and not visible to this account: a deployment shows only to the one it belongs to."
			}
			m.Switch, m.Add = self, paths.NewAccountTo(self)
		}
		if f.Hidden && isGet && c.Path() == paths.Deployments { // the list itself: no other page leads out of here
			m.Switch, m.Add, m.Home = self, paths.NewAccountTo(self), false
		}
	case fault.Upstream, fault.Unavailable, fault.Timeout, fault.RateLimited, fault.Internal:
		if isGet {
			m.Retry, m.SignIn = self, false
		}
	case fault.TooLarge, fault.BadRequest:
		m.SignIn = false // refused before anybody looked whose it is
	default:
	}
	if !isGet && f.Kind != fault.NotFound && c.Param("id") != "" && self != paths.Deployments {
		m.Back = self
	}
	return m
}

func isRead(c echo.Context) bool {
	return c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead
}

func heading(k fault.Kind) string {
	switch k {
	case fault.NotFound:
		return "Nothing here"
	case fault.Forbidden:
		return "Not allowed"
	case fault.RateLimited:
		return "Too many requests"
	case fault.Upstream, fault.Unavailable:
		return "Not available right now"
	case fault.Timeout:
		return "No answer in time"
	case fault.Unknown:
		return "Not known whether it happened"
	case fault.Conflict:
		return "Changed in between"
	case fault.TooLarge:
		return "Too large"
	case fault.Invalid, fault.BadRequest, fault.NotAllowed:
		return "That did not work"
	default:
		return "Something went wrong"
	}
}

// brokenPage is rendered at the start, so that a fault in the templates or the stores still gives a page.
func brokenPage() ([]byte, error) {
	var buf bytes.Buffer
	frame := views.Page{Title: heading(fault.Internal)}
	err := views.Whole(frame, views.Problem(views.ProblemPage{
		Page: frame, Status: http.StatusInternalServerError, Heading: heading(fault.Internal),
		Message: fault.From(nil).Message, RequestID: "is in this answer's X-Request-Id header", Home: true,
	})).Render(context.Background(), &buf)
	return buf.Bytes(), err
}

package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/handlers"
	"github.com/comfydeck/comfydeck/internal/config"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
)

// maxBody bounds a posted form: far above the largest one, far below what hurts.
const maxBody = 64 << 10

// middleware is what every request passes, outermost first. The order is a promise: the log sees every answer, headers are
// set before anything can fail, and no body is read before its sender has passed the gates.
func (s *Server) middleware() []echo.MiddlewareFunc {
	return []echo.MiddlewareFunc{
		s.logRequest,
		s.setHeaders,
		s.recover,
		s.checkHost,
		s.checkOrigin,
		s.limitBody,
		s.noteVisitor,
		s.loadSession,
	}
}

// logRequest writes one line per request: the route, never the query, a header or a body.
func (s *Server) logRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		if err := next(c); err != nil {
			c.Error(err) // answered here, so that the status below is the one that was sent
		}
		took := time.Since(start)
		route, status := c.Path(), c.Response().Status
		s.metrics.observe(c.Request().Method, route, status, took)
		level := slog.LevelInfo
		if strings.HasPrefix(route, paths.Static) || route == paths.Livez || route == paths.Readyz {
			level = slog.LevelDebug
		}
		who, _ := session.From(c.Request().Context())
		attrs := []slog.Attr{
			slog.String("method", c.Request().Method), slog.String("route", route), slog.Int("status", status),
			slog.Duration("took", took), slog.String("request", handlers.RequestID(c)), slog.String("session", who.ID), slog.String("address", c.RealIP()),
		}
		if person := session.VisitorFrom(c.Request().Context()).Person; person != "" {
			attrs = append(attrs, slog.String("person", person))
		}
		s.log.LogAttrs(c.Request().Context(), level, "request", attrs...)
		return nil
	}
}

// recover turns a panic into a 500 page; the process lives.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way
					panic(r)
				}
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return next(c)
	}
}

// checkHost answers only under the configured name. On this machine any loopback name will do.
func (s *Server) checkHost(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if isProbe(c.Path()) || s.knownHost(c.Request().Host) {
			return next(c)
		}
		if s.insecure(c.Request()) && !s.config.AllowInsecureHTTP && isPage(c.Request()) && !isVisitors(c.Request()) {
			return s.site.SignInBlocked(c)
		}
		return fault.New(fault.Forbidden, "This server does not answer under this name. Open it at "+s.config.PublicURL.String()+".")
	}
}

func isProbe(route string) bool { return route == paths.Livez || route == paths.Readyz }

// isVisitors tells whether a request is for the pages of people without an account.
func isVisitors(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, paths.Shared) }

func isPage(r *http.Request) bool { return r.URL.Path == paths.SignIn || r.Method != http.MethodPost }

func (s *Server) knownHost(host string) bool {
	public := s.config.PublicURL
	local := config.IsLoopback(public.Hostname())
	if strings.EqualFold(host, public.Host) {
		return s.config.Secure() || local || s.config.AllowInsecureHTTP
	}
	return !s.config.Secure() && (local || s.config.AllowInsecureHTTP) && config.IsLoopback(hostname(host))
}

// insecure tells whether the request came over plain http from beyond this machine. Whether https is in front is what the
// operator said in the public address: a header could be forged.
func (s *Server) insecure(r *http.Request) bool {
	return !s.config.Secure() && !config.IsLoopback(hostname(r.Host))
}

// hostname is a Host header without its port.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return strings.Trim(host, "[]")
}

// checkOrigin refuses what another site makes a browser send: writes by Go's own protection, and reads that are not a person
// following a link (SR-14, SR-17).
func (s *Server) checkOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if err := s.origin.Check(r); err != nil {
			return fault.Wrap(fault.Forbidden, "This request came from another site, so that it was not carried out. Open the page here and try again.", err)
		}
		if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
			if r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document" {
				return fault.New(fault.Forbidden, "Another site may link to this page, but not load it.")
			}
		}
		return next(c)
	}
}

// limitBody bounds what a form may send and accepts nothing but plain forms. One form may bring a file.
func (s *Server) limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Method != http.MethodPost || c.Path() == paths.CSPReport {
			return next(c)
		}
		limit, files := int64(maxBody), false
		if c.Path() == paths.Compare {
			limit, files = handlers.MaxBrought, true
		}
		if r.ContentLength > limit {
			return tooLarge(r, limit, files)
		}
		kind, _, _ := strings.Cut(r.Header.Get(echo.HeaderContentType), ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
		if r.ContentLength != 0 && kind != echo.MIMEApplicationForm && (!files || kind != echo.MIMEMultipartForm) {
			return fault.New(fault.BadRequest, "A form is expected here, sent as application/x-www-form-urlencoded. Nothing was sent on.")
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
		return next(c)
	}
}

func tooLarge(r *http.Request, limit int64, files bool) error {
	if files {
		return fault.New(fault.TooLarge, fmt.Sprintf("A workflow of more than %d MB is not compared here. Nothing was sent on. Choose a smaller one.", limit>>20))
	}
	return handlers.TooLarge(r, limit, nil)
}

// loadSession finds out who is signed in. A database that does not answer is said: it never looks like a sign-out.
func (s *Server) loadSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if route := c.Path(); isProbe(route) || route == paths.CSPReport || strings.HasPrefix(route, paths.Static) || isVisitors(c.Request()) {
			return next(c)
		}
		who, err := s.sessions.Load(r, handlers.Background(r))
		switch {
		case errors.Is(err, session.ErrNone):
			return next(c)
		case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
			return err
		case err != nil:
			f := fault.Wrap(fault.Unavailable, "This server cannot read its sessions right now. Nothing was sent, and you are still signed in: try again in a moment.", err)
			if kept, err := s.site.FormAgain(c, f); kept {
				s.logFault(c, f)
				return err
			}
			return f
		}
		handlers.WithCaller(c, who)
		return next(c)
	}
}

// signedIn lets members through and leads everyone else to the sign-in page and back. What was made under another account than
// the session works as now goes no further.
func (s *Server) signedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		who, ok := session.From(c.Request().Context())
		if !ok {
			return s.site.SignInAgain(c, false)
		}
		made, err := handlers.MadeAs(c)
		if err != nil {
			return err
		}
		if made != "" && made != who.Fingerprint {
			return s.site.MadeElsewhere(c, made)
		}
		return next(c)
	}
}

// mayWrite keeps a server that is read-only, and a browser that chose to look only, from changing anything.
func (s *Server) mayWrite(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.config.ReadOnly {
			return s.site.WriteRefused(c, fault.New(fault.Forbidden, "This server is read-only: it shows deployments and changes none. Nothing was sent."))
		}
		if s.site.LooksOnly(c) {
			return s.site.WriteRefused(c, fault.New(fault.Forbidden, "This browser is set to look only, so that nothing was sent. Change that in the preferences first."))
		}
		return next(c)
	}
}

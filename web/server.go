// Package web assembles the server: the site map, the order of what every request passes, and the pages of failures. What a
// page does is in handlers, what it looks like in views.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/handlers"
	"github.com/comfydeck/comfydeck/handlers/visitor"
	"github.com/comfydeck/comfydeck/internal/config"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// Options are what the server is built of.
type Options struct {
	Config   config.Config
	Deck     *deployments.Service
	Bulk     *deployments.Runs
	Views    *savedviews.Shelf
	Notes    *notes.Board
	Shares   *shares.Desk
	Hooks    *webhooks.Service
	Sessions *session.Manager
	Browser  *session.Browser
	Ping     func(context.Context) error // asks the database, for /readyz
	Assets   Assets                      // of servers of other versions; nil for none
	Logger   *slog.Logger
	Now      func() time.Time // nil = time.Now
}

// Assets finds a file that a server of another version left; ok is false when none did.
type Assets interface {
	Find(ctx context.Context, name string) (body []byte, ok bool, err error)
}

// Server is the site as an http.Handler.
type Server struct {
	config   config.Config
	site     *handlers.Site
	visitor  *visitor.Site
	sessions *session.Manager
	health   *handlers.Health
	log      *slog.Logger
	metrics  instruments
	reports  *limiter
	assets   Assets
	origin   *http.CrossOriginProtection
	broken   []byte // the page for when no page can be made
	handler  http.Handler
}

// New assembles the server.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Config.PublicURL == nil {
		return nil, errors.New("web: no public address is set")
	}
	s := &Server{
		config: o.Config, sessions: o.Sessions, log: o.Logger, metrics: newInstruments(),
		health: &handlers.Health{Ping: o.Ping}, assets: o.Assets,
		reports: newLimiter(time.Second, 1, 1000),
		origin:  http.NewCrossOriginProtection(),
	}
	s.site = &handlers.Site{
		Deck: o.Deck, Bulk: o.Bulk, Views: o.Views, Notes: o.Notes, Hooks: o.Hooks, Sessions: o.Sessions, Browser: o.Browser, Readmes: markdown.New(), APIURL: o.Config.APIURL,
		Insecure: s.insecure, AllowInsecure: o.Config.AllowInsecureHTTP, Now: o.Now,
		Attempts: newLimiter(signInEvery, signInBurst, maxAddresses),
		Shares:   o.Shares, Public: o.Config.PublicURL.String(),
	}
	s.visitor = &visitor.Site{
		Door: o.Shares.Door(), Readmes: s.site.Readmes, Secure: o.Config.Secure(), Present: handlers.PresentShared,
		Wait: newLimiter(enterEvery, enterBurst, maxAddresses).Wait,
	}
	var err error
	if s.broken, err = brokenPage(); err != nil {
		return nil, fmt.Errorf("web: the last-resort page: %w", err)
	}

	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(discard{})
	e.IPExtractor = ipExtractor(o.Config.TrustedProxies)
	e.HTTPErrorHandler = s.fail
	e.Use(s.middleware()...)
	s.routes(e)
	s.handler, err = s.frame(e)
	return s, err
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Drain makes /readyz say that the server is about to stop, so that a load balancer sends nobody here any more.
func (s *Server) Drain() { s.health.Draining.Store(true) }

const (
	maxHeader  = 16 << 10 // of a request with its first line (SR-51)
	headerSlop = 4 << 10  // that net/http reads beyond what it is told
)

// HTTP wraps the site in a server whose timeouts nest around those of the API client: a page has its answer before the
// server gives up on writing it.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      35 * time.Second,
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    maxHeader - headerSlop,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),

		DisableGeneralOptionsHandler: true, // it answers OPTIONS * with none of our headers
	}
}

// discard silences echo's own logger: requests are logged once, by logRequest.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

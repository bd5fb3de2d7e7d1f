package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/cleaner"
	"github.com/comfydeck/comfydeck/internal/config"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webhooks"
	"github.com/comfydeck/comfydeck/static"
	"github.com/comfydeck/comfydeck/web"
)

// drainTime is how long requests in flight may take to finish: longer than any write.
const drainTime = 35 * time.Second

// assetsTimeout bounds leaving the styles and scripts of this version for servers of another one.
const assetsTimeout = 5 * time.Second

// program is everything that runs, put together.
type program struct {
	deck     *deployments.Service
	bulk     *deployments.Runs
	notes    *notes.Board
	views    *savedviews.Shelf
	hooks    *webhooks.Service
	config   config.Config
	log      *slog.Logger
	store    *store.Store
	sessions *session.Manager
	shares   *shares.Desk
	site     *web.Server
	cleaner  *cleaner.Cleaner
}

// build makes every part from the settings, top to bottom.
func build(ctx context.Context, environ []string, logs io.Writer) (*program, error) {
	c, err := config.Load(environ)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: c.LogLevel}))
	api, err := apiclient.New(c.APIURL, apiclient.Options{})
	if err != nil {
		return nil, fmt.Errorf("COMFYDECK_API_URL: %w", err)
	}
	prices := deployments.DefaultPrices()
	if c.PricesFile != "" {
		if prices, err = deployments.LoadPrices(c.PricesFile); err != nil {
			return nil, fmt.Errorf("COMFYDECK_PRICES_FILE: %w", err)
		}
	}
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return nil, fmt.Errorf("COMFYDECK_DATABASE_URL: %w", err)
	}
	p := &program{config: c, log: log, store: db}
	p.sessions, err = session.New(db.Sessions(), session.Options{Keys: c.Keys, Secure: c.Secure(), Logger: log})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	events := journal.NewRecorder(db.Journal(), log, func(k journal.Kind) { p.site.CountEvent(string(k)) })
	p.hooks = webhooks.New(db.Webhooks(), db.Journal(), webhooks.Options{
		Keys: session.WebhookKeys(c.Keys), Public: c.PublicURL.String(), Guard: webhooks.Guard{Allowed: c.WebhookTargets}, Events: events, Logger: log,
	})
	p.deck = deployments.New(api, db.Journal(), deployments.Options{
		ReadOnly: c.ReadOnly, Prices: prices, Limits: deployments.Limits{MinInstances: c.MinInstancesLimit, MaxInstances: c.MaxInstancesLimit},
		ConfirmKey: session.ConfirmKey(c.Keys[0]), Logger: log,
		Events: events,
	})
	p.notes, p.views = notes.New(db.Notes()), savedviews.New(db.SavedViews())
	p.bulk = deployments.NewRuns(p.deck, db.Bulk(), deployments.RunOptions{})
	p.shares = shares.New(db.Shares(), shares.Options{Keys: session.ShareKeys(c.Keys), Longest: c.ShareMax, Logger: log})
	p.cleaner = p.newCleaner()
	p.site, err = web.New(web.Options{
		Config: c, Views: p.views, Sessions: p.sessions, Browser: session.NewBrowser(c.Keys, c.Secure()), Ping: db.Ping, Logger: log,
		Deck: p.deck, Bulk: p.bulk, Notes: p.notes, Assets: db.Assets(), Shares: p.shares, Hooks: p.hooks,
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return p, nil
}

func (p *program) close() {
	p.bulk.Close()
	p.deck.Close()
	if err := p.store.Close(); err != nil {
		p.log.Error("the database did not close cleanly", "error", err)
	}
}

// serve answers until ctx ends.
func (p *program) serve(ctx context.Context, stdout io.Writer, d *demonstration) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", p.config.Addr)
	if err != nil {
		return fmt.Errorf("COMFYDECK_ADDR: cannot listen: %w", err)
	}
	p.welcome(stdout, listener.Addr(), d)

	work, cancel := context.WithCancel(context.WithoutCancel(ctx)) // until the last request has its answer
	var background sync.WaitGroup
	background.Go(func() { p.deck.Sweep(work) })
	background.Go(func() { p.cleaner.Run(work) })
	background.Go(func() { p.hooks.Run(work) })
	background.Go(func() { p.store.Watch(work, p.forgetChanged) })
	p.leaveAssets(ctx)
	defer background.Wait()
	defer cancel()

	server := p.site.HTTP()
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()
	if p.config.AdminAddr != "" {
		admin := p.admin()
		defer func() { _ = admin.Close() }()
		go func() { failed <- admin.ListenAndServe() }()
	}
	select {
	case err := <-failed:
		return fmt.Errorf("the server stopped: %w", err)
	case <-ctx.Done():
	}
	p.site.Drain()
	time.Sleep(p.config.DrainDelay) // until the load balancer has noticed, new requests still come
	late, stop := context.WithTimeout(work, drainTime)
	defer stop()
	if err := server.Shutdown(late); err != nil {
		p.log.Warn("some requests did not finish in time", "error", err)
		return server.Close()
	}
	return nil
}

// forgetChanged forgets what is held of an account that another process changed; with "" of every account.
func (p *program) forgetChanged(account string) {
	p.deck.Changed(account)
	p.notes.Forget(account)
	p.views.Forget(account)
}

// leaveAssets comes before the first page of this version.
func (p *program) leaveAssets(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, assetsTimeout)
	defer cancel()
	if err := p.store.Assets().Leave(ctx, static.All()); err != nil {
		p.log.Warn("servers of another version cannot hand out the styles and scripts of this one", "error", err)
	}
}

// welcome prints where to go; in the demo also what to sign in with.
func (p *program) welcome(stdout io.Writer, addr net.Addr, d *demonstration) {
	public := p.config.PublicURL.String()
	if _, port, err := net.SplitHostPort(p.config.Addr); err == nil && port == "0" {
		public = "http://" + addr.String()
	}
	if d != nil {
		_, _ = fmt.Fprintf(stdout, "ComfyDeck demo: %s\nSign in with:   %s\nAnother account: %s\nStop with Ctrl-C; nothing is kept.\n", public, d.token, d.otherToken)
	} else {
		_, _ = fmt.Fprintf(stdout, "ComfyDeck: %s (API %s)\n", public, p.config.APIURL)
	}
	if _, ok := static.HTMX(); !ok {
		_, _ = fmt.Fprintln(stdout, "The browser library is not built in: pages reload instead of swapping; everything still works. (make assets, with Node.js)")
	}
	p.log.Info("started", "config", p.config, "pid", os.Getpid())
	if p.config.AllowInsecureHTTP {
		p.log.Warn("COMFYDECK_ALLOW_INSECURE_HTTP is on: tokens may cross the network in clear")
	}
}

// admin serves metrics and profiles on an address of their own.
func (p *program) admin() *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", p.site.Metrics())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return &http.Server{Addr: p.config.AdminAddr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
}

package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/config"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webhooks"
	"github.com/comfydeck/comfydeck/web"
)

// The limits of a test's server: long enough for a busy machine, short enough to wait for an API that hangs.
const (
	readTimeout = 3 * time.Second
	sendBudget  = 4 * time.Second
	writeBudget = 6 * time.Second
)

// replicas is how many servers share the requests of a test, one after the other as behind a load balancer without
// stickiness: whatever only one of them knew would fail a test (RR-22).
const replicas = 2

// Deck are the servers of one test, reached as one, with the API behind them.
type Deck struct {
	URL     string // origin, without a slash at its end
	Sandbox *sandbox.Sandbox

	server   *http.Server
	mu       sync.Mutex
	requests []string
	reports  []string
	scripts  time.Duration // how long the scripts take to arrive
	held     map[string]*hold
}

// Start serves a demo, assembled as cmd/comfydeck does it, until the test ends.
func Start(t *testing.T) *Deck {
	t.Helper()
	return serve(t, replicas)
}

// StartAlone serves it from one server with a database of its own, which starts sooner: for tests of what a page looks like, and of
// the lists that a server keeps while the API is down.
func StartAlone(t *testing.T) *Deck {
	t.Helper()
	return serve(t, 1)
}

func serve(t *testing.T, servers int) *Deck {
	t.Helper()
	api, err := sandbox.New(sandbox.Options{Demo: true, RequireName: true})
	if err != nil {
		t.Fatal(err)
	}
	upstream := httptest.NewServer(api)
	t.Cleanup(upstream.Close)
	t.Cleanup(func() { _ = api.Close() })
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &Deck{URL: "http://" + listener.Addr().String(), Sandbox: api}
	database := migrated.SQLite
	if servers > 1 {
		database = sharedDatabase
	}
	key := base64.StdEncoding.EncodeToString([]byte("a server key for tests, 32 bytes"))
	at, sites := database(t), make([]http.Handler, servers)
	for i := range sites {
		site := d.assemble(t, []string{
			"COMFYDECK_PUBLIC_URL=" + d.URL, "COMFYDECK_API_URL=" + upstream.URL, "COMFYDECK_DATABASE_URL=" + at, "COMFYDECK_KEY=" + key,
		})
		sites[i], d.server = site, site.HTTP()
	}
	d.server.Handler = d.watch(alternating(sites))
	go func() { _ = d.server.Serve(listener) }()
	t.Cleanup(func() { _ = d.server.Close() })
	return d
}

// noNames knows no name: no test sends anything beyond this machine.
var noNames = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no name server")
}}

// sharedDatabase is PostgreSQL where there is one, as several servers need it; they can share a SQLite file too, on one
// machine.
func sharedDatabase(t testing.TB) string {
	t.Helper()
	if os.Getenv(pgtest.Variable) == "" && os.Getenv("CI") == "" {
		return migrated.SQLite(t)
	}
	return migrated.Postgres(t)
}

func alternating(sites []http.Handler) http.Handler {
	var n atomic.Uint64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sites[n.Add(1)%uint64(len(sites))].ServeHTTP(w, r)
	})
}

func (d *Deck) assemble(t *testing.T, environ []string) *web.Server {
	t.Helper()
	c, err := config.Load(environ)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	client, err := apiclient.New(c.APIURL, apiclient.Options{ReadTimeout: readTimeout})
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), c.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SessionTimeout, db.JournalTimeout = time.Minute, time.Minute
	sessions, err := session.New(db.Sessions(), session.Options{Keys: c.Keys, Secure: c.Secure(), Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	deck := deployments.New(client, db.Journal(), deployments.Options{
		SendBudget: sendBudget, WriteBudget: writeBudget, ConfirmKey: session.ConfirmKey(c.Keys[0]), Logger: log,
		Lists: fleet.Options{Fresh: -1, Pause: -1}, Patience: 5 * time.Second, // every page reads anew, unless the API fails
		Limits: deployments.Limits{MinInstances: c.MinInstancesLimit, MaxInstances: c.MaxInstancesLimit},
	})
	watching, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var watch sync.WaitGroup
	board, shelf := notes.New(db.Notes()), savedviews.New(db.SavedViews())
	watch.Go(func() {
		db.Watch(watching, func(account string) { deck.Changed(account); board.Forget(account); shelf.Forget(account) })
	})
	t.Cleanup(func() { stop(); watch.Wait() })
	t.Cleanup(deck.Close)
	runs := deployments.NewRuns(deck, db.Bulk(), deployments.RunOptions{})
	t.Cleanup(runs.Close)
	hooks := webhooks.New(db.Webhooks(), db.Journal(), webhooks.Options{
		Keys: session.WebhookKeys(c.Keys), Public: c.PublicURL.String(), Events: deck, Logger: log, Guard: webhooks.Guard{Resolver: noNames},
	})
	site, err := web.New(web.Options{
		Shares: shares.New(db.Shares(), shares.Options{Keys: session.ShareKeys(c.Keys), Longest: c.ShareMax, Logger: log}),
		Config: c, Deck: deck, Bulk: runs, Views: shelf, Notes: board, Hooks: hooks, Sessions: sessions, Browser: session.NewBrowser(c.Keys, c.Secure()), Ping: db.Ping, Logger: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// watch notes what browsers send on its way to the site.
func (d *Deck) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		report := ""
		if r.URL.Path == paths.CSPReport {
			body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20)) // whatever arrived of it
			report = string(body)
		}
		d.mu.Lock()
		d.requests = append(d.requests, r.Method+" "+r.URL.RequestURI())
		if report != "" {
			d.reports = append(d.reports, report)
		}
		delay, held := d.scripts, d.held[r.Method+" "+r.URL.RequestURI()]
		d.mu.Unlock()
		if strings.HasSuffix(r.URL.Path, ".js") {
			<-time.After(delay)
		}
		if held != nil {
			held.serve(next, w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Requests counts the requests seen for a method and path with its query, such as "POST /sign-in".
func (d *Deck) Requests(line string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, r := range d.requests {
		if r == line {
			n++
		}
	}
	return n
}

// SlowScripts lets the scripts of pages arrive late, as over a bad connection.
func (d *Deck) SlowScripts(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.scripts = by
}

// Reports are the bodies of the policy reports that arrived.
func (d *Deck) Reports() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.reports)
}

// Writes are the calls the API saw that were meant to change something.
func (d *Deck) Writes() []sandbox.Call {
	return slices.DeleteFunc(d.Sandbox.Calls(), func(c sandbox.Call) bool { return c.Method == http.MethodGet })
}

// Named is the demo deployment of that name.
func (d *Deck) Named(t *testing.T, name string) sandbox.Deployment {
	t.Helper()
	for _, found := range d.Sandbox.Deployments(sandbox.DemoToken) {
		if found.Name == name {
			return found
		}
	}
	t.Fatalf("the sandbox has no deployment %q", name)
	return sandbox.Deployment{}
}

// Clear takes every deployment of the demo account away.
func (d *Deck) Clear() {
	for _, found := range d.Sandbox.Deployments(sandbox.DemoToken) {
		d.Sandbox.Remove(sandbox.DemoToken, found.ID)
	}
}

// Stop closes the listener and every connection: the server is gone.
func (d *Deck) Stop() { _ = d.server.Close() }

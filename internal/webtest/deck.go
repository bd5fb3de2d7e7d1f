// Package webtest starts the real server against the sandbox and drives it as a browser does. Nothing in it is a double: the
// router, the sessions, the store, the API client and the API's own rules all take part. Only tests import it.
package webtest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/config"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webhooks"
	"github.com/comfydeck/comfydeck/web"
)

// The tokens of the two accounts every sandbox of this package has.
const (
	Token      = "webtest-token-of-the-first-team"
	OtherToken = "webtest-token-of-another-team"
)

// Options say how the server under test differs from the ordinary one. The zero value is a server on plain loopback http
// with an empty database in memory and the sandbox's rules as the real service has them.
type Options struct {
	PublicURL         string           // such as https://deck.example, which turns https mode on; "" is the server's own address
	ReadOnly          bool             // refuse every write
	AllowInsecureHTTP bool             // take tokens over plain http from beyond this machine
	TrustedProxies    []*net.IPNet     // peers whose X-Forwarded-For is believed
	IdentityHeader    string           // in which they name the person
	Database          string           // of the store; "" is a fresh file
	Keys              [][]byte         // server keys; nil is one fixed key
	Webhooks          webhooks.Options // where they may go, and whom they trust
	Limits            deployments.Limits
	Lists             fleet.Options // of the lists that are kept; a Fresh of 0: every page reads anew, unless the API fails

	// ReadTimeout bounds a read of the API, WriteBudget a write with its look-ups, SendBudget the write itself. Zero means
	// 5, 10 and 8 seconds, which a working sandbox never needs; tests of a hanging API set their own.
	ReadTimeout, WriteBudget, SendBudget time.Duration
	Patience                             time.Duration // with a list; 0 is 5 seconds

	APIURL  string             // of an API that runs elsewhere; "" starts a sandbox, which Deck then holds
	Now     func() time.Time   // what the server takes for the time; nil is Deck.Clock
	Sandbox sandbox.Options    // Tokens nil means Token and OtherToken; a name is required in a PATCH all the same
	Unnamed bool               // a PATCH may come without a name, as the document has it
	API     http.RoundTripper  // between the server and the sandbox; nil is the client's own
	Web     func(*web.Options) // last word on what the server is built of, for faults inside it
}

// Deck is a running server with its API.
type Deck struct {
	URL     string // where it listens, as http://127.0.0.1:port
	Public  *url.URL
	Site    *web.Server
	Sandbox *sandbox.Sandbox
	Hooks   *webhooks.Service // sends when a test asks it to
	APIURL  string
	Store   *store.Store
	Logs    *Logs
	Clock   *Clock

	server *httptest.Server
}

// Start runs a server until the test ends.
func Start(t testing.TB, o Options) *Deck {
	t.Helper()
	d := &Deck{Logs: &Logs{}, Clock: NewClock()}
	d.startAPI(t, o)
	d.openStore(t, o)

	// The public address names the port, so that the listener comes first.
	d.server = httptest.NewUnstartedServer(http.NotFoundHandler())
	d.URL = "http://" + d.server.Listener.Addr().String()
	if o.PublicURL == "" {
		o.PublicURL = d.URL
	}
	var err error
	if d.Public, err = url.Parse(o.PublicURL); err != nil {
		t.Fatal(err)
	}
	if d.Site, err = web.New(d.build(t, o)); err != nil {
		t.Fatal(err)
	}
	d.server.Config = d.Site.HTTP()
	d.server.Start()
	t.Cleanup(func() {
		d.server.CloseClientConnections()
		d.server.Close()
	})
	return d
}

func (d *Deck) startAPI(t testing.TB, o Options) {
	t.Helper()
	if d.APIURL = o.APIURL; d.APIURL != "" {
		return
	}
	so := o.Sandbox
	if so.Tokens == nil {
		so.Tokens = []string{Token, OtherToken}
	}
	so.RequireName = !o.Unnamed
	if so.Now == nil {
		so.Now = d.Clock.Now
	}
	var err error
	if d.Sandbox, err = sandbox.New(so); err != nil {
		t.Fatal(err)
	}
	api := httptest.NewUnstartedServer(d.Sandbox)
	api.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	api.Start()
	d.APIURL = api.URL
	t.Cleanup(func() {
		if err := d.Sandbox.Close(); err != nil {
			t.Error(err)
		}
		api.CloseClientConnections()
		api.Close()
	})
}

func (d *Deck) openStore(t testing.TB, o Options) {
	t.Helper()
	if o.Database == "" {
		o.Database = migrated.SQLite(t)
	}
	db, err := store.Open(t.Context(), o.Database)
	if err != nil {
		t.Fatal(err)
	}
	db.SessionTimeout, db.JournalTimeout = time.Minute, time.Minute // a busy machine is no finding
	d.Store = db
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// build puts the parts together as the program does.
func (d *Deck) build(t testing.TB, o Options) web.Options {
	t.Helper()
	if o.Keys == nil {
		o.Keys = [][]byte{[]byte("a server key for tests, 32 bytes")}
	}
	if o.Limits == (deployments.Limits{}) {
		o.Limits = deployments.Limits{MinInstances: 3, MaxInstances: 10}
	}
	if o.Now == nil {
		o.Now = d.Clock.Now
	}
	if o.Lists.Fresh == 0 {
		o.Lists.Fresh, o.Lists.Pause = -1, -1
	}
	log := slog.New(slog.NewJSONHandler(d.Logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	api, err := apiclient.New(d.APIURL, apiclient.Options{
		Transport: o.API, ReadTimeout: or(o.ReadTimeout, 5*time.Second), WriteTimeout: or(o.WriteBudget, 10*time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := config.Config{
		PublicURL: d.Public, APIURL: d.APIURL, Keys: o.Keys, TrustedProxies: o.TrustedProxies, IdentityHeader: o.IdentityHeader,
		AllowInsecureHTTP: o.AllowInsecureHTTP, ReadOnly: o.ReadOnly,
		MinInstancesLimit: o.Limits.MinInstances, MaxInstancesLimit: o.Limits.MaxInstances,
	}
	sessions, err := session.New(d.Store.Sessions(), session.Options{Keys: o.Keys, Secure: c.Secure(), Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	deck := deployments.New(api, d.Store.Journal(), deployments.Options{
		ReadOnly: o.ReadOnly, Limits: o.Limits,
		ConfirmKey: session.ConfirmKey(o.Keys[0]), Logger: log, Now: o.Now, Poll: 10 * time.Millisecond, Rest: time.Millisecond,
		Lists: o.Lists, Patience: or(o.Patience, 5*time.Second),
		WriteBudget: or(o.WriteBudget, 10*time.Second), SendBudget: or(o.SendBudget, 8*time.Second),
	})
	t.Cleanup(deck.Close)
	runs := deployments.NewRuns(deck, d.Store.Bulk(), deployments.RunOptions{Rest: 10 * time.Millisecond})
	t.Cleanup(runs.Close)
	hooks := o.Webhooks
	hooks.Keys, hooks.Public, hooks.Events, hooks.Logger = session.WebhookKeys(o.Keys), d.Public.String(), deck, log
	d.Hooks = webhooks.New(d.Store.Webhooks(), d.Store.Journal(), hooks)
	w := web.Options{
		Config: c, Hooks: d.Hooks, Bulk: runs, Deck: deck, Views: savedviews.New(d.Store.SavedViews()), Shares: shares.New(d.Store.Shares(), shares.Options{Keys: session.ShareKeys(o.Keys), Longest: 7 * 24 * time.Hour, Logger: log, Now: o.Now}), Notes: notes.New(d.Store.Notes()), Sessions: sessions, Browser: session.NewBrowser(o.Keys, c.Secure()), Ping: d.Store.Ping, Logger: log, Now: o.Now,
	}
	if o.Web != nil {
		o.Web(&w)
	}
	return w
}

// Put stores a deployment in the account of Token and returns it. What it leaves out is filled in with ordinary values.
func (d *Deck) Put(x sandbox.Deployment) sandbox.Deployment {
	return d.Sandbox.Put(Token, Filled(x, d.Clock.Now()))
}

// Filled completes a deployment with the values of the document's example. A deployment that is all zero is enabled.
func Filled(x sandbox.Deployment, now time.Time) sandbox.Deployment {
	if x.Name == "" {
		x.Name = "image-to-video"
		x.IsEnabled = true
	}
	if x.WorkflowID == "" {
		x.WorkflowID = "00000000-0000-0000-0000-000000001111"
	}
	if x.WorkflowVersion == "" {
		x.WorkflowVersion = "v1"
	}
	if x.Hardware == nil {
		x.Hardware = []string{"AMPERE_48"}
	}
	if x.MaxInstances == 0 {
		x.MaxInstances, x.QueueSize, x.KeepWarm = 3, 1, 60
	}
	if x.Status == "" {
		x.Status = "standby"
	}
	if x.CreatedAt.IsZero() {
		x.CreatedAt, x.UpdatedAt = now.Add(-48*time.Hour), now.Add(-2*time.Hour)
	}
	return x
}

// Fault makes calls of the API go wrong from now on; without arguments it ends all faults. See package sandbox.
func (d *Deck) Fault(specs ...string) {
	faults := make([]sandbox.Fault, len(specs))
	for i, s := range specs {
		faults[i] = sandbox.MustFault(s)
	}
	d.Sandbox.SetFaults(faults...)
}

// Calls returns what the API has seen since the last call of Calls, as "METHOD /path" or "METHOD /path?query" without the
// common prefix /prod/v2.
func (d *Deck) Calls() []string {
	calls := d.Sandbox.Calls()
	d.Sandbox.ResetCalls()
	out := make([]string, len(calls))
	for i, c := range calls {
		out[i] = Line(c)
	}
	return out
}

// Writes returns the writes the API has seen since the last ResetCalls, in full.
func (d *Deck) Writes() []sandbox.Call {
	var out []sandbox.Call
	for _, c := range d.Sandbox.Calls() {
		if c.Method != http.MethodGet {
			out = append(out, c)
		}
	}
	return out
}

// Stop closes the server and its store before the test ends, so that another one can take over the same database.
func (d *Deck) Stop(ctx context.Context) error {
	d.Site.Drain()
	if err := d.server.Config.Shutdown(ctx); err != nil {
		return err
	}
	return d.Store.Close()
}

func or(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

package webhooks_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

const (
	account = "account-1"
	public  = "https://deck.example"
	target  = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
)

var serverKey = []byte("a server key for tests, 32 bytes")

// request is what a receiver got.
type request struct {
	Method, Path, Body string
	Header             http.Header
}

// receiver is a real server with a certificate of its own.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []request
	answer http.HandlerFunc
}

func receive(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{answer: answer}
	r.Server = httptest.NewUnstartedServer(r)
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.StartTLS()
	t.Cleanup(func() {
		r.CloseClientConnections()
		r.Close()
	})
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, in *http.Request) {
	body, _ := io.ReadAll(in.Body)
	r.mu.Lock()
	r.got = append(r.got, request{in.Method, in.URL.RequestURI(), string(body), in.Header.Clone()})
	answer := r.answer
	r.mu.Unlock()
	if answer != nil {
		answer(w, in)
	}
}

func (r *receiver) requests() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]request(nil), r.got...)
}

func (r *receiver) then(answer http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// roots trusts a receiver.
func (r *receiver) roots() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(r.Certificate())
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

// desk is a service over a database, with the change log beside it.
type desk struct {
	*webhooks.Service
	store  *store.Store
	events *recorder
}

// recorder is a journal.Recorder that puts events into the log and remembers them.
type recorder struct {
	journal.Recorder
	mu  sync.Mutex
	got []journal.Event
}

func (r *recorder) Record(ctx context.Context, e journal.Event) {
	r.mu.Lock()
	r.got = append(r.got, e)
	r.mu.Unlock()
	r.Recorder.Record(ctx, e)
}

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	s.JournalTimeout = time.Minute
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newDesk(s *store.Store, r *receiver, change ...func(*webhooks.Options)) *desk {
	d := &desk{store: s, events: &recorder{Recorder: journal.NewRecorder(s.Journal(), nobody(), nil)}}
	o := webhooks.Options{
		Keys: session.WebhookKeys([][]byte{serverKey}), Public: public, Events: d.events, Poll: 5 * time.Millisecond,
		Guard: webhooks.Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}},
	}
	if r != nil {
		o.TLS = r.roots()
	}
	for _, f := range change {
		f(&o)
	}
	d.Service = webhooks.New(s.Webhooks(), s.Journal(), o)
	return d
}

func desktop(t *testing.T, r *receiver, change ...func(*webhooks.Options)) *desk {
	t.Helper()
	return newDesk(open(t, "sqlite::memory:"), r, change...)
}

func by() journal.Event {
	return journal.Event{Account: account, Person: "Night shift", Fingerprint: "3f2a-91bc", Session: "session", Request: "request"}
}

func every() []string {
	var out []string
	for _, k := range webhooks.Kinds() {
		out = append(out, k.ID)
	}
	return out
}

// add makes a webhook to a path of the receiver.
func (d *desk) add(t *testing.T, r *receiver, format string, kinds ...string) (id, secret string) {
	t.Helper()
	id = webhooks.NewID()
	secret, err := d.Add(t.Context(), by(), id, webhooks.Typed{Name: "ops", Target: r.URL + "/services/T0/B0/hunter2-secret", Format: format, Kinds: kinds})
	if err != nil {
		t.Fatal(err)
	}
	return id, secret
}

// wrote records a write with its outcome.
func (d *desk) wrote(t *testing.T, id string, e journal.Entry, o journal.Outcome) {
	t.Helper()
	e.ID, e.Account = id, account
	if _, _, err := d.store.Journal().Begin(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if err := d.store.Journal().End(t.Context(), id, o); err != nil {
		t.Fatal(err)
	}
}

func update() journal.Entry {
	return journal.Entry{
		Person: "Night shift", Action: journal.Update, Deployment: target, Name: "image & <video>", Reason: "the launch",
		Changes: []journal.Change{{Field: "max_instances", From: "3", To: "5"}, {Field: "overrides", From: "was", To: "a prompt of somebody"}},
	}
}

func (d *desk) round(t *testing.T, want int) {
	t.Helper()
	if n, err := d.Round(t.Context()); err != nil || n != want {
		t.Fatalf("%d tries, error %v; want %d", n, err, want)
	}
}

func (d *desk) log(t *testing.T, id string) []webhooks.Delivery {
	t.Helper()
	h, err := d.Find(t.Context(), account, id)
	if err != nil {
		t.Fatal(err)
	}
	list, err := d.Log(t.Context(), h, 100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.Copy(w, strings.NewReader(body))
	}
}

func nobody() *slog.Logger { return slog.New(slog.DiscardHandler) }

// certificateFile is the receiver's certificate, for a process of its own.
func (r *receiver) certificateFile(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "roots.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw})
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

package main

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

const (
	rolls      = 10                     // how often each of the two servers is replaced
	drainDelay = 600 * time.Millisecond // twelve probes
	probeEvery = 50 * time.Millisecond
	rollToken  = "token-of-the-rolling-restart"
)

// TestRollingRestart replaces two servers behind a load balancer over and over while people read and write: no request
// fails, and every write that a person was told of is one call of the API and one line of the log (RR-20).
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	api, err := sandbox.New(sandbox.Options{Tokens: []string{rollToken}, RequireName: true})
	if err != nil {
		t.Fatal(err)
	}
	const people = 4
	ids := make([]string, people)
	for i := range ids {
		ids[i] = api.Put(rollToken, webtest.Filled(sandbox.Deployment{}, time.Now())).ID
	}
	t.Cleanup(func() { _ = api.Close() })
	upstream := httptest.NewServer(api)
	t.Cleanup(upstream.Close)

	balancer := &balancer{}
	front := httptest.NewServer(balancer)
	t.Cleanup(front.Close)
	start := func() *server {
		return startServer(t, []string{
			"COMFYDECK_PUBLIC_URL=" + front.URL, "COMFYDECK_API_URL=" + upstream.URL, "COMFYDECK_DATABASE_URL=" + database,
			"COMFYDECK_KEY=" + base64.StdEncoding.EncodeToString([]byte("a server key for tests, 32 bytes")),
			"COMFYDECK_DRAIN_DELAY=" + drainDelay.String(), "COMFYDECK_LOG_LEVEL=error",
		})
	}
	servers := [2]*server{start(), start()}
	balancer.set(servers[0].address, servers[1].address)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var busy sync.WaitGroup
	var reads, writes atomic.Int64
	for i, id := range ids {
		busy.Go(func() { use(ctx, t, front.URL, id, i, &reads, &writes) })
	}
	for range rolls {
		for i := range servers {
			next := start()
			balancer.set(next.address, servers[1-i].address, servers[i].address)
			servers[i].stop(t)
			servers[i] = next
		}
	}
	cancel()
	busy.Wait()
	for _, s := range servers {
		s.stop(t)
	}
	t.Logf("%d reads and %d writes over %d restarts", reads.Load(), writes.Load(), 2*rolls)
	if reads.Load() < 10*rolls || writes.Load() < rolls {
		t.Errorf("%d reads, %d writes: too few to prove anything", reads.Load(), writes.Load())
	}
	var sent int64
	for _, c := range api.Calls() {
		if c.Method == http.MethodPatch {
			sent++
		}
	}
	if logged := writesLogged(t, database); sent != writes.Load() || logged != writes.Load() {
		t.Errorf("people were told of %d writes, the API got %d, the log has %d done", writes.Load(), sent, logged)
	}
}

// server is a program under test.
type server struct {
	address string
	cancel  context.CancelFunc
	done    chan error
}

func startServer(t *testing.T, environ []string) *server {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: l.Addr().String(), done: make(chan error, 1)}
	_ = l.Close()
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(s.cancel)
	go func() { s.done <- run(ctx, nil, append(environ, "COMFYDECK_ADDR="+s.address), io.Discard, t.Output()) }()
	for deadline := time.Now().Add(time.Minute); !ready(s.address); time.Sleep(probeEvery) {
		if time.Now().After(deadline) {
			t.Fatalf("%s does not become ready", s.address)
		}
	}
	return s
}

// stop is a SIGTERM.
func (s *server) stop(t *testing.T) {
	t.Helper()
	s.cancel()
	select {
	case err := <-s.done:
		if err != nil {
			t.Errorf("stopping: %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the program does not stop")
	}
}

var probe = &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func ready(address string) bool {
	resp, err := probe.Get("http://" + address + "/readyz")
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// balancer is a load balancer that probes /readyz and repeats nothing.
type balancer struct {
	mu       sync.Mutex
	backends []string
	stop     context.CancelFunc
	next     atomic.Uint64
	healthy  atomic.Pointer[[]string]
}

// set names the servers. The first is known to be ready.
func (b *balancer) set(addresses ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop != nil {
		b.stop()
	}
	b.backends = addresses
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	b.healthy.Store(&[]string{addresses[0]})
	go func() {
		for ctx.Err() == nil {
			var up []string
			for _, a := range addresses {
				if ready(a) {
					up = append(up, a)
				}
			}
			if ctx.Err() == nil {
				b.healthy.Store(&up)
			}
			time.Sleep(probeEvery)
		}
	}()
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	up := *b.healthy.Load()
	if len(up) == 0 {
		http.Error(w, "no server is ready", http.StatusBadGateway)
		return
	}
	to := &url.URL{Scheme: "http", Host: up[b.next.Add(1)%uint64(len(up))]}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(to); p.Out.Host = p.In.Host },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "the load balancer met "+err.Error(), http.StatusBadGateway)
		},
		FlushInterval: -1,
	}
	proxy.ServeHTTP(w, r)
}

// use reads the list, and with every tenth request switches a deployment of its own.
func use(ctx context.Context, t *testing.T, site, id string, seed int, reads, writes *atomic.Int64) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Error(err)
		return
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	check := func(what string, resp *http.Response, err error) {
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "</html>") {
			t.Errorf("%s: %s at %s, %v: %.300s", what, resp.Status, resp.Request.URL, err, body)
		}
	}
	resp, err := client.PostForm(site+"/sign-in", url.Values{"token": {rollToken}})
	check("signing in", resp, err)
	enabled := true
	for i := seed; ctx.Err() == nil; i++ {
		if i%10 != 0 {
			resp, err := client.Get(site + "/deployments?fresh=1")
			check("the list", resp, err)
			reads.Add(1)
			continue
		}
		word := map[bool]string{true: "disable", false: "enable"}[enabled]
		resp, err := client.PostForm(fmt.Sprintf("%s/deployments/%s/%s", site, id, word), url.Values{"switch": {"1"}})
		check("to "+word, resp, err)
		writes.Add(1)
		enabled = !enabled
	}
}

// writesLogged counts the writes that the log has as done.
func writesLogged(t *testing.T, database string) (n int64) {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM writes WHERE state = 'done'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// wearyAPI is the API, of which every hundredth call fails.
type wearyAPI struct {
	*httptest.Server
	ids           []string
	calls, failed atomic.Int64
	mu            sync.Mutex
	sizes         map[string]int // by queue size: how often it was sent
}

var sizeIn = regexp.MustCompile(`"queue_size":\s*(\d+)`)

func newWearyAPI(t *testing.T) *wearyAPI {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Tokens: []string{rollToken}, RequireName: true})
	if err != nil {
		t.Fatal(err)
	}
	w := &wearyAPI{sizes: map[string]int{}}
	for range 40 {
		w.ids = append(w.ids, box.Put(rollToken, webtest.Filled(sandbox.Deployment{}, time.Now())).ID)
	}
	w.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		w.calls.Add(1)
		if rand.IntN(100) == 0 {
			w.failed.Add(1)
			http.Error(out, `{"error_code": 50000, "message": "Internal Error"}`, http.StatusInternalServerError)
			return
		}
		if in.Method == http.MethodPatch {
			body, _ := io.ReadAll(in.Body)
			in.Body = io.NopCloser(strings.NewReader(string(body)))
			if m := sizeIn.FindSubmatch(body); m != nil {
				w.mu.Lock()
				w.sizes[string(m[1])]++
				w.mu.Unlock()
			}
		}
		box.ServeHTTP(out, in)
	}))
	t.Cleanup(func() { _ = box.Close(); w.CloseClientConnections(); w.Close() })
	return w
}

// serveApart starts the program in a process of its own, so that what it holds can be told from what the test does.
func serveApart(t *testing.T, environ []string) (stop func()) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServe$", "-test.timeout=0")
	c.Env = append(append(os.Environ(), environ...), enduranceChild+"=1")
	c.Stderr, c.Stdout = t.Output(), t.Output()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = c.Process.Signal(syscall.SIGKILL)
		_ = c.Wait()
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// readGauges reads what the server says of itself.
func readGauges(t *testing.T, admin string) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	resp, err := probe.Get("http://" + admin + "/metrics")
	if err != nil {
		t.Error(err)
		return out
	}
	defer func() { _ = resp.Body.Close() }()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		var name string
		var value float64
		if n, _ := fmt.Sscan(lines.Text(), &name, &value); n == 2 {
			out[name] = value
		}
	}
	return out
}

func count(t *testing.T, database, query string) (n int) {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

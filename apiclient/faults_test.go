package apiclient

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// SR-30: no redirect is followed. One that asks for the same request elsewhere is a refusal, any other may come after the work
// was done.
func TestRedirects_areNotFollowed(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{300: "unknown, unavailable", 301: "unknown, unavailable", 302: "unknown, unavailable", 303: "unknown, unavailable", 307: "unavailable", 308: "unavailable"} {
		for _, target := range []string{"same origin", "other port"} {
			t.Run(strconv.Itoa(status)+" "+target, func(t *testing.T) {
				t.Parallel()
				var first, second atomic.Int64
				count := func(w http.ResponseWriter, r *http.Request) {
					second.Add(1)
					io.WriteString(w, testdata(t, "get.json"))
				}
				other := httptest.NewServer(http.HandlerFunc(count))
				t.Cleanup(other.Close)
				mux := http.NewServeMux()
				mux.HandleFunc("/elsewhere", count)
				mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
					first.Add(1)
					w.Header().Set("Location", map[string]string{"same origin": "/elsewhere", "other port": other.URL}[target])
					w.WriteHeader(status)
				})
				srv := httptest.NewServer(mux)
				t.Cleanup(srv.Close)
				c, err := New(srv.URL, Options{})
				if err != nil {
					t.Fatal(err)
				}
				for _, op := range operations {
					err := op.call(t, c)
					if e := wantError(t, err); e.Status != status || kinds(err) != want {
						t.Errorf("%s = %v (%s), want %s", op.name, err, kinds(err), want)
					}
				}
				if first.Load() != 5 || second.Load() != 0 {
					t.Errorf("%d first and %d second requests, want 5 and 0", first.Load(), second.Load())
				}
			})
		}
	}
}

// RR-11: a small compressed answer that unpacks to more than the limit is cut off at the limit.
func TestAnswers_gzipBomb(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	io.WriteString(zip, `{"id":"`+testID+`","name":"`+strings.Repeat("A", 8<<20)+`"}`)
	zip.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(packed.Len()))
		w.Write(packed.Bytes())
	}))
	t.Cleanup(srv.Close)
	for limit, want := range map[int64]error{1 << 20: ErrTooLarge, 0: nil} {
		c, err := New(srv.URL, Options{MaxItemBytes: limit})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Get(t.Context(), testToken, testID); !errors.Is(err, want) {
			t.Errorf("limit %d: Get() error = %v, want %v (packed size %d)", limit, err, want, packed.Len())
		}
	}
}

// A service that hangs, before its headers or in its body, costs the whole deadline and leaves a write unknown.
func TestFaults_hang(t *testing.T) {
	t.Parallel()
	hang := func(req *http.Request) error {
		<-req.Context().Done()
		return req.Context().Err()
	}
	for name, rt := range map[string]fakeTransport{
		"before headers": func(req *http.Request) (*http.Response, error) { return nil, hang(req) },
		"in the body": func(req *http.Request) (*http.Response, error) {
			resp := response(200, "")
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"id":`), readerFunc(func([]byte) (int, error) { return 0, hang(req) })))
			return resp, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for want, ops := range map[time.Duration][]operation{12 * time.Second: reads, 25 * time.Second: writes} {
					for _, op := range ops {
						start := time.Now()
						err := op.call(t, newTestClient(t, rt, Options{}))
						if got, want := kinds(wantError(t, err)), "unknown, timeout, unavailable"; got != want {
							t.Errorf("%s: kinds = %q, want %q (%v)", op.name, got, want, err)
						}
						if took := time.Since(start); took != want {
							t.Errorf("%s took %v, want %v", op.name, took, want)
						}
					}
				}
			})
		})
	}
}

// A stage that ends by its own deadline is a timeout too.
func TestFaults_stageTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(srv.Close)
	t.Cleanup(func() { close(release) })
	rt := newTransport()
	rt.ResponseHeaderTimeout = 20 * time.Millisecond
	c, err := New(srv.URL, Options{Transport: rt})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range operations {
		if got, want := kinds(wantError(t, op.call(t, c))), "unknown, timeout, unavailable"; got != want {
			t.Errorf("%s: kinds = %q, want %q", op.name, got, want)
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A body that breaks off is unknown, and is not read again: the service did answer.
func TestFaults_bodyBreaksOff(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{io.ErrUnexpectedEOF, syscall.ECONNRESET} {
		for _, op := range operations {
			calls := 0
			rt := fakeTransport(func(*http.Request) (*http.Response, error) {
				calls++
				resp := response(200, "")
				resp.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), readerFunc(func([]byte) (int, error) { return 0, cause })))
				return resp, nil
			})
			err := op.call(t, newTestClient(t, rt, Options{}))
			if !errors.Is(err, cause) || kinds(err) != "unknown, unavailable" || calls != 1 {
				t.Errorf("%s: error = %v (%s) after %d calls, want unknown, unavailable after 1", op.name, err, kinds(err), calls)
			}
		}
	}
}

// What cannot have left the process is not sent: no connection, no TLS, a context that is over.
func TestFaults_notSent(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })
	untrusted := httptest.NewUnstartedServer(handler) // its certificate is signed by nobody
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	noTLS := startRaw(t, func(*net.TCPConn, *http.Request) { t.Error("a request arrived") })
	for name, base := range map[string]string{
		"refused connection": "http://" + ln.Addr().String(), "untrusted certificate": untrusted.URL,
		"no TLS": strings.Replace(noTLS.url, "http:", "https:", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := New(base, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, op := range writes {
				err := op.call(t, c)
				if e := wantError(t, err); e.Outcome != NotSent || kinds(err) != "unavailable" {
					t.Errorf("%s = %v (%s), want not sent and unavailable", op.name, err, kinds(err))
				}
			}
		})
	}
}

func TestFaults_contextOver(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := newTestClient(t, fakeTransport(func(*http.Request) (*http.Response, error) {
		t.Error("a request left")
		return nil, io.EOF
	}), Options{})
	err := c.Delete(ctx, testToken, testID)
	if e := wantError(t, err); e.Outcome != NotSent || !errors.Is(err, context.Canceled) || kinds(err) != "" {
		t.Errorf("Delete() = %v (%s), want not sent", err, kinds(err))
	}
}

// A caller that gives up while a write is under way does not learn whether it happened.
func TestFaults_cancelledUnderWay(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := newTestClient(t, fakeTransport(func(req *http.Request) (*http.Response, error) {
		cancel()
		return nil, req.Context().Err()
	}), Options{})
	if err := c.Delete(ctx, testToken, testID); kinds(err) != "unknown" {
		t.Errorf("Delete() = %v (%s), want unknown", err, kinds(err))
	}
	resp := response(200, "")
	resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) { return 0, context.Canceled }))
	c = newTestClient(t, fakeTransport(func(*http.Request) (*http.Response, error) { return resp, nil }), Options{})
	if err := deleteOp.call(t, c); kinds(err) != "unknown" {
		t.Errorf("Delete() cancelled in the body = %v (%s), want unknown", err, kinds(err))
	}
}

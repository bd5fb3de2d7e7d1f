package apiclient

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// rawServer accepts connections and hands every request that arrives whole on them to serve, which may answer, reset or
// close. It counts what net/http clients hide: connections, and requests that got no answer.
type rawServer struct {
	url         string
	connections atomic.Int64
	writes      atomic.Int64 // requests that are not GET
}

func startRaw(t *testing.T, serve func(c *net.TCPConn, req *http.Request)) *rawServer {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{url: "http://" + ln.Addr().String()}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			s.connections.Add(1)
			go s.read(c.(*net.TCPConn), serve)
		}
	}()
	return s
}

func (s *rawServer) read(c *net.TCPConn, serve func(*net.TCPConn, *http.Request)) {
	defer c.Close()
	for in := bufio.NewReader(c); ; {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		io.Copy(io.Discard, req.Body)
		if req.Method != http.MethodGet {
			s.writes.Add(1)
		}
		serve(c, req)
	}
}

func answerRaw(c *net.TCPConn, body string) {
	io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
}

// reset closes c so that the peer sees a reset instead of an end.
func reset(c *net.TCPConn) {
	c.SetLinger(0)
	c.Close()
}

// oneConnection returns a client of s that uses the production transport on one connection at a time, so that a test
// knows whether a request reuses it.
func oneConnection(t *testing.T, s *rawServer) *Client {
	t.Helper()
	rt := newTransport()
	rt.MaxConnsPerHost = 1
	t.Cleanup(rt.CloseIdleConnections)
	c, err := New(s.url, Options{Transport: rt})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// RR-02: a write leaves the process at most once, whatever net/http thinks of the connection.
func TestWrites_arriveOnce(t *testing.T) {
	t.Parallel()
	for name, drop := range map[string]func(*net.TCPConn){
		"reset": reset,
		"close": func(c *net.TCPConn) { c.Close() },
		"cut":   func(c *net.TCPConn) { io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Le"); c.Close() },
	} {
		for _, reused := range []bool{false, true} {
			for _, op := range writes {
				t.Run(name+"/"+op.name+map[bool]string{false: "/fresh", true: "/reused"}[reused], func(t *testing.T) {
					t.Parallel()
					s := startRaw(t, func(c *net.TCPConn, req *http.Request) {
						if req.Method == http.MethodGet {
							answerRaw(c, "[]")
						} else {
							drop(c)
						}
					})
					c := oneConnection(t, s)
					if reused {
						if err := listOp.call(t, c); err != nil {
							t.Fatalf("List() error = %v", err)
						}
					}
					err := op.call(t, c)
					if !IsUnknown(err) || !IsUnavailable(err) || IsTimeout(err) {
						t.Errorf("error = %v, want outcome unknown", err)
					}
					if n := s.writes.Load(); n != 1 {
						t.Errorf("the write arrived %d times, want once", n)
					}
					if n := s.connections.Load(); n != 1 {
						t.Errorf("%d connections, want 1", n)
					}
				})
			}
		}
	}
}

// A server that closes the idle connection just before a write makes it arrive once or, at worst, not at all.
func TestWrites_onClosedIdleConnection(t *testing.T) {
	t.Parallel()
	for _, op := range writes {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			s := startRaw(t, func(c *net.TCPConn, req *http.Request) {
				if req.Method == http.MethodGet {
					answerRaw(c, "[]")
					c.Close()
					return
				}
				answerRaw(c, testdata(t, "get.json"))
			})
			c := oneConnection(t, s)
			for range 20 {
				before := s.writes.Load()
				if err := listOp.call(t, c); err != nil {
					t.Fatalf("List() error = %v", err)
				}
				err := op.call(t, c)
				arrived := s.writes.Load() - before
				if arrived > 1 || err == nil && arrived != 1 {
					t.Fatalf("the write arrived %d times, error = %v, want at most once", arrived, err)
				}
			}
		})
	}
}

// An answer that is not HTTP is quoted by net/http; the quote must not reach a log.
func TestFaults_notHTTP(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{"token": "oops Bearer " + testToken, "long": strings.Repeat("oops", 200)} {
		s := startRaw(t, func(c *net.TCPConn, _ *http.Request) { io.WriteString(c, line+"\r\n\r\n"); c.Close() })
		err := updateOp.call(t, oneConnection(t, s))
		if _ = wantError(t, err); !IsUnknown(err) || strings.Contains(err.Error(), "oops") {
			t.Errorf("%s: error = %v, want unknown and no quote", name, err)
		}
	}
}

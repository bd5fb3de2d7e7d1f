package web_test

import (
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// mode is what a link does to what goes over it.
type mode int

const (
	whole  mode = iota
	slow        // each piece arrives later
	frozen      // nothing arrives, and nobody is told
	cut         // every connection is reset, and so is every new one
)

// cable is a connection between two parts of an installation that can be troubled. What it held back while it was frozen
// arrives when it is whole again, unless an end has given up.
type cable struct {
	listener net.Listener

	mu      sync.Mutex
	changed *sync.Cond
	mode    mode
	target  func() (net.Conn, error)
	conns   map[net.Conn]bool
}

// newCable leads to whatever dial reaches.
func newCable(t *testing.T, dial func() (net.Conn, error)) *cable {
	t.Helper()
	l := &cable{target: dial, conns: map[net.Conn]bool{}}
	l.changed = sync.NewCond(&l.mu)
	var err error
	if l.listener, err = new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.listener.Close(); l.set(cut) })
	go l.accept()
	return l
}

// to dials a TCP address.
func to(address string) func() (net.Conn, error) {
	return func() (net.Conn, error) { return (&net.Dialer{Timeout: time.Second}).Dial("tcp", address) }
}

func (l *cable) address() string { return l.listener.Addr().String() }

// leadTo changes where new connections go.
func (l *cable) leadTo(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.target = to(address)
}

func (l *cable) set(m mode) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mode = m
	if m == cut {
		for c := range l.conns {
			reset(c)
		}
		clear(l.conns)
	}
	l.changed.Broadcast()
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

func (l *cable) accept() {
	for {
		in, err := l.listener.Accept()
		if err != nil {
			return
		}
		go l.join(in)
	}
}

func (l *cable) join(in net.Conn) {
	l.pass()
	l.mu.Lock()
	dial, severed := l.target, l.mode == cut
	l.mu.Unlock()
	if severed {
		reset(in)
		return
	}
	out, err := dial()
	if err != nil {
		reset(in)
		return
	}
	l.mu.Lock()
	l.conns[in], l.conns[out] = true, true
	l.mu.Unlock()
	go l.carry(in, out)
	l.carry(out, in)
}

func (l *cable) carry(from, to net.Conn) {
	defer func() { _ = from.Close(); _ = to.Close() }()
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		l.pass()
		if n > 0 {
			if _, failed := to.Write(piece[:n]); failed != nil {
				return
			}
		}
		if errors.Is(err, io.EOF) {
			if half, ok := to.(interface{ CloseWrite() error }); ok {
				_ = half.CloseWrite()
			}
			l.mu.Lock()
			delete(l.conns, from)
			l.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// pass waits as the mode of the cable demands.
func (l *cable) pass() {
	l.mu.Lock()
	for l.mode == frozen {
		l.changed.Wait()
	}
	late := l.mode == slow
	l.mu.Unlock()
	if late {
		time.Sleep(20 * time.Millisecond)
	}
}

// toPostgres leads to the server of a database, and returns the address that the database then has.
func toPostgres(t *testing.T, database string) (*cable, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	dial := to(u.Host)
	query := u.Query()
	if folder := query.Get("host"); folder != "" {
		dial = func() (net.Conn, error) { return net.Dial("unix", folder+"/.s.PGSQL.5432") }
	}
	query.Del("host")
	l := newCable(t, dial)
	u.Host, u.RawQuery = l.address(), query.Encode()
	return l, u.String()
}

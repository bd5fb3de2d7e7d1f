package sandbox

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// exchange is one call on its way: what the service would do (act) and the ways to answer it.
type exchange struct {
	s    *Sandbox
	w    http.ResponseWriter
	r    *http.Request
	call *Call
	op   operation
	id   string
	// ignore names a field that a PATCH drops after validation; set by a fault.
	ignore string
}

// act does the work of the service and returns its answer, unsent.
func (x *exchange) act() answer {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	a := x.s.valid[x.call.Token]
	if a == nil {
		refusal := refuse(http.StatusUnauthorized, codeUnauthorized, "Unauthorized")
		refusal.header = http.Header{"Www-Authenticate": {"Bearer"}}
		return refusal
	}
	switch x.op {
	case opList:
		return x.list(a)
	case opCreate:
		return x.create(a)
	}
	id, ok := canonicalID(x.id)
	if !ok {
		return invalid([]problem{badUUID("path", "deployment_id")})
	}
	found := a.byID[id]
	if found == nil && x.s.ownedByOther(a, id) {
		return refuse(http.StatusForbidden, codeForbidden, "Forbidden")
	}
	if found == nil {
		return refuse(http.StatusNotFound, codeNotFound, "Not Found")
	}
	switch x.op {
	case opUpdate:
		return x.update(a, found)
	case opDelete:
		return x.delete(a, found)
	default:
		return x.one(found)
	}
}

// send answers the call.
func (x *exchange) send(a answer) {
	x.head(a, len(a.body))
	_, _ = x.w.Write(a.body)
}

// head sends the status line and the headers of an answer of size bytes.
func (x *exchange) head(a answer, size int) {
	x.s.calls.change(func() { x.call.Status = a.status })
	h := x.w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h.Set("Content-Type", "application/json")
	if a.contentType != "" {
		h.Set("Content-Type", a.contentType)
	}
	h.Set("Content-Length", strconv.Itoa(size))
	x.w.WriteHeader(a.status)
}

// hang waits until the client goes away or the sandbox is closed, then drops the connection.
func (x *exchange) hang() {
	select {
	case <-x.r.Context().Done():
	case <-x.s.done:
	}
	panic(http.ErrAbortHandler)
}

// wait reports whether the client was still there after d.
func (x *exchange) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.r.Context().Done():
		return false
	case <-x.s.done:
		return false
	}
}

// reset makes the client see "connection reset by peer" rather than a clean end.
func (x *exchange) reset() {
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 resets the stream then
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

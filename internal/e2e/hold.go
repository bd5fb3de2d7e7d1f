package e2e

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
)

// hold keeps answers back. They are made at once, and so say how things were when they were asked for.
type hold struct {
	made, released  chan struct{}
	makeOnce, letGo func()
}

// Hold keeps the answers to a line, such as "GET /deployments", until the test lets them go. made waits for the first of them.
func (d *Deck) Hold(line string) (made, release func()) {
	h := &hold{made: make(chan struct{}), released: make(chan struct{})}
	h.makeOnce = sync.OnceFunc(func() { close(h.made) })
	h.letGo = sync.OnceFunc(func() { close(h.released) })
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = map[string]*hold{line: h}
	return func() { <-h.made }, h.letGo
}

func (h *hold) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	h.makeOnce()
	<-h.released
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // the browser may be gone
}

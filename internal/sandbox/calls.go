package sandbox

import (
	"net/http"
	"sync"
)

// maxCalls is how many calls are remembered.
const maxCalls = 10_000

// Call is one request as the sandbox saw it, and what became of it.
type Call struct {
	Method, Path, RawQuery string
	Header                 http.Header
	Body                   []byte // what arrived of it, at most 1 MiB
	Token                  string // of the Authorization header, valid or not
	Status                 int    // 0: no answer was sent, or not yet
	Applied                bool   // a write that changed state, whatever was answered
}

// callLog remembers the last calls in order of arrival.
type callLog struct {
	mu    sync.Mutex
	calls []*Call
}

// add remembers a call when it arrives, so that a call that hangs is seen too.
func (l *callLog) add(c *Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) == maxCalls {
		l.calls = l.calls[1:]
	}
	l.calls = append(l.calls, c)
}

// change alters a call under the lock of its readers.
func (l *callLog) change(alter func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	alter()
}

func (l *callLog) all() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Call, len(l.calls))
	for i, c := range l.calls {
		out[i] = *c
	}
	return out
}

func (l *callLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = nil
}

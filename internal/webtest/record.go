package webtest

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// Logs keeps what the server logs. It is safe for concurrent use.
type Logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write takes one line.
func (l *Logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String returns everything logged so far.
func (l *Logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Clock is the server's idea of the time. It stands still until it is moved, and is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows a fixed afternoon.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)}
}

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves it.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Line is a call of the API as "METHOD /path?query" without the common prefix.
func Line(c sandbox.Call) string {
	line := c.Method + " " + strings.TrimPrefix(c.Path, "/prod/v2")
	if c.RawQuery != "" {
		line += "?" + c.RawQuery
	}
	return line
}

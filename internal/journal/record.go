package journal

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of what an event keeps, and of how long recording one may take.
const (
	maxWords   = 600 // characters
	recordTime = time.Second
)

// Events is what a recorder needs of a Store.
type Events interface {
	AddEvent(ctx context.Context, e Event) (bool, error)
}

// recorder is the Recorder of a store.
type recorder struct {
	store Events
	log   *slog.Logger
	count func(Kind)
}

// NewRecorder makes the recorder that everybody who has something to tell shares. Each event is also one line of the server's
// log, and is counted; count may be nil.
func NewRecorder(store Events, log *slog.Logger, count func(Kind)) Recorder {
	if count == nil {
		count = func(Kind) {}
	}
	return &recorder{store: store, log: log, count: count}
}

// Record implements Recorder.
func (r *recorder) Record(ctx context.Context, e Event) {
	if e.ID == "" {
		e.ID = strings.ToLower(rand.Text())
	}
	e.Words, e.Name = clip(e.Words), clip(e.Name)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	fresh, err := r.store.AddEvent(ctx, e)
	if err != nil {
		r.log.ErrorContext(ctx, "an event is missing from the change log", "kind", e.Kind, "deployment", e.Deployment, "request", e.Request, "error", err)
	} else if !fresh {
		return
	}
	r.count(e.Kind)
	r.log.InfoContext(ctx, "event", "kind", e.Kind, "account", e.Fingerprint, "session", e.Session, "deployment", e.Deployment, "request", e.Request)
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= maxWords {
		return s
	}
	return string([]rune(s)[:maxWords-1]) + "…"
}

// Nobody is a Recorder that keeps nothing, for tests of what happens beside it.
type Nobody struct{}

// Record implements Recorder.
func (Nobody) Record(context.Context, Event) {}

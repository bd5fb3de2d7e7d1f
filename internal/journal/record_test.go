package journal_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/journal"
)

type events struct {
	got []journal.Event
	err error
}

func (s *events) AddEvent(ctx context.Context, e journal.Event) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	for _, known := range s.got {
		if known.Once != "" && known.Once == e.Once {
			return false, nil
		}
	}
	s.got = append(s.got, e)
	return s.err == nil, s.err
}

// TestRecorder: an event is recorded although whoever asked has gone, counted once, and never in the way.
func TestRecorder(t *testing.T) {
	t.Parallel()
	var logs strings.Builder
	store, counted := &events{}, 0
	r := journal.NewRecorder(store, slog.New(slog.NewTextHandler(&logs, nil)), func(journal.Kind) { counted++ })
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r.Record(gone, journal.Event{Kind: journal.SignedIn, Once: "x", Words: strings.Repeat("ä", 5000)})
	r.Record(gone, journal.Event{Kind: journal.SignedIn, Once: "x"})
	if len(store.got) != 1 || store.got[0].ID == "" || counted != 1 || len([]rune(store.got[0].Words)) != 600 {
		t.Errorf("recorded %+v, counted %d", store.got, counted)
	}
	store.err = errors.New("broken")
	r.Record(t.Context(), journal.Event{Kind: journal.SignedOut})
	if counted != 2 || !strings.Contains(logs.String(), "missing from the change log") {
		t.Errorf("counted %d; log:\n%s", counted, logs.String())
	}
}

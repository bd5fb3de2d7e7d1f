package cleaner_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/cleaner"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/store"
)

func open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), migrated.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	s.JournalTimeout = time.Minute
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestRound: what is old goes, batch by batch, and what is not stays.
func TestRound(t *testing.T) {
	t.Parallel()
	s := open(t)
	j := s.Journal()
	add := func(n int, id string) {
		for i := range n {
			if _, err := j.AddEvent(t.Context(), journal.Event{ID: id + string(rune('a'+i%26)) + string(rune('a'+i/26)), Account: "a", Kind: journal.Locked}); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(600, "old")
	s.ShiftClock(48 * time.Hour)
	add(3, "new")
	batches := 0
	c := cleaner.New(j, quiet(), cleaner.Job{Name: "log", Batch: func(ctx context.Context, limit int) (int, error) {
		batches++
		return j.Forget(ctx, 24*time.Hour, limit)
	}})
	if n, err := c.Round(t.Context()); err != nil || n != 600 || batches != 3 {
		t.Errorf("forgot %d in %d batches, error %v", n, batches, err)
	}
	if left, err := j.Timeline(t.Context(), "a", journal.Filter{}, 10); err != nil || len(left) != 3 {
		t.Errorf("left %d, error %v", len(left), err)
	}
}

// TestRound_One: of many servers one cleans; when it loses the right it stops, and a job that fails stops no other.
func TestRound_One(t *testing.T) {
	t.Parallel()
	s := open(t)
	var under, most atomic.Int32
	busy := cleaner.Job{Name: "busy", Batch: func(context.Context, int) (int, error) {
		if n := under.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer under.Add(-1)
		return 1, nil
	}}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := cleaner.New(s.Journal(), quiet(), busy).Round(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d cleaned at once", most.Load())
	}

	did := 0
	bad := cleaner.Job{Name: "bad", Batch: func(context.Context, int) (int, error) { return 0, errors.New("broken") }}
	stolen := cleaner.Job{Name: "stolen", Batch: func(ctx context.Context, _ int) (int, error) {
		did++
		s.ShiftClock(time.Hour)
		_, err := s.Journal().Lease(ctx, "cleaner", "another", time.Hour)
		return 1, err
	}}
	n, err := cleaner.New(s.Journal(), quiet(), bad, stolen, busy).Round(t.Context())
	if err == nil || err.Error() != "clean bad: broken" || n != 1 || did != 1 {
		t.Errorf("forgot %d, error %v, did %d", n, err, did)
	}
}

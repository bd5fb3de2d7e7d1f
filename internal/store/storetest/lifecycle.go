package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/session"
)

func keeps(t *testing.T, b Backend) {
	made := create(t, b.Sessions, row("a"))
	found := wantAlive(t, b.Replica, "a", true)
	found.Quiet = 0
	if diff := cmp.Diff(made, found); diff != "" {
		t.Errorf("found differs from created (-created +found):\n%s", diff)
	}
	if diff := cmp.Diff([]byte("sealed a"), found.Sealed); diff != "" {
		t.Error(diff)
	}
	if got := found.ExpiresAt.Sub(found.CreatedAt); got != lifetime {
		t.Errorf("lifetime is %v, want %v", got, lifetime)
	}
}

func hidesUnknown(t *testing.T, b Backend) {
	create(t, b.Sessions, row("a"))
	for _, hash := range []string{"", "b", "A", "a ", "%", "a' OR '1'='1"} {
		wantAlive(t, b.Sessions, hash, false)
		must(t, b.Sessions.Touch(t.Context(), hash, idle, session.Trace{}))
		must(t, b.Sessions.End(t.Context(), hash))
	}
	wantAlive(t, b.Sessions, "a", true)
	wantRows(t, b, 1, 1)
}

func insertsOnly(t *testing.T, b Backend) {
	create(t, b.Sessions, row("a"))
	other := row("a")
	other.Sealed = []byte("other")
	if _, err := b.Replica.Create(t.Context(), other); err == nil {
		t.Error("Create of a hash in use succeeded")
	}
	if got := wantAlive(t, b.Sessions, "a", true); string(got.Sealed) != "sealed a" {
		t.Errorf("the credential was overwritten: %q", got.Sealed)
	}
}

func replaces(t *testing.T, b Backend) {
	create(t, b.Sessions, row("old"))
	next := row("new")
	next.Replaces = "old"
	create(t, b.Sessions, next)
	wantAlive(t, b.Replica, "old", false)
	wantAlive(t, b.Replica, "new", true)
	wantRows(t, b, 2, 1)
}

func failedReplacement(t *testing.T, b Backend) {
	create(t, b.Sessions, row("old"))
	create(t, b.Sessions, row("taken"))
	next := row("taken")
	next.Replaces = "old"
	if _, err := b.Sessions.Create(t.Context(), next); err == nil {
		t.Fatal("Create of a hash in use succeeded")
	}
	wantAlive(t, b.Sessions, "old", true)
}

func endsForGood(t *testing.T, b Backend) {
	create(t, b.Sessions, row("a"))
	must(t, b.Replica.End(t.Context(), "a"))
	wantRows(t, b, 1, 0)
	must(t, b.Sessions.Touch(t.Context(), "a", idle, session.Trace{}))
	must(t, b.Sessions.End(t.Context(), "a"))
	if _, err := b.Sessions.Create(t.Context(), row("a")); err == nil {
		t.Error("Create brought an ended session back")
	}
	wantAlive(t, b.Sessions, "a", false)
	wantAlive(t, b.Replica, "a", false)
	wantRows(t, b, 1, 0)
}

// interleavings lets one process end a session while the other uses it, from the
// same moment on. Whatever comes first, the session is dead afterwards.
func interleavings(t *testing.T, b Backend) {
	for i := range 100 {
		hash := fmt.Sprint("round ", i)
		create(t, b.Sessions, row(hash))
		next := row(hash + " next")
		next.Replaces = hash
		start := make(chan struct{})
		var running sync.WaitGroup
		for _, step := range []func() error{
			func() error { return b.Replica.End(t.Context(), hash) },
			func() error { return b.Sessions.Touch(t.Context(), hash, idle, session.Trace{}) },
			func() error { _, err := b.Sessions.Create(t.Context(), next); return err },
		} {
			running.Go(func() {
				<-start
				if err := step(); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		running.Wait()
		if _, err := b.Sessions.Create(t.Context(), row(hash)); err == nil {
			t.Fatal("Create brought an ended session back")
		}
		wantAlive(t, b.Sessions, hash, false)
		wantAlive(t, b.Replica, hash+" next", true)
	}
	wantRows(t, b, 200, 100)
}

func broken(t *testing.T, b Backend) {
	create(t, b.Sessions, row("a"))
	b.Break()
	for _, s := range []session.Store{b.Sessions, b.Replica} {
		if _, found, err := s.Find(t.Context(), "a", idle); err == nil || found {
			t.Errorf("Find on a broken database: found %v, error %v", found, err)
		}
		if _, err := s.Create(t.Context(), row("b")); err == nil {
			t.Error("Create on a broken database succeeded")
		}
		if err := s.Touch(t.Context(), "a", idle, session.Trace{}); err == nil {
			t.Error("Touch on a broken database succeeded")
		}
		if err := s.End(t.Context(), "a"); err == nil {
			t.Error("End on a broken database succeeded")
		}
		if _, err := s.List(t.Context(), "a", idle); err == nil {
			t.Error("List on a broken database succeeded")
		}
		if _, err := s.Held(t.Context(), "a", idle); err == nil {
			t.Error("Held on a broken database succeeded")
		}
		if _, err := s.EndAll(t.Context(), session.Which{}); err == nil {
			t.Error("EndAll on a broken database succeeded")
		}
		if _, err := s.Sweep(t.Context(), time.Hour, 1); err == nil {
			t.Error("Sweep on a broken database succeeded")
		}
	}
}

func obeysContext(t *testing.T, b Backend) {
	create(t, b.Sessions, row("a"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, found, err := b.Sessions.Find(gone, "a", idle); !errors.Is(err, context.Canceled) || found {
		t.Errorf("Find after its context ended: found %v, error %v", found, err)
	}
	if _, err := b.Sessions.Create(gone, row("b")); !errors.Is(err, context.Canceled) {
		t.Errorf("Create after its context ended: %v", err)
	}
	if err := b.Sessions.End(gone, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("End after its context ended: %v", err)
	}
	wantAlive(t, b.Sessions, "a", true)
	wantRows(t, b, 1, 1)
}

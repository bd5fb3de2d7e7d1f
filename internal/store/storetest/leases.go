package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
)

func leases(t *testing.T, b JournalBackend) {
	take := func(s journal.Store, holder string, want bool) {
		t.Helper()
		if got, err := s.Lease(t.Context(), target, holder, 10*time.Second); err != nil || got != want {
			t.Fatalf("Lease(%s) = %v, %v, want %v", holder, got, err, want)
		}
	}
	take(b.Journal, "a", true)
	take(b.Replica, "b", false)
	b.Shift(8 * time.Second)
	take(b.Journal, "a", true) // renewed
	b.Shift(8 * time.Second)
	take(b.Replica, "b", false)
	b.Shift(3 * time.Second)
	take(b.Replica, "b", true) // ran out
	take(b.Journal, "a", false)
	must(t, b.Journal.Release(t.Context(), target, "a")) // not its own
	take(b.Journal, "a", false)
	must(t, b.Replica.Release(t.Context(), target, "b"))
	take(b.Journal, "a", true)
	if got, err := b.Replica.Lease(t.Context(), "another", "b", time.Second); err != nil || !got {
		t.Errorf("another deployment is leased too: %v, %v", got, err)
	}
}

func leasesAtOnce(t *testing.T, b JournalBackend) {
	var got atomic.Int64
	atOnce(30, func(i int) {
		s := []journal.Store{b.Journal, b.Replica}[i%2]
		ok, err := s.Lease(t.Context(), target, fmt.Sprint(i), time.Minute)
		if err != nil {
			t.Error(err)
		}
		if ok {
			got.Add(1)
		}
	})
	if got.Load() != 1 {
		t.Errorf("%d of 30 hold the lease, want one", got.Load())
	}
}

func locks(t *testing.T, b JournalBackend) {
	want := func(account, deployment, reason string) {
		t.Helper()
		l, locked, err := b.Replica.LockOf(t.Context(), account, deployment)
		if err != nil || l.Reason != reason || locked != (reason != "") || locked == l.At.IsZero() {
			t.Errorf("the lock is %+v, %v, %v, want %q", l, locked, err, reason)
		}
	}
	want(mine, target, "")
	must(t, b.Journal.Lock(t.Context(), mine, target, journal.Lock{Reason: "demo on Friday", Person: "Night shift"}))
	want(mine, target, "demo on Friday")
	want(theirs, target, "")
	want(mine, "another", "")
	must(t, b.Journal.Lock(t.Context(), mine, target, journal.Lock{Reason: "in production"}))
	want(mine, target, "in production")
	must(t, b.Replica.Unlock(t.Context(), mine, target))
	want(mine, target, "")
	must(t, b.Replica.Unlock(t.Context(), mine, target))
}

// atOnce calls f n times at the same moment.
func atOnce(n int, f func(i int)) {
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range n {
		done.Go(func() {
			start.Wait()
			f(i)
		})
	}
	start.Done()
	done.Wait()
}

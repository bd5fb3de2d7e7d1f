package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

const pause = 3 * time.Second

func claimed(t *testing.T, s webhooks.Store, holder string) webhooks.Job {
	t.Helper()
	j, found, err := s.Claim(t.Context(), holder, time.Minute)
	must(t, err)
	if !found {
		t.Fatal("nothing is due")
	}
	return j
}

func nothingDue(t *testing.T, s webhooks.Store) {
	t.Helper()
	no(t, "Due")(s.Due(t.Context()))
	if j, found, err := s.Claim(t.Context(), worker, time.Minute); err != nil || found {
		t.Errorf("claimed %+v, error %v, want nothing", j.Delivery, err)
	}
}

// outbox: a line is told to the webhooks of its kind that are not paused, and to no other.
func outbox(t *testing.T, b WebhooksBackend) {
	paused := hook("paused", "locks")
	paused.Paused = true
	for _, h := range []webhooks.Hook{hook("locks", "locks", "access"), hook("changes", "changes"), hook("none"), paused} {
		addHook(t, b, h)
	}
	nothingDue(t, b.Hooks)
	add(t, b.Journal, event("1"))
	yes(t, "Due")(b.Replica.Due(t.Context()))
	want := []webhooks.Delivery{{ID: webhooks.DeliveryID("locks", "1", "locked"), Hook: "locks", Line: "1", Outcome: "locked", State: webhooks.Waiting}}
	got := told(t, b, "locks")
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(webhooks.Delivery{}, "DueAt", "MadeAt")); diff != "" || got[0].MadeAt.IsZero() {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
	for _, id := range []string{"changes", "none", "paused"} {
		if got := told(t, b, id); len(got) != 0 {
			t.Errorf("%s tells %+v", id, got)
		}
	}
	j := claimed(t, b.Replica, worker)
	h := hook("locks")
	if diff := cmp.Diff(h, j.To, ignoreMade); diff != "" || j.Tries != 1 || j.Round != 1 {
		t.Errorf("claimed try %d of round %d (-want +got):\n%s", j.Tries, j.Round, diff)
	}
}

func outboxOnce(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "locks"))
	atOnce(16, func(i int) {
		e := event(fmt.Sprint(i))
		e.Once = "the same"
		s := []journal.Store{b.Journal, b.Other}[i%2]
		_, err := s.AddEvent(t.Context(), e)
		must(t, err)
	})
	if got := told(t, b, "one"); len(got) != 1 {
		t.Errorf("%d deliveries of one event", len(got))
	}
}

// outboxOutcomes: unknown, then done is told twice; what is recorded again is not. A write of two kinds is told once.
func outboxOutcomes(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "changes", "cost", "unknown"))
	e := entry("1")
	e.Changes = []journal.Change{{Field: "max_instances", From: "1", To: "5"}}
	begin(t, b.Journal, e)
	if got := told(t, b, "one"); len(got) != 0 {
		t.Errorf("a write under way is told: %+v", got)
	}
	for _, state := range []journal.State{journal.Unknown, journal.Unknown, journal.Done, journal.Refused} {
		must(t, b.Journal.End(t.Context(), "1", journal.Outcome{State: state}))
	}
	must(t, b.Journal.End(t.Context(), "none", journal.Outcome{State: journal.Done}))
	var got []string
	for _, d := range told(t, b, "one") {
		got = append(got, d.Outcome)
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"done", "unknown"}, got); diff != "" {
		t.Errorf("outcomes told (-want +got):\n%s", diff)
	}
}

// claims: of many workers on two processes, each try has one.
func claims(t *testing.T, b WebhooksBackend) {
	const hooks = 6
	for i := range hooks {
		addHook(t, b, hook(fmt.Sprint(i), "locks"))
	}
	add(t, b.Journal, event("1"))
	var n atomic.Int32
	atOnce(4*hooks, func(i int) {
		s := []webhooks.Store{b.Hooks, b.Replica}[i%2]
		if _, found, err := s.Claim(t.Context(), fmt.Sprint("worker ", i), time.Minute); err != nil {
			t.Error(err)
		} else if found {
			n.Add(1)
		}
	})
	if n.Load() > hooks {
		t.Errorf("%d claims of %d deliveries", n.Load(), hooks)
	}
	for range hooks { // those that met each other
		if _, found, err := b.Hooks.Claim(t.Context(), worker, time.Minute); err != nil || !found {
			break
		}
		n.Add(1)
	}
	if n.Load() != hooks {
		t.Errorf("%d claims of %d deliveries", n.Load(), hooks)
	}
	nothingDue(t, b.Replica)
}

// claimsAgain: when the holder is gone its hold runs out; what it then says counts no more.
func claimsAgain(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "locks"))
	add(t, b.Journal, event("1"))
	lost := claimed(t, b.Hooks, "gone")
	b.Shift(59 * time.Second)
	nothingDue(t, b.Replica)
	b.Shift(time.Second)
	j := claimed(t, b.Replica, worker)
	if j.ID != lost.ID || j.Tries != 2 {
		t.Errorf("claimed %s, try %d", j.ID, j.Tries)
	}
	must(t, b.Hooks.Finish(t.Context(), lost.ID, "gone", lost.Tries, webhooks.Result{State: webhooks.Failed}))
	must(t, b.Hooks.Finish(t.Context(), j.ID, worker, 1, webhooks.Result{State: webhooks.Failed}))
	if got := told(t, b, "one")[0]; got.State != webhooks.Waiting {
		t.Errorf("somebody who holds nothing ended it: %+v", got)
	}
	r := webhooks.Result{State: webhooks.Delivered, Status: 204, Took: 120 * time.Millisecond, Said: "“ok”", Message: "m"}
	must(t, b.Replica.Finish(t.Context(), j.ID, worker, 2, r))
	got := told(t, b, "one")[0]
	if got.State != r.State || got.Status != 204 || got.Took != r.Took || got.Said != r.Said || got.Message != "m" || got.TriedAt.IsZero() {
		t.Errorf("finished: %+v", got)
	}
	nothingDue(t, b.Hooks)
}

func oneAtATime(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "locks"))
	addHook(t, b, hook("two", "locks"))
	for i := range 2 {
		add(t, b.Journal, event(fmt.Sprint(i)))
		b.Shift(time.Second)
	}
	first, second := claimed(t, b.Hooks, worker), claimed(t, b.Hooks, worker)
	if first.Hook == second.Hook || first.Line != "0" || second.Line != "0" {
		t.Errorf("claimed %s and %s, want the older of each webhook", first.ID, second.ID)
	}
	nothingDue(t, b.Hooks)
	must(t, b.Hooks.Finish(t.Context(), first.ID, worker, 1, webhooks.Result{State: webhooks.Delivered}))
	if next := claimed(t, b.Hooks, worker); next.Hook != first.Hook || next.Line != "1" {
		t.Errorf("then %s", next.ID)
	}
}

func triesWait(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "locks"))
	add(t, b.Journal, event("1"))
	j := claimed(t, b.Hooks, worker)
	must(t, b.Hooks.Finish(t.Context(), j.ID, worker, 1, webhooks.Result{State: webhooks.Waiting, Wait: 10 * time.Minute}))
	b.Shift(9 * time.Minute)
	nothingDue(t, b.Replica)
	b.Shift(time.Minute)
	if j := claimed(t, b.Replica, worker); j.Tries != 2 || j.Round != 2 {
		t.Errorf("try %d of round %d", j.Tries, j.Round)
	}
}

func pauses(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "locks"))
	add(t, b.Journal, event("1"))
	j := claimed(t, b.Hooks, worker)
	add(t, b.Journal, event("2"))
	yes(t, "PauseHook")(b.Hooks.PauseHook(t.Context(), mine, "one", true, "gone"))
	no(t, "PauseHook again")(b.Replica.PauseHook(t.Context(), mine, "one", true, "other"))
	h := hook("one", "locks")
	h.Paused, h.Note = true, "gone"
	wantHooks(t, b.Replica, mine, h)
	must(t, b.Hooks.Finish(t.Context(), j.ID, worker, 1, webhooks.Result{State: webhooks.Waiting})) // under way when it was paused
	add(t, b.Journal, event("3"))
	nothingDue(t, b.Replica)
	states := map[string]webhooks.State{}
	for _, d := range told(t, b, "one") {
		states[d.Line] = d.State
	}
	if diff := cmp.Diff(map[string]webhooks.State{"1": webhooks.Waiting, "2": webhooks.Left}, states); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
	yes(t, "resume")(b.Hooks.PauseHook(t.Context(), mine, "one", false, ""))
	add(t, b.Journal, event("4"))
	if n := len(told(t, b, "one")); n != 3 {
		t.Errorf("%d deliveries after it was resumed, want 3", n)
	}
}

func testsAndRepeats(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "locks"))
	yes(t, "AddTest")(b.Hooks.AddTest(t.Context(), mine, "one", "test", worker, time.Minute, pause))
	if _, err := b.Replica.AddTest(t.Context(), mine, "one", "test2", worker, time.Minute, pause); !errors.Is(err, webhooks.ErrSoon) {
		t.Errorf("a second test at once: %v", err)
	}
	nothingDue(t, b.Replica) // its maker holds it
	no(t, "Again of one that waits")(b.Hooks.Again(t.Context(), mine, "one", "test"))
	must(t, b.Hooks.Finish(t.Context(), "test", worker, 1, webhooks.Result{State: webhooks.Failed, Status: 500}))
	b.Shift(pause)
	yes(t, "AddTest later")(b.Replica.AddTest(t.Context(), mine, "one", "test2", "gone", time.Minute, pause))

	yes(t, "Again")(b.Hooks.Again(t.Context(), mine, "one", "test"))
	no(t, "Again twice")(b.Replica.Again(t.Context(), mine, "one", "test"))
	no(t, "Again of none")(b.Replica.Again(t.Context(), mine, "one", "none"))
	b.Shift(time.Minute)
	j := claimed(t, b.Replica, worker)
	if j.ID != "test2" && j.ID != "test" || j.To.ID != "one" {
		t.Errorf("claimed %+v", j.Delivery)
	}
	if j.ID == "test" && (j.Tries != 2 || j.Round != 1) {
		t.Errorf("try %d of round %d, want the second, first of its round", j.Tries, j.Round)
	}
}

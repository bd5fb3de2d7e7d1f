package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// WebhooksBackend is one empty database, opened twice.
type WebhooksBackend struct {
	Hooks   webhooks.Store
	Replica webhooks.Store         // the same database, as a second process sees it
	Journal journal.Store          // of the same database: what it records is told
	Other   journal.Store          // of the second process
	Shift   func(by time.Duration) // moves the database's clock, for both
	Break   func()                 // makes the database unreachable, for both
}

// Webhooks runs the suite. open is called once for every test in it.
func Webhooks(t *testing.T, open func(t *testing.T) WebhooksBackend) {
	tests := []struct {
		name string
		run  func(*testing.T, WebhooksBackend)
	}{
		{"keeps webhooks", keepsHooks},
		{"there is room for so many", roomForHooks},
		{"an account has its own", hooksApart},
		{"seals again what nobody changed", reseals},
		{"a line and its deliveries are there together", outbox},
		{"an event once, a delivery once", outboxOnce},
		{"what ends a write tells of it once per outcome", outboxOutcomes},
		{"a try has one holder", claims},
		{"a try that nobody finished comes again", claimsAgain},
		{"a webhook has one try at a time", oneAtATime},
		{"tries wait", triesWait},
		{"pausing leaves what waits", pauses},
		{"tests and repeats", testsAndRepeats},
		{"forgets old deliveries", forgetsDeliveries},
		{"an answer is never a guess", hooksBroken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

func hook(id string, kinds ...string) webhooks.Hook {
	return webhooks.Hook{
		ID: id, Account: mine, Name: "Zürich “ops”", Kinds: kinds, Body: webhooks.FormatSlack, Person: "Kim", Sealed: []byte{0, 1, 255},
	}
}

func addHook(t *testing.T, b WebhooksBackend, h webhooks.Hook) {
	t.Helper()
	must(t, b.Hooks.AddHook(t.Context(), h, webhooks.Max))
}

var ignoreMade = cmp.Options{cmpopts.IgnoreFields(webhooks.Hook{}, "MadeAt"), cmpopts.IgnoreUnexported(webhooks.Hook{}), cmpopts.EquateEmpty()}

func wantHooks(t *testing.T, s webhooks.Store, account string, want ...webhooks.Hook) {
	t.Helper()
	got, err := s.Hooks(t.Context(), account)
	must(t, err)
	if diff := cmp.Diff(want, got, ignoreMade); diff != "" {
		t.Errorf("webhooks of %s (-want +got):\n%s", account, diff)
	}
}

// told lists the deliveries of a webhook.
func told(t *testing.T, b WebhooksBackend, id string) []webhooks.Delivery {
	t.Helper()
	list, err := b.Replica.Deliveries(t.Context(), mine, id, 100)
	must(t, err)
	return list
}

func keepsHooks(t *testing.T, b WebhooksBackend) {
	wantHooks(t, b.Hooks, mine)
	one, two := hook("one", "changes", "cost"), hook("two")
	addHook(t, b, one)
	b.Shift(time.Second)
	addHook(t, b, two)
	wantHooks(t, b.Replica, mine, one, two)
	if h, found, err := b.Replica.FindHook(t.Context(), mine, "one"); err != nil || !found || h.MadeAt.IsZero() {
		t.Errorf("found %v, made at %v, error %v", found, h.MadeAt, err)
	}
	one.Name, one.Kinds, one.Body, one.Sealed = "other", []string{"locks"}, webhooks.FormatJSON, []byte{7}
	yes(t, "ChangeHook")(b.Hooks.ChangeHook(t.Context(), one))
	wantHooks(t, b.Replica, mine, one, two)
	yes(t, "DeleteHook")(b.Hooks.DeleteHook(t.Context(), mine, "two"))
	no(t, "DeleteHook again")(b.Hooks.DeleteHook(t.Context(), mine, "two"))
	no(t, "ChangeHook of none")(b.Hooks.ChangeHook(t.Context(), two))
	wantHooks(t, b.Replica, mine, one)
}

func roomForHooks(t *testing.T, b WebhooksBackend) {
	var full, added [16]bool
	atOnce(16, func(i int) {
		s := []webhooks.Store{b.Hooks, b.Replica}[i%2]
		err := s.AddHook(t.Context(), hook(fmt.Sprint(i), "changes"), 3)
		added[i], full[i] = err == nil, errors.Is(err, webhooks.ErrFull)
	})
	n := 0
	for i := range added {
		if added[i] {
			n++
		} else if !full[i] {
			t.Errorf("webhook %d was neither added nor refused", i)
		}
	}
	if n != 3 {
		t.Errorf("%d were added, want 3", n)
	}
	list, err := b.Hooks.Hooks(t.Context(), mine)
	must(t, err)
	other := hook(list[0].ID)
	other.Account = theirs
	wantError(t, "an id that is taken", b.Hooks.AddHook(t.Context(), other, 3), webhooks.ErrThere)
}

func hooksApart(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "locks"))
	add(t, b.Journal, event("1"))
	id := webhooks.DeliveryID("one", "1", "locked")
	stolen := hook("one")
	stolen.Account = theirs
	wantHooks(t, b.Hooks, theirs)
	no(t, "ChangeHook")(b.Hooks.ChangeHook(t.Context(), stolen))
	no(t, "PauseHook")(b.Hooks.PauseHook(t.Context(), theirs, "one", true, ""))
	no(t, "DeleteHook")(b.Hooks.DeleteHook(t.Context(), theirs, "one"))
	no(t, "AddTest")(b.Hooks.AddTest(t.Context(), theirs, "one", "test", worker, time.Minute, time.Second))
	no(t, "Again")(b.Hooks.Again(t.Context(), theirs, "one", id))
	if list, err := b.Hooks.Deliveries(t.Context(), theirs, "one", 10); err != nil || len(list) != 0 {
		t.Errorf("deliveries of another account: %+v, %v", list, err)
	}
	wantHooks(t, b.Hooks, mine, hook("one", "locks"))
	foreign := event("2")
	foreign.Account = theirs
	add(t, b.Journal, foreign)
	if got := told(t, b, "one"); len(got) != 1 || got[0].ID != id {
		t.Errorf("the webhook tells %+v, want its account's line alone", got)
	}
}

func reseals(t *testing.T, b WebhooksBackend) {
	h := hook("one")
	addHook(t, b, h)
	all, err := b.Replica.SealedHooks(t.Context())
	if err != nil || len(all) != 1 || !bytes.Equal(all[0].Sealed, h.Sealed) {
		t.Fatalf("all: %d, %v", len(all), err)
	}
	must(t, b.Hooks.Reseal(t.Context(), "one", []byte("another"), []byte("lost")))
	wantHooks(t, b.Hooks, mine, h)
	must(t, b.Hooks.Reseal(t.Context(), "one", h.Sealed, []byte("new")))
	h.Sealed = []byte("new")
	wantHooks(t, b.Hooks, mine, h)
}

func forgetsDeliveries(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one", "locks"))
	for i := range 5 {
		add(t, b.Journal, event(fmt.Sprint(i)))
		b.Shift(time.Hour)
	}
	if n, err := b.Hooks.ForgetDeliveries(t.Context(), 150*time.Minute, 2); err != nil || n != 2 {
		t.Errorf("forgot %d, %v, want the two oldest", n, err)
	}
	if n, err := b.Hooks.ForgetDeliveries(t.Context(), 150*time.Minute, 2); err != nil || n != 1 {
		t.Errorf("forgot %d, %v, want the one that is left", n, err)
	}
	if got := told(t, b, "one"); len(got) != 2 || got[0].Line != "4" || got[1].Line != "3" {
		t.Errorf("left: %+v", got)
	}
}

func hooksBroken(t *testing.T, b WebhooksBackend) {
	addHook(t, b, hook("one"))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Hooks.Hooks(ended, mine); !errors.Is(err, context.Canceled) {
		t.Errorf("Hooks for somebody who has left: %v", err)
	}
	b.Break()
	_, list := b.Hooks.Hooks(t.Context(), mine)
	_, due := b.Hooks.Due(t.Context())
	_, found, claimed := b.Hooks.Claim(t.Context(), worker, time.Minute)
	_, again := b.Hooks.Again(t.Context(), mine, "one", "x")
	for what, err := range map[string]error{
		"Hooks": list, "AddHook": b.Hooks.AddHook(t.Context(), hook("two"), 3), "Due": due, "Claim": claimed, "Again": again,
		"Finish": b.Hooks.Finish(t.Context(), "x", worker, 1, webhooks.Result{}),
	} {
		if err == nil || found || errors.Is(err, webhooks.ErrFull) || errors.Is(err, webhooks.ErrThere) {
			t.Errorf("%s without a database: %v", what, err)
		}
	}
}

package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// JournalBackend is one empty database, opened twice.
type JournalBackend struct {
	Journal journal.Store
	Replica journal.Store          // the same database, as a second process sees it
	Shift   func(by time.Duration) // moves the database's clock, for both
	Break   func()                 // makes the database unreachable, for both
}

const (
	mine   = "account-1"
	theirs = "account-2"
	target = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
)

// Journal runs the suite. open is called once for every test in it.
func Journal(t *testing.T, open func(t *testing.T) JournalBackend) {
	tests := []struct {
		name string
		run  func(*testing.T, JournalBackend)
	}{
		{"keeps an entry whole", keepsEntry},
		{"one write per form", oncePerKey},
		{"one of many at once", onceAtOnce},
		{"no key, no bound", keyless},
		{"an outcome stays", outcomeStays},
		{"a create learns its deployment", createLearns},
		{"lists what is not settled", unsettled},
		{"lists a deployment's writes", ofDeployment},
		{"logs what an account did", logFilters},
		{"finds an entry", logFinds},
		{"keeps an event whole", keepsEvent},
		{"an event once", eventOnce},
		{"one timeline", timeline},
		{"the log is append-only", appendOnly},
		{"forgets what is old", forgets},
		{"lists the newest writes", since},
		{"keeps a tombstone whole", keepsTombstone},
		{"remembers what was seen", sights},
		{"leases to one holder", leases},
		{"leases one of many", leasesAtOnce},
		{"locks with a reason", locks},
		{"an answer is never a guess", journalBroken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

func entry(id string) journal.Entry {
	return journal.Entry{
		ID: id, Account: mine, Session: "session", Person: "Night shift", Key: "key-" + id, Digest: "digest", Action: journal.Update,
		Deployment: target, Name: "image-to-video", Version: "2026-03-01T08:00:00.000001Z",
		Changes: []journal.Change{{Field: "name", From: "a \x00 “b”", To: "c"}, {Field: "max_instances", To: "3"}}, Request: "request", Reason: "for the “launch”",
	}
}

func begin(t *testing.T, s journal.Store, e journal.Entry) journal.Entry {
	t.Helper()
	got, fresh, err := s.Begin(t.Context(), e)
	if err != nil || !fresh {
		t.Fatalf("Begin(%s): fresh is %v, error %v", e.ID, fresh, err)
	}
	return got
}

func wantEntry(t *testing.T, want, got journal.Entry) {
	t.Helper()
	want.State = cmpOr(want.State, journal.Open)
	want.Outcome.Deployment = cmpOr(want.Outcome.Deployment, want.Deployment)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(journal.Entry{}, "AskedAt"), cmpopts.IgnoreFields(journal.Outcome{}, "EndedAt"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	if ended := !got.EndedAt.IsZero(); got.AskedAt.IsZero() || ended != (got.State != journal.Open) {
		t.Errorf("the %s entry was asked at %v and ended at %v", got.State, got.AskedAt, got.EndedAt)
	}
}

func cmpOr[T ~string](a, b T) T {
	if a != "" {
		return a
	}
	return b
}

func keepsEntry(t *testing.T, b JournalBackend) {
	want := entry("1")
	wantEntry(t, want, begin(t, b.Journal, want))
	got, found, err := b.Replica.ByKey(t.Context(), mine, want.Key)
	must(t, err)
	if !found {
		t.Fatal("the entry is not found by its key")
	}
	wantEntry(t, want, got)
	o := journal.Outcome{State: journal.Refused, Settled: true, Got: []journal.Change{{Field: "name", From: "c", To: "d"}}, Message: "no"}
	must(t, b.Journal.End(t.Context(), want.ID, o))
	want.Outcome = o
	got, _, err = b.Replica.ByKey(t.Context(), mine, want.Key)
	must(t, err)
	wantEntry(t, want, got)
}

func oncePerKey(t *testing.T, b JournalBackend) {
	first := begin(t, b.Journal, entry("1"))
	again := entry("2")
	again.Key, again.Digest = first.Key, "another"
	got, fresh, err := b.Replica.Begin(t.Context(), again)
	must(t, err)
	if fresh {
		t.Fatal("the same form began twice")
	}
	wantEntry(t, entry("1"), got)
	other := entry("3")
	other.Key, other.Account = first.Key, theirs
	begin(t, b.Journal, other) // keys belong to an account
	if _, found, err := b.Journal.ByKey(t.Context(), "account-3", first.Key); err != nil || found {
		t.Errorf("a foreign key is found: %v, %v", found, err)
	}
}

func onceAtOnce(t *testing.T, b JournalBackend) {
	var begun atomic.Int64
	atOnce(50, func(i int) {
		e := entry(fmt.Sprint(i))
		e.Key = "shared"
		s := []journal.Store{b.Journal, b.Replica}[i%2]
		_, fresh, err := s.Begin(t.Context(), e)
		if err != nil {
			t.Error(err)
		}
		if fresh {
			begun.Add(1)
		}
	})
	if begun.Load() != 1 {
		t.Errorf("%d of 50 began, want one", begun.Load())
	}
}

func keyless(t *testing.T, b JournalBackend) {
	for _, id := range []string{"1", "2"} {
		e := entry(id)
		e.Key = ""
		begin(t, b.Journal, e)
	}
	if _, found, err := b.Journal.ByKey(t.Context(), mine, ""); err == nil || found {
		t.Errorf("the empty key finds something: %v, %v", found, err)
	}
}

func outcomeStays(t *testing.T, b JournalBackend) {
	for id, states := range map[string][]journal.State{
		"1": {journal.Done, journal.Refused, journal.Done},
		"2": {journal.Refused, journal.Unknown, journal.Refused},
		"3": {journal.Unknown, journal.Done, journal.Done},
		"4": {journal.Unknown, journal.Refused, journal.Refused},
	} {
		e := begin(t, b.Journal, entry(id))
		for _, state := range states[:2] {
			must(t, b.Replica.End(t.Context(), id, journal.Outcome{State: state}))
		}
		if got, _, err := b.Journal.ByKey(t.Context(), mine, e.Key); err != nil || got.State != states[2] {
			t.Errorf("%v leads to %s, %v, want %s", states[:2], got.State, err, states[2])
		}
	}
}

func createLearns(t *testing.T, b JournalBackend) {
	e := entry("1")
	e.Action, e.Deployment = journal.Create, ""
	begin(t, b.Journal, e)
	must(t, b.Journal.End(t.Context(), "1", journal.Outcome{State: journal.Done, Deployment: target}))
	if got, err := b.Replica.Of(t.Context(), mine, target, 10); err != nil || len(got) != 1 || got[0].Deployment != target || got[0].Outcome.Deployment != target {
		t.Errorf("the deployment's writes are %+v, %v", got, err)
	}
}

func unsettled(t *testing.T, b JournalBackend) {
	begin(t, b.Journal, entry("old"))
	b.Shift(2 * time.Minute)
	for _, id := range []string{"new", "done", "unknown"} {
		begin(t, b.Journal, entry(id))
	}
	must(t, b.Journal.End(t.Context(), "done", journal.Outcome{State: journal.Done}))
	must(t, b.Journal.End(t.Context(), "unknown", journal.Outcome{State: journal.Unknown}))
	other := entry("other")
	other.Account = theirs
	begin(t, b.Journal, other)
	wantIDs(t, b.Replica, []string{"old", "unknown"}, time.Minute, 10)
	wantIDs(t, b.Replica, []string{"old"}, time.Minute, 1)
	wantIDs(t, b.Replica, []string{"unknown"}, time.Hour, 10)
}

func wantIDs(t *testing.T, s journal.Store, want []string, quiet time.Duration, limit int) {
	t.Helper()
	list, err := s.Unsettled(t.Context(), mine, quiet, limit)
	must(t, err)
	var got []string
	for _, e := range list {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unsettled after %v (-want +got):\n%s", quiet, diff)
	}
}

func ofDeployment(t *testing.T, b JournalBackend) {
	for _, id := range []string{"1", "2", "3"} {
		begin(t, b.Journal, entry(id))
		b.Shift(time.Second)
	}
	elsewhere := entry("4")
	elsewhere.Deployment = "another"
	begin(t, b.Journal, elsewhere)
	got, err := b.Replica.Of(t.Context(), mine, target, 2)
	must(t, err)
	if len(got) != 2 || got[0].ID != "3" || got[1].ID != "2" {
		t.Errorf("the newest two are %+v", got)
	}
	if got, err := b.Journal.Of(t.Context(), theirs, target, 10); err != nil || len(got) != 0 {
		t.Errorf("another account sees %+v, %v", got, err)
	}
}

func journalBroken(t *testing.T, b JournalBackend) {
	b.Break()
	ctx := context.WithoutCancel(t.Context())
	_, fresh, err := b.Journal.Begin(ctx, entry("1"))
	if err == nil || fresh {
		t.Errorf("Begin without a database: fresh is %v, error %v", fresh, err)
	}
	if ok, err := b.Journal.Lease(ctx, target, "a", time.Second); err == nil || ok {
		t.Errorf("Lease without a database: %v, %v", ok, err)
	}
	if _, ok, err := b.Journal.LockOf(ctx, mine, target); err == nil || ok {
		t.Errorf("LockOf without a database: %v, %v", ok, err)
	}
	if _, ok, err := b.Journal.ByKey(ctx, mine, "k"); err == nil || ok {
		t.Errorf("ByKey without a database: %v, %v", ok, err)
	}
	if err := b.Journal.End(ctx, "1", journal.Outcome{State: journal.Done}); err == nil {
		t.Error("End without a database says it is recorded")
	}
}

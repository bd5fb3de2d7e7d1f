package storetest

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/journal"
)

func event(id string) journal.Event {
	return journal.Event{
		ID: id, Account: mine, Kind: journal.Locked, Person: "Night shift", Fingerprint: "3f2a-91bc", Session: "session", Deployment: target,
		Name: "image-to-video", Words: "Locked: “launch”.", Changes: []journal.Change{{Field: "name", From: "a \x00", To: "b"}}, Ref: "run", Request: "request",
	}
}

func add(t *testing.T, s journal.Store, e journal.Event) {
	t.Helper()
	if got, err := s.AddEvent(t.Context(), e); err != nil || !got {
		t.Fatalf("AddEvent(%s): fresh is %v, error %v", e.ID, got, err)
	}
}

func keepsEvent(t *testing.T, b JournalBackend) {
	want := event("1")
	add(t, b.Journal, want)
	got, found, err := b.Replica.FindLine(t.Context(), mine, "1")
	must(t, err)
	if !found || got.Event == nil || got.At().IsZero() {
		t.Fatalf("the line is %+v, %v", got, found)
	}
	if diff := cmp.Diff(want, *got.Event, cmpopts.IgnoreFields(journal.Event{}, "At")); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if _, found, err := b.Journal.FindLine(t.Context(), theirs, "1"); err != nil || found {
		t.Errorf("another account finds it: %v, %v", found, err)
	}
}

// eventOnce: of many that notice the same thing, one records it.
func eventOnce(t *testing.T, b JournalBackend) {
	var fresh [20]bool
	var errs [20]error
	var all sync.WaitGroup
	for i := range fresh {
		all.Go(func() {
			e := event(string(rune('a' + i)))
			e.Once = "the same"
			s := b.Journal
			if i%2 == 0 {
				s = b.Replica
			}
			fresh[i], errs[i] = s.AddEvent(t.Context(), e)
		})
	}
	all.Wait()
	must(t, errors.Join(errs[:]...))
	if i := slices.Index(fresh[:], true); i < 0 || slices.Contains(fresh[i+1:], true) {
		t.Errorf("recorded: %v, want once", fresh)
	}
	other := event("other")
	other.Account, other.Once = theirs, "the same"
	add(t, b.Journal, other)
	add(t, b.Journal, event("no key"))
	add(t, b.Journal, event("no key either"))
}

// timeline: writes and events in one order, page after page.
func timeline(t *testing.T, b JournalBackend) {
	for i := range 6 {
		id := string(rune('1' + i))
		if i%2 == 0 {
			begin(t, b.Journal, entry(id))
		} else {
			e := event(id)
			if i == 3 {
				e.Kind, e.Person = journal.WriteRefused, "Day shift"
			}
			add(t, b.Journal, e)
		}
		b.Shift(time.Second)
	}
	nobody := event("nobody's")
	nobody.Account = ""
	add(t, b.Journal, nobody)
	for name, tt := range map[string]struct {
		f    journal.Filter
		want []string
	}{
		"all":     {journal.Filter{}, []string{"6", "5", "4", "3", "2", "1"}},
		"kind":    {journal.Filter{Kind: "locked"}, []string{"6", "2"}},
		"person":  {journal.Filter{Person: "Day shift"}, []string{"4"}},
		"text":    {journal.Filter{Text: "launch"}, []string{"6", "5", "4", "3", "2", "1"}},
		"refused": {journal.Filter{State: journal.Refused}, []string{"4"}},
		"open":    {journal.Filter{State: journal.Open}, []string{"5", "3", "1"}},
		"neither": {journal.Filter{State: journal.Open, Kind: "locked"}, nil},
	} {
		got, err := b.Replica.Timeline(t.Context(), mine, tt.f, 10)
		must(t, err)
		if diff := cmp.Diff(tt.want, lineIDs(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	var all []string
	var f journal.Filter
	for range 10 {
		part, err := b.Journal.Timeline(t.Context(), mine, f, 2)
		must(t, err)
		if len(part) == 0 {
			break
		}
		all = append(all, lineIDs(part)...)
		f.Before = part[len(part)-1].Mark()
	}
	if diff := cmp.Diff([]string{"6", "5", "4", "3", "2", "1"}, all); diff != "" {
		t.Errorf("page after page (-want +got):\n%s", diff)
	}
}

// appendOnly: the second word about the same thing changes nothing of the first.
func appendOnly(t *testing.T, b JournalBackend) {
	add(t, b.Journal, event("1"))
	if fresh, err := b.Journal.AddEvent(t.Context(), event("1")); err == nil || fresh {
		t.Errorf("an event with the id of another: %v, %v", fresh, err)
	}
	begin(t, b.Journal, entry("2"))
	must(t, b.Journal.End(t.Context(), "2", journal.Outcome{State: journal.Done}))
	must(t, b.Replica.End(t.Context(), "2", journal.Outcome{State: journal.Refused, Message: "no"}))
	got, _, err := b.Journal.FindLine(t.Context(), mine, "2")
	must(t, err)
	if got.Write.State != journal.Done || got.Write.Message != "" {
		t.Errorf("the outcome became %+v", got.Write.Outcome)
	}
}

func forgets(t *testing.T, b JournalBackend) {
	for _, id := range []string{"1", "2", "3"} {
		begin(t, b.Journal, entry("w"+id))
		add(t, b.Journal, event("e"+id))
		must(t, b.Journal.Bury(t.Context(), journal.Tombstone{Entry: "w" + id, Account: mine}))
		b.Shift(24 * time.Hour)
	}
	n, err := b.Replica.Forget(t.Context(), 36*time.Hour, 1)
	must(t, err)
	if n != 3 {
		t.Errorf("forgot %d, want one of each table", n)
	}
	n, err = b.Replica.Forget(t.Context(), 36*time.Hour, 100)
	must(t, err)
	got, lost := b.Journal.Timeline(t.Context(), mine, journal.Filter{}, 10)
	must(t, lost)
	if diff := cmp.Diff([]string{"w3", "e3"}, lineIDs(got), cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" || n != 3 {
		t.Errorf("forgot %d; left (-want +got):\n%s", n, diff)
	}
	for id, want := range map[string]bool{"w2": false, "w3": true} {
		if _, found, err := b.Journal.Dig(t.Context(), mine, id); err != nil || found != want {
			t.Errorf("the tombstone of %s: %v, %v", id, found, err)
		}
	}
}

func since(t *testing.T, b JournalBackend) {
	for _, id := range []string{"1", "2", "3"} {
		begin(t, b.Journal, entry(id))
		b.Shift(time.Minute)
	}
	got, err := b.Replica.Since(t.Context(), mine, 150*time.Second, 10)
	must(t, err)
	if diff := cmp.Diff([]string{"3", "2"}, ids(got)); diff != "" {
		t.Errorf("since (-want +got):\n%s", diff)
	}
}

func keepsTombstone(t *testing.T, b JournalBackend) {
	want := journal.Tombstone{Entry: "1", Account: mine, Deployment: target, Settings: `{"a":"b"}`, Readme: "# Ä", Workflow: []byte("{\"x\":\"\x00\"}"), Missing: "no"}
	must(t, b.Journal.Bury(t.Context(), want))
	second := want
	second.Readme = "other"
	must(t, b.Replica.Bury(t.Context(), second))
	must(t, b.Journal.Bury(t.Context(), journal.Tombstone{Entry: "2", Account: mine}))
	got, found, err := b.Replica.Dig(t.Context(), mine, "1")
	must(t, err)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(journal.Tombstone{}, "KeptAt")); diff != "" || !found {
		t.Errorf("found %v (-want +got):\n%s", found, diff)
	}
	if bare, _, err := b.Replica.Dig(t.Context(), mine, "2"); err != nil || bare.Workflow != nil {
		t.Errorf("one without a workflow: %+v, %v", bare, err)
	}
	if _, found, err := b.Replica.Dig(t.Context(), theirs, "1"); err != nil || found {
		t.Errorf("another account: %v, %v", found, err)
	}
}

// sights: of two that saw the same, one keeps it. What is not replaced stays.
func sights(t *testing.T, b JournalBackend) {
	none, err := b.Journal.LastSeen(t.Context(), mine)
	must(t, err)
	see := func(s journal.Store, version int64, parts map[int][]byte, want bool) {
		t.Helper()
		if ok, err := s.See(t.Context(), mine, version, parts); err != nil || ok != want {
			t.Errorf("See(%d, %v): %v, %v", version, parts, ok, err)
		}
	}
	last := func(want map[int][]byte, parts ...int) journal.Sight {
		t.Helper()
		got, err := b.Replica.LastSeen(t.Context(), mine, parts...)
		must(t, err)
		if diff := cmp.Diff(want, got.Parts); diff != "" {
			t.Errorf("last seen of %v (-want +got):\n%s", parts, diff)
		}
		return got
	}
	one, two := []byte("one"), []byte("two")
	see(b.Journal, none.Version, map[int][]byte{0: one, 63: two}, true)
	see(b.Replica, none.Version, map[int][]byte{0: []byte("late")}, false)
	b.Shift(time.Minute)
	got := last(map[int][]byte{0: one, 63: two})
	if got.Version == none.Version || got.Age < time.Minute {
		t.Errorf("last seen: %+v", got)
	}
	see(b.Replica, got.Version, map[int][]byte{0: []byte("uno"), 7: []byte("new")}, true)
	see(b.Journal, got.Version, map[int][]byte{63: []byte("late")}, false)
	last(map[int][]byte{0: []byte("uno"), 63: two}, 0, 63)
	if now := last(map[int][]byte{}, 8); now.Version == got.Version || now.Age >= time.Minute {
		t.Errorf("a look of which no part is there: %+v", now)
	}
	if other, err := b.Journal.LastSeen(t.Context(), theirs); err != nil || len(other.Parts) > 0 || other.Version != 0 {
		t.Errorf("another account's: %+v, %v", other, err)
	}
	b.Shift(time.Hour)
	_, err = b.Journal.Forget(t.Context(), time.Minute, 10)
	must(t, err)
	see(b.Journal, got.Version+1, map[int][]byte{0: one}, false)
	see(b.Journal, 0, map[int][]byte{5: one}, true)
	last(map[int][]byte{5: one})
}

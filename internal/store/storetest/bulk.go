package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// BulkBackend is one empty database, opened twice.
type BulkBackend struct {
	Bulk    bulk.Store
	Replica bulk.Store             // the same database, as a second process sees it
	Shift   func(by time.Duration) // moves the database's clock, for both
	Break   func()                 // makes the database unreachable, for both
}

// Bulk runs the suite. open is called once for every test in it.
func Bulk(t *testing.T, open func(t *testing.T) BulkBackend) {
	tests := []struct {
		name string
		run  func(*testing.T, BulkBackend)
	}{
		{"keeps a draft whole", keepsDraft},
		{"all or nothing", draftsWhole},
		{"begins once", beginsOnce},
		{"works for one holder", oneWorker},
		{"claims each item once", claimsOnce},
		{"gives back", givesBack},
		{"an outcome stays", itemOutcomeStays},
		{"stops what waits", stops},
		{"ends when nothing is left", endsRun},
		{"lists by state", listsItems},
		{"another account sees nothing", runsApart},
		{"sweeps", sweepsRuns},
		{"an answer is never a guess", bulkBroken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

const (
	runID  = "run"
	life   = time.Hour
	worker = "worker"
)

func bulkItem(n int, s bulk.State) bulk.Item {
	return bulk.Item{
		N: n, Deployment: fmt.Sprintf("deployment-%d", n), Name: "image-to-video “b”", State: s,
		Base:    map[string]string{"min_instances": "2", "hardware": "AMPERE_48"},
		Changes: []journal.Change{{Field: "min_instances", From: "2", To: "0"}},
	}
}

// draft records a run of waiting items, and after them others.
func draft(t *testing.T, s bulk.Store, id string, waiting int, others ...bulk.State) []bulk.Item {
	t.Helper()
	var items []bulk.Item
	for n := range waiting {
		items = append(items, bulkItem(n, bulk.Waiting))
	}
	for _, state := range others {
		items = append(items, bulkItem(len(items), state))
	}
	must(t, s.Draft(t.Context(), bulk.Run{ID: id, Account: mine, Person: "Night shift", Action: "min_zero", Value: "0"}, items))
	return items
}

// begun is a run that worker has taken.
func begun(t *testing.T, s bulk.Store, waiting int) {
	t.Helper()
	draft(t, s, runID, waiting)
	yes(t, "Begin")(s.Begin(t.Context(), mine, runID, "why", life))
	yes(t, "Take")(s.Take(t.Context(), runID, worker, time.Minute))
}

func yes(t *testing.T, what string) func(bool, error) { return answers(t, what, true) }
func no(t *testing.T, what string) func(bool, error)  { return answers(t, what, false) }

func answers(t *testing.T, what string, want bool) func(bool, error) {
	t.Helper()
	return func(got bool, err error) {
		t.Helper()
		if err != nil || got != want {
			t.Fatalf("%s: %v, error %v, want %v", what, got, err, want)
		}
	}
}

func claim(t *testing.T, s bulk.Store, key string) bulk.Item {
	t.Helper()
	item, ok, err := s.Claim(t.Context(), runID, worker, key)
	if err != nil || !ok {
		t.Fatalf("Claim: %v, error %v", ok, err)
	}
	return item
}

func findRun(t *testing.T, s bulk.Store) bulk.Run {
	t.Helper()
	r, found, err := s.Find(t.Context(), mine, runID)
	if err != nil || !found {
		t.Fatalf("Find: %v, error %v", found, err)
	}
	return r
}

func wantCounts(t *testing.T, s bulk.Store, want map[bulk.State]int) {
	t.Helper()
	if diff := cmp.Diff(want, findRun(t, s).Counts, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func keepsDraft(t *testing.T, b BulkBackend) {
	want := draft(t, b.Bulk, runID, 2, bulk.Unchanged, bulk.Unfit)
	got, err := b.Replica.Items(t.Context(), runID, nil, 0, 10)
	must(t, err)
	want[2], want[3] = want[3], want[2] // what cannot change comes before what need not
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	r := findRun(t, b.Replica)
	if r.Begun() || r.CreatedAt.IsZero() || !r.EndedAt.IsZero() || r.Worked || r.Items() != 4 || r.Open() != 2 {
		t.Errorf("the draft is %+v", r)
	}
	if diff := cmp.Diff(bulk.Run{ID: runID, Account: mine, Person: "Night shift", Action: "min_zero", Value: "0"}, r,
		cmpopts.IgnoreFields(bulk.Run{}, "CreatedAt", "Counts")); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
}

func draftsWhole(t *testing.T, b BulkBackend) {
	twice := []bulk.Item{bulkItem(0, bulk.Waiting), bulkItem(0, bulk.Waiting)}
	if err := b.Bulk.Draft(t.Context(), bulk.Run{ID: runID, Account: mine}, twice); err == nil {
		t.Error("a run with one deployment twice was accepted")
	}
	if _, found, err := b.Replica.Find(t.Context(), mine, runID); err != nil || found {
		t.Errorf("half of it stayed: found %v, error %v", found, err)
	}
	draft(t, b.Bulk, runID, 1)
	if err := b.Bulk.Draft(t.Context(), bulk.Run{ID: runID, Account: theirs}, nil); err == nil {
		t.Error("the id of a run was taken twice")
	}
}

func beginsOnce(t *testing.T, b BulkBackend) {
	draft(t, b.Bulk, runID, 1)
	no(t, "Take of a draft")(b.Bulk.Take(t.Context(), runID, worker, time.Minute))
	no(t, "Begin of another's")(b.Bulk.Begin(t.Context(), theirs, runID, "", life))
	var mu sync.Mutex
	won := 0
	atOnce(16, func(i int) {
		s := []bulk.Store{b.Bulk, b.Replica}[i%2]
		ok, err := s.Begin(t.Context(), mine, runID, "why", life)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Error(err)
		}
		if ok {
			won++
		}
	})
	if won != 1 {
		t.Errorf("%d began the run, want 1", won)
	}
	draft(t, b.Bulk, "old", 1)
	b.Shift(life)
	no(t, "Begin of an old draft")(b.Bulk.Begin(t.Context(), mine, "old", "", life))
}

func oneWorker(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 1)
	no(t, "Take of a taken run")(b.Replica.Take(t.Context(), runID, "other", time.Minute))
	yes(t, "renewal")(b.Bulk.Take(t.Context(), runID, worker, time.Minute))
	if r := findRun(t, b.Replica); !r.Worked {
		t.Error("a run that is worked on does not say so")
	}
	must(t, b.Replica.Leave(t.Context(), runID, "other", "not mine"))
	no(t, "Take after another's leave")(b.Replica.Take(t.Context(), runID, "other", time.Minute))

	b.Shift(time.Minute)
	if r := findRun(t, b.Replica); r.Worked {
		t.Error("a run whose worker is gone says that it is worked on")
	}
	yes(t, "Take of an abandoned run")(b.Replica.Take(t.Context(), runID, "other", time.Minute))
	if _, ok, err := b.Bulk.Claim(t.Context(), runID, worker, "key"); ok || err != nil {
		t.Errorf("who lost the run claimed an item: %v, error %v", ok, err)
	}
	must(t, b.Replica.Leave(t.Context(), runID, "other", "The token is no longer accepted."))
	r := findRun(t, b.Bulk)
	if r.Worked || r.Note != "The token is no longer accepted." || !r.EndedAt.IsZero() {
		t.Errorf("after Leave: %+v", r)
	}
	yes(t, "Take after Leave")(b.Bulk.Take(t.Context(), runID, worker, time.Minute))
	if note := findRun(t, b.Bulk).Note; note != "" {
		t.Errorf("who takes it on leaves the note %q", note)
	}
}

func claimsOnce(t *testing.T, b BulkBackend) {
	const items = 40
	begun(t, b.Bulk, items)
	var mu sync.Mutex
	claimed := map[int]string{}
	atOnce(8, func(i int) {
		s := []bulk.Store{b.Bulk, b.Replica}[i%2]
		for n := 0; ; n++ {
			key := fmt.Sprintf("key-%d-%d", i, n)
			item, ok, err := s.Claim(t.Context(), runID, worker, key)
			mu.Lock()
			if err != nil || ok && (claimed[item.N] != "" || item.Key != key || item.State != bulk.Running || item.Tries != 1) {
				t.Errorf("Claim: %+v, error %v, had %q", item, err, claimed[item.N])
			}
			if ok {
				claimed[item.N] = key
			}
			mu.Unlock()
			if !ok {
				return
			}
		}
	})
	if len(claimed) != items {
		t.Errorf("%d items claimed, want %d", len(claimed), items)
	}
	wantCounts(t, b.Bulk, map[bulk.State]int{bulk.Running: items})
}

func givesBack(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 1)
	item := claim(t, b.Bulk, "first")
	must(t, b.Replica.Return(t.Context(), runID, "other", item, true))
	must(t, b.Replica.Return(t.Context(), runID, worker, bulk.Item{N: item.N, Key: "other"}, true))
	wantCounts(t, b.Bulk, map[bulk.State]int{bulk.Running: 1})

	must(t, b.Bulk.Return(t.Context(), runID, worker, item, false))
	if again := claim(t, b.Bulk, "second"); again.Key != "first" || again.Tries != 2 {
		t.Errorf("an item that never left was claimed with key %q, try %d, want its own key, so that it cannot leave twice", again.Key, again.Tries)
	}
	must(t, b.Bulk.Return(t.Context(), runID, worker, item, true))
	if again := claim(t, b.Bulk, "third"); again.Key != "third" || again.Tries != 3 {
		t.Errorf("an item that was refused was claimed with key %q, try %d", again.Key, again.Tries)
	}
}

func itemOutcomeStays(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 2)
	item := claim(t, b.Bulk, "key")
	must(t, b.Bulk.Settle(t.Context(), runID, bulk.Item{N: item.N, Key: "other"}, bulk.Done, bulk.Outcome{}))
	must(t, b.Bulk.Settle(t.Context(), runID, bulk.Item{N: 1}, bulk.Done, bulk.Outcome{}))
	wantCounts(t, b.Bulk, map[bulk.State]int{bulk.Running: 1, bulk.Waiting: 1})

	unknown := bulk.Outcome{Message: "Nobody can say.", UpstreamID: "up", Looked: true}
	must(t, b.Bulk.Settle(t.Context(), runID, item, bulk.Unknown, unknown))
	got, err := b.Replica.Items(t.Context(), runID, []bulk.State{bulk.Unknown}, 0, 10)
	must(t, err)
	if len(got) != 1 || got[0].Outcome != unknown {
		t.Errorf("the unknown items are %+v", got)
	}
	must(t, b.Replica.Settle(t.Context(), runID, item, bulk.Done, bulk.Outcome{}))
	must(t, b.Replica.Settle(t.Context(), runID, item, bulk.Refused, bulk.Outcome{}))
	wantCounts(t, b.Bulk, map[bulk.State]int{bulk.Done: 1, bulk.Waiting: 1})
}

func stops(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 3)
	item := claim(t, b.Bulk, "key")
	must(t, b.Replica.Stop(t.Context(), theirs, runID))
	wantCounts(t, b.Bulk, map[bulk.State]int{bulk.Running: 1, bulk.Waiting: 2})
	must(t, b.Replica.Stop(t.Context(), mine, runID))
	wantCounts(t, b.Bulk, map[bulk.State]int{bulk.Running: 1, bulk.Skipped: 2})
	must(t, b.Bulk.Return(t.Context(), runID, worker, item, true))
	wantCounts(t, b.Bulk, map[bulk.State]int{bulk.Skipped: 3})
}

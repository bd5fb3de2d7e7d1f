package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/bulk"
)

func listsItems(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 5)
	for n, s := range []bulk.State{bulk.Done, bulk.Refused, bulk.Unknown} {
		item := claim(t, b.Bulk, "key")
		if item.N != n {
			t.Fatalf("claimed item %d, want them in order", item.N)
		}
		must(t, b.Bulk.Settle(t.Context(), runID, item, s, bulk.Outcome{}))
	}
	tests := []struct {
		states        []bulk.State
		offset, limit int
		want          []int
	}{
		{nil, 0, 10, []int{2, 1, 3, 4, 0}},
		{nil, 1, 2, []int{1, 3}},
		{nil, 9, 2, nil},
		{[]bulk.State{bulk.Waiting}, 0, 10, []int{3, 4}},
		{[]bulk.State{bulk.Done, bulk.Unknown}, 0, 10, []int{2, 0}},
		{[]bulk.State{bulk.Gone}, 0, 10, nil},
		{[]bulk.State{"' OR 1=1 --"}, 0, 10, nil},
	}
	for _, tt := range tests {
		items, err := b.Replica.Items(t.Context(), runID, tt.states, tt.offset, tt.limit)
		must(t, err)
		var got []int
		for _, item := range items {
			got = append(got, item.N)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("items in %v from %d (-want +got):\n%s", tt.states, tt.offset, diff)
		}
	}
}

func runsApart(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 1)
	draft(t, b.Bulk, "draft", 1)
	if _, found, err := b.Bulk.Find(t.Context(), theirs, runID); err != nil || found {
		t.Errorf("another account found the run: %v, error %v", found, err)
	}
	for account, want := range map[string]int{mine: 1, theirs: 0} {
		for _, open := range []bool{true, false} {
			runs, err := b.Replica.Recent(t.Context(), account, open, 10)
			if err != nil || len(runs) != want || want == 1 && runs[0].ID != runID {
				t.Errorf("%s has the runs %+v, error %v, want %d", account, runs, err, want)
			}
		}
	}
	must(t, b.Bulk.Stop(t.Context(), mine, runID))
	if runs, err := b.Bulk.Recent(t.Context(), mine, true, 10); err != nil || len(runs) != 0 {
		t.Errorf("a run with nothing left is still open: %+v, error %v", runs, err)
	}
}

func sweepsRuns(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 1)
	draft(t, b.Bulk, "draft", 1)
	swept := func(want int) {
		t.Helper()
		if n, err := b.Bulk.Sweep(t.Context(), 30*life, life, 10); err != nil || n != want {
			t.Errorf("swept %d, error %v, want %d", n, err, want)
		}
	}
	swept(0)
	b.Shift(life)
	swept(1)
	if _, found, err := b.Replica.Find(t.Context(), mine, "draft"); err != nil || found {
		t.Errorf("an old draft is still there: %v, error %v", found, err)
	}
	b.Shift(29 * life)
	yes(t, "Take")(b.Bulk.Take(t.Context(), runID, worker, time.Minute))
	swept(0) // somebody works on it
	b.Shift(time.Minute)
	swept(1)
	if items, err := b.Replica.Items(t.Context(), runID, nil, 0, 10); err != nil || len(items) != 0 {
		t.Errorf("%d items of a run that is gone, error %v", len(items), err)
	}
}

func bulkBroken(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 1)
	b.Break()
	ctx := t.Context()
	for _, s := range []bulk.Store{b.Bulk, b.Replica} {
		_, begins := s.Begin(ctx, mine, runID, "", life)
		_, _, finds := s.Find(ctx, mine, runID)
		_, recent := s.Recent(ctx, mine, true, 1)
		_, lists := s.Items(ctx, runID, nil, 0, 1)
		_, takes := s.Take(ctx, runID, worker, time.Minute)
		_, _, claims := s.Claim(ctx, runID, worker, "key")
		_, sweeps := s.Sweep(ctx, 0, 0, 1)
		for what, err := range map[string]error{
			"Draft": s.Draft(ctx, bulk.Run{ID: "x", Account: mine}, nil), "Begin": begins, "Find": finds, "Recent": recent, "Items": lists,
			"Take": takes, "Leave": s.Leave(ctx, runID, worker, ""), "Claim": claims, "Return": s.Return(ctx, runID, worker, bulk.Item{}, true),
			"Settle": s.Settle(ctx, runID, bulk.Item{}, bulk.Done, bulk.Outcome{}), "Stop": s.Stop(ctx, mine, runID), "Sweep": sweeps,
		} {
			if err == nil {
				t.Errorf("%s on a broken database succeeded", what)
			}
		}
	}
}

func endsRun(t *testing.T, b BulkBackend) {
	begun(t, b.Bulk, 1)
	item := claim(t, b.Bulk, "key")
	must(t, b.Bulk.Settle(t.Context(), runID, item, bulk.Done, bulk.Outcome{}))
	must(t, b.Bulk.Leave(t.Context(), runID, worker, ""))
	first := findRun(t, b.Bulk)
	if first.EndedAt.IsZero() || first.Worked || first.Open() != 0 {
		t.Errorf("the run is %+v, want it ended", first)
	}
	b.Shift(time.Minute)
	yes(t, "Take of an ended run")(b.Bulk.Take(t.Context(), runID, worker, time.Minute))
	must(t, b.Bulk.Leave(t.Context(), runID, worker, ""))
	if again := findRun(t, b.Bulk); !again.EndedAt.Equal(first.EndedAt) {
		t.Error("a run ended twice")
	}
}

package deployments_test

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// quickly makes a run wait as little as it can.
func quickly() deployments.RunOptions {
	return deployments.RunOptions{Rest: time.Millisecond}
}

func (d *deck) newRuns(t *testing.T, o deployments.RunOptions) *deployments.Runs {
	t.Helper()
	r := deployments.NewRuns(d.Service, d.db.Bulk(), o)
	t.Cleanup(r.Close)
	return r
}

// fill puts n deployments into the account and returns their ids.
func (d *deck) fill(n int) []string {
	var ids []string
	for i := range n {
		one := example()
		one.ID, one.Name = fmt.Sprintf("a1b2c3d4-1111-2222-3333-%012d", i), fmt.Sprintf("deployment %d", i)
		d.box.Put(token, one)
		ids = append(ids, one.ID)
	}
	return ids
}

// drafted reviews an action for the deployments.
func drafted(t *testing.T, r *deployments.Runs, action, value string, ids ...string) string {
	t.Helper()
	a, ok := deployments.FindManyAction(action)
	if !ok {
		t.Fatalf("there is no action %q", action)
	}
	found, missing, err := r.Pick(t.Context(), seen(token), ids)
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.Draft(t.Context(), seen(token), a, value, found, missing)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// finished waits until nobody works on a run.
func finished(t *testing.T, r *deployments.Runs, id string) bulk.Run {
	t.Helper()
	for {
		run, err := r.Find(t.Context(), seen(token).Account, id)
		if err != nil {
			t.Fatal(err)
		}
		if run.Begun() && !run.Worked {
			return run
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(time.Millisecond):
		}
	}
}

func carriedOut(t *testing.T, r *deployments.Runs, action, value string, ids ...string) (bulk.Run, []bulk.Item) {
	t.Helper()
	id := drafted(t, r, action, value, ids...)
	if err := r.Begin(t.Context(), seen(token), id); err != nil {
		t.Fatal(err)
	}
	return ended(t, r, id)
}

func ended(t *testing.T, r *deployments.Runs, id string) (bulk.Run, []bulk.Item) {
	t.Helper()
	run := finished(t, r, id)
	items, err := r.Items(t.Context(), run, "", 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return run, items
}

func wantStates(t *testing.T, run bulk.Run, want map[bulk.State]int) {
	t.Helper()
	if diff := cmp.Diff(want, run.Counts); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

// effective counts the writes that took effect, per deployment.
func (d *deck) effective() map[string]int {
	out := map[string]int{}
	for _, c := range d.box.Calls() {
		if c.Method == http.MethodPatch && c.Applied {
			out[path.Base(c.Path)]++
		}
	}
	return out
}

func TestManyActions(t *testing.T) {
	t.Parallel()
	tests := []struct{ action, value, want string }{
		{"disable", "", `{"name":"deployment 0","is_enabled":false}`},
		{"min_zero", "", `{"name":"deployment 0","min_instances":0}`},
		{"keep_warm", " 30 ", `{"name":"deployment 0","keep_warm_duration_in_seconds":30}`},
		{"hardware", "TURING_16", `{"name":"deployment 0","hardware":["TURING_16"]}`},
		{"version", "v2", `{"name":"deployment 0","workflow_version":"v2"}`},
	}
	for _, tt := range tests {
		t.Run(tt.action, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			ids := d.fill(1)
			run, items := carriedOut(t, d.newRuns(t, quickly()), tt.action, tt.value, ids...)
			wantStates(t, run, map[bulk.State]int{bulk.Done: 1})
			wantBodies(t, d.sent(http.MethodPatch), tt.want)
			if run.EndedAt.IsZero() || run.Note != "" || items[0].Message != "" {
				t.Errorf("run %+v, item %+v", run, items[0])
			}
			again, _ := carriedOut(t, d.newRuns(t, quickly()), tt.action, tt.value, ids...)
			wantStates(t, again, map[bulk.State]int{bulk.Unchanged: 1})
		})
	}
}

// TestManyAction_Effect: a pause is the one that fails requests. Enabling touches nothing that runs.
func TestManyAction_Effect(t *testing.T) {
	t.Parallel()
	want := map[string]deployments.Effect{
		"disable": deployments.EffectStop, "min_zero": deployments.EffectScaling, "keep_warm": deployments.EffectScaling,
		"hardware": deployments.EffectRollout, "version": deployments.EffectRollout,
	}
	for _, a := range deployments.ManyActions() {
		got, some := a.Effect()
		if e, ok := want[a.ID]; got != e || some != ok {
			t.Errorf("%s: Effect() = %d, %t, want %d, %t", a.ID, got, some, e, ok)
		}
	}
}

func TestDraft(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	r := d.newRuns(t, quickly())
	ids := d.fill(3)
	small := example()
	small.ID, small.MinInstances, small.MaxInstances = ids[1], 0, 1
	d.box.Put(token, small)
	id := drafted(t, r, "min_zero", "", slices.Concat(ids, ids, []string{otherID})...)

	run, err := r.Find(t.Context(), seen(token).Account, id)
	if err != nil {
		t.Fatal(err)
	}
	wantStates(t, run, map[bulk.State]int{bulk.Waiting: 2, bulk.Unchanged: 1, bulk.Gone: 1})
	if d.writes() != 0 || run.Begun() {
		t.Errorf("%d writes of a draft", d.writes())
	}
	cost, err := r.Cost(t.Context(), run, d.Prices().Plan("payg"))
	if err != nil || cost.Raises != 0 || cost.After.Floor != 0 || cost.Before.Floor == 0 || cost.After.Ceiling != cost.Before.Ceiling {
		t.Errorf("cost %+v, error %v", cost, err)
	}
	if _, err := r.Find(t.Context(), "another account", id); !fault.Is(err, fault.NotFound) {
		t.Errorf("another account: %v", err)
	}
	if err := r.Begin(t.Context(), seen(otherToken), id); !fault.Is(err, fault.NotFound) {
		t.Errorf("begun by another account: %v", err)
	}
}

func TestDraft_Refuses(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	r := d.newRuns(t, quickly())
	all := []deployments.Deployment{{ID: id, Name: "x"}}
	for action, value := range map[string]string{"keep_warm": "-1", "hardware": "NO_SUCH", "version": " "} {
		a, _ := deployments.FindManyAction(action)
		if _, err := r.Draft(t.Context(), seen(token), a, value, all, nil); fault.Fields(err)[deployments.FieldValue] == "" {
			t.Errorf("%s %q: %v", action, value, err)
		}
	}
	a, _ := deployments.FindManyAction("disable")
	if _, err := r.Draft(t.Context(), seen(token), a, "", nil, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("of none: %v", err)
	}
	if _, _, err := r.Pick(t.Context(), seen(token), []string{"../accounts"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("of what is no id: %v", err)
	}
	readOnly := newDeck(t, deployments.Options{ReadOnly: true})
	if _, err := readOnly.newRuns(t, quickly()).Draft(t.Context(), seen(token), a, "", all, nil); !fault.Is(err, fault.Forbidden) {
		t.Errorf("on a read-only server: %v", err)
	}
}

// TestRun_UnderFaults: whatever the API does, each item ends with what is true, and no deployment is written to twice.
func TestRun_UnderFaults(t *testing.T) {
	t.Parallel()
	for _, faults := range [][]string{
		{"429@update:2-4=", "500@update:6-7"},
		{"429@get:3-5=", "reset@update:2"},
		{"500-after@update:1-4"},
		{"html@update:2-3", "wrong-id@update:5"},
		{"error200@update:4"},
		{"422@update:1-3=min_instances"},
		{"403@update:2", "404@get:9"},
		{"truncate@update:3-5", "503@get:4-7"},
		{"reset-after@update:1-3", "500@get:2-6"},
		{"409@update:2", "redirect@update:4"},
		{"empty@update:1-9"},
		{"502-after@update", "429@get:7-9="},
	} {
		t.Run(fmt.Sprint(faults), func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{}, faults...)
			ids := d.fill(12)
			d.fail()
			r := d.newRuns(t, quickly())
			id := drafted(t, r, "min_zero", "", ids...)
			d.fail(faults...)
			if err := r.Begin(t.Context(), seen(token), id); err != nil {
				t.Fatal(err)
			}
			run, items := ended(t, r, id)
			if run.Open() != 0 || len(items) != len(ids) {
				t.Fatalf("the run ended with %+v", run)
			}
			d.wantTruth(t, items)
		})
	}
}

// wantTruth compares what is said of items with what the sandbox did.
func (d *deck) wantTruth(t *testing.T, items []bulk.Item) {
	t.Helper()
	writes := d.effective()
	for _, item := range items {
		now, _ := d.box.Deployment(token, item.Deployment)
		happened := now.MinInstances == 0
		if writes[item.Deployment] > 1 || happened != (writes[item.Deployment] == 1) {
			t.Errorf("%s: %d effective writes, happened: %v", item.Deployment, writes[item.Deployment], happened)
		}
		switch {
		case item.State == bulk.Done && !happened, slices.Contains([]bulk.State{bulk.Refused, bulk.Gone, bulk.Waiting, bulk.Skipped}, item.State) && happened:
			t.Errorf("%s is said to be %s (%s), happened: %v", item.Deployment, item.State, item.Message, happened)
		case item.State != bulk.Done && item.Message == "" && item.State != bulk.Waiting && item.State != bulk.Skipped:
			t.Errorf("%s is %s without a word", item.Deployment, item.State)
		}
	}
}

// TestRun_Reason: what the API refuses about a field is told with its reason, in the run and in the record of the write.
func TestRun_Reason(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "422@update=is_enabled")
	ids := d.fill(1)
	_, items := carriedOut(t, d.newRuns(t, quickly()), "disable", "", ids...)
	const want = "RunComfy refused this. It says: Validation error. is_enabled: RunComfy says: Value is not accepted."
	if items[0].State != bulk.Refused || items[0].Message != want {
		t.Errorf("the item is %s: %q, want %q", items[0].State, items[0].Message, want)
	}
	past, err := d.History(t.Context(), seen(token).Account, ids[0], 1)
	if err != nil || len(past) != 1 || past[0].Message != want {
		t.Errorf("the record is %+v, %v; want %q", past, err, want)
	}
}

// TestRun_RateLimited: a run waits as the API asks, and what was refused for that is tried again.
func TestRun_RateLimited(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "429@update:1-6=")
	ids := d.fill(8)
	run, items := carriedOut(t, d.newRuns(t, quickly()), "disable", "", ids...)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 8})
	if n := len(d.sent(http.MethodPatch)); n != 14 {
		t.Errorf("%d PATCHes were sent, want 8 and the 6 that were refused", n)
	}
	if i := slices.IndexFunc(items, func(i bulk.Item) bool { return i.Tries > 1 }); i < 0 {
		t.Error("no item was tried twice")
	}
	d.fail("429@update=")
	run, items = carriedOut(t, d.newRuns(t, quickly()), "enable", "", ids...)
	wantStates(t, run, map[bulk.State]int{bulk.Refused: 8})
	if items[0].Tries != 5 {
		t.Errorf("an item was tried %d times", items[0].Tries)
	}
}

// TestRun_Parallel: at most four at once, and a single write per deployment with everybody else's.
func TestRun_Parallel(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{Poll: time.Millisecond})
	ids := d.fill(12)
	var mu sync.Mutex
	under, most := 0, 0
	full := make(chan struct{})
	arrived := func(req *http.Request) {
		if req.Method != http.MethodPatch {
			return
		}
		mu.Lock()
		if under++; under > most {
			if most = under; most == 4 {
				close(full)
			}
		}
		mu.Unlock()
		<-full
		mu.Lock()
		under--
		mu.Unlock()
	}
	d.arrival.Store(&arrived)
	run, _ := carriedOut(t, d.newRuns(t, quickly()), "disable", "", ids...)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 12})
	if most != 4 {
		t.Errorf("%d writes at once, want 4", most)
	}
}

func TestRun_Lease(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{Poll: time.Millisecond})
	ids := d.fill(1)
	r := d.newRuns(t, quickly())
	if ok, err := d.journal.Lease(t.Context(), ids[0], "an edit form", time.Minute); err != nil || !ok {
		t.Fatal(ok, err)
	}
	id := drafted(t, r, "disable", "", ids...)
	if err := r.Begin(t.Context(), seen(token), id); err != nil {
		t.Fatal(err)
	}
	run, err := r.Find(t.Context(), seen(token).Account, id)
	if err != nil || run.Open() != 1 || d.writes() != 0 {
		t.Errorf("while another writes: %+v, %d writes, error %v", run, d.writes(), err)
	}
	if err := d.journal.Release(t.Context(), ids[0], "an edit form"); err != nil {
		t.Fatal(err)
	}
	wantStates(t, finished(t, r, id), map[bulk.State]int{bulk.Done: 1})
}

// TestRun_MovedOn: what costs happens as it was reviewed or not at all; what saves happens whatever else changed.
func TestRun_MovedOn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		action, value string
		change        func(*sandbox.Deployment)
		want          bulk.State
	}{
		{"enable", "", func(d *sandbox.Deployment) { d.IsEnabled, d.MinInstances = false, 3 }, bulk.Refused},
		{"enable", "", func(d *sandbox.Deployment) { d.IsEnabled, d.WorkflowVersion = false, "v7" }, bulk.Done},
		{"keep_warm", "30", func(d *sandbox.Deployment) { d.KeepWarm = 10 }, bulk.Refused},
		{"keep_warm", "30", func(d *sandbox.Deployment) { d.KeepWarm = 90 }, bulk.Done},
		{"min_zero", "", func(d *sandbox.Deployment) { d.MinInstances = 3 }, bulk.Done},
		{"min_zero", "", func(d *sandbox.Deployment) { d.MinInstances = 0 }, bulk.Unchanged},
		{"disable", "", func(d *sandbox.Deployment) { d.Hardware = []string{"ADA_80_PLUS"} }, bulk.Done},
		{"version", "v2", func(d *sandbox.Deployment) { d.WorkflowVersion = "v3" }, bulk.Refused},
		{"hardware", "TURING_16", func(d *sandbox.Deployment) { d.Hardware = []string{"ADA_80_PLUS"} }, bulk.Refused},
	}
	for _, tt := range tests {
		d := newDeck(t, deployments.Options{})
		r := d.newRuns(t, quickly())
		ids := d.fill(1)
		now, _ := d.box.Deployment(token, ids[0])
		now.IsEnabled = tt.action != "enable"
		d.box.Put(token, now)
		id := drafted(t, r, tt.action, tt.value, ids...)
		tt.change(&now)
		d.box.Put(token, now)
		if err := r.Begin(t.Context(), seen(token), id); err != nil {
			t.Fatal(err)
		}
		run, items := ended(t, r, id)
		if run.Counts[tt.want] != 1 {
			t.Errorf("%s: %s (%s), want %s", tt.action, items[0].State, items[0].Message, tt.want)
		}
	}
}

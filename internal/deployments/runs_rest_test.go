package deployments_test

import (
	"net/http"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// held lets PATCHes wait until release is called, and says when the first has arrived.
func (d *deck) held() (arrived <-chan struct{}, release func()) {
	there, gate := make(chan struct{}, 100), make(chan struct{})
	arrival := func(r *http.Request) {
		if r.Method == http.MethodPatch {
			there <- struct{}{}
			<-gate
		}
	}
	d.arrival.Store(&arrival)
	return there, func() { close(gate) }
}

// TestRun_Stop: what is under way finishes, the rest is skipped and can be tried again.
func TestRun_Stop(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	ids := d.fill(9)
	r := d.newRuns(t, deployments.RunOptions{Parallel: 2})
	arrived, release := d.held()
	id := drafted(t, r, "disable", "", ids...)
	if err := r.Begin(t.Context(), seen(token), id); err != nil {
		t.Fatal(err)
	}
	<-arrived
	<-arrived
	if err := r.Stop(t.Context(), seen(otherToken), id); !fault.Is(err, fault.NotFound) {
		t.Errorf("stopped by another account: %v", err)
	}
	if err := r.Stop(t.Context(), seen(token), id); err != nil {
		t.Fatal(err)
	}
	release()
	run := finished(t, r, id)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 2, bulk.Skipped: 7})
	if run.EndedAt.IsZero() {
		t.Error("the stopped run has no end")
	}
	next, err := r.Again(t.Context(), seen(token), id)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.Find(t.Context(), seen(token).Account, next); err != nil || again.Counts[bulk.Waiting] != 7 || again.Items() != 7 {
		t.Errorf("the next draft is %+v, error %v", again, err)
	}
}

// TestRun_Close: a process that stops finishes what it has begun, and another one goes on with the rest.
func TestRun_Close(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	ids := d.fill(6)
	first := d.newRuns(t, deployments.RunOptions{Parallel: 2})
	arrived, release := d.held()
	id := drafted(t, first, "min_zero", "", ids...)
	if err := first.Begin(t.Context(), seen(token), id); err != nil {
		t.Fatal(err)
	}
	<-arrived
	<-arrived
	closed := make(chan struct{})
	go func() { defer close(closed); first.Close() }()
	for first.GoOn(t.Context(), seen(token), id, false) == nil { // until Close has begun
		time.Sleep(time.Millisecond)
	}
	release()
	<-closed
	run := finished(t, first, id)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 2, bulk.Waiting: 4})
	if !run.EndedAt.IsZero() {
		t.Error("a run with items that wait has ended")
	}
	second := d.newRuns(t, quickly())
	if err := second.GoOn(t.Context(), seen(token), id, false); err != nil {
		t.Fatal(err)
	}
	run, items := ended(t, second, id)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 6})
	d.wantTruth(t, items)
}

// TestRun_Killed: the process dies at every point of a write. Whoever goes on settles by reading, and never writes twice.
func TestRun_Killed(t *testing.T) {
	t.Parallel()
	for _, point := range []string{deployments.AfterRecord, deployments.BeforeOutcome, deployments.AfterOutcome} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			dead := make(chan struct{})
			var struck atomic.Bool
			struckNow := make(chan struct{})
			o := deployments.Options{SendBudget: time.Second, WriteBudget: 2 * time.Second, Poll: time.Millisecond}
			o.Reached = func(at string) {
				if at == point {
					if struck.CompareAndSwap(false, true) {
						close(struckNow)
					}
					<-dead // never goes on: as good as gone
				}
			}
			d := newDeck(t, o)
			ids := d.fill(3)
			killed := deployments.NewRuns(d.Service, d.db.Bulk(), deployments.RunOptions{Parallel: 1})
			id := drafted(t, killed, "min_zero", "", ids...)
			if err := killed.Begin(t.Context(), seen(token), id); err != nil {
				t.Fatal(err)
			}
			<-struckNow
			t.Cleanup(func() { close(dead); killed.Close() })
			d.db.ShiftClock(time.Minute) // its hold and its lease have run out

			d.Service = d.clone(t) // a process that lives
			r := d.newRuns(t, quickly())
			if err := r.GoOn(t.Context(), seen(token), id, false); err != nil {
				t.Fatal(err)
			}
			run, items := ended(t, r, id)
			d.wantTruth(t, items)
			want := map[bulk.State]int{bulk.Done: 3}
			if point == deployments.AfterRecord {
				want = map[bulk.State]int{bulk.Done: 2, bulk.Unknown: 1} // recorded, and not seen to have happened
			}
			wantStates(t, run, want)
		})
	}
}

// TestRun_NeverLeft: an item that was claimed, but is not in the journal, waits again under the same key, so that the worker
// that was thought gone cannot send it as well.
func TestRun_NeverLeft(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	ids := d.fill(1)
	r := d.newRuns(t, quickly())
	id := drafted(t, r, "min_zero", "", ids...)
	store, account := d.db.Bulk(), seen(token).Account
	key := deployments.NewKey()
	if ok, err := store.Begin(t.Context(), account, id, "", time.Hour); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if ok, err := store.Take(t.Context(), id, "gone", 30*time.Second); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if _, ok, err := store.Claim(t.Context(), id, "gone", key); err != nil || !ok {
		t.Fatal(ok, err)
	}
	d.db.ShiftClock(time.Minute)
	if err := r.GoOn(t.Context(), seen(token), id, false); err != nil {
		t.Fatal(err)
	}
	run, items := ended(t, r, id)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 1})
	if items[0].Key != key {
		t.Error("the item left under another key")
	}
	if e, found, err := d.journal.ByKey(t.Context(), account, key); err != nil || !found || e.State != journal.Done {
		t.Errorf("the journal has %+v, error %v", e, err)
	}
}

// TestRun_Unknown: what nobody could vouch for is settled by looking, or may be tried again once it was looked at.
func TestRun_Unknown(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	ids := d.fill(2)
	r := d.newRuns(t, quickly())
	id := drafted(t, r, "min_zero", "", ids...)
	d.fail("500@update", "500@get:3-") // the looks after the writes fail too
	var written sync.WaitGroup
	written.Add(2)
	arrival := func(r *http.Request) { // both were read before the first look after
		if r.Method == http.MethodPatch {
			written.Done()
			written.Wait()
		}
	}
	d.arrival.Store(&arrival)
	if err := r.Begin(t.Context(), seen(token), id); err != nil {
		t.Fatal(err)
	}
	run, items := ended(t, r, id)
	d.arrival.Store(nil)
	wantStates(t, run, map[bulk.State]int{bulk.Unknown: 2})
	if items[0].Looked || items[1].Looked {
		t.Error("an item counts as looked at, though it could not be read")
	}
	if _, err := r.Again(t.Context(), seen(token), id); err == nil {
		t.Error("unknown items may be tried again before anybody looked")
	}
	now, _ := d.box.Deployment(token, items[0].Deployment)
	now.MinInstances = 0 // it happened after all
	d.box.Put(token, now)
	d.fail()
	before := d.writes()
	if err := r.GoOn(t.Context(), seen(token), id, true); err != nil {
		t.Fatal(err)
	}
	run, items = ended(t, r, id)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 1, bulk.Unknown: 1})
	if d.writes() != before {
		t.Errorf("looking sent %d writes", d.writes()-before)
	}
	if i := slices.IndexFunc(items, func(i bulk.Item) bool { return i.State == bulk.Unknown }); !items[i].Looked {
		t.Error("an item that was looked at does not say so")
	}
	next, err := r.Again(t.Context(), seen(token), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Begin(t.Context(), seen(token), next); err != nil {
		t.Fatal(err)
	}
	wantStates(t, finished(t, r, next), map[bulk.State]int{bulk.Done: 1})
	if got := d.effective()[path.Base(items[0].Deployment)]; got > 1 {
		t.Errorf("%d effective writes", got)
	}
}

// TestRun_TokenRefused: a token that is no longer accepted stops the run; one that is goes on with it.
func TestRun_TokenRefused(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "401@update:3-")
	ids := d.fill(6)
	r := d.newRuns(t, deployments.RunOptions{Parallel: 1})
	run, _ := carriedOut(t, r, "disable", "", ids...)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 2, bulk.Waiting: 4})
	if run.Note == "" || !run.EndedAt.IsZero() {
		t.Errorf("the run does not say why it rests: %+v", run)
	}
	d.fail()
	if err := r.GoOn(t.Context(), seen(token), run.ID, false); err != nil {
		t.Fatal(err)
	}
	run = finished(t, r, run.ID)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 6})
	if run.Note != "" {
		t.Errorf("the run still says %q", run.Note)
	}
}

// TestRun_APIDown: an API that fails all the time is not asked for everything.
func TestRun_APIDown(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	ids := d.fill(40)
	r := d.newRuns(t, deployments.RunOptions{Parallel: 1})
	id := drafted(t, r, "disable", "", ids...)
	d.fail("500@get")
	if err := r.Begin(t.Context(), seen(token), id); err != nil {
		t.Fatal(err)
	}
	run := finished(t, r, id)
	wantStates(t, run, map[bulk.State]int{bulk.Refused: 20, bulk.Waiting: 20})
	if run.Note == "" || d.writes() != 0 {
		t.Errorf("note %q, %d writes", run.Note, d.writes())
	}
}

// TestRun_Twice: however often a review is confirmed, and by however many servers, it is carried out once.
func TestRun_Twice(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	ids := d.fill(10)
	both := []*deployments.Runs{d.newRuns(t, quickly()), d.newRuns(t, quickly())}
	id := drafted(t, both[0], "min_zero", "", ids...)
	done := make(chan error, 20)
	for i := range 20 {
		go func() { done <- both[i%2].Begin(t.Context(), seen(token), id) }()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	run, items := ended(t, both[1], id)
	wantStates(t, run, map[bulk.State]int{bulk.Done: 10})
	d.wantTruth(t, items)
	if n := d.writes(); n != 10 {
		t.Errorf("%d writes, want 10", n)
	}
}

// TestRun_OldReview: what was seen long ago is seen again first.
func TestRun_OldReview(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	ids := d.fill(1)
	r := d.newRuns(t, quickly())
	id := drafted(t, r, "disable", "", ids...)
	d.db.ShiftClock(10 * time.Minute)
	if err := r.Begin(t.Context(), seen(token), id); !fault.Is(err, fault.Conflict) {
		t.Errorf("an old review was carried out: %v", err)
	}
	next, err := r.Again(t.Context(), seen(token), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Begin(t.Context(), seen(token), next); err != nil {
		t.Fatal(err)
	}
	wantStates(t, finished(t, r, next), map[bulk.State]int{bulk.Done: 1})
}

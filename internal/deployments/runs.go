package deployments

import (
	"cmp"
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// RunOptions tune Runs. The zero value is ready for production.
type RunOptions struct {
	Parallel int           // deployments a run changes at once; 0: 4
	Hold     time.Duration // how long a run stays with a worker that no longer says so; 0: 15 s
	Rest     time.Duration // when the API asks for less without saying for how long; 0: 5 s
}

// Runs reviews and carries out one change over many deployments. What it knows is in the store; only the token of whoever
// started or continued a run is not, and goes when the process does. It is safe for concurrent use.
type Runs struct {
	deck  *Service
	store bulk.Store
	o     RunOptions

	ctx     context.Context // of every worker: ends with Close
	stop    context.CancelFunc
	mu      sync.Mutex // orders start and Close
	closed  bool
	working sync.WaitGroup
}

// NewRuns makes runs of the service's changes. Close ends them.
func NewRuns(deck *Service, store bulk.Store, o RunOptions) *Runs {
	o.Parallel, o.Hold, o.Rest = cmp.Or(o.Parallel, 4), cmp.Or(o.Hold, 15*time.Second), cmp.Or(o.Rest, 5*time.Second)
	r := &Runs{deck: deck, store: store, o: o}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
}

// Close lets the items under way finish and leaves the others waiting, for somebody to go on with.
func (r *Runs) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.stop()
	r.working.Wait()
}

// Ages of what is forgotten. A draft outlives its review, so that it can be reviewed again.
const (
	runAge   = 30 * 24 * time.Hour
	draftAge = 24 * time.Hour
)

// Forget takes away old runs, oldest first, at most limit.
func (r *Runs) Forget(ctx context.Context, limit int) (int, error) {
	return r.store.Sweep(ctx, runAge, draftAge, limit)
}

// Draft reviews a change of deployments: nothing is sent, and what would be is recorded. missing are ids that the account has
// no deployment for. The error names a value that is no good as the field "value".
func (r *Runs) Draft(ctx context.Context, ask Ask, a ManyAction, value string, all []Deployment, missing []string) (id string, err error) {
	if err := r.deck.writable(); err != nil {
		return "", err
	}
	switch n := len(all) + len(missing); {
	case n == 0:
		return "", fault.New(fault.Invalid, "No deployment was selected. Go back and select some first.")
	case n > maxMany:
		return "", fault.New(fault.Invalid, "These are too many for one run. Narrow the list first.")
	}
	items, err := r.deck.plan(a, value, all)
	if wrong := fault.Fields(err); wrong != nil {
		return "", &fault.Error{Kind: fault.Invalid, Message: "The value needs your attention. Nothing was sent.", Fields: map[string]string{FieldValue: wrong[a.Field]}}
	}
	for _, gone := range missing {
		items = append(items, bulk.Item{Deployment: gone, State: bulk.Gone, Outcome: bulk.Outcome{Message: manyGone}})
	}
	run := bulk.Run{ID: NewKey(), Account: ask.Account, Person: clip(ask.Person, maxText), Action: a.ID, Value: oneLine(value)}
	return run.ID, noRecords(r.store.Draft(ctx, run, items))
}

// FieldValue is the field of a form that names the value for many.
const FieldValue = "value"

// Again reviews the same change once more: of a draft for everything in it, of a run for what was refused or skipped, and for
// what is unknown and was looked at.
func (r *Runs) Again(ctx context.Context, ask Ask, id string) (next string, err error) {
	if err := r.deck.writable(); err != nil {
		return "", err
	}
	run, err := r.Find(ctx, ask.Account, id)
	if err != nil {
		return "", err
	}
	var states []bulk.State
	if run.Begun() {
		states = bulk.Retryable()
	}
	items, err := r.store.Items(ctx, id, states, 0, maxMany)
	if err != nil {
		return "", noRecords(err)
	}
	var ids []string
	for i := range items {
		if items[i].State != bulk.Unknown || items[i].Looked {
			ids = append(ids, items[i].Deployment)
		}
	}
	a, _ := FindManyAction(run.Action)
	all, missing, err := r.Pick(ctx, ask, ids)
	if err != nil {
		return "", err
	}
	return r.Draft(ctx, ask, a, run.Value, all, missing)
}

// Pick reads the deployments with these ids, in their order, and tells which the account does not have.
func (r *Runs) Pick(ctx context.Context, ask Ask, ids []string) (found []Deployment, missing []string, err error) {
	list, err := r.deck.Fleet(ctx, ask.Account, ask.Token, Newest)
	if err != nil {
		return nil, nil, err
	}
	all := list.Index
	rows := map[string]int32{}
	for row := range int32(all.Len()) {
		rows[all.At(row).ID] = row
	}
	seen := map[string]bool{}
	for _, id := range ids {
		row, ok := rows[id]
		switch {
		case !apiclient.ValidID(id):
			return nil, nil, fault.New(fault.Invalid, "The selection holds what is no deployment. Nothing was sent. Go back, reload the page and select again.")
		case seen[id]:
		case ok:
			found = append(found, all.At(row))
		default:
			missing = append(missing, id)
		}
		seen[id] = true
	}
	return found, missing, nil
}

// Find returns a run of the account.
func (r *Runs) Find(ctx context.Context, account, id string) (bulk.Run, error) {
	run, found, err := r.store.Find(ctx, account, id)
	if err == nil && !found {
		return bulk.Run{}, fault.New(fault.NotFound, "This account has no such run. Runs are kept for 30 days, and reviews that nobody confirmed for a day.")
	}
	return run, noRecords(err)
}

// Recent returns the account's runs, newest first; open wants only those with something left to do.
func (r *Runs) Recent(ctx context.Context, account string, open bool, limit int) ([]bulk.Run, error) {
	runs, err := r.store.Recent(ctx, account, open, limit)
	return runs, noRecords(err)
}

// Items returns a part of what is in a run found before: in one state, or in all for "".
func (r *Runs) Items(ctx context.Context, run bulk.Run, state bulk.State, offset, limit int) ([]bulk.Item, error) {
	var states []bulk.State
	if state != "" {
		states = []bulk.State{state}
	}
	items, err := r.store.Items(ctx, run.ID, states, offset, limit)
	return items, noRecords(err)
}

// Cost estimates what a draft would change, or what a run has changed and what it has not.
func (r *Runs) Cost(ctx context.Context, run bulk.Run, p Plan) (ManyCost, error) {
	items, err := r.store.Items(ctx, run.ID, costed(), 0, maxMany)
	return r.deck.CostOfMany(items, p), noRecords(err)
}

// Begin carries out a draft that was reviewed, once, with the token of ask.
func (r *Runs) Begin(ctx context.Context, ask Ask, id string) error {
	if err := r.deck.writable(); err != nil {
		return err
	}
	run, err := r.Find(ctx, ask.Account, id)
	if err != nil || run.Begun() { // sent twice: the run is there to be seen
		return err
	}
	wrong := map[string]string{}
	if checkReason(ask, wrong); len(wrong) > 0 {
		return fault.New(fault.Invalid, "The reason is too long: use at most "+strconv.Itoa(MaxReason)+" characters. Nothing was sent.")
	}
	begun, err := r.store.Begin(ctx, ask.Account, id, oneLine(ask.Reason), confirmFor)
	if err != nil {
		return noRecords(err)
	}
	if !begun {
		if run, err := r.Find(ctx, ask.Account, id); err != nil || run.Begun() { // by another tab, meanwhile
			return err
		}
		return fault.New(fault.Conflict, "This review is more than ten minutes old. Nothing was sent: review it again.")
	}
	r.tellRun(ctx, ask, journal.RunBegun, run, "For "+strconv.Itoa(run.Counts[bulk.Waiting])+" deployments."+because(ask.Reason))
	return r.start(ctx, ask, id, false)
}

// GoOn continues a run that nobody works on, with the token of ask. First it finds out what became of items that were under
// way; look wants the same of unknown ones.
func (r *Runs) GoOn(ctx context.Context, ask Ask, id string, look bool) error {
	if err := r.deck.writable(); err != nil {
		return err
	}
	run, err := r.Find(ctx, ask.Account, id)
	if err != nil {
		return err
	}
	ask.Reason = run.Reason
	return r.start(ctx, ask, id, look)
}

// Stop lets what is under way finish and skips the rest.
func (r *Runs) Stop(ctx context.Context, ask Ask, id string) error {
	if err := r.deck.writable(); err != nil {
		return err
	}
	run, err := r.Find(ctx, ask.Account, id)
	if err != nil {
		return err
	}
	if err := noRecords(r.store.Stop(ctx, ask.Account, id)); err != nil {
		return err
	}
	if run.Begun() && run.EndedAt.IsZero() {
		r.tellRun(ctx, ask, journal.RunStopped, run, "What was under way finishes, the rest is left as it is.")
	}
	return nil
}

func noRecords(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fault.Unavailable, "This server cannot reach its own records right now. Nothing was sent: try again in a moment.", err)
}

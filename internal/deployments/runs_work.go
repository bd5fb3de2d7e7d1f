package deployments

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/fault"
)

const (
	maxTries  = 5                // of one item that the API was too busy for
	maxRest   = time.Minute      // that a run waits when the API asks for less
	maxBadRow = 20               // failures in a row that say something about the API, not about the deployments
	settleFor = 30 * time.Second // how long the outcome of an item waits for a database that does not answer
)

// worker carries out one run, on behalf of whoever started it.
type worker struct {
	*Runs
	ask        Ask
	id, holder string
	look       bool
	ctx        context.Context
	halt       context.CancelCauseFunc // no item is begun any more; the cause says why

	bad   atomic.Int64
	mu    sync.Mutex
	until time.Time // before which nothing is asked of the API
}

// start works on a run in the background, unless somebody does so already.
func (r *Runs) start(ctx context.Context, ask Ask, id string, look bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return fault.New(fault.Unavailable, "This server is about to stop. Nothing was sent: go on with the run in a moment.")
	}
	w := &worker{Runs: r, ask: ask, id: id, holder: NewKey(), look: look}
	w.ask.Reviewed, w.ask.Strict = true, true
	taken, err := r.store.Take(ctx, id, w.holder, r.o.Hold)
	if err != nil {
		return noRecords(err)
	}
	if taken {
		r.working.Go(w.work)
	}
	return nil
}

var (
	errLost    = errors.New("another worker has the run")
	errRefused = fault.New(fault.Unauthorized, "RunComfy no longer accepted the API token this run was started with. Sign in with the current one and go on.")
	errBad     = fault.New(fault.Upstream, "RunComfy’s API failed many times in a row. Look whether it works again, then go on.")
	errRecords = fault.New(fault.Unavailable, "This server could not reach its own records. Go on once it can.")
)

func (w *worker) work() {
	w.ctx, w.halt = context.WithCancelCause(w.Runs.ctx)
	leave := w.keep()
	w.each(w.unsettled(), w.lookUp)
	w.many(w.next)
	note := ""
	if f := (*fault.Error)(nil); errors.As(context.Cause(w.ctx), &f) {
		note = f.Message
	}
	w.halt(nil)
	leave(note)
}

// keep renews the right to the run, until it is left. Without it nothing more is begun; what is under way finishes, and is
// recorded whoever has the run by then.
func (w *worker) keep() (leave func(note string)) {
	ctx, stop := context.WithCancel(context.WithoutCancel(w.Runs.ctx))
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(w.o.Hold / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if has, err := w.store.Take(ctx, w.id, w.holder, w.o.Hold); err == nil && !has {
					w.halt(errLost)
				}
			}
		}
	})
	return func(note string) {
		stop()
		renewing.Wait()
		w.record(func(ctx context.Context) error { return w.store.Leave(ctx, w.id, w.holder, note) })
		w.ended(note)
	}
}

// many calls step from several goroutines until it returns false in each.
func (w *worker) many(step func() bool) {
	var all sync.WaitGroup
	for range w.o.Parallel {
		all.Go(func() {
			for w.ctx.Err() == nil && step() {
			}
		})
	}
	all.Wait()
}

// each calls do for the items, several at once.
func (w *worker) each(items []bulk.Item, do func(bulk.Item)) {
	var at atomic.Int64
	w.many(func() bool {
		n := int(at.Add(1)) - 1
		if n >= len(items) {
			return false
		}
		do(items[n])
		return true
	})
}

// next carries out the next item that waits; false when there is none.
func (w *worker) next() bool {
	if !w.rested() {
		return false
	}
	item, ok, err := w.store.Claim(context.WithoutCancel(w.ctx), w.id, w.holder, NewKey())
	if err != nil {
		w.halt(errRecords)
	}
	if err != nil || !ok {
		return false
	}
	ask := w.ask
	ask.Key = item.Key
	typed, action := typedOf(item)
	done, err := w.deck.change(w.ctx, ask, action, item.Deployment, typed, w.deck.asReviewed(item, typed))
	switch {
	case fault.Is(err, fault.RateLimited) && item.Tries < maxTries:
		w.rest(fault.From(err).RetryAfter)
		w.giveBack(item)
	case fault.Is(err, fault.Unauthorized):
		w.halt(errRefused)
		w.giveBack(item)
	default:
		w.judge(err)
		s, o := outcomeOf(done, err)
		w.settle(item, s, o)
	}
	return true
}

// giveBack returns an item that is known not to have happened.
func (w *worker) giveBack(item bulk.Item) {
	w.record(func(ctx context.Context) error { return w.store.Return(ctx, w.id, w.holder, item, true) })
}

func (w *worker) settle(item bulk.Item, s bulk.State, o bulk.Outcome) {
	w.record(func(ctx context.Context) error { return w.store.Settle(ctx, w.id, item, s, o) })
}

// record insists on writing something down. An item whose outcome is not recorded stays a running one, and will be looked up.
func (w *worker) record(write func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), settleFor)
	defer cancel()
	for wait := w.deck.o.Poll; ; wait *= 2 {
		err := write(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			w.deck.o.Logger.ErrorContext(ctx, "something about a run is not recorded and will be looked up", "run", w.id, "error", err)
			w.halt(errRecords)
			return
		case <-time.After(wait):
		}
	}
}

// judge ends a run whose items fail one after the other for no reason of their own.
func (w *worker) judge(err error) {
	switch fault.From(err).Kind {
	case fault.Unknown, fault.Upstream, fault.Unavailable, fault.Timeout, fault.RateLimited:
		if err != nil && w.bad.Add(1) >= maxBadRow {
			w.halt(errBad)
		}
	default:
		w.bad.Store(0)
	}
}

// rest lets the whole run wait, as the API asks.
func (w *worker) rest(d time.Duration) {
	if d <= 0 {
		d = w.o.Rest
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if until := time.Now().Add(min(d, maxRest)); until.After(w.until) {
		w.until = until
	}
}

// rested waits for the end of the rest; false when work ends before.
func (w *worker) rested() bool {
	for {
		w.mu.Lock()
		d := time.Until(w.until)
		w.mu.Unlock()
		if d <= 0 {
			return w.ctx.Err() == nil
		}
		select {
		case <-w.ctx.Done():
			return false
		case <-time.After(d):
		}
	}
}

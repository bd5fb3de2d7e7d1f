package deployments

import (
	"context"
	"errors"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// unsettled are the items that somebody else began, who is gone.
func (w *worker) unsettled() []bulk.Item {
	states := []bulk.State{bulk.Running}
	if w.look {
		states = append(states, bulk.Unknown)
	}
	items, err := w.store.Items(w.ctx, w.id, states, 0, maxMany)
	if err != nil {
		w.halt(errRecords)
	}
	return items
}

// lookUp finds out what became of an item without sending anything. One that is not in the journal never left: it waits
// again, under the key it has, so that even whoever was thought gone cannot send it a second time.
func (w *worker) lookUp(item bulk.Item) {
	ask := w.ask
	ask.Key = item.Key
	done, left, err := w.deck.cameOf(w.ctx, ask)
	switch {
	case !left && err != nil:
		w.halt(errRecords)
	case !left && item.State == bulk.Running:
		w.record(func(ctx context.Context) error { return w.store.Return(ctx, w.id, w.holder, item, false) })
	case left:
		s, o := outcomeOf(done, err)
		w.settle(item, s, o)
	}
}

// cameOf finds out what became of the write with the key of ask, without sending anything. left is false when there is none:
// it never left, or, with an error, the journal does not say.
func (s *Service) cameOf(ctx context.Context, ask Ask) (done Result, left bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.o.WriteBudget+settleAfter)
	defer cancel()
	e, found, err := s.journal.ByKey(ctx, ask.Account, ask.Key)
	if err != nil || !found {
		return Result{}, false, err
	}
	e, err = s.ended(ctx, ask, e)
	switch {
	case err != nil:
		return Result{}, true, unknown(updateUnknown, err)
	case e.State == journal.Refused:
		return Result{}, true, fault.New(fault.Conflict, e.Message)
	default:
		done, err = s.again(ctx, ask, e, e.Digest)
		return done, true, err
	}
}

// outcomeOf says in a state and a sentence what came of an item.
func outcomeOf(done Result, err error) (bulk.State, bulk.Outcome) {
	if err == nil {
		switch {
		case done.Unchanged:
			return bulk.Unchanged, bulk.Outcome{}
		case len(done.Differences) > 0:
			text := "RunComfy accepted the change, but shows something else:"
			for _, d := range done.Differences {
				text += " " + d.Field + " is “" + clip(d.Got, maxReason) + "”, not “" + d.Asked + "”."
			}
			return bulk.Differs, bulk.Outcome{Message: text}
		case done.Settled:
			return bulk.Done, bulk.Outcome{Message: "RunComfy did not confirm it, but reading it back shows that it happened."}
		}
		return bulk.Done, bulk.Outcome{}
	}
	f := fault.From(err)
	o := bulk.Outcome{Message: withReasons(f), UpstreamID: f.UpstreamID}
	switch f.Kind {
	case fault.Unknown, fault.Internal: // a defect here says nothing about the API
		o.Looked = errors.Is(err, errUnsettled)
		return bulk.Unknown, o
	case fault.NotFound:
		return bulk.Gone, o
	default:
		return bulk.Refused, o
	}
}

package deployments

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// FieldReason is the field of a form that says why.
const FieldReason = "why"

// MaxReason is how long a reason may be, in characters.
const MaxReason = maxReason

// checkReason adds what is wrong with the reason of a write to what is wrong with its values.
func checkReason(ask Ask, wrong map[string]string) {
	if utf8.RuneCountInString(ask.Reason) > MaxReason {
		wrong[FieldReason] = "Use at most " + strconv.Itoa(MaxReason) + " characters."
	}
}

// Event is an event that somebody's doing brought about, with everything that ask knows of them.
func (a Ask) Event(k journal.Kind, words string) journal.Event {
	return journal.Event{
		Account: a.Account, Kind: k, Person: a.Person, Fingerprint: a.Fingerprint, Session: a.Session, Request: a.Request, Words: words,
	}
}

// tell records an event about a deployment.
func (s *Service) tell(ctx context.Context, ask Ask, k journal.Kind, d Deployment, words string) {
	e := ask.Event(k, words)
	e.Deployment, e.Name = d.ID, clip(d.Name, maxText)
	s.o.Events.Record(ctx, e)
}

// refused records that a rule of ours kept a write from leaving, and returns why. What the API refuses is in the record of the
// write; what a run does not reach is in the run.
func (s *Service) refused(ctx context.Context, ask Ask, action journal.Action, d Deployment, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || ask.Look || ask.Strict || !slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.Forbidden}, f.Kind) {
		return err
	}
	s.tell(ctx, ask, journal.WriteRefused, d, "Asked to "+string(action)+" it. "+withReasons(f))
	return err
}

// because is a reason as the end of a sentence about a run.
func because(reason string) string {
	if reason = oneLine(reason); reason == "" {
		return ""
	}
	return " Reason: “" + reason + "”."
}

// tellRun records what became of a run, once for each.
func (r *Runs) tellRun(ctx context.Context, ask Ask, k journal.Kind, run bulk.Run, words string) {
	e := ask.Event(k, words)
	e.Name, e.Ref = run.Action, run.ID
	if run.Value != "" {
		e.Name += " " + run.Value
	}
	if k != journal.RunStopped {
		e.Once = string(k) + " " + run.ID
	}
	r.deck.o.Events.Record(ctx, e)
}

// ended tells of a run that a worker has left with nothing to do, or that rests.
func (w *worker) ended(note string) {
	ctx := context.WithoutCancel(w.ctx)
	run, found, err := w.store.Find(ctx, w.ask.Account, w.id)
	switch {
	case err != nil || !found: // the run itself says what became of it
	case !run.EndedAt.IsZero():
		w.tellRun(ctx, w.ask, journal.RunEnded, run, "Of "+strconv.Itoa(run.Items())+" deployments "+strconv.Itoa(run.Counts[bulk.Done])+" are changed, "+
			strconv.Itoa(run.Counts[bulk.Refused])+" were refused, "+strconv.Itoa(run.Counts[bulk.Unknown])+" are unknown.")
	case note != "":
		w.tellRun(ctx, w.ask, journal.RunStopped, run, "It rests. "+note)
	}
}

package deployments

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

var errUnsettled = errors.New("not seen to have happened")

// lookAgain finds out by reading what came of a write nobody could vouch for, and records it when that shows.
func (s *Service) lookAgain(ctx context.Context, ask Ask, e journal.Entry) (Result, error) {
	if s.overtaken(ctx, e) {
		return Result{}, unknown(overtakenUnknown, errUnsettled)
	}
	done, err := s.lookUp(ctx, ask.Token, e)
	if err == nil {
		done.Settled = true
		s.conclude(ctx, e, done, nil)
		done.Repeated, done.Written = true, e
		return done, nil
	}
	return Result{}, err
}

// lookUp compares what an entry asked for with what the API shows.
func (s *Service) lookUp(ctx context.Context, token string, e journal.Entry) (Result, error) {
	switch e.Action {
	case journal.Create:
		return s.lookForCreated(ctx, token, e)
	case journal.Delete:
		_, err := s.get(ctx, token, e.Deployment)
		switch {
		case apiclient.IsNotFound(err):
			return Result{Deployment: Deployment{ID: e.Deployment, Name: e.Name}}, nil
		case err != nil:
			return Result{}, unknown(readUnknown, err)
		}
		return Result{}, unknown(deleteUnknown, errUnsettled)
	default:
		return s.settle(ctx, token, e.Deployment, wanted(e), errUnsettled)
	}
}

// wanted is what an entry asked for.
func wanted(e journal.Entry) []Difference {
	out := make([]Difference, 0, len(e.Changes))
	for _, c := range e.Changes {
		out = append(out, Difference{Field: c.Field, Asked: c.To})
	}
	return out
}

// createdWithin is how far the API's clock may be behind the journal's.
const createdWithin = 5 * time.Minute

// lookForCreated looks for the one deployment that an entry may have made.
func (s *Service) lookForCreated(ctx context.Context, token string, e journal.Entry) (Result, error) {
	list, err := s.api.List(ctx, token, apiclient.ListOptions{})
	if err != nil {
		return Result{}, unknown("RunComfy did not confirm the new deployment, and its list cannot be read right now. Look at the list before you create it again: a second one would cost money too.", err)
	}
	var found []Deployment
	for _, d := range list {
		if d.CreatedAt.Time.Before(e.AskedAt.Add(-createdWithin)) || len(compare(d, wanted(e))) > 0 {
			continue
		}
		mine, err := s.unclaimed(ctx, e, d.ID)
		if err != nil {
			return Result{}, unknown(createUnknown, err)
		}
		if mine {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 0:
		return Result{}, unknown(createUnknown, errUnsettled)
	case 1:
		return Result{Deployment: found[0]}, nil
	default:
		return Result{}, unknown("RunComfy did not confirm the new deployment, and several new ones look like it. Compare them in the list before you create it again.", errUnsettled)
	}
}

// unclaimed tells whether no other write is known to have made a deployment.
func (s *Service) unclaimed(ctx context.Context, e journal.Entry, id string) (bool, error) {
	known, err := s.journal.Of(ctx, e.Account, id, maxUnsettled)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(known, func(k journal.Entry) bool { return k.Action == journal.Create && k.ID != e.ID }), nil
}

const (
	settleAfter    = 30 * time.Second // beyond its budget, no write is under way any more
	settleWithin   = 24 * time.Hour   // what is unknown for longer stays so
	maxUnsettled   = 20
	overtakenWaits = time.Second // for what later writes of all of them say: each page waits for it
	quietFor       = time.Minute // how long an account without unsettled writes is not asked about again
)

// overtaken tells whether later writes, which are known to have happened, have set all that an entry asked for. What the API shows is
// then theirs: it says nothing about the entry, and nobody needs to know any more.
func (s *Service) overtaken(ctx context.Context, e journal.Entry) bool {
	if e.Deployment == "" || len(e.Changes) == 0 {
		return false
	}
	later, err := s.journal.Of(ctx, e.Account, e.Deployment, maxUnsettled)
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(e.Changes, func(asked journal.Change) bool {
		sets := func(c journal.Change) bool { return c.Field == asked.Field }
		return !slices.ContainsFunc(later, func(l journal.Entry) bool {
			return l.State == journal.Done && l.AskedAt.After(e.AskedAt) &&
				(l.Action == journal.Delete || slices.ContainsFunc(l.Changes, sets) && !slices.ContainsFunc(l.Got, sets))
		})
	})
}

// Unsettled are the account's writes of the last day that nobody could vouch for yet, oldest first, without those that later ones have
// overtaken. It is cheap enough for every page.
func (s *Service) Unsettled(ctx context.Context, account string) ([]journal.Entry, error) {
	if until, ok := s.quiet.Load(account); ok && s.o.Now().Before(until.(time.Time)) { //nolint:forcetypeassert // nothing else is put in
		return nil, nil
	}
	list, err := s.journal.Unsettled(ctx, account, s.o.WriteBudget+settleAfter, maxUnsettled)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "This server cannot reach its own records right now. Try again in a moment.", err)
	}
	now := s.o.Now()
	short, cancel := context.WithTimeout(ctx, overtakenWaits)
	defer cancel()
	list = slices.DeleteFunc(list, func(e journal.Entry) bool { return now.Sub(e.AskedAt) > settleWithin || s.overtaken(short, e) })
	if len(list) == 0 {
		s.quiet.Store(account, now.Add(quietFor))
	}
	return list, nil
}

// History is what was done to a deployment here, newest first, at most limit writes.
func (s *Service) History(ctx context.Context, account, id string, limit int) ([]journal.Entry, error) {
	list, err := s.journal.Of(ctx, account, id, limit)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "This server cannot reach its own records right now. Try again in a moment.", err)
	}
	return list, nil
}

// Settled is what looking found out about a write.
type Settled struct {
	journal.Entry
	Happened bool // false: still nobody knows
}

// Settle looks up what came of the account's unsettled writes and records what shows.
func (s *Service) Settle(ctx context.Context, ask Ask) ([]Settled, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	list, err := s.Unsettled(ctx, ask.Account)
	if err != nil {
		return nil, err
	}
	out := make([]Settled, 0, len(list))
	for _, e := range list {
		done, err := s.lookAgain(ctx, ask, e)
		if err == nil {
			e.Deployment = done.Deployment.ID
		}
		out = append(out, Settled{Entry: e, Happened: err == nil})
	}
	return out, nil
}

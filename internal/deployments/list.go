package deployments

import (
	"context"
	"errors"
	"time"

	"github.com/comfydeck/comfydeck/internal/fleet"
)

// Freshness says how new a list has to be.
type Freshness int

// The freshnesses.
const (
	Recent Freshness = iota // as it was read a few seconds ago, or newer
	Newest                  // read for this
)

// List is the deployments of an account as they were when they were read.
type List struct {
	*fleet.Index
	ReadAt time.Time
	// Stale says that the newest reading is not in yet, or failed: see Problem.
	Stale bool
	// Problem is why the newest reading failed, as a fault; nil when it did not, or is under way.
	Problem error
	// Outdated says that the account has changed something since, here or on another server, which the list does not show. There is
	// a Problem then.
	Outdated bool
}

// Fleet returns every deployment of an account, without readme and payload, ready to be searched and sorted. Only what is then
// looked at is decoded.
//
// What is held is shown again for a few seconds, to everybody with the same token. After that a reading is waited for, but not
// for long: while the API is slow or down, what was read up to a quarter of an hour ago is shown and said to be old. The error
// means that there is nothing to show.
func (s *Service) Fleet(ctx context.Context, account, token string, f Freshness) (List, error) {
	l, err := s.FleetSoon(ctx, account, token, f)
	if errors.Is(err, ErrReading) {
		return asList(s.lists.Get(ctx, account, token, fleet.Revalidate))
	}
	return l, err
}

// ErrReading is the error of FleetSoon while there is nothing to show yet. The reading goes on: Fleet waits for it.
var ErrReading = errors.New("the list is being read")

// FleetSoon is Fleet for whoever has something better to do than to wait: what it has to say, it says after Options.Patience.
func (s *Service) FleetSoon(ctx context.Context, account, token string, f Freshness) (List, error) {
	mode := fleet.Normal
	if f == Newest {
		mode = fleet.Force
	}
	soon, cancel := context.WithTimeout(ctx, s.o.Patience)
	defer cancel()
	over := func(err error) bool { return err != nil && soon.Err() != nil && ctx.Err() == nil }
	view, err := s.lists.Get(soon, account, token, mode)
	if over(err) {
		if view, err = s.lists.Get(soon, account, token, fleet.Revalidate); over(err) { // not even something old
			return List{}, ErrReading
		}
	}
	return asList(view, err)
}

func asList(v fleet.View, err error) (List, error) {
	if err != nil {
		return List{}, explainRead(err)
	}
	return List{Index: v.Index, ReadAt: v.ReadAt, Stale: v.Stale, Problem: explainRead(v.Err), Outdated: v.Outdated}, nil
}

// Forget lets go of what is held of an account, as when somebody signs out.
func (s *Service) Forget(account string) {
	s.lists.Purge(account)
	s.inside.Purge(account)
}

// Changed is told of an account in which another process has changed something; "" stands for every account.
func (s *Service) Changed(account string) {
	if account == "" {
		s.lists.OutdateAll()
		return
	}
	s.lists.Outdate(account)
}

// Sweep lets go of what is too old to be shown, until ctx ends.
func (s *Service) Sweep(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.lists.Sweep()
			s.inside.Sweep()
		}
	}
}

// Close ends every reading that is under way. Nothing may be asked of the service afterwards.
func (s *Service) Close() {
	s.inside.Close()
	s.lists.Close()
	s.watch.close()
}

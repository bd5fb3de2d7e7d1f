package deployments

import (
	"context"
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
}

// Fleet returns every deployment of an account, without readme and payload, ready to be searched and sorted. Only what is then
// looked at is decoded.
//
// What is held is shown again for a few seconds, to everybody with the same token. After that a reading is waited for, but not
// for long: while the API is slow or down, what was read up to a quarter of an hour ago is shown and said to be old. The error
// means that there is nothing to show.
func (s *Service) Fleet(ctx context.Context, account, token string, f Freshness) (List, error) {
	mode := fleet.Normal
	if f == Newest {
		mode = fleet.Force
	}
	soon, cancel := context.WithTimeout(ctx, s.o.Patience)
	defer cancel()
	view, err := s.lists.Get(soon, account, token, mode)
	if err != nil && soon.Err() != nil && ctx.Err() == nil {
		view, err = s.lists.Get(ctx, account, token, fleet.Revalidate) // what is held; with nothing held, the reading goes on
	}
	if err != nil {
		return List{}, explainRead(err)
	}
	return List{Index: view.Index, ReadAt: view.ReadAt, Stale: view.Stale, Problem: explainRead(view.Err)}, nil
}

// Forget lets go of what is held of an account, as when somebody signs out.
func (s *Service) Forget(account string) { s.lists.Purge(account) }

// ForgetChanged forgets the lists of an account that another process changed; with "" those of every account.
func (s *Service) ForgetChanged(account string) {
	if account == "" {
		s.lists.PurgeAll()
		return
	}
	s.lists.Purge(account)
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
		}
	}
}

// Close ends every reading that is under way. Nothing may be asked of the service afterwards.
func (s *Service) Close() {
	s.lists.Close()
	s.watch.close()
}

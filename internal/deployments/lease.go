package deployments

import (
	"context"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

const (
	stopWaits  = 2 * time.Second // how long a pause waits for another write before it goes ahead all the same
	maxReason  = 200             // characters of the reason of a lock
	lockReason = "reason"
)

// lease takes the right to write to a deployment, so that of two writers, in this process or another, each sees what the
// other has done (RR-08). It waits for its turn. A pause does not wait for long, and not at all for a database that does not
// answer: it overwrites nothing that somebody typed, and nothing may stand between a person and the meter (SR-38). The fault is
// Unavailable when the database is why there is no lease. release is never nil.
func (s *Service) lease(ctx context.Context, id string, stop bool) (release func(), err error) {
	holder := NewKey()
	patience := ctx
	if stop {
		short, cancel := context.WithTimeout(ctx, stopWaits)
		defer cancel()
		patience = short
	}
	for {
		ok, err := s.journal.Lease(ctx, id, holder, s.o.Lease)
		switch {
		case ok:
			return s.keep(ctx, id, holder), nil
		case err != nil && stop:
			s.o.Logger.ErrorContext(ctx, "a pause goes ahead without a lease", "deployment", id, "error", err)
			return func() {}, nil
		case err != nil:
			return func() {}, fault.Wrap(fault.Unavailable, "This server cannot make sure right now that nobody else is changing this deployment. Nothing was sent: try again in a moment.", err)
		}
		select {
		case <-patience.Done():
			if stop {
				return func() {}, nil
			}
			return func() {}, fault.New(fault.Conflict, "Another change to this deployment is still under way. Nothing was sent: try again in a moment.")
		case <-time.After(s.o.Poll):
		}
	}
}

// keep renews a lease until it is released. Whoever holds one and dies loses it after Options.Lease.
func (s *Service) keep(ctx context.Context, id, holder string) (release func()) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	var renewing sync.WaitGroup
	renewing.Go(func() {
		tick := time.NewTicker(s.o.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if _, err := s.journal.Lease(ctx, id, holder, s.o.Lease); err != nil && ctx.Err() == nil {
					s.o.Logger.ErrorContext(ctx, "a lease is not renewed", "deployment", id, "error", err)
				}
			}
		}
	})
	return func() {
		stop()
		renewing.Wait()
		if err := s.journal.Release(context.WithoutCancel(ctx), id, holder); err != nil {
			s.o.Logger.ErrorContext(ctx, "a lease is not released and will run out", "deployment", id, "error", err)
		}
	}
}

// Lock keeps a deployment from being deleted until the lock is lifted, and says why.
func (s *Service) Lock(ctx context.Context, ask Ask, id, reason string) error {
	if err := s.writable(); err != nil {
		return err
	}
	d, err := s.Settings(ctx, ask.Token, id) // it has to be the account's own
	if err != nil {
		return err
	}
	text := clip(oneLine(reason), maxReason)
	if text == "" {
		return invalid(map[string]string{lockReason: "Say why, for whoever wants to delete it later."})
	}
	if err := s.lockFault(s.journal.Lock(ctx, ask.Account, d.ID, journal.Lock{Reason: text, Person: ask.Person})); err != nil {
		return err
	}
	s.tell(ctx, ask, journal.Locked, d, "Locked against deletion: “"+text+"”.")
	return nil
}

// Unlock lifts the lock.
func (s *Service) Unlock(ctx context.Context, ask Ask, id string) error {
	if err := s.writable(); err != nil {
		return err
	}
	l, locked, err := s.LockOf(ctx, ask.Account, id)
	if err != nil || !locked {
		return err
	}
	if err := s.lockFault(s.journal.Unlock(ctx, ask.Account, id)); err != nil {
		return err
	}
	s.tell(ctx, ask, journal.Unlocked, Deployment{ID: id, Name: s.LastName(ctx, ask.Account, id)}, "The lock is lifted. It said: “"+l.Reason+"”.")
	return nil
}

// LockOf is the lock of a deployment, and whether there is one.
func (s *Service) LockOf(ctx context.Context, account, id string) (journal.Lock, bool, error) {
	l, locked, err := s.journal.LockOf(ctx, account, id)
	return l, locked, s.lockFault(err)
}

func (s *Service) lockFault(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fault.Unavailable, "This server cannot reach its own records right now. Nothing was changed: try again in a moment.", err)
}

// locked refuses what the lock forbids.
func (s *Service) locked(ctx context.Context, account, id string) error {
	l, locked, err := s.LockOf(ctx, account, id)
	if err != nil || !locked {
		return err
	}
	return fault.New(fault.Forbidden, "This deployment is locked against deletion: “"+l.Reason+"”. Nothing was deleted. Lift the lock on its page first.")
}

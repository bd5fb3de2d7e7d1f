package webhooks

import (
	"context"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
)

const (
	recordFor = 5 * time.Second // how long the outcome of a try waits for a database that does not answer
	keepFor   = 30 * 24 * time.Hour
)

// Run sends what is due until ctx ends, and lets tries under way finish. Every server runs it.
func (s *Service) Run(ctx context.Context) {
	s.reseal(ctx)
	var sending sync.WaitGroup
	defer sending.Wait()
	slots := make(chan struct{}, s.o.Parallel)
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		case <-s.more:
		}
		if _, err := s.sendDue(ctx, slots, &sending); err != nil && ctx.Err() == nil {
			s.o.Logger.ErrorContext(ctx, "webhooks cannot be read", "error", err)
		}
		wait.Reset(s.o.Poll)
	}
}

// Round sends everything that is due now and waits for it. It tells how many tries there were.
func (s *Service) Round(ctx context.Context) (tries int, err error) {
	slots := make(chan struct{}, s.o.Parallel)
	for {
		var sending sync.WaitGroup
		n, err := s.sendDue(ctx, slots, &sending)
		sending.Wait()
		tries += n
		if n == 0 || err != nil {
			return tries, err
		}
	}
}

// sendDue claims what is due while there are slots, and sends it in the background.
func (s *Service) sendDue(ctx context.Context, slots chan struct{}, sending *sync.WaitGroup) (n int, err error) {
	due, err := s.store.Due(ctx)
	if err != nil || !due {
		return 0, err
	}
	for {
		select {
		case <-ctx.Done():
			return n, ctx.Err()
		case slots <- struct{}{}:
		}
		job, found, err := s.store.Claim(ctx, s.holder, s.o.Hold)
		if err != nil || !found {
			<-slots
			return n, err
		}
		n++
		sending.Go(func() {
			defer func() {
				<-slots
				select {
				case s.more <- struct{}{}: // the next one of this webhook
				default:
				}
			}()
			s.deliver(ctx, job)
		})
	}
}

// deliver makes one try and records what came of it.
func (s *Service) deliver(ctx context.Context, j Job) answer {
	ctx = context.WithoutCancel(ctx)
	a := s.try(ctx, j)
	s.record(ctx, j.Delivery, a)
	if a.gone {
		s.gone(ctx, j.To)
	}
	return a
}

func (s *Service) try(ctx context.Context, j Job) answer {
	if err := s.vault.open(&j.To); err != nil {
		return answer{Result: Result{State: Failed, Message: sentence(err)}}
	}
	if j.Line == "" {
		return s.sender.send(ctx, j.To, j.Delivery, s.writer.test())
	}
	line, found, err := s.lines.FindLine(ctx, j.To.Account, j.Line)
	switch {
	case err != nil:
		return answer{Result: Result{State: Waiting, Wait: steps[0], Message: "This server could not read its own records."}}
	case !found:
		return answer{Result: Result{State: Left, Message: "The change log no longer has this entry."}}
	}
	m, tells := s.writer.of(line, j.Delivery)
	if !tells {
		return answer{Result: Result{State: Left, Message: "The outcome was found out before this was sent."}}
	}
	return s.sender.send(ctx, j.To, j.Delivery, m)
}

// record keeps what came of a try. When it cannot, the hold runs out and the message is sent again, with the same id.
func (s *Service) record(ctx context.Context, d Delivery, a answer) {
	ctx, cancel := context.WithTimeout(ctx, recordFor)
	defer cancel()
	err := s.store.Finish(ctx, d.ID, s.holder, d.Tries, a.Result)
	if err != nil {
		s.o.Logger.ErrorContext(ctx, "what came of a webhook is not recorded; it will be sent again", "delivery", d.ID, "error", err)
	}
	if a.State != Delivered {
		s.o.Logger.WarnContext(ctx, "webhook not delivered", "delivery", d.ID, "try", d.Tries, "state", a.State, "status", a.Status, "why", a.Message)
	}
}

// gone pauses a webhook whose receiver wants no more.
func (s *Service) gone(ctx context.Context, h Hook) {
	const note = "Its receiver answered 410: it wants no more messages."
	changed, err := s.store.PauseHook(ctx, h.Account, h.ID, true, note)
	if err != nil {
		s.o.Logger.ErrorContext(ctx, "a webhook whose receiver is gone is not paused", "webhook", h.ID, "error", err)
	}
	if changed {
		s.events.Record(ctx, journal.Event{Account: h.Account, Kind: journal.HookPaused, Name: h.Name, Ref: h.ID, Words: "Paused. " + note})
	}
}

// reseal seals with the first key what older ones sealed, so that those can be taken away.
func (s *Service) reseal(ctx context.Context) {
	all, err := s.store.SealedHooks(ctx)
	if err != nil {
		s.o.Logger.ErrorContext(ctx, "webhooks cannot be read", "error", err)
		return
	}
	for _, h := range all {
		old := h.Sealed
		if s.vault.current(old) || s.vault.open(&h) != nil {
			continue
		}
		err := s.vault.seal(&h)
		if err == nil {
			err = s.store.Reseal(ctx, h.ID, old, h.Sealed)
		}
		if err != nil {
			s.o.Logger.ErrorContext(ctx, "a webhook stays sealed with an old key", "webhook", h.ID, "error", err)
		}
	}
}

// Forget takes away old deliveries, oldest first, at most limit.
func (s *Service) Forget(ctx context.Context, limit int) (int, error) {
	return s.store.ForgetDeliveries(ctx, keepFor, limit)
}

package webhooks

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

const testPause = 3 * time.Second // between tests of one webhook

// Test sends a message that tells nothing, at once, paused or not, and returns what came of it.
func (s *Service) Test(ctx context.Context, by journal.Event, id string) (Result, error) {
	h, err := s.Find(ctx, by.Account, id)
	if err != nil {
		return Result{}, err
	}
	j := Job{To: h, Delivery: Delivery{ID: DeliveryID(id, "test"+strings.ToLower(rand.Text()), "test"), Hook: id, Tries: 1, Round: 1}}
	found, err := s.store.AddTest(ctx, by.Account, id, j.ID, s.holder, s.o.Hold, testPause)
	switch {
	case errors.Is(err, ErrSoon):
		return Result{}, &fault.Error{Kind: fault.RateLimited, Message: "A test was sent a moment ago. Wait a few seconds before the next.", RetryAfter: testPause}
	case err != nil:
		return Result{}, unkept(err)
	case !found:
		_, err := s.Find(ctx, by.Account, id)
		return Result{}, err
	}
	return s.deliver(ctx, j).Result, nil
}

// Again sends a delivery once more that is over, with the same id and in the background.
func (s *Service) Again(ctx context.Context, by journal.Event, id, delivery string) error {
	h, err := s.Find(ctx, by.Account, id)
	if err != nil {
		return err
	}
	if h.Paused {
		return fault.New(fault.Conflict, "The webhook is paused, so that nothing was sent. Resume it first.")
	}
	changed, err := s.store.Again(ctx, by.Account, id, delivery)
	switch {
	case err != nil:
		return unkept(err)
	case !changed:
		return fault.New(fault.Conflict, "This message is on its way already, or no longer kept. Nothing was sent a second time.")
	}
	select {
	case s.more <- struct{}{}:
	default:
	}
	return nil
}

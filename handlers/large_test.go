package handlers

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/comfydeck/comfydeck/internal/fault"
)

// TestLargePlaces holds that small payloads wait for nobody, that large ones wait for a place, and that who leaves does not.
func TestLargePlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		places := make(largePlaces, 1)
		large := make([]byte, largePayload)
		leave, here := make(chan struct{}), false
		go func() {
			if err := places.read(t.Context(), large, func() { <-leave }); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		if err := places.read(t.Context(), large[1:], func() { here = true }); err != nil || !here {
			t.Errorf("a small payload: %v, read: %v", err, here)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := places.read(gone, large, func() { t.Error("read without a place") }); fault.From(err).Kind != fault.Unavailable {
			t.Errorf("who leaves gets %v", err)
		}
		next := false
		go func() { _ = places.read(t.Context(), large, func() { next = true }) }()
		synctest.Wait()
		if next {
			t.Error("two are read at the same time")
		}
		close(leave)
		synctest.Wait()
		if !next {
			t.Error("nobody is next")
		}
	})
}

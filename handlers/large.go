package handlers

import (
	"context"

	"github.com/comfydeck/comfydeck/internal/fault"
)

// Reading a large payload for a page takes several times its size for a moment. A few at a time take no longer than all at once,
// and what they hold does not grow with the number of people.
const (
	largePayload = 1 << 20 // bytes
	largeAtOnce  = 2
)

// largePlaces is where those who read a large payload wait.
type largePlaces chan struct{}

var largeReads = make(largePlaces, largeAtOnce)

// read calls do, in turn when the payload is large. The error is that of ctx, when it ends before.
func (t largePlaces) read(ctx context.Context, payload []byte, do func()) error {
	if len(payload) >= largePayload {
		select {
		case t <- struct{}{}:
			defer func() { <-t }()
		case <-ctx.Done():
			return fault.Wrap(fault.Unavailable, "Many people open large payloads right now. Try again in a moment.", context.Cause(ctx))
		}
	}
	do()
	return nil
}

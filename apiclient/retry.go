package apiclient

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	maxRetries    = 2                      // of one read, after its first attempt
	minPause      = 100 * time.Millisecond // before a retry
	maxPause      = 800 * time.Millisecond
	maxRetryAfter = 60 * time.Second
	badRetryAfter = 5 * time.Second
	maxAsked      = 7 * 24 * time.Hour
)

// retryBudget keeps the retries of a client to a tenth of its reads, so that a service in trouble is not made to serve
// three times the load. A small reserve lets a quiet client retry. The zero value has a full reserve.
type retryBudget struct {
	mu    sync.Mutex
	spent int // tenths of a retry taken from the reserve
}

const (
	budgetReserve = 100 // tenths: ten retries
	budgetPrice   = 10  // tenths for one retry; each read gives one tenth back
)

func (b *retryBudget) earn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = max(0, b.spent-1)
}

func (b *retryBudget) spend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+budgetPrice > budgetReserve {
		return false
	}
	b.spent += budgetPrice
	return true
}

// retryable reports whether a read that failed so may be sent again: the service was not reached, dropped the
// connection before it answered, or says that it is busy.
func (e *Error) retryable() bool {
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case 0:
	default:
		return false
	}
	if op, ok := errors.AsType[*net.OpError](e.Err); ok && op.Op == "dial" {
		return true
	}
	return errors.Is(e.Err, io.EOF) || errors.Is(e.Err, io.ErrUnexpectedEOF) || errors.Is(e.Err, syscall.ECONNRESET) ||
		errors.Is(e.Err, syscall.EPIPE)
}

// pause waits before a retry: a random time, so that clients do not retry in step, or longer when the service asks for
// it. It returns false at once when the wait does not fit in the deadline or the budget is spent.
func (c *Client) pause(ctx context.Context, asked time.Duration) bool {
	wait := max(asked, minPause+rand.N(maxPause-minPause))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return false
	}
	if !c.budget.spend() {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// retryAfter reads the Retry-After header, in seconds or as a date: 0 when absent, 5 s when it makes no sense or is
// past. Nobody is made to pause more than 60 s by it: what it asks for above them is beyond.
func retryAfter(h http.Header, now time.Time) (pause, beyond time.Duration) {
	asked := askedToWait(h, now)
	pause = min(asked, maxRetryAfter)
	return pause, asked - pause
}

func askedToWait(h http.Header, now time.Time) time.Duration {
	raw := strings.TrimSpace(h.Get("Retry-After"))
	if raw == "" {
		return 0
	}
	seconds, err := strconv.ParseUint(raw, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(maxAsked/time.Second))) * time.Second
	}
	date, err := http.ParseTime(raw)
	if err != nil || !date.After(now) {
		return badRetryAfter
	}
	return min(date.Sub(now), maxAsked)
}

package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Sign-in attempts: five at once, then one every 12 seconds, per address.
const (
	signInEvery  = 12 * time.Second
	signInBurst  = 5
	maxAddresses = 10_000
)

// Links handed in: twenty at once, then one every 6 seconds, per address. Many visitors may share one.
const (
	enterEvery = 6 * time.Second
	enterBurst = 20
)

// limiter allows each key a burst and then one event per interval. It remembers a bounded number of keys: the ones not seen
// for longest are forgotten first.
type limiter struct {
	every time.Duration
	burst int
	limit int

	mu   sync.Mutex
	keys map[string]*bucket
}

type bucket struct {
	*rate.Limiter
	seen time.Time
}

func newLimiter(every time.Duration, burst, limit int) *limiter {
	return &limiter{every: every, burst: burst, limit: limit, keys: map[string]*bucket{}}
}

// Wait takes one event of the key. The answer is 0 when it may happen, and otherwise how long until it might.
func (l *limiter) Wait(key string) time.Duration {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.keys[key]
	if !ok {
		l.makeRoom(now)
		b = &bucket{Limiter: rate.NewLimiter(rate.Every(l.every), l.burst)}
		l.keys[key] = b
	}
	b.seen = now
	if b.AllowN(now, 1) {
		return 0
	}
	r := b.ReserveN(now, 1)
	defer r.CancelAt(now)
	return max(r.DelayFrom(now), time.Second)
}

// Forget gives the key its whole burst back.
func (l *limiter) Forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.keys, key)
}

// makeRoom forgets keys whose bucket is full again, and when that is not enough the oldest one.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.keys) < l.limit {
		return
	}
	full := time.Duration(l.burst) * l.every
	oldest, at := "", now
	for k, b := range l.keys {
		if now.Sub(b.seen) >= full {
			delete(l.keys, k)
			continue
		}
		if !b.seen.After(at) {
			oldest, at = k, b.seen
		}
	}
	if len(l.keys) >= l.limit {
		delete(l.keys, oldest)
	}
}

package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

// api is a service in memory. Each token's list has one deployment, named for the token and the number of the call.
type api struct {
	mu      sync.Mutex
	calls   []string      // tokens, in the order of the calls
	latency time.Duration // of every call
	answer  func(token string, call int) (*apiclient.Snapshot, error)
	ended   int
}

func newAPI(t *testing.T) *api {
	return &api{answer: func(token string, call int) (*apiclient.Snapshot, error) {
		return snapshotOf(t, fmt.Sprintf(`"name":"%s %d"`, token, call)), nil
	}}
}

func (a *api) Snapshot(ctx context.Context, token string, known *apiclient.Snapshot) (*apiclient.Snapshot, error) {
	a.mu.Lock()
	a.calls = append(a.calls, token)
	call, latency, answer := len(a.calls), a.latency, a.answer
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		a.ended++
		a.mu.Unlock()
	}()
	select {
	case <-time.After(latency):
		s, err := answer(token, call)
		if err == nil && known != nil && equal(s, known) {
			return known, nil
		}
		return s, err
	case <-ctx.Done():
		return nil, &apiclient.Error{Op: "list", Outcome: apiclient.Unknown, Err: ctx.Err()}
	}
}

func equal(a, b *apiclient.Snapshot) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if a.Raw(i) != b.Raw(i) {
			return false
		}
	}
	return true
}

// fails makes the service answer with an error from now on.
func (a *api) fails(err *apiclient.Error) {
	a.answers(func(string, int) (*apiclient.Snapshot, error) { return nil, err })
}

func (a *api) answers(f func(token string, call int) (*apiclient.Snapshot, error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = f
}

// takes sets the latency of the calls from now on.
func (a *api) takes(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.latency = d
}

func (a *api) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.calls)
}

// inCache runs a test on the clock of a bubble, which also finds goroutines that are left over.
func inCache(t *testing.T, o Options, test func(t *testing.T, c *Cache, a *api)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAPI(t)
		c := NewCache(a, o)
		test(t, c, a)
		c.Close()
		if _, bytes := held(c); c.bytes != bytes || len(c.accounts) != c.recent.Len() {
			t.Errorf("%d bytes in %d accounts are counted as %d in %d", bytes, len(c.accounts), c.bytes, c.recent.Len())
		}
	})
}

// got asks the cache and describes what came: the name of the one deployment, its age and "stale" with why.
func got(t *testing.T, c *Cache, token string, m Mode) string {
	t.Helper()
	v, err := c.Get(t.Context(), "hash of "+token, token, m)
	if err != nil {
		return "error: " + reasonOf(err)
	}
	text := fmt.Sprintf("%s, %v old", v.Index.Snapshot().Name(0), time.Since(v.ReadAt))
	if v.Stale {
		text += ", stale"
	}
	if v.Outdated {
		text += ", outdated"
	}
	if v.Err != nil {
		text += ": " + reasonOf(v.Err)
	}
	return text
}

func reasonOf(err error) string {
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok {
		return "no error of the API: " + err.Error()
	}
	if e.RetryAfter > 0 {
		return fmt.Sprintf("status %d, wait %v", e.Status, e.RetryAfter)
	}
	if e.Err != nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("status %d", e.Status)
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCache_servesWhatIsFresh(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		want(t, got(t, c, "a", Normal), "a 1, 0s old")
		time.Sleep(10*time.Second - 1)
		want(t, got(t, c, "a", Normal), "a 1, 9.999999999s old")
		want(t, got(t, c, "a", Revalidate), "a 1, 9.999999999s old")
		time.Sleep(time.Nanosecond)
		want(t, got(t, c, "a", Normal), "a 2, 0s old")
		want(t, got(t, c, "a", Force), "a 3, 0s old")
		want(t, got(t, c, "a", Normal), "a 3, 0s old")
	})
}

func TestCache_revalidatesBehindAStaleView(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		a.takes(time.Second)
		want(t, got(t, c, "a", Revalidate), "a 1, 0s old") // nothing held: waits
		time.Sleep(time.Minute)
		want(t, got(t, c, "a", Revalidate), "a 1, 1m0s old, stale")
		want(t, got(t, c, "a", Revalidate), "a 1, 1m0s old, stale") // the same load
		time.Sleep(2 * time.Second)
		want(t, got(t, c, "a", Revalidate), "a 2, 1s old")
		time.Sleep(15*time.Minute + 1)
		want(t, got(t, c, "a", Revalidate), "a 3, 0s old") // too old to be shown
		if a.count() != 3 {
			t.Errorf("%d calls, want 3", a.count())
		}
	})
}

func TestCache_staleIfError(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		want(t, got(t, c, "a", Normal), "a 1, 0s old")
		a.fails(&apiclient.Error{Op: "list", Status: 500})
		time.Sleep(10 * time.Second)
		for _, m := range []Mode{Normal, Normal, Revalidate} { // the first tries, the others are spared
			want(t, got(t, c, "a", m), "a 1, 10s old, stale: status 500")
		}
		if a.count() != 2 {
			t.Errorf("%d calls, want 2: one that failed and then a pause", a.count())
		}
		want(t, got(t, c, "a", Force), "a 1, 10s old, stale: status 500")
		time.Sleep(5 * time.Second)
		want(t, got(t, c, "a", Normal), "a 1, 15s old, stale: status 500")
		if a.count() != 4 {
			t.Errorf("%d calls, want 4: Force is not spared, and the pause is over", a.count())
		}
		time.Sleep(15*time.Minute - 15*time.Second)
		want(t, got(t, c, "a", Normal), "a 1, 15m0s old, stale: status 500")
		time.Sleep(time.Nanosecond)
		want(t, got(t, c, "a", Normal), "error: status 500")
		want(t, got(t, c, "a", Normal), "error: status 500")
		if a.count() != 7 {
			t.Errorf("%d calls, want 7: with nothing to show, every caller tries", a.count())
		}
	})
}

// An error while the view is fresh is no reason to mark it for others.
func TestCache_failedForceLeavesAFreshViewFresh(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		got(t, c, "a", Normal)
		a.fails(&apiclient.Error{Op: "list", Status: 502})
		time.Sleep(time.Second)
		want(t, got(t, c, "a", Force), "a 1, 1s old, stale: status 502")
		want(t, got(t, c, "a", Normal), "a 1, 1s old")
	})
}

func TestCache_joinsLoads(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		a.takes(time.Second)
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() { want(t, got(t, c, "a", []Mode{Normal, Revalidate, Force}[i%3]), "a 1, 0s old") })
		}
		synctest.Wait()
		want(t, got(t, c, "b", Normal), "b 2, 0s old")
		wg.Wait()
		if a.count() != 2 {
			t.Errorf("%d calls, want one per account", a.count())
		}
	})
}

// Each account is read with its own token and shown to its own callers only, whatever happens at the same time.
func TestCache_keepsAccountsApart(t *testing.T) {
	inCache(t, Options{MaxAccounts: 3}, func(t *testing.T, c *Cache, a *api) {
		a.takes(3 * time.Second)
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				token := string(rune('a' + i%8))
				time.Sleep(time.Duration(i*37%50) * time.Second)
				if i%11 == 0 {
					c.Purge("hash of " + token)
				}
				if i%7 == 0 {
					c.Outdate("hash of " + token)
				}
				if text := got(t, c, token, Mode(i%3)); text[:2] != token+" " {
					t.Errorf("account %s was shown %q", token, text)
				}
			})
		}
		wg.Wait()
	})
}

func TestCache_aCallerThatLeavesHarmsNobody(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		a.takes(time.Second)
		leaving, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.Get(leaving, "hash of a", "a", Normal)
			if e, ok := errors.AsType[*apiclient.Error](err); !ok || !errors.Is(e, context.Canceled) {
				t.Errorf("Get() of the one that left = %v, want its context's error in the API's", err)
			}
		})
		synctest.Wait()
		wg.Go(func() { want(t, got(t, c, "a", Normal), "a 1, 0s old") })
		leave()
		wg.Wait()
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := c.Get(short, "hash of a", "a", Force); !apiclient.IsTimeout(err) {
			t.Errorf("Get() = %v, want a timeout", err)
		}
		time.Sleep(2 * time.Second)
		want(t, got(t, c, "a", Normal), "a 2, 1.001s old") // the load went on without anyone
	})
}

func TestCache_loadsHaveADeadline(t *testing.T) {
	inCache(t, Options{LoadTimeout: time.Second}, func(t *testing.T, c *Cache, a *api) {
		a.takes(time.Hour)
		want(t, got(t, c, "a", Normal), "error: context deadline exceeded")
	})
}

func TestCache_closeEndsLoads(t *testing.T) {
	inCache(t, Options{LoadTimeout: time.Hour}, func(t *testing.T, c *Cache, a *api) {
		a.takes(time.Hour)
		var wg sync.WaitGroup
		wg.Go(func() { want(t, got(t, c, "a", Normal), "error: context canceled") })
		synctest.Wait()
		c.Close()
		if a.ended != 1 {
			t.Errorf("%d calls had ended when Close returned, want 1", a.ended)
		}
		wg.Wait()
	})
}

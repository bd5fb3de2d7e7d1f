package fleet

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

func TestCache_aRefusedTokenForgetsTheAccount(t *testing.T) {
	for _, status := range []int{401, 403} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
				got(t, c, "a", Normal)
				a.fails(&apiclient.Error{Op: "list", Status: status})
				time.Sleep(time.Minute)
				want(t, got(t, c, "a", Revalidate), "a 1, 1m0s old, stale")
				synctest.Wait()
				want(t, got(t, c, "a", Revalidate), fmt.Sprintf("error: status %d", status))
				if len(c.accounts) != 0 || c.recent.Len() != 0 || c.bytes != 0 {
					t.Errorf("%d accounts with %d bytes are left, want none", len(c.accounts), c.bytes)
				}
			})
		})
	}
}

func TestCache_waitsWhenAskedTo(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		got(t, c, "a", Normal)
		a.fails(&apiclient.Error{Op: "list", Status: 429, RetryAfter: 30 * time.Second})
		want(t, got(t, c, "a", Force), "a 1, 0s old, stale: status 429, wait 30s")
		want(t, got(t, c, "b", Normal), "error: status 429, wait 30s")
		time.Sleep(20 * time.Second)
		for _, m := range []Mode{Normal, Revalidate, Force} {
			want(t, got(t, c, "a", m), "a 1, 20s old, stale: status 429, wait 10s")
			want(t, got(t, c, "b", m), "error: status 429, wait 10s")
		}
		c.Purge("hash of a") // forgets the view and not the wait
		want(t, got(t, c, "a", Force), "error: status 429, wait 10s")
		if a.count() != 3 {
			t.Errorf("%d calls, want 3: none before the wait is over", a.count())
		}
		a.answers(newAPI(t).answer)
		time.Sleep(10 * time.Second)
		want(t, got(t, c, "a", Normal), "a 4, 0s old")
		want(t, got(t, c, "b", Normal), "b 5, 0s old")
		time.Sleep(time.Minute)
		want(t, got(t, c, "a", Revalidate), "a 4, 1m0s old, stale") // and no reason from long ago
	})
}

// 429 without Retry-After, and 503 with it, ask for a wait too.
func TestCache_otherWaysToAskForAWait(t *testing.T) {
	for _, tt := range []struct {
		err  apiclient.Error
		wait time.Duration
	}{
		{apiclient.Error{Status: 429}, 5 * time.Second},
		{apiclient.Error{Status: 503, RetryAfter: 7 * time.Second}, 7 * time.Second},
	} {
		t.Run(fmt.Sprint(tt.err.Status), func(t *testing.T) {
			inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
				a.fails(&tt.err)
				got(t, c, "a", Normal)
				time.Sleep(tt.wait - 1)
				got(t, c, "a", Force)
				if a.count() != 1 {
					t.Errorf("%d calls, want 1 before the wait is over", a.count())
				}
				time.Sleep(time.Nanosecond)
				got(t, c, "a", Normal)
				if a.count() != 2 {
					t.Errorf("%d calls, want 2", a.count())
				}
			})
		})
	}
}

// What was read before a write must not come back after it, whenever its load ends.
func TestCache_aLoadFromBeforeAPurgeIsNeverKept(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		a.takes(10 * time.Second)
		var wg sync.WaitGroup
		wg.Go(func() { want(t, got(t, c, "a", Normal), "a 1, 0s old") }) // asked before the write
		time.Sleep(time.Second)
		c.Purge("hash of a")
		a.takes(time.Second)
		want(t, got(t, c, "a", Normal), "a 2, 0s old") // does not join the old load
		wg.Wait()                                      // the old load ends last
		want(t, got(t, c, "a", Normal), "a 2, 8s old")

		a.takes(10 * time.Second) // again, with nothing held when the old load ends
		wg.Go(func() { got(t, c, "a", Force) })
		time.Sleep(time.Second)
		c.Purge("hash of a")
		wg.Wait()
		want(t, got(t, c, "a", Normal), "a 4, 0s old")

		wg.Go(func() { got(t, c, "a", Force) }) // and with a failure
		time.Sleep(time.Second)
		c.Purge("hash of a")
		a.fails(&apiclient.Error{Status: 429, RetryAfter: time.Hour})
		wg.Wait()
		a.answers(newAPI(t).answer)
		want(t, got(t, c, "a", Normal), "a 6, 0s old")
	})
}

func TestCache_purgeOfNothing(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		c.Purge("hash of a")
		if len(c.accounts) != 0 {
			t.Error("a purge made an account")
		}
		got(t, c, "a", Normal)
		c.Purge("hash of a")
		if len(c.accounts) != 0 || c.bytes != 0 {
			t.Errorf("%d accounts with %d bytes are left after a purge, want none", len(c.accounts), c.bytes)
		}
		want(t, got(t, c, "a", Normal), "a 2, 0s old")
	})
}

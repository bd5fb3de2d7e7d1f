package fleet

import (
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

// What an account has changed itself it must see at once: nobody gets the rows from before while they can be read anew.
func TestCache_Outdate(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		got(t, c, "a", Normal)
		for i, m := range []Mode{Normal, Revalidate, Force} {
			c.Outdate("hash of a")
			want(t, got(t, c, "a", m), []string{"a 2, 0s old", "a 3, 0s old", "a 4, 0s old"}[i])
		}
		want(t, got(t, c, "a", Normal), "a 4, 0s old") // and then all is as usual
		if a.count() != 4 {
			t.Errorf("%d calls, want 4", a.count())
		}
		c.Outdate("hash of a")
		c.Outdate("hash of b") // of whom nothing is known
		c.OutdateAll()
		want(t, got(t, c, "a", Normal), "a 5, 0s old")
		want(t, got(t, c, "b", Normal), "b 6, 0s old")
	})
}

// While the service fails, the rows from before a change are better than none, and say what they are.
func TestCache_Outdate_theServiceFails(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		got(t, c, "a", Normal)
		time.Sleep(time.Second)
		a.fails(&apiclient.Error{Status: 503})
		c.Outdate("hash of a")
		want(t, got(t, c, "a", Normal), "a 1, 1s old, stale, outdated: status 503")
		want(t, got(t, c, "a", Revalidate), "a 1, 1s old, stale, outdated: status 503")
		want(t, got(t, c, "a", Force), "a 1, 1s old, stale, outdated: status 503")
		if a.count() != 3 {
			t.Errorf("%d calls, want 3: the reading, the one that failed, and the one that was insisted on", a.count())
		}
		time.Sleep(15 * time.Minute)
		want(t, got(t, c, "a", Normal), "error: status 503") // as old as any may be

		a.answers(newAPI(t).answer)
		time.Sleep(time.Minute)
		want(t, got(t, c, "a", Normal), "a 5, 0s old")
		a.fails(&apiclient.Error{Status: 401})
		c.Outdate("hash of a")
		want(t, got(t, c, "a", Normal), "error: status 401") // who may not read it now sees nothing
	})
}

// What was read before a change must not pass for what is there after it, whenever its load ends.
func TestCache_Outdate_aLoadFromBefore(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		for _, m := range []Mode{Normal, Force} { // with nothing held, and with something
			a.takes(10 * time.Second)
			var wg sync.WaitGroup
			wg.Go(func() { got(t, c, "a", m) })
			time.Sleep(time.Second)
			c.Outdate("hash of a")
			a.takes(time.Second)
			calls := a.count()
			got(t, c, "a", Normal)
			if a.count() != calls+1 {
				t.Errorf("a view from before the change was taken for one from after it")
			}
			wg.Wait()
			held, _ := c.Held("hash of a")
			if age := time.Since(held.ReadAt); age != 8*time.Second {
				t.Errorf("what is held is %v old, want the later reading", age)
			}
		}
	})
}

// A list that was read to try a token is the account's first.
func TestCache_Offer(t *testing.T) {
	loaded := 0
	inCache(t, Options{Loaded: func(string, string, *Index) { loaded++ }}, func(t *testing.T, c *Cache, a *api) {
		offered := snapshotOf(t, `"name":"offered"`)
		c.Offer("hash of a", "a", offered, c.Changes())
		want(t, got(t, c, "a", Normal), "offered, 0s old")
		if a.count() != 0 || loaded != 1 {
			t.Errorf("%d calls, %d told of, want none and one", a.count(), loaded)
		}
		got(t, c, "a", Force)
		c.Offer("hash of a", "a", offered, c.Changes()) // somebody else is there already, with something newer
		want(t, got(t, c, "a", Normal), "a 1, 0s old")

		before := c.Changes()
		c.Outdate("hash of b")
		c.Offer("hash of b", "b", offered, before)
		want(t, got(t, c, "b", Normal), "b 2, 0s old") // it may not show the change
		before = c.Changes()
		c.Purge("hash of c")
		c.Offer("hash of c", "c", offered, before)
		want(t, got(t, c, "c", Normal), "c 3, 0s old")
	})
}

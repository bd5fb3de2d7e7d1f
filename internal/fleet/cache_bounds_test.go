package fleet

import (
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
)

func TestCache_evictsWhatWasUsedLongestAgo(t *testing.T) {
	inCache(t, Options{MaxAccounts: 2}, func(t *testing.T, c *Cache, a *api) {
		got(t, c, "a", Normal)
		got(t, c, "b", Normal)
		got(t, c, "a", Normal)
		got(t, c, "c", Normal)
		want(t, got(t, c, "a", Normal), "a 1, 0s old")
		want(t, got(t, c, "b", Normal), "b 4, 0s old")
	})
}

func TestCache_boundsItsBytes(t *testing.T) {
	size := NewIndex(snapshotOf(t, `"name":"a 10"`), nil).Bytes()
	inCache(t, Options{MaxBytes: 3*size + size/2}, func(t *testing.T, c *Cache, a *api) {
		for i := range 40 {
			got(t, c, string(rune('a'+i*7%10)), Mode(i%3))
			time.Sleep(time.Second)
			if n, bytes := held(c); c.bytes != bytes || bytes > c.o.MaxBytes || n > 3 {
				t.Fatalf("%d accounts with %d bytes are counted as %d, want at most %d", n, bytes, c.bytes, c.o.MaxBytes)
			}
		}
		if n, _ := held(c); n != 3 {
			t.Errorf("%d accounts are held, want the 3 that fit", n)
		}
	})
}

// held returns how many accounts are held and how much they take.
func held(c *Cache) (n int, bytes int64) {
	for _, e := range c.accounts {
		if x := e.Value.(*account).view.Index; x != nil {
			n++
			bytes += x.Bytes()
		}
	}
	return n, bytes
}

// An account that is larger than all the room is shown, but not kept, and drives nobody out.
func TestCache_anAccountLargerThanTheCache(t *testing.T) {
	small := NewIndex(snapshotOf(t, `"name":"a 1"`), nil).Bytes()
	inCache(t, Options{MaxBytes: 2 * small}, func(t *testing.T, c *Cache, a *api) {
		got(t, c, "a", Normal)
		tame := a.answer
		a.answers(func(string, int) (*apiclient.Snapshot, error) { return snapshotOf(t, make([]string, 1_000)...), nil })
		v, err := c.Get(t.Context(), "hash of b", "b", Normal)
		if err != nil || v.Index.Len() != 1_000 {
			t.Fatalf("Get() = %v, %v, want the large account", v, err)
		}
		a.answers(tame)
		want(t, got(t, c, "a", Normal), "a 1, 0s old")
		if n, _ := held(c); n != 1 {
			t.Errorf("%d accounts are held, want 1", n)
		}
	})
}

func TestCache_sweep(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		got(t, c, "a", Normal)
		time.Sleep(time.Minute)
		got(t, c, "b", Normal)
		time.Sleep(14*time.Minute + 1)
		c.Sweep()
		if _, ok := c.accounts["hash of b"]; !ok || len(c.accounts) != 1 {
			t.Errorf("%d accounts are left, want only b", len(c.accounts))
		}
	})
}

// An answer that did not change keeps the index with all that it has computed.
func TestCache_keepsTheIndexOfAnUnchangedAnswer(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		a.answers(func(string, int) (*apiclient.Snapshot, error) { return snapshotOf(t, `"name":"same"`), nil })
		first, _ := c.Get(t.Context(), "a", "a", Normal)
		time.Sleep(time.Minute)
		second, _ := c.Get(t.Context(), "a", "a", Normal)
		if first.Index != second.Index || second.ReadAt.Sub(first.ReadAt) != time.Minute {
			t.Errorf("views = %+v, %+v, want one index read twice", first, second)
		}
		if c.bytes != first.Index.Bytes() {
			t.Errorf("bytes = %d, want those of one index: %d", c.bytes, first.Index.Bytes())
		}
	})
}

// A defect in reading one answer must fail that load and no more.
func TestCache_survivesAPanic(t *testing.T) {
	inCache(t, Options{}, func(t *testing.T, c *Cache, a *api) {
		tame := a.answer
		a.answers(func(string, int) (*apiclient.Snapshot, error) { panic("index out of range") })
		_, err := c.Get(t.Context(), "a", "a", Normal)
		if !fault.Is(err, fault.Internal) {
			t.Fatalf("Get() = %v, want an internal fault", err)
		}
		a.answers(tame)
		want(t, got(t, c, "a", Normal), "a 2, 0s old")
	})
}

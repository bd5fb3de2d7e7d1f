package fleet

import (
	"cmp"
	"container/list"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

// Loader reads an account's deployments; *apiclient.Client is one.
type Loader interface {
	Snapshot(ctx context.Context, token string, known *apiclient.Snapshot) (*apiclient.Snapshot, error)
}

// Options tunes a [Cache]. The zero value is ready for production.
type Options struct {
	MaxBytes    int64         // of all indexes together, as Index.Bytes counts them; 0: 256 MB
	MaxAccounts int           // 0: 200
	Fresh       time.Duration // how long an answer is as good as a new one; 0: 10 s
	MaxStale    time.Duration // how long it may be shown at all; 0: 15 min
	Pause       time.Duration // after a load that failed, when the API does not ask for another; 0: 5 s
	LoadTimeout time.Duration // of one load, whoever waits for it; 0: 15 s
	Now         func() time.Time
	Words       func(sku string) string // see NewIndex
	// Loaded is told of every list that is not the one that was held, after those who wait for it have it. It must return at
	// once, and may be called from several goroutines.
	Loaded func(account, token string, index *Index)
}

// Mode says how fresh a view has to be.
type Mode int

// The modes. In all of them a view is older than Options.Fresh only if it says so (View.Stale), and never older than
// Options.MaxStale.
const (
	Normal     Mode = iota // what is held while it is fresh, else a load
	Revalidate             // what is held, whatever its age, with a load behind it; a load when nothing is held
	Force                  // a load, even while what is held is fresh
)

// View is what is known of an account.
type View struct {
	Index  *Index
	ReadAt time.Time // when the API's answer arrived
	Stale  bool      // older than Options.Fresh, or a load was tried and failed
	// Outdated says that the account has changed something since, which the view does not show. It is Stale then, with an Err.
	Outdated bool
	Err      error // of a stale view: why the last load failed, as an *apiclient.Error; nil when it did not
}

// Cache keeps the last view of each account within bounds; the one that was used longest ago goes first. An account is
// named by a keyed hash of its token: whoever knows the name sees the account. It is safe for concurrent use.
type Cache struct {
	loader Loader
	o      Options
	ctx    context.Context // of every load: ends with Close
	stop   context.CancelFunc
	loads  sync.WaitGroup

	mu       sync.Mutex
	accounts map[string]*list.Element // of *account
	recent   *list.List               // most recently used first
	bytes    int64
	changes  int64 // calls of Purge and Outdate so far
}

// account is what is held of one account.
type account struct {
	name      string
	view      View      // without an Index when nothing is held
	outdated  bool      // see Outdate
	err       error     // of the last load; nil when it was good
	notBefore time.Time // when the next load may begin
	limited   bool      // the API asked for notBefore, so that not even Force may go before it
	load      *load     // under way; nil when none is
}

// NewCache makes an empty cache.
func NewCache(l Loader, o Options) *Cache {
	o.MaxBytes = cmp.Or(o.MaxBytes, 256<<20)
	o.MaxAccounts = cmp.Or(o.MaxAccounts, 200)
	o.Fresh = cmp.Or(o.Fresh, 10*time.Second)
	o.MaxStale = cmp.Or(o.MaxStale, 15*time.Minute)
	o.Pause = cmp.Or(o.Pause, 5*time.Second)
	o.LoadTimeout = cmp.Or(o.LoadTimeout, 15*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Cache{loader: l, o: o, accounts: map[string]*list.Element{}, recent: list.New()}
	c.ctx, c.stop = context.WithCancel(context.Background())
	return c
}

// Get returns the view of an account, loading it with its token when the mode asks for that. Calls that need a load of
// the same account share one, which goes on when a caller leaves. While the API asks to wait, no load begins.
// An error, always an *apiclient.Error unless this package has a defect, means that there is nothing to show.
func (c *Cache) Get(ctx context.Context, name, token string, m Mode) (View, error) {
	now := c.o.Now()
	c.mu.Lock()
	a := c.account(name)
	held := c.usable(a, now)
	switch {
	case held && m != Force && !a.outdated && now.Sub(a.view.ReadAt) < c.o.Fresh:
		defer c.mu.Unlock()
		return a.view, nil
	case now.Before(a.notBefore) && (a.limited || held && m != Force):
		defer c.mu.Unlock()
		if !held {
			return View{}, a.reason(now)
		}
		return a.stale(now), nil
	}
	l := a.load
	if l == nil {
		l = c.start(a, token)
	}
	if held && m == Revalidate && !a.outdated {
		defer c.mu.Unlock()
		return a.stale(now), nil
	}
	c.mu.Unlock()
	return l.wait(ctx)
}

// Held returns the last view of an account that may still be shown, and never loads. It says nothing of its freshness.
func (c *Cache) Held(name string) (View, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.accounts[name]
	if !ok || !c.usable(e.Value.(*account), c.o.Now()) {
		return View{}, false
	}
	return e.Value.(*account).view, true
}

// Outdate is told of a change that the account made: what is held is shown again only when a load fails, and then it says so
// (View.Outdated), for old rows are worth more to somebody than none. A load that began before is never kept, whenever it ends.
func (c *Cache) Outdate(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	if e, ok := c.accounts[name]; ok {
		a := e.Value.(*account)
		a.load, a.outdated = nil, true
	}
}

// OutdateAll is Outdate of every account.
func (c *Cache) OutdateAll() {
	c.mu.Lock()
	names := slices.Collect(maps.Keys(c.accounts))
	c.mu.Unlock()
	for _, name := range names {
		c.Outdate(name)
	}
}

// Changes counts what was outdated or purged so far, for Offer.
func (c *Cache) Changes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes
}

// Offer keeps a snapshot that was read elsewhere, unless something was outdated or purged since Changes said so many, which the
// snapshot may not show, or the account has what it needs.
func (c *Cache) Offer(name, token string, s *apiclient.Snapshot, changes int64) {
	index, now := NewIndex(s, c.o.Words), c.o.Now()
	c.mu.Lock()
	a := c.account(name)
	welcome := changes == c.changes && a.load == nil && a.view.Index == nil
	if welcome {
		c.keep(a, View{Index: index, ReadAt: now})
	}
	c.mu.Unlock()
	if welcome && c.o.Loaded != nil {
		c.o.Loaded(name, token, index)
	}
}

// Purge forgets what is held of an account, as after a sign-out. A load that began before is never kept, whenever it ends. A wait
// that the API asked for still holds.
func (c *Cache) Purge(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	e, ok := c.accounts[name]
	if !ok {
		return
	}
	if a := e.Value.(*account); a.limited && c.o.Now().Before(a.notBefore) {
		c.clear(a) // and nothing more: during a wait no load is under way
		return
	}
	c.remove(e)
}

// Sweep lets go of what is too old to be shown. Without it, memory is only given back when another account needs it.
func (c *Cache) Sweep() {
	now := c.o.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.accounts {
		if a := e.Value.(*account); a.load == nil && !c.usable(a, now) && !now.Before(a.notBefore) {
			c.remove(e)
		}
	}
}

// Close ends all loads and waits for that. Nothing may be asked of the cache afterwards.
func (c *Cache) Close() {
	c.stop()
	c.loads.Wait()
}

// account returns the account, which becomes the most recently used.
func (c *Cache) account(name string) *account {
	if e, ok := c.accounts[name]; ok {
		c.recent.MoveToFront(e)
		return e.Value.(*account)
	}
	a := &account{name: name}
	c.accounts[name] = c.recent.PushFront(a)
	c.evict()
	return a
}

// evict brings the cache back within its bounds.
func (c *Cache) evict() {
	for c.recent.Len() > c.o.MaxAccounts || c.bytes > c.o.MaxBytes {
		c.remove(c.recent.Back())
	}
}

// remove forgets the account with everything. A load under way goes on for those who wait and is not kept: its end finds
// that it is no longer the account's.
func (c *Cache) remove(e *list.Element) {
	a := c.recent.Remove(e).(*account)
	c.clear(a)
	a.load = nil
	delete(c.accounts, a.name)
}

// clear forgets what is held, and not when the next load may begin.
func (c *Cache) clear(a *account) {
	if a.view.Index != nil {
		c.bytes -= a.view.Index.Bytes()
	}
	a.view, a.outdated = View{}, false
}

// usable reports whether something is held that may still be shown.
func (c *Cache) usable(a *account, now time.Time) bool {
	return a.view.Index != nil && now.Sub(a.view.ReadAt) <= c.o.MaxStale
}

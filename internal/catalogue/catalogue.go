// Package catalogue answers which deployments of an account use a model, a node class or a value. For an account that somebody
// searches it reads the workflows, in the background and within a budget, and keeps of each only what can be searched: nodes,
// classes and the values of inputs, cut to a length. It does so in memory and within a bound; nothing is written anywhere.
//
// Every server of an installation has a catalogue of its own. Each reads for itself when it is asked, so that two of them may
// be at different places for the same account; a result always says how far its own is.
//
// The package knows no pages, no sessions and no database, and must not log. A token is used while its account is read and not
// kept after that; an account is named by the caller with a keyed hash of it.
package catalogue

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

// What is kept of one workflow at most.
const (
	MaxText   = 400    // bytes of one text
	MaxValues = 20_000 // values
)

const (
	unsureFor  = 10 * time.Minute // how long a deployment that does not say when it was updated counts as unchanged
	inARow     = 12               // answers that fail one after another until reading stops
	shortPause = 5 * time.Second  // after an answer that asks for a pause and does not say how long
)

// Reader reads deployments with their payloads; *apiclient.Client is one. It should not repeat a call by itself: how long to
// wait is decided here, for everything that is read for an account.
type Reader interface {
	List(ctx context.Context, token string, o apiclient.ListOptions) ([]apiclient.Deployment, error)
}

// Options tunes a [Catalogue]. The zero value is ready for production.
type Options struct {
	MaxBytes    int64         // of everything that is kept; 0: 96 MB
	MaxAccounts int           // 0: 200
	Parallel    int           // calls at the same time, for all accounts together; 0: 4
	Batch       int           // deployments in one call; 0: 20
	RunBytes    int64         // of payloads read until somebody must ask to go on; 0: 1 GB
	RunTime     time.Duration // the same in time; 0: 15 min
	Idle        time.Duration // reading stops when nobody has looked for so long; 0: 2 min
	Keep        time.Duration // what nobody has looked at for so long is let go; 0: 1 h
	Now         func() time.Time
}

// Catalogue keeps what was read of accounts. It is safe for concurrent use.
type Catalogue struct {
	reader Reader
	o      Options
	places chan struct{} // one for each call
	ctx    context.Context
	stop   context.CancelFunc
	work   sync.WaitGroup

	mu       sync.Mutex
	accounts map[string]*account
	bytes    int64
}

// New makes an empty catalogue.
func New(r Reader, o Options) *Catalogue {
	o.MaxBytes = cmp.Or(o.MaxBytes, 96<<20)
	o.MaxAccounts = cmp.Or(o.MaxAccounts, 200)
	o.Parallel = cmp.Or(o.Parallel, 4)
	o.Batch = cmp.Or(o.Batch, 20)
	o.RunBytes = cmp.Or(o.RunBytes, 1<<30)
	o.RunTime = cmp.Or(o.RunTime, 15*time.Minute)
	o.Idle = cmp.Or(o.Idle, 2*time.Minute)
	o.Keep = cmp.Or(o.Keep, time.Hour)
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Catalogue{reader: r, o: o, places: make(chan struct{}, o.Parallel), accounts: map[string]*account{}}
	c.ctx, c.stop = context.WithCancel(context.Background())
	return c
}

// Target is a deployment as the list has it now.
type Target struct{ ID, Name, Updated string }

// Look answers a query from what is known of an account, whose deployments are all. Unless the query is silent it begins to
// read what is missing or has changed, or lets a reading go on; what is no longer there is forgotten.
func (c *Catalogue) Look(name, token string, all []Target, q Query) Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.account(name)
	if !q.Silent {
		a.lookedAt = c.o.Now()
	}
	c.sync(a, all)
	if !q.Silent {
		c.begin(a, token)
	}
	return a.answer(q, c.o.Now())
}

// Again forgets what went wrong in an account, so that the next look tries it once more.
func (c *Catalogue) Again(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.accounts[name]; a != nil {
		clear(a.failed)
		a.stop, a.err = "", nil
	}
}

// Purge forgets an account and ends what is being read for it, as when somebody signs out.
func (c *Catalogue) Purge(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.accounts[name]; a != nil {
		c.remove(a)
	}
}

// Sweep lets go of accounts that nobody looks at any more.
func (c *Catalogue) Sweep() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.accounts {
		if a.job == nil && c.o.Now().Sub(a.lookedAt) > c.o.Keep {
			c.remove(a)
		}
	}
}

// Close ends everything that is being read and waits for that. Nothing may be asked of the catalogue afterwards.
func (c *Catalogue) Close() {
	c.stop()
	c.work.Wait()
}

// Bytes returns what is kept at present, as Options.MaxBytes counts it.
func (c *Catalogue) Bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}

package deployments

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/catalogue"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Options configure a Service.
type Options struct {
	Limits   Limits
	Prices   Prices // the zero value is DefaultPrices
	ReadOnly bool   // refuse every write before it reaches the API
	// WriteBudget bounds a write with its look-ups before and after, SendBudget the part until the write itself must have
	// been answered; the rest is for finding out what happened. Zero means 28 s and 22 s, inside the server's timeouts.
	WriteBudget, SendBudget time.Duration

	Lists      fleet.Options     // of the lists that are kept; the zero value is for production
	Inside     catalogue.Options // of what is known of workflows; the zero value is for production
	Patience   time.Duration     // how long a list waits for the newest reading before it shows what is held; 0 means 400 ms
	ConfirmKey []byte            // seals confirmations; the same on every server of an installation
	Logger     *slog.Logger      // nil means nobody hears
	Events     journal.Recorder  // nil means one over the journal
	Now        func() time.Time
	Lease      time.Duration // of one lease on a deployment, renewed while a write lasts; 0 means 10 s
	Poll       time.Duration // between looks at what another writer does; 0 means 100 ms
	Rest       time.Duration // before a reading is compared with the last, so that the answer which shows it goes first; 0 means 300 ms
	// Reached is called at the points a write passes. It is for tests, which end the process there.
	Reached func(point string)
}

// Service reads and changes deployments on behalf of whoever owns the token it is called with. It holds no token and may be
// used by many goroutines.
type Service struct {
	api      *apiclient.Client
	journal  journal.Store
	o        Options
	lists    *fleet.Cache
	payloads *payloads
	watch    *watch
	inside   *catalogue.Catalogue
	quiet    sync.Map // account → time.Time until which it is known to have no unsettled writes
}

// New makes a service on top of the API that records every write in j.
func New(api *apiclient.Client, j journal.Store, o Options) *Service {
	if o.WriteBudget == 0 {
		o.WriteBudget = 28 * time.Second
	}
	if len(o.Prices.Plans) == 0 {
		o.Prices = DefaultPrices()
	}
	if o.SendBudget == 0 {
		o.SendBudget = 22 * time.Second
	}
	o.Lease = cmp.Or(o.Lease, 10*time.Second)
	o.Poll = cmp.Or(o.Poll, 100*time.Millisecond)
	o.Rest = cmp.Or(o.Rest, 300*time.Millisecond)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Events == nil {
		o.Events = journal.NewRecorder(j, o.Logger, nil)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Patience = cmp.Or(o.Patience, 400*time.Millisecond)
	o.Lists.Words, o.Lists.Now = hardwareWords, o.Now
	o.Inside.Now = o.Now
	s := &Service{api: api, journal: j, o: o, payloads: newPayloads(), inside: catalogue.New(insideReader{api}, o.Inside)}
	s.watch = newWatch(s)
	o.Lists.Loaded = s.watch.loaded
	s.lists = fleet.NewCache(api, o.Lists)
	return s
}

// ReadOnly tells whether writes are refused on this server.
func (s *Service) ReadOnly() bool { return s.o.ReadOnly }

// Prices are what estimates of cost are made with.
func (s *Service) Prices() Prices { return s.o.Prices }

// Limits are the bounds drafts are held to.
func (s *Service) Limits() Limits { return s.o.Limits }

// Reading is a list that was read before it was known whose it is.
type Reading struct {
	snapshot *apiclient.Snapshot
	changes  int64 // as the cache counted them before
}

// CheckToken tries a token with one list call, whatever comes of it: the person can try again. The error is a fault:
// Unauthorized when the API refuses the token.
func (s *Service) CheckToken(ctx context.Context, token string) (Reading, error) {
	changes := s.lists.Changes()
	snapshot, err := s.api.Once(0).Snapshot(ctx, token, nil)
	return Reading{snapshot, changes}, explainRead(err)
}

// Welcome keeps for an account the list that its token was tried with: it is what whoever signs in wants to see next, and the API
// may be slow.
func (s *Service) Welcome(account, token string, r Reading) {
	s.lists.Offer(account, token, r.snapshot, r.changes)
}

// Get returns one deployment with its readme and without its payload, which PayloadOf reads. An id that is no id is simply not
// found.
func (s *Service) Get(ctx context.Context, token, id string) (Deployment, error) {
	return s.brief(ctx, token, id, apiclient.IncludeReadme)
}

// brief reads one deployment through the list, whose elements come without their payloads; an answer about one deployment alone
// may carry all of it, asked for or not.
func (s *Service) brief(ctx context.Context, token, id string, includes ...apiclient.Include) (Deployment, error) {
	if !apiclient.ValidID(id) {
		return s.read(ctx, token, id)
	}
	list, err := s.api.List(ctx, token, apiclient.ListOptions{IDs: []string{id}, Includes: includes})
	if err != nil && !apiclient.IsNotFound(err) { // a service may say of a list of nothing that it is not found
		return Deployment{}, explainRead(err)
	}
	for _, d := range list {
		if d.ID == id {
			return d, nil
		}
	}
	return s.read(ctx, token, id, includes...) // it knows why
}

// Settings returns one deployment without asking for its readme and payload.
func (s *Service) Settings(ctx context.Context, token, id string) (Deployment, error) {
	return s.read(ctx, token, id)
}

func (s *Service) read(ctx context.Context, token, id string, includes ...apiclient.Include) (Deployment, error) {
	if !apiclient.ValidID(id) {
		return Deployment{}, fault.New(fault.NotFound, "This is not the address of a deployment: its id is malformed. Check the link you followed.")
	}
	d, err := s.get(ctx, token, id, includes...)
	if err != nil {
		return Deployment{}, explainRead(err)
	}
	return d, nil
}

// get reads one deployment. Its answer may carry a payload that nobody asked for and that cannot be read: elements of the list
// come without. The error is the client's.
func (s *Service) get(ctx context.Context, token, id string, includes ...apiclient.Include) (Deployment, error) {
	d, err := s.api.Get(ctx, token, id, includes...)
	if unreadable(err) && !slices.Contains(includes, apiclient.IncludePayload) {
		list, listed := s.api.List(ctx, token, apiclient.ListOptions{IDs: []string{id}, Includes: includes})
		if i := slices.IndexFunc(list, func(d Deployment) bool { return d.ID == id }); listed == nil && i >= 0 {
			return list[i], nil
		}
	}
	return d, err
}

// unreadable tells whether an answer is one that this server does not read, however often it asks.
func unreadable(err error) bool {
	return errors.Is(err, apiclient.ErrTooLarge) || errors.Is(err, apiclient.ErrRepeatedKey) || errors.Is(err, apiclient.ErrTooDeep)
}

// Record implements [journal.Recorder] for whoever has a Service at hand.
func (s *Service) Record(ctx context.Context, e journal.Event) { s.o.Events.Record(ctx, e) }

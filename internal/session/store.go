package session

import (
	"context"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Store keeps sessions. Rows are keyed by the SHA-256 of the cookie's value, never
// by the value itself. Every time is the database's, so that replicas with wrong
// clocks agree. Every method answers within a deadline of its own.
type Store interface {
	// Create stores a new session and its sealed tokens and ends the session
	// n.Replaces, all or nothing. It fails when a row with this hash exists, alive
	// or ended: there is no way to write to an existing session. One that renews
	// another fails with [ErrNone] when that one is no longer alive.
	Create(ctx context.Context, n NewRow) (Row, error)
	// Find returns the row of a session that is alive: not ended, not past its
	// end, seen within idle. The bool is false when there is none.
	Find(ctx context.Context, hash string, idle time.Duration) (Row, bool, error)
	// Held returns the accounts that a session holds beside the one it works as, if Find
	// would return it, in the order of their keys.
	Held(ctx context.Context, hash string, idle time.Duration) ([]Held, error)
	// Touch records that a session was used now, and by whom, if Find would still return it.
	Touch(ctx context.Context, hash string, idle time.Duration, by Trace) error
	// End makes a session dead for good, with those that renewed it meanwhile, and deletes
	// its sealed tokens. The dead row stays until the session's end has passed. Ending what
	// does not exist is no error.
	End(ctx context.Context, hash string) error
	// List returns the sessions alive that work as the account or hold it, the last used first; "" lists all of them.
	// The start of an account will do.
	List(ctx context.Context, account string, idle time.Duration) ([]Listed, error)
	// EndAll ends the sessions that w means, as End does, and returns how many were alive.
	EndAll(ctx context.Context, w Which) (int, error)
	// Sweep deletes at most limit rows whose end has passed, or that nobody used for idle, and returns how many. Sealed tokens
	// go with them.
	Sweep(ctx context.Context, idle time.Duration, limit int) (int, error)
}

// NewRow is a session to be created.
type NewRow struct {
	Hash     string
	Replaces string // hash of the session it takes the place of, "" for none
	// Renews says that it goes on with the session it replaces, which must be alive, and that it keeps the beginning and the
	// end of that one.
	Renews   bool
	Idle     time.Duration // after which the one it renews is no longer alive
	Data     []byte
	Sealed   []byte // the API token, readable only together with the cookie's value
	Held     []Held
	By       Trace
	Name     string // what the person calls the account
	Lifetime time.Duration
	// Most is how many sessions may work as its account; those that began first are ended. 0 sets no limit.
	Most int
}

// Held is an account that a session holds beside the one it works as.
type Held struct {
	Account, Name string
	Sealed        []byte
}

// Trace is what is kept of who uses a session.
type Trace struct {
	ID      string // see [Session.ID]
	Account string // the session works as
	Device  string // in words
	Address string // of the network
}

// Listed is a session as its owner and the operator see it.
type Listed struct {
	Trace

	Name       string // of the account that was asked for
	Held       int    // further accounts
	SignedInAt time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
}

// Which says which sessions are meant: those that work as the account or hold it. What is "" narrows nothing.
type Which struct {
	Account string // the start of one will do
	ID      string // only this one
	Except  string // id of one that is not meant
}

// Row is a live session as it is stored.
type Row struct {
	Data      []byte
	Sealed    []byte
	CreatedAt time.Time
	ExpiresAt time.Time
	Quiet     time.Duration // since it was last touched
}

var errNotSigningIn = errors.New("session: data is written at sign-in only")

// exchange carries, through the context of one scs call, what scs has no room for:
// the sealed token going into the store and the whole row coming out of it.
type exchange struct {
	create *NewRow
	row    Row
	err    error
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// scsStore is the [Store] as scs wants it. The embedded nil store fills in the
// methods without a context, which scs does not call when these exist.
type scsStore struct {
	scs.Store
	store Store
	idle  time.Duration
}

var _ scs.CtxStore = scsStore{}

func (s scsStore) FindCtx(ctx context.Context, hash string) ([]byte, bool, error) {
	row, found, err := s.store.Find(ctx, hash, s.idle)
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		x.row, x.err = row, err
	}
	return row.Data, found, err
}

// CommitCtx stores a new session. The moment scs wants it to expire is ignored: it
// comes from this process's clock, the store counts the lifetime by the database's.
func (s scsStore) CommitCtx(ctx context.Context, hash string, data []byte, _ time.Time) error {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok || x.create == nil {
		return errNotSigningIn
	}
	x.create.Hash, x.create.Data = hash, data
	x.row, x.err = s.store.Create(ctx, *x.create)
	return x.err
}

func (s scsStore) DeleteCtx(ctx context.Context, hash string) error {
	return s.store.End(ctx, hash)
}

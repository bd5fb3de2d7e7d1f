// Package bulk declares the record of a run: one change asked of many deployments, as it was reviewed, with what came of each
// of them. The record outlives the process, and holds no token: whoever carries a run on brings their own. Package store
// implements it, package deployments carries runs out.
package bulk

import (
	"context"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// State is what is known about one item of a run.
type State string

// An item that has something to change is Waiting; all others of a draft are Unchanged or Unfit and stay so. A Running one may
// have made its write already. The rest are ends.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Differs   State = "differs"   // accepted, but the API shows something else
	Refused   State = "refused"   // known not to have happened
	Unknown   State = "unknown"   // nobody can say yet
	Gone      State = "gone"      // there is no such deployment any more
	Skipped   State = "skipped"   // the run was stopped before its turn
	Unchanged State = "unchanged" // it is so already: nothing was sent
	Unfit     State = "unfit"     // its settings do not allow the change: nothing will be sent
)

// States are all of them, those a person has to look at first.
func States() []State {
	return []State{Unknown, Refused, Differs, Gone, Running, Waiting, Skipped, Done, Unfit, Unchanged}
}

// Retryable are the states whose items a new run may try again. An unknown one has to be looked at first (Item.Looked).
func Retryable() []State { return []State{Refused, Unknown, Skipped} }

// Run is one change asked of many deployments. Until it has begun it is a draft that somebody reviews.
type Run struct {
	ID      string // made by the caller; unique, and not to be guessed
	Account string // whose it is, as session.Session.Account
	Person  string // what whoever asked called themselves, may be empty
	Action  string // as package deployments names it
	Value   string // of the field, "" for an action that needs none
	Reason  string // why, as whoever began it typed it; may be empty
	Note    string // why it rests, in a sentence; "" for none

	CreatedAt, BegunAt, EndedAt time.Time // zero while it has not happened
	Worked                      bool      // somebody is working on it now
	Counts                      map[State]int
}

// Begun tells a run from a draft.
func (r Run) Begun() bool { return !r.BegunAt.IsZero() }

// Open counts the items that have no outcome yet.
func (r Run) Open() int { return r.Counts[Waiting] + r.Counts[Running] }

// Items counts all of them.
func (r Run) Items() int {
	n := 0
	for _, of := range r.Counts {
		n += of
	}
	return n
}

// Item is one deployment of a run.
type Item struct {
	N          int // its place in the run, from 0
	Deployment string
	Name       string
	Base       map[string]string // the settings it was reviewed with, by field
	Changes    []journal.Change  // what is asked
	State      State
	Key        string // of its last write in the journal; "" while there was none
	Tries      int    // how often it was begun
	Outcome
}

// Outcome is what came of an item, in a sentence where that takes one.
type Outcome struct {
	Message    string
	UpstreamID string // the API's own id of the request that failed
	Looked     bool   // of an unknown one: it was looked up since, and did not show
}

// Store keeps runs. Every method answers within a deadline of its own, every time is the database's. What belongs to another
// account is not there.
type Store interface {
	// Draft records a run and its items, all or nothing. Their order is that of the slice.
	Draft(ctx context.Context, r Run, items []Item) error
	// Begin makes a draft a run for a reason, which may be empty, once: false for one that has begun, is older than life, or is not there.
	Begin(ctx context.Context, account, id, reason string, life time.Duration) (bool, error)
	// Find returns a run with its counts, and whether there is one.
	Find(ctx context.Context, account, id string) (Run, bool, error)
	// Recent returns the account's runs that have begun, newest first, at most limit. open wants only those with items that
	// wait or run.
	Recent(ctx context.Context, account string, open bool, limit int) ([]Run, error)
	// Items returns a run's items in some states, all without any; in the order of States and then their own. At most limit,
	// after leaving out offset.
	Items(ctx context.Context, id string, states []State, offset, limit int) ([]Item, error)

	// Take takes or renews the right to work on a run that has begun, and tells whether holder has it now.
	Take(ctx context.Context, id, holder string, d time.Duration) (bool, error)
	// Leave gives it back with a note, and ends a run in which nothing is left to do.
	Leave(ctx context.Context, id, holder, note string) error
	// Claim makes the first waiting item a running one, committed when it returns. It gets key unless it was given back with
	// one. The answer is false when none waits, or holder has not the right.
	Claim(ctx context.Context, id, holder, key string) (Item, bool, error)
	// Return gives a running item back, to wait again; in a run that was stopped it is skipped. It keeps its key unless spent
	// says that the key has had its write, which was refused. Without the right nothing happens.
	Return(ctx context.Context, id, holder string, item Item, spent bool) error
	// Settle records what is known now about an item that runs or is unknown, under the key it still has.
	Settle(ctx context.Context, id string, item Item, s State, o Outcome) error
	// Stop skips whatever still waits.
	Stop(ctx context.Context, account, id string) error

	// Sweep forgets runs, oldest first, at most limit: those made before age ago, and drafts made before draftAge ago.
	Sweep(ctx context.Context, age, draftAge time.Duration, limit int) (int, error)
}

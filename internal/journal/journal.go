// Package journal declares the record of every write to the API: what was asked, before it leaves, and what came of it
// (RR-06). Whoever reads it after a crash knows of each write that may have left; nothing leaves that is not in it.
//
// Beside the writes it declares the events of the change log, what is kept of a deleted deployment, and what was last seen of
// an account. It also declares the two things that keep writes from each other: the lease on a deployment, held by one process at a
// time, and the lock that keeps a deployment from being deleted. Package store implements it.
package journal

import (
	"context"
	"errors"
	"time"
)

// Action is what a write does.
type Action string

// The writes of the API. A switch is an update of one field, with an action of its own for people.
const (
	Create  Action = "create"
	Update  Action = "update"
	Enable  Action = "enable"
	Disable Action = "disable"
	Delete  Action = "delete"
)

// Actions are all of them.
func Actions() []Action { return []Action{Create, Update, Enable, Disable, Delete, Annotate} }

// Annotate is a change of what is kept here about a deployment. It is no write of the API: its entry is Done from the start.
const Annotate Action = "note"

// State is what is known about a write.
type State string

// A write is Open from before it leaves until its outcome is known; Unknown means that nobody could say.
const (
	Open    State = "open"
	Done    State = "done"
	Refused State = "refused"
	Unknown State = "unknown"
)

// Change is one field of a write. From is "" for a field that was not known, as in a create.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from,omitempty"`
	To    string `json:"to"`
}

// Entry is one write.
type Entry struct {
	ID         string // made by the caller; unique
	Account    string // whose it is, as session.Session.Account
	Session    string // the session's name in logs
	Person     string // what the person called themselves at sign-in, may be empty
	Key        string // of the form it came from; one write per account and key. "" for none
	Digest     string // of the form's values, to tell a repeated form from a changed one
	Action     Action
	Deployment string // id; "" of a create until it is known
	Name       string // of the deployment, when it was asked
	Version    string // updated_at it was based on, as the API sent it
	Changes    []Change
	Reason     string // why, as the person typed it, may be empty
	Request    string // id of the request, as the person was told
	AskedAt    time.Time
	Outcome
}

// Outcome is what came of a write.
type Outcome struct {
	State      State
	Deployment string   // id, when a create brought it
	Settled    bool     // found out by reading, not confirmed by the answer
	Got        []Change // fields that came out differently: From is what was asked, To what is
	Message    string   // what the person was told about a refusal or an unknown outcome
	EndedAt    time.Time
}

// Lock keeps a deployment from being deleted.
type Lock struct {
	Reason, Person string
	At             time.Time
}

// ErrKeyless is returned by ByKey for the empty key, which names no form.
var ErrKeyless = errors.New("journal: no key")

// Store keeps the journal. Every method answers within a deadline of its own, every time is the database's.
type Store interface {
	// Begin records an entry as Open, committed when it returns. When the account has an entry with the same key already, it
	// returns that one and false instead.
	Begin(ctx context.Context, e Entry) (Entry, bool, error)
	// End records the outcome of an entry that is Open or Unknown. One that has its outcome keeps it.
	End(ctx context.Context, id string, o Outcome) error
	// ByKey returns the entry of a form, and whether there is one.
	ByKey(ctx context.Context, account, key string) (Entry, bool, error)
	// Unsettled returns the account's entries that are Unknown, or Open for longer than quiet, oldest first, at most limit.
	Unsettled(ctx context.Context, account string, quiet time.Duration, limit int) ([]Entry, error)
	// Of returns the newest entries of a deployment, newest first, at most limit.
	Of(ctx context.Context, account, deployment string, limit int) ([]Entry, error)
	Log
	Graves
	Sights

	// Lease takes or renews the right to write to a deployment for a time, and tells whether holder has it now.
	Lease(ctx context.Context, deployment, holder string, d time.Duration) (bool, error)
	// Release gives a lease back. Giving back what one does not hold is no error.
	Release(ctx context.Context, deployment, holder string) error

	// Lock keeps a deployment from being deleted, with the newest reason given.
	Lock(ctx context.Context, account, deployment string, l Lock) error
	// Unlock lifts the lock, if there is one.
	Unlock(ctx context.Context, account, deployment string) error
	// LockOf returns the lock of a deployment, and whether there is one.
	LockOf(ctx context.Context, account, deployment string) (Lock, bool, error)
}

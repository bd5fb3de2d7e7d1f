// Package webhooks tells other systems what the change log says: it keeps where to, what of, and what came of every delivery,
// and sends. A delivery is made together with the line it tells of, in one transaction (package store), so that a process that
// is killed neither loses nor doubles one; what it says is read from the line when it is sent.
//
// It connects to addresses that people typed, and only to those that are public or that the operator allows: see Guard. The
// package must not know HTTP pages, SQL or tokens of the API.
package webhooks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// Bounds of what is kept.
const (
	Max     = 10 // webhooks of an account
	MaxName = 60 // characters
	MaxURL  = 2000
	maxSaid = 300 // characters of an answer
)

// Formats of a body.
const (
	FormatJSON  = "json"
	FormatSlack = "slack"
)

// Hook is a webhook. Printing it shows neither its address nor its secret.
type Hook struct {
	ID      string // 16 of a-z and 2-7
	Account string
	Name    string
	Kinds   []string // ids of Kinds
	Body    string   // FormatJSON or FormatSlack
	Paused  bool
	Note    string // why it was paused when nobody did
	Person  string // who made it, as they called themselves
	MadeAt  time.Time
	Sealed  []byte // address and secret, as a Store keeps them

	// Where is the host and the last characters of the address, "" when the keys of this server do not open it.
	Where string

	target, secret string
}

// String names a webhook.
func (h Hook) String() string { return "webhook " + h.ID }

// Format prints String for every verb.
func (h Hook) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, h.String()) }

// Delivery is one message to one webhook.
type Delivery struct {
	ID      string
	Hook    string
	Line    string // of the change log; "" for a test
	Outcome string
	State   State
	Tries   int
	Round   int // tries since somebody asked for it
	DueAt   time.Time
	Status  int // of the last answer; 0 for none
	Took    time.Duration
	Said    string // the beginning of the last answer
	Message string // what went wrong, in a sentence
	TriedAt time.Time
	MadeAt  time.Time
}

// State is what is known of a delivery.
type State string

// A delivery waits until it is delivered, has failed for the last time, or was left because there is nothing to tell any more.
const (
	Waiting   State = "waiting"
	Delivered State = "delivered"
	Failed    State = "failed"
	Left      State = "left"
)

// Job is a delivery that a worker holds, with where it goes to.
type Job struct {
	Delivery
	To Hook
}

// Result is what came of a try.
type Result struct {
	State   State
	Wait    time.Duration // until the next try, of one that is Waiting
	Status  int
	Took    time.Duration
	Said    string
	Message string
}

// Errors of a Store.
var (
	ErrFull  = errors.New("webhooks: no room for another one")
	ErrThere = errors.New("webhooks: the id is taken")
	ErrSoon  = errors.New("webhooks: a test was sent a moment ago")
)

// Store keeps webhooks and their deliveries. Every time is the database's. What is asked with an account finds that account's
// alone; found is false for what is not there.
type Store interface {
	// Hooks returns the account's webhooks, oldest first.
	Hooks(ctx context.Context, account string) ([]Hook, error)
	FindHook(ctx context.Context, account, id string) (h Hook, found bool, err error)
	// AddHook stores one. It returns ErrThere when there is one of that id, and ErrFull when the account has limit.
	AddHook(ctx context.Context, h Hook, limit int) error
	// ChangeHook replaces name, kinds, format and what is sealed.
	ChangeHook(ctx context.Context, h Hook) (found bool, err error)
	// PauseHook pauses or resumes it. What waits is left then.
	PauseHook(ctx context.Context, account, id string, paused bool, note string) (changed bool, err error)
	// DeleteHook takes it away with its deliveries.
	DeleteHook(ctx context.Context, account, id string) (found bool, err error)
	// SealedHooks returns all of all accounts, and Reseal replaces what is sealed if it is still old.
	SealedHooks(ctx context.Context) ([]Hook, error)
	Reseal(ctx context.Context, id string, old, sealed []byte) error
	Outbox
}

// Outbox is the part of a Store that keeps deliveries.
type Outbox interface {
	// Deliveries returns the newest of a webhook, newest first, at most limit.
	Deliveries(ctx context.Context, account, hook string, limit int) ([]Delivery, error)
	// AddTest makes a delivery that tells nothing, held by a holder for a time. It returns ErrSoon when the last is younger than pause.
	AddTest(ctx context.Context, account, hook, id, holder string, hold, pause time.Duration) (found bool, err error)
	// Again makes a delivery that is over wait once more.
	Again(ctx context.Context, account, hook, id string) (changed bool, err error)
	// Due tells whether a delivery is due.
	Due(ctx context.Context) (bool, error)
	// Claim gives the delivery that has been due longest to a holder for a time, and counts the try. A webhook has one at a time.
	Claim(ctx context.Context, holder string, hold time.Duration) (j Job, found bool, err error)
	// Finish records what came of a try that the holder still holds.
	Finish(ctx context.Context, id, holder string, try int, r Result) error
	// ForgetDeliveries takes away what is older than age, oldest first, at most limit.
	ForgetDeliveries(ctx context.Context, age time.Duration, limit int) (int, error)
}

// Lines is what the package reads of the change log; a journal.Store is one.
type Lines interface {
	FindLine(ctx context.Context, account, id string) (journal.Line, bool, error)
}

// DeliveryID names the delivery of a line's outcome to a webhook. It has no full stop: the signature puts those between.
func DeliveryID(hook, line, outcome string) string { return "msg_" + line + "_" + hook + "_" + outcome }

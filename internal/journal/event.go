package journal

import (
	"context"
	"time"
)

// Kind is what an event is.
type Kind string

// The events. A kind that a later version or another package adds is kept and shown by its own words all the same.
const (
	SignedIn      Kind = "signed_in"
	SignInRefused Kind = "sign_in_refused" // nobody knows whose account it would have been: of the account ""
	SignedOut     Kind = "signed_out"
	WriteRefused  Kind = "write_refused" // by a rule of ours, before anything was sent; what the API refuses is a write
	Locked        Kind = "locked"
	Unlocked      Kind = "unlocked"
	RunBegun      Kind = "run_begun"
	RunEnded      Kind = "run_ended"
	RunStopped    Kind = "run_stopped"
	HookAdded     Kind = "webhook_added"
	HookChanged   Kind = "webhook_changed"
	HookPaused    Kind = "webhook_paused" // or resumed: its words say so
	HookRemoved   Kind = "webhook_removed"
	Outside       Kind = "outside" // something that no write of ours explains
	Shared        Kind = "shared"
	ShareSeen     Kind = "share_seen" // opened by somebody for the first time: by whom, nobody knows
	ShareRevoked  Kind = "share_revoked"
	SessionsEnded Kind = "sessions_ended" // from another session than their own
)

// Event is something that happened beside the writes. It is recorded once and never changed.
type Event struct {
	ID          string // made by the caller, unique; Record makes one for an event without
	Account     string // whose change log shows it; "" for none, as of a refused sign-in
	Kind        Kind
	Person      string // what the person called themselves at sign-in, may be empty
	Fingerprint string // of the token, as session.Session.Fingerprint; "" for nobody's doing
	Session     string // the session's name in logs
	Deployment  string // id; "" for an event of no deployment
	Name        string // of the deployment, or of what else it is about
	Words       string // what happened, in a sentence for people; no secret
	Changes     []Change
	Ref         string // id of what it is about that is no deployment, such as a run; "" for none
	Request     string
	// Once keeps an event from being recorded twice, by however many servers: one per account and key. "" for none.
	Once string
	At   time.Time // by the database's clock
}

// Recorder records events. It is what other packages take: a sign-in, a share or a note happens whether or not it can be
// recorded, so that there is no error to handle; one that could not be recorded is in the server's log.
type Recorder interface {
	// Record returns within a second. It goes on when ctx ends meanwhile.
	Record(ctx context.Context, e Event)
}

// Line is one line of the change log: a write or an event, the other is nil.
type Line struct {
	Write *Entry
	Event *Event
}

// ID names a line within its account.
func (l Line) ID() string {
	if l.Write != nil {
		return l.Write.ID
	}
	return l.Event.ID
}

// At is when it happened, or was asked.
func (l Line) At() time.Time {
	if l.Write != nil {
		return l.Write.AskedAt
	}
	return l.Event.At
}

// Deployment is the id of what it is about, "" for none.
func (l Line) Deployment() string {
	if l.Write != nil {
		return l.Write.Deployment
	}
	return l.Event.Deployment
}

// Mark is a place in the log: that of the line with this time and id.
type Mark struct {
	At time.Time
	ID string
}

// Mark is the line's place.
func (l Line) Mark() Mark { return Mark{At: l.At(), ID: l.ID()} }

// Filter narrows the log; a zero field leaves nothing out. Before goes on after a line that was listed last.
type Filter struct {
	Deployment, Person string
	Kind               string // an Action, a Kind, or AllWrites
	State              State  // of writes; the events that pass are those of refusals, for Refused
	Text               string // in names, reasons, values and sentences; letters without accents match in either case
	Before             Mark
}

// AllWrites is the kind of every write.
const AllWrites = "write"

// Log is the part of a Store that is read as a change log. Package store's is append-only: no statement of it changes a line
// that has its outcome, and only Forget takes lines away.
type Log interface {
	// AddEvent records an event and tells whether it is new: false when its Once was there.
	AddEvent(ctx context.Context, e Event) (bool, error)
	// Timeline returns the account's lines, newest first, at most limit.
	Timeline(ctx context.Context, account string, f Filter, limit int) ([]Line, error)
	// FindLine returns one of the account's lines, and whether there is one.
	FindLine(ctx context.Context, account, id string) (Line, bool, error)
	// Since returns the account's writes asked within the last d, newest first, at most limit.
	Since(ctx context.Context, account string, d time.Duration, limit int) ([]Entry, error)
	// Forget takes away what is older than age, oldest first, at most limit lines of each table, and counts them.
	Forget(ctx context.Context, age time.Duration, limit int) (int, error)
}

// Tombstone is what is kept of a deployment that is about to be deleted, beside its settings in the write itself.
type Tombstone struct {
	Entry      string // id of the write that deletes it
	Account    string
	Deployment string
	Settings   string // JSON object, field by field
	Readme     string
	Workflow   []byte // the payload's JSON as the API sent it; nil for none
	Missing    string // which of it could not be kept and why, in a sentence; "" when all is there
	KeptAt     time.Time
}

// Graves is the part of a Store that keeps tombstones.
type Graves interface {
	// Bury keeps a tombstone, once.
	Bury(ctx context.Context, t Tombstone) error
	// Dig returns the tombstone of an entry, and whether there is one.
	Dig(ctx context.Context, account, entry string) (Tombstone, bool, error)
}

// Sight is what was last seen of an account, in parts that whoever looks numbers and packs.
type Sight struct {
	Parts   map[int][]byte
	Version int64 // 0 for none
	Age     time.Duration
}

// Sights is the part of a Store that remembers what was last seen, to notice what changed outside.
type Sights interface {
	// LastSeen returns what was last seen of an account: all of it, or only the parts that are named. A zero Sight for nothing.
	LastSeen(ctx context.Context, account string, parts ...int) (Sight, error)
	// See replaces parts of it if it is still of that version, and tells whether it was. Other parts stay as they are.
	See(ctx context.Context, account string, version int64, parts map[int][]byte) (bool, error)
}

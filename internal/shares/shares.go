// Package shares keeps share links: frozen, read-only copies of chosen parts of a deployment, for people without an account.
// It says what a copy may hold, how long and how often it can be seen, and who may take it away again. It knows nothing of
// HTTP, of the API or of tokens: it gets values and seals them so that nobody opens them without the link (SR-45 to SR-48).
// Package store implements Store.
package shares

import (
	"context"
	"errors"
	"strings"
	"time"
)

const (
	// MaxNote is how long the note to oneself may be, in characters.
	MaxNote = 200
	// MaxViews is the highest limit of views.
	MaxViews = 10_000
	// MaxLive is how many links of an account can work at the same time.
	MaxLive = 100
	// MaxListed is how many links the list holds, the newest first.
	MaxListed = 300
	// Kept is how long the list still names a link that no longer works. Its copy is gone at once.
	Kept = 30 * 24 * time.Hour
	// ViewLasts is how long one view may go on: reloading and looking around in that time does not count again.
	ViewLasts = time.Hour
)

// Parts are the parts of a deployment that a copy holds.
type Parts struct {
	Settings, Readme, Workflow bool
	Overrides                  bool // the overrides with their values; only together with the workflow
}

// String names the parts as a Store keeps them.
func (p Parts) String() string {
	var names []string
	for _, part := range p.all() {
		if *part.on {
			names = append(names, part.name)
		}
	}
	return strings.Join(names, ",")
}

// ParseParts is the reverse of String; names it does not know are left out.
func ParseParts(text string) (p Parts) {
	for name := range strings.SplitSeq(text, ",") {
		for _, part := range p.all() {
			if part.name == name {
				*part.on = true
			}
		}
	}
	return p
}

type namedPart struct {
	name string
	on   *bool
}

func (p *Parts) all() []namedPart {
	return []namedPart{{"settings", &p.Settings}, {"readme", &p.Readme}, {"workflow", &p.Workflow}, {"overrides", &p.Overrides}}
}

// State is whether a link works.
type State string

// A link is Live until it has Expired, was Revoked or has been looked at as often as it may be.
const (
	Live    State = "live"
	Expired State = "expired"
	Revoked State = "revoked"
	UsedUp  State = "used up"
)

// Share is a link as its account sees it: never its secret, never the copy.
type Share struct {
	ID                   string // 16 of a-z and 2-7
	Deployment, Name     string // id and name of the deployment, when it was shared
	Parts                Parts
	Person, Note         string // who made it, and what they wrote down about it
	CreatedAt, ExpiresAt time.Time
	LastSeenAt           time.Time // zero until somebody opened it
	Views, Limit         int64     // Limit 0 is none
	State                State
}

// Row is a link as it is stored at first.
type Row struct {
	Share
	Account  string
	Key      string        // of the form it came from: an account has one link per key
	Hash     string        // of the secret
	Content  []byte        // the sealed copy
	Lifetime time.Duration // from the database's now
}

// Frozen is what the store has of a link that works.
type Frozen struct {
	Hash           string
	Content        []byte
	Now, ExpiresAt time.Time // by the database's clock
}

// What a Store refuses.
var (
	ErrFull     = errors.New("shares: no room for another link")
	ErrRepeated = errors.New("shares: the form was sent before")
	ErrNone     = errors.New("shares: no such link")
)

// Store keeps links. Every time is the database's, and nothing is remembered elsewhere: a link that was revoked anywhere is
// revoked everywhere.
type Store interface {
	// AddShare stores a link. It returns ErrRepeated when the account has one of the key, and ErrFull when room of its links are live.
	AddShare(ctx context.Context, r Row, room int) error
	// Shares returns the account's links, newest first, at most limit.
	Shares(ctx context.Context, account string, limit int) ([]Share, error)
	// RevokeShare ends a link of the account and drops its copy. It returns ErrNone when there is no such link; one that has
	// ended already stays as it is.
	RevokeShare(ctx context.Context, account, id string) error
	// RevokeShares does so with all links of the account that are live, and says how many.
	RevokeShares(ctx context.Context, account string) (int64, error)

	// HashOf returns the hash of a link's secret, "" when there is no such link.
	HashOf(ctx context.Context, id string) (string, error)
	// CountView counts one view of a link that is live and has the hash, in one step: no more are counted than its limit. The first
	// is in the change log. What it returns has no Content; false means that nothing was counted.
	CountView(ctx context.Context, id, hash string) (Frozen, bool, error)
	// Frozen returns a link that has not expired and was not revoked. It counts nothing and heeds no limit of views.
	Frozen(ctx context.Context, id string) (Frozen, bool, error)

	// SweepShares drops the copies of links that have expired, and links that ended longer ago than keep: at most limit of each,
	// oldest first. It counts both.
	SweepShares(ctx context.Context, keep time.Duration, limit int) (int, error)
}

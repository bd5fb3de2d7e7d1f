package shares

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/fault"
)

// The fields of the form that makes a link.
const (
	FieldParts    = "parts" // stands for the four below in a refusal
	FieldLifetime = "lifetime"
	FieldLimit    = "view_limit"
	FieldNote     = "note"
)

// Lifetime is a time after which a link ends. Every link has one.
type Lifetime struct {
	Value, Label string
	d            time.Duration
}

// lifetimes are all there are; DefaultLifetime is the one that is chosen at first.
var lifetimes = []Lifetime{{"1h", "1 hour", time.Hour}, {"1d", "1 day", 24 * time.Hour}, {"7d", "7 days", 7 * 24 * time.Hour}, {"30d", "30 days", 30 * 24 * time.Hour}}

// DefaultLifetime is what a form has chosen at first where it is allowed.
const DefaultLifetime = "1d"

// Desk is where members make links, see them and take them away. It is safe for concurrent use.
type Desk struct {
	store   Store
	keys    keyring
	longest time.Duration
	log     *slog.Logger
	now     func() time.Time
}

// Options are what a Desk is made of.
type Options struct {
	Keys    [][]byte      // the first seals, all open; see session.ShareKeys
	Longest time.Duration // no link lives longer; below an hour nobody can make one
	Logger  *slog.Logger
	Now     func() time.Time // for the time a copy was taken; nil = time.Now. What ends a link is the database's clock.
}

// New returns the desk of a store. It panics without a key.
func New(s Store, o Options) *Desk {
	if len(o.Keys) == 0 {
		panic("shares: a key is needed")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Desk{store: s, keys: slices.Clone(o.Keys), longest: o.Longest, log: o.Logger, now: o.Now}
}

// Lifetimes are those that the operator allows; none when links are switched off.
func (d *Desk) Lifetimes() []Lifetime {
	return slices.DeleteFunc(slices.Clone(lifetimes), func(l Lifetime) bool { return l.d > d.longest })
}

// Wish is what somebody asks for, as typed.
type Wish struct {
	Account, Person       string
	Parts                 Parts
	Lifetime, Limit, Note string
	Key                   string // of the form: however often it is sent, it makes one link
	Confirm               string // Offer.Confirm of the copy that was reviewed
}

// Offer is the copy that a wish would share. Made says that it has been.
type Offer struct {
	Copy    Snapshot
	Confirm string // sent back, it makes the link as long as nothing has changed
	Changed bool   // what was confirmed is not what there is now
	Made    bool
	ID      string
	Secret  string // of the link; it is nowhere else
	Expires time.Duration
}

// Share looks at what would be shared, and shares it when exactly that was confirmed.
func (d *Desk) Share(ctx context.Context, w Wish, src Source) (Offer, error) {
	row, err := d.check(w)
	if err != nil {
		return Offer{}, err
	}
	frozen, err := take(src, w.Parts, d.now())
	if err != nil {
		return Offer{}, err
	}
	packed, err := frozen.pack()
	if errors.Is(err, errTooLarge) {
		return Offer{}, wrong(FieldParts, fmt.Sprintf("Together this is too large: a copy holds at most %d MB. Leave the workflow out.", maxSnapshot>>20))
	}
	if err != nil {
		return Offer{}, err
	}
	out := Offer{Copy: frozen, Expires: row.Lifetime}
	if out.Confirm, err = confirmation(&frozen, row.Share, row.Lifetime); err != nil {
		return Offer{}, err
	}
	if w.Confirm != out.Confirm {
		out.Changed = w.Confirm != ""
		return out, nil
	}
	out.ID, out.Secret, out.Made = strings.ToLower(rand.Text())[:idLength], newSecret(), true
	row.ID, row.Deployment, row.Name, row.Hash = out.ID, src.Deployment, frozen.Name, hashOf(out.Secret)
	if row.Content, err = d.keys.seal(purposeCopy, out.Secret, copyName(out.ID), packed); err != nil {
		return Offer{}, err
	}
	return out, explain(d.store.AddShare(ctx, row, MaxLive))
}

// check reads what was typed.
func (d *Desk) check(w Wish) (Row, error) {
	note := strings.Join(strings.Fields(strings.Map(legible, w.Note)), " ")
	row := Row{Account: w.Account, Key: w.Key, Share: Share{Parts: w.Parts, Person: w.Person, Note: note}}
	allowed := d.Lifetimes()
	if len(allowed) == 0 {
		return row, fault.New(fault.Forbidden, "The operator of this server has switched share links off. Nothing was shared.")
	}
	fields := map[string]string{}
	if w.Parts == (Parts{}) || w.Parts == (Parts{Overrides: true}) {
		fields[FieldParts] = "Choose at least one part. Overrides go with the workflow."
	} else if w.Parts.Overrides && !w.Parts.Workflow {
		fields[FieldParts] = "Overrides change values of the workflow: choose both, or leave the overrides out."
	}
	at := slices.IndexFunc(allowed, func(l Lifetime) bool { return l.Value == w.Lifetime })
	if at < 0 {
		fields[FieldLifetime] = "Choose when the link ends."
	} else {
		row.Lifetime = allowed[at].d
	}
	if limit := strings.TrimSpace(w.Limit); limit != "" {
		n, err := strconv.ParseInt(limit, 10, 64)
		if err != nil || n < 1 || n > MaxViews {
			fields[FieldLimit] = fmt.Sprintf("Enter a whole number from 1 to %d, or nothing for no limit.", MaxViews)
		}
		row.Limit = n
	}
	if n := utf8.RuneCountInString(note); n > MaxNote {
		fields[FieldNote] = fmt.Sprintf("The note has %d characters; at most %d are allowed.", n, MaxNote)
	}
	if len(fields) > 0 {
		return row, &fault.Error{Kind: fault.Invalid, Message: "The link was not made.", Fields: fields}
	}
	return row, nil
}

// legible drops what a reader cannot see.
func legible(r rune) rune {
	if r == utf8.RuneError || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
		return -1
	}
	return r
}

// confirmation stands for exactly this copy under exactly these terms.
func confirmation(s *Snapshot, terms Share, lifetime time.Duration) (string, error) {
	digest, err := s.digest()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%d|%s|%s", digest, terms.Parts, terms.Limit, lifetime, terms.Note))
	return base64.RawURLEncoding.EncodeToString(sum[:]), err
}

// List returns the account's links, newest first.
func (d *Desk) List(ctx context.Context, account string) ([]Share, error) {
	list, err := d.store.Shares(ctx, account, MaxListed)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "This server cannot read your share links right now. Try again in a moment; the operator's log says more.", err)
	}
	return list, nil
}

// Revoke ends a link. Nobody sees it any more when this returns, on any server.
func (d *Desk) Revoke(ctx context.Context, account, id string) error {
	return explain(d.store.RevokeShare(ctx, account, id))
}

// RevokeAll ends every link of the account and says how many there were.
func (d *Desk) RevokeAll(ctx context.Context, account string) (int64, error) {
	n, err := d.store.RevokeShares(ctx, account)
	return n, explain(err)
}

// Forget drops the copies of links that have ended, and the links themselves once they are no longer listed: at most limit of
// each, longest ended first. It counts both.
func (d *Desk) Forget(ctx context.Context, limit int) (int, error) {
	return d.store.SweepShares(ctx, Kept, limit)
}

func wrong(field, sentence string) error {
	return &fault.Error{Kind: fault.Invalid, Message: "The link was not made.", Fields: map[string]string{field: sentence}}
}

// explain words what the store says.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrFull):
		return fault.Wrap(fault.Conflict, fmt.Sprintf("%d links of this account work already, and no more may. Revoke one first.", MaxLive), err)
	case errors.Is(err, ErrRepeated):
		return fault.Wrap(fault.Conflict, "This form has made its link already, and a link is shown only once. Revoke that one in the list of share links, and make a new one.", err)
	case errors.Is(err, ErrNone):
		return fault.Wrap(fault.NotFound, "There is no such share link in this account.", err)
	default:
		return fault.Wrap(fault.Unavailable, "This server cannot reach its share links right now. If you were revoking one, it still works: try again in a moment.", err)
	}
}

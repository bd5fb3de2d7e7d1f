package shares

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/comfydeck/comfydeck/internal/fault"
)

// Door is where visitors look at copies. It changes nothing but the count of views. It is safe for concurrent use.
type Door struct {
	store Store
	keys  keyring
}

// Door returns the visitors' side of the desk.
func (d *Desk) Door() *Door { return &Door{store: d.store, keys: d.keys} }

// Look is what a visitor gets to see.
type Look struct {
	Copy    Snapshot
	Expires time.Time // of the link
}

// Shut is what a visitor is told whatever the reason: expired, revoked, used up, mistyped and never there look the same.
const Shut = "This link shows nothing. It may have ended, been taken back or been used as often as it may be, or a part of it is missing. Ask whoever sent it for a new one."

// ErrNoVisit is returned by [Door.Look] to whoever has not entered, or entered too long ago. It says nothing about the link.
var ErrNoVisit = errors.New("shares: enter first")

func shut() error { return fault.New(fault.NotFound, Shut) }

// Enter counts a view of the link and returns what the visitor's browser keeps for [Door.Look]. pasted is the link or the
// part behind its #. Whatever is wrong, the same two statements run, and the answer is the same (SR-46).
func (d *Door) Enter(ctx context.Context, id, pasted string) (visit string, err error) {
	secret := secretIn(pasted)
	hash := hashOf(secret)
	stored, err := d.store.HashOf(ctx, id)
	if err != nil {
		return "", unread(err)
	}
	known := subtle.ConstantTimeCompare([]byte(stored), []byte(hash)) == 1 && secret != ""
	if !known {
		hash = ""
	}
	found, ok, err := d.store.CountView(ctx, id, hash)
	if err != nil {
		return "", unread(err)
	}
	if !ok || !known {
		return "", shut()
	}
	until := found.Now.Add(ViewLasts)
	if found.ExpiresAt.Before(until) {
		until = found.ExpiresAt
	}
	return d.keys.visit(id, secret, until)
}

// Look shows the copy to whoever has entered. The database is asked each time: a link that was revoked a moment ago, on
// whatever server, is shut. Without a visit it asks nothing.
func (d *Door) Look(ctx context.Context, id, visit string) (Look, error) {
	secret, until, err := d.keys.openVisit(id, visit)
	if err != nil {
		return Look{}, ErrNoVisit
	}
	found, ok, err := d.store.Frozen(ctx, id)
	if err != nil {
		return Look{}, unread(err)
	}
	if !ok || subtle.ConstantTimeCompare([]byte(found.Hash), []byte(hashOf(secret))) != 1 {
		return Look{}, shut()
	}
	if !found.Now.Before(until) {
		return Look{}, ErrNoVisit
	}
	packed, err := d.keys.open(purposeCopy, secret, copyName(id), found.Content)
	if err != nil {
		return Look{}, shut()
	}
	frozen, err := unpack(packed)
	if err != nil {
		return Look{}, err
	}
	return Look{Copy: frozen, Expires: found.ExpiresAt}, nil
}

func unread(err error) error {
	return fault.Wrap(fault.Unavailable, "This server cannot read shared pages right now. Try again in a moment.", err)
}

// Package savedviews keeps lists under a name: what a name may be, how many there may be, and what is said when one is
// refused. A view belongs to the account, so that everybody who signs in with the same token has it. What it keeps is the
// state of the list as an address writes it; the package does not look into it. Package store implements Store.
package savedviews

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/held"
)

const (
	// MaxName is how long a name may be, in characters.
	MaxName = 60
	// Max is how many views an account may have.
	Max = 50
)

// View is a list under a name.
type View struct {
	ID    string // 16 of a-z and 2-7
	Name  string // at most MaxName characters; no two of an account are equal but for case
	Query string // state of the list, as paths.ListQuery.String writes it
}

// What a Store refuses.
var (
	ErrTaken = errors.New("savedviews: the name is taken")
	ErrFull  = errors.New("savedviews: no room for another view")
	ErrNone  = errors.New("savedviews: no such view")
)

// Store keeps views. An account sees and changes only its own; key is the name as it is compared.
type Store interface {
	// Views returns the account's views in the order of their keys.
	Views(ctx context.Context, account string) ([]View, error)
	// AddView stores a view. It returns ErrTaken when the account has one of that key, and ErrFull when it has limit.
	AddView(ctx context.Context, account string, v View, key string, limit int) error
	// RenameView returns ErrTaken when another view of the account has the key, and ErrNone when there is no such view.
	RenameView(ctx context.Context, account, id, name, key string) error
	// DeleteView returns ErrNone when there is no such view.
	DeleteView(ctx context.Context, account, id string) error
}

// Shelf is the views of all accounts. It is safe for concurrent use.
type Shelf struct {
	store Store
	held  *held.ByAccount[[]View] // every list shows them
}

// maxHeld bounds the views held, in bytes.
const maxHeld = 8 << 20

// New returns the views in a store.
func New(s Store) *Shelf { return &Shelf{store: s, held: held.New(maxHeld, size)} }

// size is about what views take in memory, in bytes.
func size(list []View) (n int64) {
	for _, v := range list {
		n += int64(len(v.ID)+len(v.Name)+len(v.Query)) + 64
	}
	return n + 128
}

// Forget lets go of what is held of an account, as when another process changed it; with "" of every account.
func (s *Shelf) Forget(account string) { s.held.Forget(account) }

// Of returns the account's views by name, which nobody may change.
func (s *Shelf) Of(ctx context.Context, account string) ([]View, error) {
	return s.held.Of(account, func() ([]View, error) {
		list, err := s.store.Views(ctx, account)
		if err != nil {
			return nil, fault.Wrap(fault.Unavailable, "This server cannot read your saved views right now. Try again in a moment; the operator's log says more.", err)
		}
		return list, nil
	})
}

// Save keeps a list under a name. A fault of kind Invalid names the field name.
func (s *Shelf) Save(ctx context.Context, account, name, query string) (View, error) {
	name, err := check(name)
	if err != nil {
		return View{}, err
	}
	defer s.Forget(account)
	v := View{ID: strings.ToLower(rand.Text())[:16], Name: name, Query: query}
	return v, explain(s.store.AddView(ctx, account, v, keyOf(name), Max), name)
}

// Rename gives a view another name. A fault of kind Invalid names the field name.
func (s *Shelf) Rename(ctx context.Context, account, id, name string) error {
	name, err := check(name)
	if err != nil {
		return err
	}
	defer s.Forget(account)
	return explain(s.store.RenameView(ctx, account, id, name, keyOf(name)), name)
}

// Delete takes a view away. The list it showed is not touched.
func (s *Shelf) Delete(ctx context.Context, account, id string) error {
	defer s.Forget(account)
	return explain(s.store.DeleteView(ctx, account, id), "")
}

// check returns the name as it is kept: without what cannot be seen, and with single blanks.
func check(name string) (string, error) {
	name = strings.Join(strings.Fields(strings.Map(visible, name)), " ")
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", wrong("Give the view a name.")
	case n > MaxName:
		return "", wrong(fmt.Sprintf("The name has %d characters; at most %d are allowed.", n, MaxName))
	}
	return name, nil
}

// visible drops what a reader cannot see; two names that look the same must not differ in it.
func visible(r rune) rune {
	if r == utf8.RuneError || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
		return -1
	}
	return r
}

// keyOf is what names are compared by.
func keyOf(name string) string { return strings.ToLower(name) }

func wrong(sentence string) error {
	return &fault.Error{Kind: fault.Invalid, Message: "The view was not saved.", Fields: map[string]string{"name": sentence}}
}

// explain words what the store says.
func explain(err error, name string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrTaken):
		return wrong(fmt.Sprintf("There is a view “%s” already. Choose another name.", name))
	case errors.Is(err, ErrFull):
		return wrong(fmt.Sprintf("There are %d views, and no room for another one. Delete one first.", Max))
	case errors.Is(err, ErrNone):
		return fault.Wrap(fault.NotFound, "This view is gone: somebody has deleted it.", err)
	default:
		return fault.Wrap(fault.Unavailable, "This server cannot keep views right now. Try again in a moment; the operator's log says more.", err)
	}
}

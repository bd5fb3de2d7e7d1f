// Package notes keeps what a team says about its deployments beside what the API knows: a note, an owner and tags. They
// belong to the account, so that everybody who signs in with the same token reads and changes them, and they outlive the
// deployment, so that one that is made again has them again. Every change is in the change log. Package store implements
// Store.
package notes

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// The fields of a note, in forms and in the change log.
const (
	FieldText  = "note"
	FieldOwner = "owner"
	FieldTags  = "tags"
)

// Note is what is kept about one deployment.
type Note struct {
	Deployment string // id
	fleet.Note
	Version int64  // grows by one with every change; 0 while there was none
	Person  string // who changed it last, as they called themselves; may be empty
	At      time.Time
}

// Empty tells whether nothing is said.
func (n Note) Empty() bool { return n.Text == "" && n.Owner == "" && len(n.Tags) == 0 }

// Typed is what somebody typed into the form. Tags stand between commas.
type Typed struct {
	Text, Owner, Tags string
}

// Typed is a note as a form shows it.
func (n Note) Typed() Typed {
	return Typed{Text: n.Text, Owner: n.Owner, Tags: strings.Join(n.Tags, ", ")}
}

// Ask says on whose behalf a note is changed.
type Ask struct {
	Account, Session, Person, Request string
}

// ErrConflict is what a Store answers when the note is no longer the version that a change was made from.
var ErrConflict = errors.New("notes: changed in between")

// Store keeps notes. An account sees and changes only its own.
type Store interface {
	// Notes returns what the account keeps about all its deployments, also about those that are gone, with their locks.
	Notes(ctx context.Context, account string) ([]Note, error)
	// NoteOf returns the note of a deployment; one of Version 0 when there is none.
	NoteOf(ctx context.Context, account, deployment string) (Note, error)
	// SaveNote replaces the note of n.Deployment, if it is of n.Version, and records the entry in the journal as done, both or
	// neither. It returns the new version, or ErrConflict.
	SaveNote(ctx context.Context, account string, n Note, e journal.Entry) (int64, error)
}

// Conflict is what keeps a change from being saved: somebody else saved first.
type Conflict struct {
	Theirs Note // as it is now
	fault  *fault.Error
}

// Error is the text for logs.
func (c *Conflict) Error() string { return c.fault.Error() }

// Unwrap gives the fault.
func (c *Conflict) Unwrap() error { return c.fault }

// Of returns what the account keeps, ready for a list: with one query, or with none while it is held.
func (b *Board) Of(ctx context.Context, account string) (*fleet.Notes, error) {
	return b.held.Of(account, func() (*fleet.Notes, error) {
		list, err := b.store.Notes(ctx, account)
		if err != nil {
			return nil, unreachable("Nothing was changed.", err)
		}
		byID := make(map[string]fleet.Note, len(list))
		for _, n := range list {
			if !n.Empty() || n.Lock != "" {
				byID[n.Deployment] = n.Note
			}
		}
		return fleet.NewNotes(byID), nil
	})
}

// Get returns the note of one deployment, as it is now.
func (b *Board) Get(ctx context.Context, account, deployment string) (Note, error) {
	n, err := b.store.NoteOf(ctx, account, deployment)
	if err != nil {
		return Note{}, unreachable("Nothing was changed.", err)
	}
	return n, nil
}

// Save keeps what was typed about a deployment of a name, on top of a version. The caller knows that it is the account's
// own. changed is false when all of it was there already. A fault of kind Invalid names the fields; when somebody else saved
// first, the error is a *Conflict.
func (b *Board) Save(ctx context.Context, ask Ask, deployment, name string, version int64, typed Typed) (changed bool, err error) {
	n, err := check(typed)
	if err != nil {
		return false, err
	}
	was, err := b.Get(ctx, ask.Account, deployment)
	if err != nil {
		return false, err
	}
	changes := differences(was.Note, n)
	if len(changes) == 0 {
		return false, nil
	}
	if was.Version == version {
		return true, b.save(ctx, ask, Note{Deployment: deployment, Note: n, Version: version, Person: ask.Person}, name, changes)
	}
	return false, conflict(was)
}

// Carry gives a deployment that was made again the note of the one that is gone. One that has a note already keeps it.
func (b *Board) Carry(ctx context.Context, ask Ask, from, to, name string) error {
	old, err := b.Get(ctx, ask.Account, from)
	if err != nil || old.Empty() {
		return err
	}
	err = b.save(ctx, ask, Note{Deployment: to, Note: old.Note, Person: ask.Person}, name, differences(fleet.Note{}, old.Note))
	if _, taken := errors.AsType[*Conflict](err); taken {
		return nil
	}
	return err
}

func (b *Board) save(ctx context.Context, ask Ask, n Note, name string, changes []journal.Change) error {
	ctx = context.WithoutCancel(ctx) // a closed tab does not leave it open whether it was saved
	defer b.held.Forget(ask.Account)
	_, err := b.store.SaveNote(ctx, ask.Account, n, journal.Entry{
		ID: newID(), Account: ask.Account, Session: ask.Session, Person: ask.Person, Request: ask.Request,
		Action: journal.Annotate, Deployment: n.Deployment, Name: name, Changes: changes,
	})
	switch {
	case errors.Is(err, ErrConflict):
		theirs, err := b.Get(ctx, ask.Account, n.Deployment)
		if err != nil {
			return err
		}
		return conflict(theirs)
	case err != nil:
		return unreachable("Nothing was saved.", err)
	}
	return nil
}

// differences are what a change is in the log.
func differences(was, is fleet.Note) (out []journal.Change) {
	tags := func(n fleet.Note) string { return strings.Join(n.Tags, ", ") }
	for _, c := range []journal.Change{
		{Field: FieldText, From: was.Text, To: is.Text}, {Field: FieldOwner, From: was.Owner, To: is.Owner}, {Field: FieldTags, From: tags(was), To: tags(is)},
	} {
		if c.From != c.To {
			out = append(out, c)
		}
	}
	return out
}

// Before are the values that a change of the log replaced, on top of what is there now.
func Before(e journal.Entry, now Typed) Typed {
	fields := map[string]*string{FieldText: &now.Text, FieldOwner: &now.Owner, FieldTags: &now.Tags}
	if e.Action == journal.Annotate {
		for _, c := range e.Changes {
			if p := fields[c.Field]; p != nil {
				*p = c.From
			}
		}
	}
	return now
}

func conflict(theirs Note) error {
	return &Conflict{Theirs: theirs, fault: fault.New(fault.Conflict,
		"Somebody else saved these notes after you opened them. Nothing of yours was saved yet, and nothing of theirs is lost: both stand here.")}
}

func unreachable(outcome string, err error) error {
	return fault.Wrap(fault.Unavailable, "This server cannot reach its notes right now. "+outcome+" Try again in a moment; the operator's log says more.", err)
}

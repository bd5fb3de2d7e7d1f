package notes_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/store"
)

func board(t *testing.T) (*notes.Board, *counted) {
	t.Helper()
	db, err := store.Open(t.Context(), migrated.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := &counted{Store: db.Notes(), log: db.Journal()}
	return notes.New(s), s
}

// counted is a store that counts how often it was read for a list, and can be told to change something meanwhile.
type counted struct {
	notes.Store
	log   journal.Store
	lists int
	then  func()
}

func (c *counted) Notes(ctx context.Context, account string) ([]notes.Note, error) {
	c.lists++
	list, err := c.Store.Notes(ctx, account)
	if c.then != nil {
		c.then()
	}
	return list, err
}

func save(t *testing.T, b *notes.Board, version int64, typed notes.Typed) {
	t.Helper()
	if changed, err := b.Save(t.Context(), notes.Ask{Account: "a", Person: "Night shift"}, "d", "image", version, typed); err != nil || !changed {
		t.Fatalf("Save = %v, %v", changed, err)
	}
}

// TestSave: a change is logged with what it replaced, the same once more is none, and one made from an older version is
// refused with what is there now.
func TestSave(t *testing.T) {
	t.Parallel()
	b, s := board(t)
	save(t, b, 0, notes.Typed{Text: "one", Owner: "Anna", Tags: "prod"})
	save(t, b, 1, notes.Typed{Text: "two", Owner: "Anna", Tags: "eu, prod"})
	if changed, err := b.Save(t.Context(), notes.Ask{Account: "a"}, "d", "image", 7, notes.Typed{Text: "two\n", Owner: "Anna", Tags: "prod,eu"}); changed || err != nil {
		t.Errorf("the same once more: %v, %v", changed, err)
	}
	_, err := b.Save(t.Context(), notes.Ask{Account: "a"}, "d", "image", 1, notes.Typed{Text: "mine"})
	c, ok := errors.AsType[*notes.Conflict](err)
	if !ok || c.Theirs.Text != "two" || c.Theirs.Version != 2 || fault.From(err).Kind != fault.Conflict {
		t.Errorf("a change of an older version: %v, %+v", err, c)
	}

	log, err := s.log.Of(t.Context(), "a", "d", 9)
	if err != nil || len(log) != 2 {
		t.Fatalf("%d entries, %v", len(log), err)
	}
	if len(log[0].Changes) == 3 { // both in one millisecond stand in the order of their ids
		log[0], log[1] = log[1], log[0]
	}
	want := []journal.Change{{Field: notes.FieldText, From: "one", To: "two"}, {Field: notes.FieldTags, From: "prod", To: "eu, prod"}}
	if diff := cmp.Diff(want, log[0].Changes); diff != "" || log[0].Action != journal.Annotate || log[0].Name != "image" {
		t.Errorf("the entry is %+v (-want +got):\n%s", log[0], diff)
	}
	if diff := cmp.Diff(notes.Typed{Text: "one", Owner: "Bo", Tags: "prod"}, notes.Before(log[0], notes.Typed{Text: "three", Owner: "Bo"})); diff != "" {
		t.Errorf("what takes it back (-want +got):\n%s", diff)
	}
}

// TestOf: a list's notes are read once until something changes, and what changed while they were read is not believed.
func TestOf(t *testing.T) {
	t.Parallel()
	b, s := board(t)
	owner := func() string {
		n, err := b.Of(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		return n.Of("d").Owner
	}
	first := owner()
	if again := owner(); first != "" || again != "" || s.lists != 1 {
		t.Errorf("owners %q, %q after %d readings, want none after one", first, again, s.lists)
	}
	save(t, b, 0, notes.Typed{Owner: "Anna"})
	if got := owner(); got != "Anna" || s.lists != 2 {
		t.Errorf("owner %q after %d readings", got, s.lists)
	}
	b.Forget("b")
	_ = owner()
	b.Forget("")
	s.then = func() { s.then = nil; save(t, b, 1, notes.Typed{Owner: "Bo"}) }
	if got := owner(); got != "Anna" || s.lists != 3 {
		t.Errorf("owner %q after %d readings", got, s.lists)
	}
	if got := owner(); got != "Bo" {
		t.Errorf("what was changed while it was read is not seen: owner %q", got)
	}
}

// TestCarry: a deployment that was made again has the note of the old one, unless somebody was faster.
func TestCarry(t *testing.T) {
	t.Parallel()
	b, s := board(t)
	save(t, b, 0, notes.Typed{Text: "one", Tags: "prod"})
	for range 2 {
		if err := b.Carry(t.Context(), notes.Ask{Account: "a"}, "d", "new", "image"); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Carry(t.Context(), notes.Ask{Account: "b"}, "d", "stolen", "image"); err != nil {
		t.Fatal(err)
	}
	got, err := b.Get(t.Context(), "a", "new")
	if diff := cmp.Diff(fleet.Note{Text: "one", Tags: []string{"prod"}}, got.Note); err != nil || diff != "" || got.Version != 1 {
		t.Errorf("version %d, %v (-want +got):\n%s", got.Version, err, diff)
	}
	if other, err := b.Get(t.Context(), "b", "stolen"); err != nil || !other.Empty() {
		t.Errorf("another account has %+v, %v", other, err)
	}
	if log, err := s.log.Of(t.Context(), "a", "new", 9); err != nil || len(log) != 1 {
		t.Errorf("%d entries, %v", len(log), err)
	}
}

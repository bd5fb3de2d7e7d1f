package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// NotesBackend is one empty database, opened twice.
type NotesBackend struct {
	Notes   notes.Store
	Replica notes.Store // the same database, as a second process sees it
	Journal journal.Store
	Hooks   webhooks.Store
	Break   func() // makes the database unreachable, for all
}

// Notes runs the suite. open is called once for every test in it.
func Notes(t *testing.T, open func(t *testing.T) NotesBackend) {
	tests := []struct {
		name string
		run  func(*testing.T, NotesBackend)
	}{
		{"keeps a note and logs it", keepsNotes},
		{"nobody overwrites what they have not seen", noteVersions},
		{"one of many at once", notesAtOnce},
		{"an account has its own", notesApart},
		{"no note without its entry", noteWithoutEntry},
		{"locks stand beside the notes", notesLocked},
		{"whoever is told of notes is told with it", notesTold},
		{"an answer is never a guess", notesBroken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

func note(text string, version int64) notes.Note {
	return notes.Note{
		Deployment: target, Version: version, Person: "Night shift",
		Note: fleet.Note{Text: text, Owner: "Zürich “video”", Tags: []string{"a, b", "größe"}},
	}
}

func noteEntry(id string) journal.Entry {
	return journal.Entry{
		ID: id, Account: mine, Session: "s", Person: "Night shift", Request: "r", Action: journal.Annotate, Deployment: target, Name: "image",
		Changes: []journal.Change{{Field: notes.FieldText, From: "old", To: "new\nline"}},
	}
}

func saveNote(t *testing.T, s notes.Store, account string, n notes.Note, id string, want int64) {
	t.Helper()
	if got, err := s.SaveNote(t.Context(), account, n, noteEntry(id)); err != nil || got != want {
		t.Fatalf("SaveNote(%s) = %d, %v; want version %d", id, got, err, want)
	}
}

func wantNotes(t *testing.T, s notes.Store, account string, want ...notes.Note) {
	t.Helper()
	got, err := s.Notes(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(notes.Note{}, "At")); diff != "" {
		t.Errorf("notes of %s (-want +got):\n%s", account, diff)
	}
	for _, n := range got {
		one, err := s.NoteOf(t.Context(), account, n.Deployment)
		if diff := cmp.Diff(n, one); err != nil || diff != "" || one.At.IsZero() {
			t.Errorf("NoteOf = %v, at %v (-listed +found):\n%s", err, one.At, diff)
		}
	}
}

func keepsNotes(t *testing.T, b NotesBackend) {
	wantNotes(t, b.Notes, mine)
	if none, err := b.Notes.NoteOf(t.Context(), mine, target); err != nil || none.Version != 0 || none.Deployment != target || !none.Empty() {
		t.Errorf("no note: %+v, %v", none, err)
	}
	saveNote(t, b.Notes, mine, note("first\n  line", 0), "1", 1)
	wantNotes(t, b.Replica, mine, note("first\n  line", 1))
	empty := notes.Note{Deployment: target, Version: 1}
	saveNote(t, b.Replica, mine, empty, "2", 2)
	empty.Version = 2
	wantNotes(t, b.Notes, mine, empty)

	log, err := b.Journal.Of(t.Context(), mine, target, 9)
	if err != nil || len(log) != 2 {
		t.Fatalf("the log has %d entries, %v; want one for each change", len(log), err)
	}
	want := noteEntry("2")
	want.Outcome = journal.Outcome{State: journal.Done, Deployment: target}
	diff := cmp.Diff(want, log[0], cmpopts.IgnoreFields(journal.Entry{}, "AskedAt", "EndedAt"), cmpopts.EquateEmpty())
	if diff != "" || log[0].AskedAt.IsZero() || log[0].EndedAt.IsZero() {
		t.Errorf("the entry, asked %v, ended %v (-want +got):\n%s", log[0].AskedAt, log[0].EndedAt, diff)
	}
	if open, err := b.Journal.Unsettled(t.Context(), mine, 0, 9); err != nil || len(open) > 0 {
		t.Errorf("a note waits to be settled: %v, %v", open, err)
	}
}

func noteVersions(t *testing.T, b NotesBackend) {
	saveNote(t, b.Notes, mine, note("one", 0), "1", 1)
	for _, version := range []int64{0, 2, -1} {
		_, err := b.Replica.SaveNote(t.Context(), mine, note("lost", version), noteEntry(fmt.Sprint("no", version)))
		wantError(t, fmt.Sprint("a change of version ", version), err, notes.ErrConflict)
	}
	wantNotes(t, b.Notes, mine, note("one", 1))
	if log, err := b.Journal.Of(t.Context(), mine, target, 9); err != nil || len(log) != 1 {
		t.Errorf("%d entries, %v; want none of what was refused", len(log), err)
	}
}

// notesAtOnce: of many who change the same version, one does.
func notesAtOnce(t *testing.T, b NotesBackend) {
	var saved atomic.Int32
	done := make(chan struct{})
	for i := range 8 {
		go func() {
			defer func() { done <- struct{}{} }()
			s := []notes.Store{b.Notes, b.Replica}[i%2]
			switch _, err := s.SaveNote(t.Context(), mine, note(fmt.Sprint(i), 0), noteEntry(fmt.Sprint(i))); {
			case err == nil:
				saved.Add(1)
			case !errors.Is(err, notes.ErrConflict):
				t.Errorf("SaveNote: %v", err)
			}
		}()
	}
	for range 8 {
		<-done
	}
	if got, err := b.Notes.NoteOf(t.Context(), mine, target); err != nil || got.Version != 1 || saved.Load() != 1 {
		t.Errorf("%d were told that they saved, the version is %d, %v; want one", saved.Load(), got.Version, err)
	}
}

func notesApart(t *testing.T, b NotesBackend) {
	saveNote(t, b.Notes, mine, note("mine", 0), "1", 1)
	saveNote(t, b.Replica, theirs, note("theirs", 0), "2", 1)
	wantNotes(t, b.Notes, mine, note("mine", 1))
	wantNotes(t, b.Notes, theirs, note("theirs", 1))
}

func noteWithoutEntry(t *testing.T, b NotesBackend) {
	saveNote(t, b.Notes, mine, note("one", 0), "1", 1)
	if _, err := b.Notes.SaveNote(t.Context(), mine, note("two", 1), noteEntry("1")); err == nil || errors.Is(err, notes.ErrConflict) {
		t.Errorf("an entry that is there already: %v", err)
	}
	wantNotes(t, b.Replica, mine, note("one", 1))
}

func notesLocked(t *testing.T, b NotesBackend) {
	saveNote(t, b.Notes, mine, note("one", 0), "1", 1)
	for account, ids := range map[string][]string{mine: {target, "another"}, theirs: {target}} {
		for _, id := range ids {
			must(t, b.Journal.Lock(t.Context(), account, id, journal.Lock{Reason: account + " needs it"}))
		}
	}
	got := map[string]string{}
	list, err := b.Replica.Notes(t.Context(), mine)
	must(t, err)
	for _, n := range list {
		got[n.Deployment] = n.Lock + "|" + n.Text
	}
	want := map[string]string{target: mine + " needs it|one", "another": mine + " needs it|"}
	if diff := cmp.Diff(want, got); diff != "" || len(list) != 2 {
		t.Errorf("%d notes (-want +got):\n%s", len(list), diff)
	}
	must(t, b.Journal.Unlock(t.Context(), mine, target))
	must(t, b.Journal.Unlock(t.Context(), mine, "another"))
	wantNotes(t, b.Notes, mine, note("one", 1))
}

func notesTold(t *testing.T, b NotesBackend) {
	for id, kind := range map[string]string{"told": webhooks.KindNotes, "other": webhooks.KindChanges} {
		must(t, b.Hooks.AddHook(t.Context(), hook(id, kind), webhooks.Max))
	}
	saveNote(t, b.Notes, mine, note("one", 0), "1", 1)
	_, err := b.Replica.SaveNote(t.Context(), mine, note("lost", 0), noteEntry("2"))
	wantError(t, "a change of an old version", err, notes.ErrConflict)
	for id, want := range map[string]int{"told": 1, "other": 0} {
		list, err := b.Hooks.Deliveries(t.Context(), mine, id, 9)
		must(t, err)
		if len(list) != want || want == 1 && (list[0].Line != "1" || list[0].Outcome != string(journal.Done)) {
			t.Errorf("%s has %+v, want %d", id, list, want)
		}
	}
}

func notesBroken(t *testing.T, b NotesBackend) {
	saveNote(t, b.Notes, mine, note("one", 0), "1", 1)
	b.Break()
	_, list := b.Notes.Notes(t.Context(), mine)
	_, one := b.Notes.NoteOf(t.Context(), mine, target)
	_, save := b.Notes.SaveNote(t.Context(), mine, note("two", 1), noteEntry("2"))
	for what, err := range map[string]error{"Notes": list, "NoteOf": one, "SaveNote": save} {
		if err == nil || errors.Is(err, notes.ErrConflict) {
			t.Errorf("%s without a database: %v", what, err)
		}
	}
}

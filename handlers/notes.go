package handlers

import (
	"errors"
	"net/http"
	"regexp"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

const (
	versionField   = "version"    // of the note that a form was made from
	notesFromField = "notes_from" // the deployment whose notes a new one gets
)

// notesState is what the form for notes shows.
type notesState struct {
	typed   notes.Typed
	version string
	wrong   map[string]string
	problem views.Notice
	theirs  *notes.Note // what somebody else saved in between
}

func noteFields() []string {
	return []string{notes.FieldText, notes.FieldOwner, notes.FieldTags, versionField}
}

func typedNotes(form map[string]string) notes.Typed {
	return notes.Typed{Text: form[notes.FieldText], Owner: form[notes.FieldOwner], Tags: form[notes.FieldTags]}
}

// EditNotes is the form for what is kept here about a deployment.
func (s *Site) EditNotes(c echo.Context) error {
	if s.Deck.ReadOnly() || s.LooksOnly(c) {
		return redirect(c, paths.Return(paths.Deployment(c.Param("id")))) // what there is to read stands there
	}
	d, err := s.Deck.Settings(c.Request().Context(), caller(c).Token, c.Param("id"))
	if err != nil {
		return err
	}
	now, err := s.Notes.Get(c.Request().Context(), caller(c).Account, d.ID)
	if err != nil {
		return err
	}
	state := notesState{typed: now.Typed(), version: strconv.FormatInt(now.Version, 10)}
	if entry := c.QueryParam(paths.Undo); entry != "" {
		e, err := s.Deck.Write(c.Request().Context(), caller(c).Account, entry)
		if err != nil {
			return err
		}
		state.typed = notes.Before(e, state.typed)
		state.problem = views.Notice{Kind: "success", Text: "This is what was there before " + s.stampOf(e.AskedAt).Human + ". Nothing was saved yet: look at it, then save."}
	}
	return s.notesForm(c, http.StatusOK, d.ID, displayName(d), state)
}

// SaveNotes keeps what was typed about a deployment.
func (s *Site) SaveNotes(c echo.Context) error {
	form, err := bind(c, append(noteFields(), backField)...)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(form[versionField], 10, 64)
	if err != nil {
		return fault.Wrap(fault.Invalid, "The form does not say what it was made from. Nothing was saved. Reload the page and try again.", err)
	}
	id := c.Param("id")
	d, err := s.Deck.Settings(c.Request().Context(), caller(c).Token, id) // it has to be the account's own
	if err == nil {
		_, err = s.Notes.Save(c.Request().Context(), noteAsk(c), d.ID, d.Name, version, typedNotes(form))
	}
	if keepsForm(err) && !fault.Is(err, fault.Forbidden) {
		return s.notesAgain(c, id, displayName(orUnread(c, d)), form, err)
	}
	if err != nil {
		return err
	}

	if err := s.tell(c, session.Notice{Kind: "success", Text: "Saved the notes of " + displayName(d) + "."}); err != nil {
		return err
	}
	return redirect(c, paths.WithBack(paths.Deployment(id), listBefore(c)))
}

func noteAsk(c echo.Context) notes.Ask {
	who := caller(c)
	return notes.Ask{Account: who.Account, Session: who.ID, Person: who.DisplayName, Request: RequestID(c)}
}

// notesAgain brings the form back with what was typed. After a conflict it is made from what is there now, so that saving
// again is a decision about that.
func (s *Site) notesAgain(c echo.Context, id, name string, form map[string]string, err error) error {
	f := fault.From(err)
	state := notesState{typed: typedNotes(form), version: form[versionField], wrong: f.Fields, problem: s.problem(c, f, notes.FieldText, notes.FieldOwner, notes.FieldTags)}
	if conflict, ok := errors.AsType[*notes.Conflict](err); ok {
		state.theirs, state.version = &conflict.Theirs, strconv.FormatInt(conflict.Theirs.Version, 10)
	}
	return s.notesForm(c, f.Status(), id, name, state)
}

func (s *Site) notesForm(c echo.Context, status int, id, name string, state notesState) error {
	title := "Notes"
	if name != "" {
		title = "Notes of " + name
	}
	frame, err := s.Page(c, title)
	if err != nil {
		return err
	}
	kept, err := s.Notes.Of(c.Request().Context(), caller(c).Account)
	if err != nil {
		kept = nil // the form does without suggestions
	}
	return asScreen(c, status, frame, views.NotesForm(s.presentNotesForm(frame, id, name, kept, state)))
}

// notedPath is the address that the form posts to.
var notedPath = regexp.MustCompile(`^/deployments/([0-9a-f-]{36})/notes$`)

// notedIn tells which deployment a posted form is about, if it is one of notes.
func notedIn(action string) (id string, ok bool) { return namedIn(notedPath, action) }

// notesFrom carries along whose notes a new deployment gets.
func notesFrom(id string) []views.Hidden {
	if id == "" {
		return nil
	}
	return []views.Hidden{{Name: notesFromField, Value: id}}
}

// carryNotes gives a deployment that was made again the notes of the one that it replaces. It was made in any case: what
// does not work is said.
func (s *Site) carryNotes(c echo.Context, from string, made deployments.Deployment) error {
	if from == "" {
		return nil
	}
	if err := s.Notes.Carry(c.Request().Context(), noteAsk(c), from, made.ID, made.Name); err != nil {
		return s.tell(c, session.Notice{Kind: "warning", Text: "The notes of the deployment it replaces could not be brought along: " + fault.From(err).Message})
	}
	return nil
}

// tombstone is what is kept about a deployment that was deleted.
func (s *Site) tombstone(c echo.Context, e journal.Entry) []views.Fact {
	if e.Action != journal.Delete || e.Deployment == "" {
		return nil
	}
	n, err := s.Notes.Get(c.Request().Context(), caller(c).Account, e.Deployment)
	if err != nil || n.Empty() {
		return nil
	}
	var out []views.Fact
	typed := n.Typed()
	for _, f := range []views.Fact{{Label: "Owner", Value: clean(typed.Owner)}, {Label: "Tags", Value: clean(typed.Tags)}, {Label: "Note", Value: longText(typed.Text)}} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

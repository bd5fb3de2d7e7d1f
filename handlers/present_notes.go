package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/views"
)

// longText is a note as text.
func longText(text string) string { return visible.Text(text) }

// notesOf presents what is kept here about a deployment. The page does without it rather than fail.
func (s *Site) notesOf(c echo.Context, frame views.Page, id string) views.Notes {
	m := views.Notes{Edit: paths.WithBack(paths.Notes(id), frame.List)}
	if frame.ReadOnly || frame.LookOnly {
		m.Edit = ""
	}
	n, err := s.Notes.Get(c.Request().Context(), caller(c).Account, id)
	if err != nil {
		m.Unread = true
		return m
	}
	m.Plain = longText(n.Text)
	if doc, err := s.Readmes.Render(c.Request().Context(), n.Text); err == nil && doc.Plain == "" {
		m.HTML, m.Plain = views.SafeHTML(doc.Under("note-").HTML), ""
	}
	if n.Owner != "" {
		m.Owner = views.Link{Text: clean(n.Owner), Href: paths.List(paths.ListQuery{Owner: n.Owner})}
	}
	for _, tag := range n.Tags {
		m.Tags = append(m.Tags, views.Link{Text: clean(tag), Href: paths.List(paths.ListQuery{Tag: tag})})
	}
	if n.Version > 0 {
		m.Person, m.At = personOf(n), s.stampOf(n.At)
	}
	return m
}

// orNothing is a text as it stands beside another.
func orNothing(text string) string {
	if text == "" {
		return "(nothing)"
	}
	return longText(text)
}

// personOf names who changed a note last.
func personOf(n notes.Note) string {
	if person := clean(n.Person); person != "" {
		return person
	}
	return "somebody without a name"
}

func (s *Site) presentNotesForm(frame views.Page, id, name string, kept *fleet.Notes, state notesState) views.NotesFormPage {
	m := views.NotesFormPage{
		Page: frame, Name: name, Action: paths.Notes(id), Cancel: paths.WithBack(paths.Deployment(id), frame.List), Problem: state.problem, Version: state.version,
		Note:   views.Field{Name: notes.FieldText, Label: "Note", Value: state.typed.Text, Help: "For everybody who signs in with this token: what it is for, whom to ask, where the runbook is. Markdown works."},
		Owner:  views.Field{Name: notes.FieldOwner, Label: "Owner", Value: state.typed.Owner, Help: "A person or a team."},
		Tags:   views.Field{Name: notes.FieldTags, Label: "Tags", Value: state.typed.Tags, Help: "Put commas between them; upper and lower case are the same."},
		Owners: kept.Owners(),
	}
	if used := kept.Tags(); len(used) > 0 {
		m.Tags.Help += " In use: " + clean(strings.Join(used, ", ")) + "."
	}
	focused := false
	for _, f := range []*views.Field{&m.Note, &m.Owner, &m.Tags} {
		f.Error = clean(state.wrong[f.Name])
		f.Focus = f.Error != "" && !focused
		focused = focused || f.Focus
	}
	if state.theirs == nil {
		return m
	}
	theirs := state.theirs.Typed()
	m.Conflict = &views.NotesConflict{Person: personOf(*state.theirs), At: s.stampOf(state.theirs.At)}
	for _, l := range []views.ReviewLine{
		{Label: "Note", Before: theirs.Text, After: state.typed.Text},
		{Label: "Owner", Before: theirs.Owner, After: state.typed.Owner},
		{Label: "Tags", Before: theirs.Tags, After: state.typed.Tags},
	} {
		if l.Before != l.After {
			l.Before, l.After = orNothing(l.Before), orNothing(l.After)
			m.Conflict.Lines = append(m.Conflict.Lines, l)
		}
	}
	return m
}

package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

const activityPageSize = 50

// Activity is the change log of the account.
func (s *Site) Activity(c echo.Context) error {
	q := paths.ParseActivity(c.QueryParams())
	list, err := s.Deck.Log(c.Request().Context(), caller(c).Account, activityFilter(q), activityPageSize+1)
	if err != nil {
		return err
	}
	frame, err := s.Page(c, "Change log")
	if err != nil {
		return err
	}
	return Render(c, http.StatusOK, frame, views.Activity(s.presentActivity(frame, q, list)))
}

// activityFilter is what an address narrows the log to. A place that is none begins it anew.
func activityFilter(q paths.ActivityQuery) journal.Filter {
	f := journal.Filter{Deployment: q.Deployment, Person: q.Person, Kind: q.Kind, State: journal.State(q.Result), Text: q.Text}
	if at, id, ok := paths.ParseActivityMark(q.Before); ok {
		f.Before = journal.Mark{At: at, ID: id}
	}
	return f
}

// ActivityEntry is one entry, with what takes it back.
func (s *Site) ActivityEntry(c echo.Context) error {
	l, err := s.Deck.Logged(c.Request().Context(), caller(c).Account, c.Param("entry"))
	if err != nil {
		return err
	}
	entry := s.activityLine(l)
	frame, err := s.Page(c, entry.What+" "+entry.Name)
	if err != nil {
		return err
	}
	m := views.ActivityEntryPage{Page: frame, Entry: entry, Facts: activityFacts(l, caller(c).Fingerprint), More: activityMore(l)}
	if l.Write != nil {
		if err := s.addKept(c, &m, *l.Write); err != nil {
			return err
		}
	}
	addWayBack(&m, l)
	return Render(c, http.StatusOK, frame, views.ActivityEntryScreen(m))
}

// addKept fills in what is kept of what a write deleted or replaced.
func (s *Site) addKept(c echo.Context, m *views.ActivityEntryPage, e journal.Entry) error {
	if e.Action == journal.Delete {
		kept, err := s.Deck.Kept(c.Request().Context(), caller(c).Account, e.ID)
		if err != nil {
			return err
		}
		m.Kept, m.Missing = keptLinks(kept), clean(kept.Missing)
	}
	m.Facts = append(m.Facts, s.tombstone(c, e)...)
	for i, ch := range e.Changes {
		if ch.Field == notes.FieldText { // here, all of it
			m.Entry.Changes[i].Before, m.Entry.Changes[i].After = longText(ch.From), longText(ch.To)
		}
	}
	return nil
}

// addWayBack fills in what takes a line back, or does it again.
func addWayBack(m *views.ActivityEntryPage, l journal.Line) {
	if m.ReadOnly || m.LookOnly {
		return
	}
	if len(deployments.Undoes(l)) > 0 {
		m.Undo = paths.UndoEntry(l.Deployment(), l.ID())
	}
	if deployments.Edits(l) {
		m.Version = paths.EditVersion(l.Deployment(), l.ID())
	}
	if l.Write != nil && l.Write.Action == journal.Annotate {
		m.Undo = paths.UndoNote(l.Deployment(), l.ID())
	}
	m.Recreate = recreation(l)
}

// recreation is the form that makes again what a line made or deleted, "" where there is nothing to make.
func recreation(l journal.Line) string {
	again := deployments.Recreates(l)
	if len(again) == 0 {
		return ""
	}
	v := url.Values{}
	for field, value := range again {
		v.Set(field, value)
	}
	if l.Deployment() != "" {
		v.Set(notesFromField, l.Deployment())
	}
	return paths.NewDeployment + "?" + v.Encode()
}

// ActivityKept is a file of what was kept when a deployment was deleted.
func (s *Site) ActivityKept(c echo.Context) error {
	kept, err := s.Deck.Kept(c.Request().Context(), caller(c).Account, c.Param("entry"))
	if err != nil {
		return err
	}
	file := c.Param("file")
	data, kind := []byte(nil), echo.MIMEApplicationJSON
	switch file {
	case paths.KeptSettings:
		data = []byte(kept.Settings)
	case paths.KeptReadme:
		data, kind = []byte(kept.Readme), "text/markdown; charset=utf-8"
	case paths.KeptWorkflow:
		data = kept.Workflow
	}
	if len(data) == 0 {
		return fault.New(fault.NotFound, "The change log keeps no such file with this entry.")
	}
	attach(c, kept.Deployment+"-"+file, kind)
	_, err = c.Response().Write(data)
	return err
}

// attach says that what follows is a file of this name.
func attach(c echo.Context, name, kind string) {
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	h.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	h.Set(echo.HeaderContentType, kind)
}

// record puts an event that is about no deployment into the log of who it belongs to.
func (s *Site) record(c echo.Context, who session.Session, k journal.Kind, words string) {
	if who.Account == "" && k != journal.SignInRefused {
		return
	}
	s.recordEvent(c, who, journal.Event{Kind: k, Words: words})
}

// recordEvent is record for an event that says more.
func (s *Site) recordEvent(c echo.Context, who session.Session, e journal.Event) {
	e.Account, e.Person, e.Fingerprint, e.Session, e.Request = who.Account, personAs(c, who), who.Fingerprint, who.ID, RequestID(c)
	s.Deck.Record(c.Request().Context(), e)
}

// signInRefused records that a token was refused. Whose account it should have opened nobody knows: the operator's log has it.
func (s *Site) signInRefused(c echo.Context, name string, err error) {
	if f := fault.From(err); f.Kind == fault.Unauthorized || f.Kind == fault.Forbidden {
		s.record(c, session.Session{DisplayName: name}, journal.SignInRefused, f.Message)
	}
}

const tokenRefused = "RunComfy no longer accepted the token of this session."

// TokenRefused records that a session ended because the API no longer accepts its token.
func (s *Site) TokenRefused(c echo.Context) {
	s.record(c, caller(c), journal.SignedOut, tokenRefused)
}

// WriteRefused records that this server or this browser changes nothing, and returns why.
func (s *Site) WriteRefused(c echo.Context, f *fault.Error) error {
	who := caller(c)
	s.Deck.Record(c.Request().Context(), journal.Event{
		Account: who.Account, Kind: journal.WriteRefused, Person: person(c), Fingerprint: who.Fingerprint, Session: who.ID,
		Deployment: c.Param("id"), Request: RequestID(c), Words: f.Message,
	})
	return f
}

package handlers

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

const (
	activityPageSize = 50
	activityChunk    = 500 // entries read at once for an export
)

// Activity is the change log of the account.
func (s *Site) Activity(c echo.Context) error {
	q := paths.ParseActivity(c.QueryParams())
	f, err := s.activityFilter(c, q)
	if err != nil {
		return err
	}
	list, err := s.Deck.Log(c.Request().Context(), caller(c).Account, f, activityPageSize+1)
	if err != nil {
		return err
	}
	frame, err := s.Page(c, "Change log")
	if err != nil {
		return err
	}
	return Render(c, http.StatusOK, frame, views.Activity(s.presentActivity(frame, q, list)))
}

// activityFilter is what an address narrows the log to. An entry that is not there begins it anew.
func (s *Site) activityFilter(c echo.Context, q paths.ActivityQuery) (journal.Filter, error) {
	f := journal.Filter{Deployment: q.Deployment, Person: q.Person, Action: journal.Action(q.Action), State: journal.State(q.Result)}
	if q.Before == "" {
		return f, nil
	}
	before, err := s.Deck.Logged(c.Request().Context(), caller(c).Account, q.Before)
	f.Before = before
	return f, err
}

// ActivityEntry is one entry, with what takes it back.
func (s *Site) ActivityEntry(c echo.Context) error {
	e, err := s.Deck.Logged(c.Request().Context(), caller(c).Account, c.Param("entry"))
	if err != nil {
		return err
	}
	frame, err := s.Page(c, activityTitle(e.Action)+" "+nameOf(e))
	if err != nil {
		return err
	}
	m := views.ActivityEntryPage{Page: frame, Entry: s.activityEntry(e), Facts: activityFacts(e)}
	m.Facts = append(m.Facts, s.tombstone(c, e)...)
	for i, ch := range e.Changes {
		if ch.Field == notes.FieldText { // here, all of it
			m.Entry.Changes[i].Before, m.Entry.Changes[i].After = longText(ch.From), longText(ch.To)
		}
	}
	if m.ReadOnly || m.LookOnly {
		return Render(c, http.StatusOK, frame, views.ActivityEntryScreen(m))
	}
	if len(deployments.Undoes(e)) > 0 {
		m.Undo = paths.UndoEntry(e.Deployment, e.ID)
	}
	if e.Action == journal.Annotate {
		m.Undo = paths.UndoNote(e.Deployment, e.ID)
	}
	if again := deployments.Recreates(e); len(again) > 0 {
		v := url.Values{}
		for field, value := range again {
			v.Set(field, value)
		}
		if e.Deployment != "" {
			v.Set(notesFromField, e.Deployment)
		}
		m.Recreate = paths.NewDeployment + "?" + v.Encode()
	}
	return Render(c, http.StatusOK, frame, views.ActivityEntryScreen(m))
}

// ExportActivity is the log as a table, read and sent piece by piece.
func (s *Site) ExportActivity(c echo.Context) error {
	q := paths.ParseActivity(c.QueryParams())
	q.Before = ""
	f, err := s.activityFilter(c, q)
	if err != nil {
		return err
	}
	list, err := s.Deck.Log(c.Request().Context(), caller(c).Account, f, activityChunk)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, `attachment; filename="change-log-`+s.Now().UTC().Format(time.DateOnly)+`.csv"`)
	h.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	out := csv.NewWriter(c.Response())
	if err := out.Write([]string{"time", "person", "action", "deployment_id", "name", "changes", "result", "message", "request", "entry"}); err != nil {
		return err
	}
	for len(list) > 0 {
		for _, e := range list {
			if err := out.Write(activityRow(e)); err != nil {
				return err
			}
		}
		if len(list) < activityChunk {
			break
		}
		f.Before = list[len(list)-1]
		if list, err = s.Deck.Log(c.Request().Context(), caller(c).Account, f, activityChunk); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func activityRow(e journal.Entry) []string {
	var changes []string
	for _, ch := range e.Changes {
		changes = append(changes, ch.Field+": "+ch.From+" -> "+ch.To)
	}
	return []string{
		e.AskedAt.UTC().Format(time.RFC3339Nano), cell(e.Person), cell(string(e.Action)), cell(e.Deployment), cell(e.Name), cell(strings.Join(changes, "; ")),
		cell(string(e.State)), cell(e.Message), cell(e.Request), cell(e.ID),
	}
}

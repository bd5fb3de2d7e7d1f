package handlers

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
)

const activityChunk = 500 // lines read at once for an export

// ExportActivity is the log as a table, read and sent piece by piece.
func (s *Site) ExportActivity(c echo.Context) error {
	out := csv.NewWriter(c.Response())
	began := false
	err := s.exportActivity(c, "csv", "text/csv; charset=utf-8", func(l journal.Line) error {
		if !began {
			began = true
			if err := out.Write(activityColumns); err != nil {
				return err
			}
		}
		return out.Write(activityRow(l, caller(c).Fingerprint))
	})
	if err == nil && !began {
		err = out.Write(activityColumns)
	}
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// ExportActivityJSON is the same for programs.
func (s *Site) ExportActivityJSON(c echo.Context) error {
	separator := "[\n"
	err := s.exportActivity(c, "json", "application/json; charset=utf-8", func(l journal.Line) error {
		text, err := json.Marshal(activityObject(l, caller(c).Fingerprint))
		if err != nil {
			return err
		}
		_, err = io.WriteString(c.Response(), separator+string(text))
		separator = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	end := "\n]\n"
	if separator == "[\n" {
		end = "[\n]\n"
	}
	_, err = io.WriteString(c.Response(), end)
	return err
}

// exportActivity reads what the address asks for, piece by piece: a log of any length is never held as a whole.
func (s *Site) exportActivity(c echo.Context, ending, kind string, write func(journal.Line) error) error {
	q := paths.ParseActivity(c.QueryParams())
	q.Before = ""
	f := activityFilter(q)
	ctx := c.Request().Context()
	list, err := s.Deck.Log(ctx, caller(c).Account, f, activityChunk)
	if err != nil {
		return err
	}
	attach(c, "change-log-"+s.Now().UTC().Format(time.DateOnly)+"."+ending, kind)
	for {
		for _, l := range list {
			if err := write(l); err != nil {
				return err
			}
		}
		if len(list) < activityChunk {
			return nil
		}
		f.Before = list[len(list)-1].Mark()
		if list, err = s.Deck.Log(ctx, caller(c).Account, f, activityChunk); err != nil {
			return err
		}
	}
}

var activityColumns = []string{
	"time", "person", "action", "deployment_id", "name", "changes", "result", "message", "request", "entry", "reason", "token",
}

func activityRow(l journal.Line, fingerprint string) []string {
	o := activityObject(l, fingerprint)
	var changes []string
	for _, ch := range o.Changes {
		changes = append(changes, ch.Field+": "+ch.From+" -> "+ch.To)
	}
	row := []string{o.Time, o.Person, o.Action, o.Deployment, o.Name, strings.Join(changes, "; "), o.Result, o.Message, o.Request, o.Entry, o.Reason, o.Token}
	for i := range row[1:] {
		row[i+1] = cell(row[i+1])
	}
	return row
}

// activityJSON is a line of the log for programs.
type activityJSON struct {
	Time       string           `json:"time"`
	Type       string           `json:"type"` // "write" or "event"
	Action     string           `json:"action"`
	Person     string           `json:"person"`
	Token      string           `json:"token"` // its fingerprint
	Deployment string           `json:"deployment_id"`
	Name       string           `json:"name"`
	Changes    []journal.Change `json:"changes"`
	Got        []journal.Change `json:"came_out_differently,omitempty"`
	Result     string           `json:"result,omitempty"`
	Settled    bool             `json:"found_by_looking,omitempty"`
	Message    string           `json:"message,omitempty"`
	Reason     string           `json:"reason,omitempty"`
	Run        string           `json:"about,omitempty"`
	Request    string           `json:"request"`
	Entry      string           `json:"entry"`
	Ended      string           `json:"ended,omitempty"`
}

func activityObject(l journal.Line, fingerprint string) activityJSON {
	o := activityJSON{Time: l.At().UTC().Format(time.RFC3339Nano), Deployment: l.Deployment(), Entry: l.ID(), Token: fingerprint}
	if e := l.Write; e != nil {
		o.Type, o.Action, o.Person, o.Name, o.Changes, o.Got = "write", string(e.Action), e.Person, e.Name, e.Changes, e.Got
		o.Result, o.Settled, o.Message, o.Reason, o.Request = string(e.State), e.Settled, e.Message, e.Reason, e.Request
		if !e.EndedAt.IsZero() {
			o.Ended = e.EndedAt.UTC().Format(time.RFC3339Nano)
		}
		return o
	}
	e := l.Event
	o.Type, o.Action, o.Person, o.Token, o.Name, o.Changes = "event", string(e.Kind), e.Person, e.Fingerprint, e.Name, e.Changes
	o.Message, o.Request, o.Run = e.Words, e.Request, e.Ref
	return o
}

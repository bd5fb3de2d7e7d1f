package handlers

import (
	"net/http"
	"regexp"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

const cannotEnd = "This server could not end a session: its database does not answer. Nothing has changed. Try again in a moment."

var sessionIDs = regexp.MustCompile(`^[0-9a-f]{12}$`)

// ListSessions shows where the account is signed in.
func (s *Site) ListSessions(c echo.Context) error {
	list, err := s.Sessions.List(c.Request().Context(), caller(c).Account)
	if err != nil {
		return fault.Wrap(fault.Unavailable, "This server cannot read its sessions right now. Try again in a moment.", err)
	}
	frame, err := s.Page(c, "Sessions")
	if err != nil {
		return err
	}
	return Render(c, http.StatusOK, frame, views.Sessions(s.presentSessions(frame, caller(c), list)))
}

// EndSession ends one of the account's sessions. Ending the one that asks is signing out.
func (s *Site) EndSession(c echo.Context) error {
	id := c.Param("session")
	if !sessionIDs.MatchString(id) {
		return fault.New(fault.NotFound, "There is no such session. It may have ended.")
	}
	return s.endSessions(c, session.Which{ID: id})
}

// EndOtherSessions ends all of the account's sessions but the one that asks.
func (s *Site) EndOtherSessions(c echo.Context) error {
	return s.endSessions(c, session.Which{Except: caller(c).ID})
}

// EndAllSessions ends all of them, and so signs out.
func (s *Site) EndAllSessions(c echo.Context) error { return s.endSessions(c, session.Which{}) }

func (s *Site) endSessions(c echo.Context, w session.Which) error {
	if _, err := bind(c, "end"); err != nil {
		return err
	}
	who := caller(c)
	w.Account = who.Account
	n, err := s.Sessions.End(c.Request().Context(), w)
	if err != nil {
		return fault.Wrap(fault.Unavailable, cannotEnd, err)
	}
	if n > 0 {
		s.record(c, who, journal.SessionsEnded, plural(int64(n), "session", "sessions")+" of this account.")
	}
	if w.Except != who.ID && (w.ID == "" || w.ID == who.ID) {
		return s.leave(c, who, paths.Sessions)
	}
	if err := s.tell(c, endedNotice(n)); err != nil {
		return err
	}
	return redirect(c, paths.Sessions)
}

// leave is the end of what a browser does as somebody whose session has ended.
func (s *Site) leave(c echo.Context, who session.Session, next string) error {
	s.forget(who)
	s.Sessions.Forget(c.Response())
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return redirect(c, paths.SignInTo(paths.Return(next)))
}

// forget lets go of the lists that are kept for somebody.
func (s *Site) forget(who session.Session) {
	s.Deck.Forget(who.Account)
	for _, a := range who.Others {
		s.Deck.Forget(a.Account)
	}
}

func endedNotice(n int) session.Notice {
	if n == 0 {
		return session.Notice{Kind: "success", Text: "It had ended already."}
	}
	return session.Notice{Kind: "success", Text: "Ended " + plural(int64(n), "session", "sessions") + "."}
}

func (s *Site) presentSessions(frame views.Page, who session.Session, list []session.Listed) views.SessionsPage {
	m := views.SessionsPage{Page: frame}
	m.Lead = "Where account " + who.Fingerprint + " is signed in: everybody who signed in with the same token. A session ends by itself after 30 minutes without use."
	for i, l := range list {
		row := views.SessionRow{Device: clean(l.Device), Here: l.ID == who.ID, End: paths.EndSession(l.ID), Times: []views.Moment{
			{Label: "Signed in", At: s.stampOf(l.SignedInAt)}, {Label: "Last seen", At: s.stampOf(l.LastSeenAt)},
		}}
		row.EndLabel = "End it: session " + strconv.Itoa(i+1) + ", " + row.Device
		if row.Here {
			row.EndLabel = "Sign out of this session"
		}
		row.Facts = sessionFacts(l)
		m.Rows = append(m.Rows, row)
	}
	return m
}

func sessionFacts(l session.Listed) []views.Fact {
	var out []views.Fact
	for _, f := range []views.Fact{{Label: "Name", Value: clean(l.Name)}, {Label: "Address", Value: clean(l.Address)}, {Label: "In the log as", Value: l.ID}} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	if l.Held > 0 {
		out = append(out, views.Fact{Label: "Accounts", Value: strconv.Itoa(l.Held + 1), Hint: "Ending it ends all of them there"})
	}
	return out
}

package handlers

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// unsettled is the notice about writes that nobody could vouch for, on every page until they are looked up.
func (s *Site) unsettled(c echo.Context, self string) []views.Notice {
	list, err := s.Deck.Unsettled(c.Request().Context(), caller(c).Account)
	if err != nil || len(list) == 0 {
		return nil // a page does not fail for want of a notice; the write's own record is what counts
	}
	n := views.Notice{
		Kind: "warning", Text: "It is not known what came of " + plural(int64(len(list)), "write", "writes") + ".",
	}
	if !s.Deck.ReadOnly() && !s.LooksOnly(c) {
		n.Text += " Looking sends nothing."
		n.Undo = views.Switch{Action: paths.Settle, Label: "Look now", Next: self}
	}
	for _, e := range list {
		n.Detail = append(n.Detail, writeText(e)+", "+e.AskedAt.UTC().Format("2 Jan 15:04 UTC"))
	}
	return []views.Notice{n}
}

// Settle looks up what came of the account's unsettled writes.
func (s *Site) Settle(c echo.Context) error {
	form, err := bind(c, "switch", "next")
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	found, err := s.Deck.Settle(c.Request().Context(), wish)
	if err != nil {
		return err
	}
	for _, w := range found {
		n := session.Notice{Kind: "success", Text: writeText(w.Entry) + ": it happened."}
		if !w.Happened {
			n = session.Notice{Kind: "warning", Text: writeText(w.Entry) + ": it does not show. It may still take effect."}
		}
		if err := s.tell(c, n); err != nil {
			return err
		}
	}
	return redirect(c, paths.Return(form["next"]))
}

// writeText says what a write was to do.
func writeText(e journal.Entry) string {
	name := clean(e.Name)
	switch e.Action {
	case journal.Create:
		return "Create " + name
	case journal.Delete:
		return "Delete " + name
	case journal.Enable:
		return "Enable " + name
	case journal.Disable:
		return "Pause " + name
	case journal.Annotate:
		return "Change the notes of " + name
	default:
		text := "Change " + name
		for i, ch := range e.Changes {
			text += fmt.Sprintf("%s %s to %s", map[bool]string{true: ":", false: ","}[i == 0], label(ch.Field), settingText(ch.Field, ch.To))
		}
		return text
	}
}

// lockReasonField says why a deployment must not be deleted.
const lockReasonField = "reason"

// lockPath is the address that a lock is posted to.
var lockPath = regexp.MustCompile(`^/deployments/([0-9a-f-]{36})/lock$`)

// lockedIn tells which deployment a posted form locks, if it locks one.
func lockedIn(action string) (id string, ok bool) { return namedIn(lockPath, action) }

// Lock forbids deleting a deployment.
func (s *Site) Lock(c echo.Context) error {
	form, err := bind(c, lockReasonField)
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	id := c.Param("id")
	if err := s.Deck.Lock(c.Request().Context(), wish, id, form[lockReasonField]); err != nil {
		return s.lockAgain(c, form[lockReasonField], err)
	}
	s.Notes.Forget(wish.Account) // lists show it
	return s.told(c, "Locked against deletion.", id)
}

// lockAgain brings the reason back when nothing was locked.
func (s *Site) lockAgain(c echo.Context, typed string, failed error) error {
	if !keepsForm(failed) || fault.Is(failed, fault.Forbidden) {
		return failed
	}
	f, reason, problem := fault.From(failed), views.Field{Value: typed}, views.Notice{}
	if f.Kind == fault.Invalid {
		reason.Error, reason.Focus = "A lock needs a reason, for whoever wants to delete the deployment later. Nothing was locked.", true
	} else {
		problem = s.problem(c, f)
	}
	return s.lockForm(c, f.Status(), c.Param("id"), reason, problem)
}

// lockForm asks for the reason on a page of its own.
func (s *Site) lockForm(c echo.Context, status int, id string, reason views.Field, problem views.Notice) error {
	frame, err := s.Page(c, "Lock this deployment")
	if err != nil {
		return err
	}
	reason.Name, reason.Label = lockReasonField, "Why it must not be deleted"
	m := views.LockPage{Page: frame, Home: paths.Deployment(id), Action: paths.LockDeployment(id), Reason: reason, Problem: problem}
	return asScreen(c, status, m.Page, views.LockForm(m))
}

// Unlock allows deleting it again.
func (s *Site) Unlock(c echo.Context) error {
	form, err := bind(c, "switch")
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	id := c.Param("id")
	if err := s.Deck.Unlock(c.Request().Context(), wish, id); err != nil {
		return err
	}
	s.Notes.Forget(wish.Account)
	return s.told(c, "The lock is lifted.", id)
}

// told leads to a deployment with a notice.
func (s *Site) told(c echo.Context, text, id string) error {
	if err := s.tell(c, session.Notice{Kind: "success", Text: text}); err != nil {
		return err
	}
	return redirect(c, paths.Deployment(id))
}

// recentWrites are as many as are looked through for the last one that was not refused.
const recentWrites = 20

// lastChange is what ComfyDeck last did to a deployment, and for whom. What was refused changed nothing.
func (s *Site) lastChange(c echo.Context, id string) (views.Fact, bool) {
	list, err := s.Deck.History(c.Request().Context(), caller(c).Account, id, recentWrites)
	i := slices.IndexFunc(list, func(e journal.Entry) bool { return e.State != journal.Refused })
	if err != nil || i < 0 {
		return views.Fact{}, false
	}
	e := list[i]
	label := "Last changed here"
	if e.State != journal.Done {
		label = "Last asked for here, and not known to have happened"
	}
	return views.Fact{Label: label, Value: writeText(e), Hint: strings.TrimPrefix(clean(e.Person)+", ", ", ") + s.stampOf(e.AskedAt).Human}, true
}

// scripts are the calls of the API that a deployment's page stands for.
func (s *Site) scripts(d deployments.Deployment) []views.Script {
	var out []views.Script
	add := func(id, name string, script deployments.Script, err error) {
		if err == nil {
			out = append(out, views.Script{ID: id, Label: name, Text: script.Curl()})
		}
	}
	read, err := deployments.NewScript(s.APIURL, http.MethodGet, d.ID, nil)
	add("curl-read", "Read it", read, err)
	paused := deployments.PowerOf(d) == deployments.Paused
	flip, err := deployments.Switch(s.APIURL, d, paused)
	add("curl-switch", map[bool]string{true: "Enable it", false: "Pause it"}[paused], flip, err)
	if same, ok := deployments.Another(s.APIURL, d); ok {
		add("curl-create", "Make another with these settings, which costs from then on", same, nil)
		out = append(out, views.Script{ID: "json", Label: "These settings as JSON", Text: same.Body})
	}
	return append(out, views.Script{ID: "endpoint", Label: "Endpoint", Text: read.URL})
}

// StopScript is how to pause a deployment without this server, for when it did not work from here (RR-38).
func (s *Site) StopScript(c echo.Context, id string) []views.Script {
	call, err := s.Deck.StopScript(c.Request().Context(), s.APIURL, caller(c).Account, id)
	if err != nil {
		return nil
	}
	return []views.Script{{ID: "curl-stop", Label: "Pause it by hand", Text: call.Curl()}}
}

// lockOf presents the lock of a deployment; a database that does not answer shows none, and the delete itself asks again.
func (s *Site) lockOf(c echo.Context, d deployments.Deployment) views.Lock {
	m := views.Lock{Lock: paths.LockDeployment(d.ID), Unlock: paths.UnlockDeployment(d.ID)}
	if s.Deck.ReadOnly() || s.LooksOnly(c) {
		m.Lock, m.Unlock = "", ""
	}
	l, locked, err := s.Deck.LockOf(c.Request().Context(), caller(c).Account, d.ID)
	if err != nil || !locked {
		return m
	}
	m.Locked, m.Reason, m.At = true, clean(l.Reason), s.stampOf(l.At)
	m.Person = clean(l.Person)
	return m
}

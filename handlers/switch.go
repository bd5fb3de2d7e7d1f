package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// lookTime bounds a look at a deployment after a write: with the write's own budget it ends before the server gives up on
// the answer, so that the outcome always arrives.
const lookTime = 3 * time.Second

// Enable switches a deployment on.
func (s *Site) Enable(c echo.Context) error { return s.setEnabled(c, true) }

// Disable pauses a deployment.
func (s *Site) Disable(c echo.Context) error { return s.setEnabled(c, false) }

// Switched leads whoever opens the address of a switch, as by Reload after its review, to the deployment: reading switches nothing.
func (s *Site) Switched(c echo.Context) error {
	return redirect(c, paths.Return(paths.Deployment(c.Param("id"))))
}

// Attempted words the switch that a request asked for, as "Pause NAME": whoever hears of its failure may have pressed several. It is ""
// for any other request.
func (s *Site) Attempted(c echo.Context) string {
	verb := map[string]string{paths.EnablePattern: "Enable ", paths.DisablePattern: "Pause "}[c.Path()]
	who, signedIn := session.From(c.Request().Context())
	if verb == "" || c.Request().Method != http.MethodPost || !signedIn {
		return ""
	}
	id := c.Param("id")
	return verb + cmp.Or(clean(s.Deck.LastName(c.Request().Context(), who.Account, id)), clean(id))
}

func (s *Site) setEnabled(c echo.Context, on bool) error {
	form, err := bind(c, "switch", "view", "next", keyField, confirmField, backField, deployments.FieldReason)
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	id := c.Param("id")

	done, err := s.Deck.SetEnabled(c.Request().Context(), wish, id, on)
	if err != nil {
		return err
	}
	if done.Review != nil {
		next := paths.Return(formNext(form["next"], id))
		return s.review(c, done.Review, paths.EnableDeployment(id), next, []views.Hidden{{Name: "switch", Value: "1"}, {Name: "next", Value: next}})
	}

	text := map[bool]string{true: "Enabled: ", false: "Paused: "}[on] + displayName(done.Deployment) + "."
	if len(done.Differences) > 0 {
		text = map[bool]string{true: "Asked to enable ", false: "Asked to pause "}[on] + displayName(done.Deployment) + "."
	}
	if !on && !done.Unchanged && len(done.Differences) == 0 {
		text += " Requests that were running fail."
	}
	note := outcome(text, done)
	note.Undo = undo(done)
	if !IsPart(c.Request()) || wish.Confirm != "" { // after a review, what the switch stood in is no longer on the screen
		if err := s.tell(c, note); err != nil {
			return err
		}
		return redirect(c, paths.Return(formNext(form["next"], id)))
	}
	shown := views.Notice{Kind: note.Kind, Text: note.Text, Undo: undoOf(note.Undo, form["next"])}
	if form["view"] == "row" {
		return s.rowAgain(c, done.Deployment, form["next"], &shown)
	}
	if err := s.showAgain(c, id, &shown); err != nil {
		return errors.Join(s.tell(c, note), redirect(c, paths.Deployment(id)))
	}
	return nil
}

// rowAgain answers a switch in the list with its row, and with everything that counts around it, which the switch has changed. A row
// that the list no longer finds says so and stays until the next reading, so that nothing moves under the pointer and the switch can
// be taken back.
func (s *Site) rowAgain(c echo.Context, d deployments.Deployment, list string, shown *views.Notice) error {
	state, _ := paths.ListAt(paths.Return(list))
	l := s.lookOf(s.Browser.Preferences(c.Request()), state)
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookTime)
	defer cancel()
	kept, unread := s.Notes.Of(ctx, caller(c).Account)
	line := s.rowsOf(state, kept, l).row(d)
	row := views.DeploymentRow(&line)
	all, err := s.Deck.Fleet(ctx, caller(c).Account, caller(c).Token, deployments.Recent)
	if err != nil || unread != nil {
		return Write(c, http.StatusOK, withNotice(row, shown)) // the row is right; the figures follow with the next reading
	}
	found := all.Find(question(state, l.plan, kept, s.Now()))
	line.Left = !slices.ContainsFunc(found.Rows, func(row int32) bool { return all.Snapshot().ID(int(row)) == d.ID })
	m := s.presentList(views.Page{}, all, kept, state, l)
	if line.Pick {
		m.Select = selection(state, len(found.Rows)) // also when nothing is left but this row
	}
	withoutPlaces(&m, state, len(found.Rows), found.Total, l)
	return Write(c, http.StatusOK, templ.Join(withNotice(row, shown), views.SummaryPart(m)))
}

// showAgain answers a switch with the screen of its deployment, under the address of that screen.
func (s *Site) showAgain(c echo.Context, id string, shown *views.Notice) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookTime)
	defer cancel()
	d, err := s.Deck.Get(ctx, caller(c).Token, id)
	if err != nil {
		return err
	}
	c.Response().Header().Set("HX-Replace-Url", paths.WithBack(paths.Deployment(id), listBefore(c)))
	return s.show(c, d, shown)
}

// undo is the way back from a switch that has just happened.
func undo(done deployments.Result) session.Undo {
	if done.Unchanged || len(done.Differences) > 0 {
		return session.Undo{}
	}
	return session.Undo{Deployment: done.Deployment.ID, On: deployments.PowerOf(done.Deployment) == deployments.Paused}
}

// undoOf is the form of that way, which leads back to next.
func undoOf(u session.Undo, next string) views.Switch {
	if u.Deployment == "" || u.Entry != "" {
		return views.Switch{}
	}
	back := views.Switch{Action: paths.DisableDeployment(u.Deployment), Label: "Undo", Hint: "Pause it again", Next: next}
	if u.On { // which asks first where it costs: no undoing, then
		back.Action, back.Label, back.Hint, back.On = paths.EnableDeployment(u.Deployment), "Enable again", "Take requests again", true
	}
	return back
}

// formNext is where a switch leads without htmx: back to the list it was in, or to the deployment.
func formNext(next, id string) string {
	if next != "" {
		return next
	}
	return paths.Deployment(id)
}

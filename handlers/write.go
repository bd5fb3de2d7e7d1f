package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// basePrefix marks the hidden fields that hold the values an edit form was made from.
const basePrefix = "base_"

// Create makes a deployment.
func (s *Site) Create(c echo.Context) error {
	form, err := bind(c, deployments.CreateFields()...)
	if err != nil {
		return err
	}
	draft := deployments.Draft(form)

	made, err := s.Deck.Create(c.Request().Context(), caller(c).Token, draft)
	if keepsForm(err) {
		f := fault.From(err)
		return s.createForm(c, f.Status(), draft, f.Fields, s.problem(c, f))
	}
	if err != nil {
		return err
	}

	if err := s.tell(c, outcome("Created.", made)); err != nil {
		return err
	}
	return redirect(c, paths.Deployment(made.Deployment.ID))
}

// Update changes what the person changed in the edit form.
func (s *Site) Update(c echo.Context) error {
	form, err := bind(c, updateKeys()...)
	if err != nil {
		return err
	}
	draft, base := splitBase(form)
	id, token, ctx := c.Param("id"), caller(c).Token, c.Request().Context()

	done, err := s.Deck.Update(ctx, token, id, draft, base)
	if keepsForm(err) {
		return s.editAgain(c, draft, base, fault.From(err))
	}
	if err != nil {
		return err
	}

	text := "Saved."
	if done.Unchanged {
		text = "Nothing was changed, so nothing was sent."
	}
	if err := s.tell(c, outcome(text, done)); err != nil {
		return err
	}
	return redirect(c, paths.Deployment(id))
}

// editAgain brings the edit form back with everything typed. After a conflict its base is what the deployment is now, so
// that saving again is a decision about the newer values.
func (s *Site) editAgain(c echo.Context, draft, base deployments.Draft, f *fault.Error) error {
	d, err := s.lookAgain(c, f)
	if err != nil {
		d = deployments.Deployment{ID: c.Param("id"), Name: base[deployments.FieldName]}
	}
	now := deployments.DraftOf(d)
	if f.Kind != fault.Conflict || err != nil {
		now = base
	}
	for _, field := range deployments.UpdateFields() {
		// What was not typed moves along with the base: left as it was, it would take back what somebody else has changed.
		if value, typed := draft[field]; !typed || strings.TrimSpace(value) == strings.TrimSpace(base[field]) {
			draft[field] = now[field]
		}
	}
	return s.editForm(c, f.Status(), d, draft, now, f.Fields, s.problem(c, f))
}

// lookTime bounds a look at a deployment after a write: with the write's own budget it ends before the server gives up on
// the answer, so that the outcome always arrives.
const lookTime = 3 * time.Second

// lookAgain reads the deployment for a form that comes back. After a write that the API did not answer properly it does not
// try: the outcome matters more.
func (s *Site) lookAgain(c echo.Context, f *fault.Error) (deployments.Deployment, error) {
	switch f.Kind {
	case fault.Unknown, fault.Timeout, fault.Unavailable, fault.Upstream, fault.RateLimited:
		return deployments.Deployment{}, f
	default:
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookTime)
	defer cancel()
	return s.Deck.Settings(ctx, caller(c).Token, c.Param("id"))
}

// Enable switches a deployment on.
func (s *Site) Enable(c echo.Context) error { return s.setEnabled(c, true) }

// Disable pauses a deployment.
func (s *Site) Disable(c echo.Context) error { return s.setEnabled(c, false) }

func (s *Site) setEnabled(c echo.Context, on bool) error {
	form, err := bind(c, "switch", "view", "next")
	if err != nil {
		return err
	}
	id, token, ctx := c.Param("id"), caller(c).Token, c.Request().Context()

	done, err := s.Deck.SetEnabled(ctx, token, id, on)
	if err != nil {
		return err
	}

	text := map[bool]string{true: "Enabled: ", false: "Paused: "}[on] + displayName(done.Deployment) + "."
	if len(done.Differences) > 0 {
		text = map[bool]string{true: "Asked to enable ", false: "Asked to pause "}[on] + displayName(done.Deployment) + "."
	}
	note := outcome(text, done)
	if !IsPart(c.Request()) {
		if err := s.tell(c, note); err != nil {
			return err
		}
		return redirect(c, paths.Return(formNext(form["next"], id)))
	}
	shown := views.Notice{Kind: note.Kind, Text: note.Text, Undo: s.undo(done, form["next"])}
	if form["view"] == "row" {
		return s.rowAgain(c, done.Deployment, form["next"], &shown)
	}
	if err := s.showAgain(c, id, &shown); err != nil {
		return errors.Join(s.tell(c, note), redirect(c, paths.Deployment(id)))
	}
	return nil
}

// rowAgain answers a switch in the list with its row, and with the figures above the list, which the switch has changed.
func (s *Site) rowAgain(c echo.Context, d deployments.Deployment, list string, shown *views.Notice) error {
	row := views.DeploymentRow(s.presentRow(d, paths.Return(list)))
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookTime)
	defer cancel()
	all, err := s.Deck.Fleet(ctx, caller(c).Token)
	if err != nil {
		return Write(c, http.StatusOK, withNotice(row, shown)) // the row is right; the figures follow with the next reading
	}
	u, err := url.Parse(paths.Return(list))
	if err != nil {
		return err
	}
	m := s.presentList(views.Page{}, all, paths.ParseList(u.Query()), s.plan(c))
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
	c.Response().Header().Set("HX-Replace-Url", paths.Deployment(id))
	return s.show(c, d, shown)
}

// undo offers the way back from a switch that has just happened.
func (s *Site) undo(done deployments.Result, next string) views.Switch {
	if done.Unchanged || len(done.Differences) > 0 {
		return views.Switch{}
	}
	back := s.switchOf(done.Deployment)
	back.Label, back.Next = "Undo", next
	return back
}

// formNext is where a switch leads without htmx: back to the list it was in, or to the deployment.
func formNext(next, id string) string {
	if next != "" {
		return next
	}
	return paths.Deployment(id)
}

// Destroy deletes a deployment whose name was typed.
func (s *Site) Destroy(c echo.Context) error {
	form, err := bind(c, deployments.FieldConfirmName)
	if err != nil {
		return err
	}
	typed := form[deployments.FieldConfirmName]

	d, err := s.Deck.Delete(c.Request().Context(), caller(c).Token, c.Param("id"), typed)
	if keepsForm(err) && d.ID != "" {
		f := fault.From(err)
		return s.deleteForm(c, f.Status(), d, typed, f.Fields, s.problem(c, f))
	}
	if err != nil {
		return err
	}

	if err := s.tell(c, session.Notice{Kind: "success", Text: "Deleted: " + displayName(d)}); err != nil {
		return err
	}
	return redirect(c, paths.Deployments)
}

// keepsForm tells whether a failed write comes back as the same form. A lost session and a deployment that is gone have
// pages of their own; package web keeps what was typed for the first.
func keepsForm(err error) bool {
	if err == nil {
		return false
	}
	switch fault.From(err).Kind {
	case fault.Unauthorized, fault.NotFound, fault.Internal:
		return false
	default:
		return true
	}
}

// problem says above a form what went wrong, with the request id.
func (s *Site) problem(c echo.Context, f *fault.Error) views.Notice {
	n := views.Notice{Kind: "error", Text: clean(f.Message), RequestID: RequestID(c)}
	if f.Kind == fault.Unknown || f.Kind == fault.Conflict {
		n.Kind = "warning"
	}
	if len(f.Fields) > 0 && f.Kind == fault.Invalid {
		n.RequestID = ""
	}
	for _, field := range otherFields(f.Fields) {
		n.Detail = append(n.Detail, clean(field+": "+f.Fields[field]))
	}
	return n
}

// outcome words a write that is known to have happened; what came out differently than asked is said field by field.
func outcome(text string, r deployments.Result) session.Notice {
	n := session.Notice{Kind: "success", Text: text}
	if r.Settled {
		n.Text += " RunComfy did not confirm it, but reading it back shows that it happened."
	}
	if len(r.Differences) > 0 {
		n.Kind = "warning"
		n.Text += " But the API shows something else than you asked for:"
		for _, d := range r.Differences {
			n.Text += " " + label(d.Field) + " is “" + clean(d.Got) + "”, not “" + clean(d.Asked) + "”."
		}
	}
	return n
}

func updateKeys() []string {
	keys := deployments.UpdateFields()
	for _, f := range deployments.UpdateFields() {
		keys = append(keys, basePrefix+f)
	}
	return keys
}

// splitBase parts a posted edit form into what was typed and what the form was made from.
func splitBase(form map[string]string) (draft, base deployments.Draft) {
	draft, base = deployments.Draft{}, deployments.Draft{}
	for _, f := range deployments.UpdateFields() {
		if v, ok := form[f]; ok {
			draft[f] = v
		}
		if v, ok := form[basePrefix+f]; ok {
			base[f] = v
		}
	}
	return draft, base
}

// withNotice sends a notice beside the part: htmx puts it where notices go.
func withNotice(part templ.Component, n *views.Notice) templ.Component {
	if n == nil {
		return part
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if err := part.Render(ctx, w); err != nil {
			return err
		}
		return views.NoticesPart([]views.Notice{*n}).Render(ctx, w)
	})
}

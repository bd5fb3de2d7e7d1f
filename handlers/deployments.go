package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// Index lists the deployments of the account. The frame of a page does not wait for an API that is slow.
func (s *Site) Index(c echo.Context) error {
	began := s.Now()
	all, err := s.Deck.FleetSoon(c.Request().Context(), caller(c).Account, caller(c).Token, freshness(c))
	reading := errors.Is(err, deployments.ErrReading)
	if reading && (IsPart(c.Request()) || c.Request().Method == http.MethodHead) { // nobody looks at either meanwhile
		all, err = s.fleet(c)
		reading = false
	}
	if err != nil && !reading {
		return err
	}
	state := paths.ParseList(c.QueryParams())
	if c.QueryParam(paths.Fresh) != "" && !IsPart(c.Request()) && !reading && all.Problem == nil {
		return redirect(c, paths.List(state)) // the address that others may get asks for nothing special
	}

	prefs := s.Browser.Preferences(c.Request())
	frame, err := s.Page(c, "Deployments")
	if err != nil {
		return err
	}
	if reading {
		return renderInPieces(c, http.StatusOK, frame, views.LateDeployments(later(func() templ.Component {
			all, err := s.fleet(c)
			if err != nil { // too late for an error page
				return views.NoDeployments(s.problem(c, fault.From(err)), paths.List(state))
			}
			return views.Deployments(s.listScreen(c, frame, all, state, prefs))
		})))
	}
	frame.Slim = s.lookOf(prefs, state).usual()
	screen := later(func() templ.Component { return views.Deployments(s.listScreen(c, frame, all, state, prefs)) })
	if all.ReadAt.Before(began) { // it was held, and is made sooner than a browser could use its beginning
		return renderAtOnce(c, http.StatusOK, frame, screen)
	}
	return Render(c, http.StatusOK, frame, screen)
}

// fleet waits for the list.
func (s *Site) fleet(c echo.Context) (deployments.List, error) {
	return s.Deck.Fleet(c.Request().Context(), caller(c).Account, caller(c).Token, freshness(c))
}

// listScreen is what the person who asked sees of a list.
func (s *Site) listScreen(c echo.Context, frame views.Page, all deployments.List, state paths.ListQuery, prefs session.Preferences) views.DeploymentsPage {
	kept, unread := s.Notes.Of(c.Request().Context(), caller(c).Account)
	m := s.presentList(frame, all, kept, state, s.lookOf(prefs, state))
	m.Settings, m.Swapped = paths.ListSettings(state.FirstPage()), IsPart(c.Request())
	m.Live = map[string]string{"": "30", "off": ""}[prefs.Refresh] + strings.TrimPrefix(prefs.Refresh, "off")
	if all.Problem != nil {
		failed := fault.From(all.Problem)
		m.Problem, m.Wait = s.problem(c, failed), wholeSeconds(failed.RetryAfter)
		m.Problem.Kind = "warning"
	}
	if all.Outdated {
		m.Problem.Text += " What was changed here since these rows were read is not in them."
	}
	if unread != nil && m.Problem.Text == "" { // the list is worth more than its notes
		m.Problem = s.problem(c, fault.From(unread))
		m.Problem.Kind = "warning"
	}
	s.addOwnViews(c, &m, state)
	return m
}

// Filters narrow a list by what has too many values to be a chip. Few lists are opened for them, so that a list fetches them as a
// part when they are wanted; without scripts they are a page.
func (s *Site) Filters(c echo.Context) error {
	state := paths.ParseList(c.QueryParams())
	all, err := s.Deck.Fleet(c.Request().Context(), caller(c).Account, caller(c).Token, deployments.Recent)
	if err != nil {
		return err
	}
	kept, _ := s.Notes.Of(c.Request().Context(), caller(c).Account) // without notes there is no choice of owners and tags
	m := furtherFilters(state, all.Find(question(state, s.plan(c), kept, s.Now())))
	if IsPart(c.Request()) {
		return Write(c, http.StatusOK, views.FurtherFilters(m))
	}
	frame, err := s.Page(c, "Filters")
	if err != nil {
		return err
	}
	return Render(c, http.StatusOK, frame, views.Filters(views.FiltersPage{Page: frame, List: paths.List(state), Form: m}))
}

// Show is the page of one deployment.
func (s *Site) Show(c echo.Context) error {
	d, err := s.Deck.Get(c.Request().Context(), caller(c).Token, c.Param("id"))
	if err != nil {
		return err
	}
	defer s.Deck.Saw(caller(c).Account, caller(c).Token, d) // behind the answer
	return s.show(c, d, nil)
}

// show renders a deployment; what is above the payload leaves before that is read. done is a notice about the write that led here, for a part.
func (s *Site) show(c echo.Context, d deployments.Deployment, done *views.Notice) error {
	readme, err := s.Readmes.Render(c.Request().Context(), d.Readme.Value)
	if err != nil {
		return fault.Wrap(fault.Unavailable, "This server is busy rendering other readmes. Try again in a moment.", err)
	}
	frame, err := s.Page(c, displayName(d))
	if err != nil {
		return err
	}
	return renderInPieces(c, http.StatusOK, frame, later(func() templ.Component {
		m := s.presentDeployment(frame, d, readme, s.plan(c))
		m.Lock, m.Scripts, m.Notes = s.lockOf(c, d), s.scripts(d), s.notesOf(c, frame, d.ID)
		if c.Request().Method != http.MethodHead { // nobody sees the payload of a HEAD, so it is not read
			m.Late = later(func() templ.Component { return views.PayloadCard(s.payloadOf(c, d)) })
		}
		return withNotice(views.Deployment(m), done)
	}))
}

// Edit is the form with the deployment's settings.
func (s *Site) Edit(c echo.Context) error {
	d, err := s.Deck.Settings(c.Request().Context(), caller(c).Token, c.Param("id"))
	if err != nil {
		return err
	}
	now := deployments.DraftOf(d)
	state := formState{draft: s.under(c.QueryParam(paths.Preset), now), base: now}
	if err := s.fromLog(c, &state); err != nil {
		return err
	}
	return s.editForm(c, http.StatusOK, d, state)
}

// fromLog fills the edit form with what an entry of the change log replaced, or with the version that it made.
func (s *Site) fromLog(c echo.Context, state *formState) error {
	ctx, account, back := c.Request().Context(), caller(c).Account, c.QueryParam(paths.Undo)
	entry := cmp.Or(back, c.QueryParam(paths.Version))
	if entry == "" {
		return nil
	}
	l, err := s.Deck.Logged(ctx, account, entry)
	if err == nil && (!deployments.Edits(l) || l.Deployment() != c.Param("id")) {
		err = fault.New(fault.NotFound, "This entry of the change log is no change of this deployment's settings, so that there is nothing to take back.")
	}
	if err != nil {
		return err
	}

	at := s.stampOf(l.At()).Human
	if back != "" {
		state.draft = state.base.With(deployments.Undoes(l))
		state.problem = views.Notice{Kind: "success", Text: "These are the values of before " + at + ". Nothing was sent yet: look at them, then save."}
		return nil
	}
	then, whole, err := s.Deck.VersionOf(ctx, account, l, state.base)
	if err != nil {
		return err
	}
	state.draft = then
	state.problem = views.Notice{Kind: "success", Text: "This is the version of " + at + ", as far as the change log knows it. Nothing was sent yet: look at it, then save."}
	if !whole {
		state.problem = views.Notice{Kind: "warning", Text: "Too much was changed since " + at + " to go back over all of it: only the values that changed then are as they were. Nothing was sent yet: look at them, then save."}
	}
	return nil
}

// ConfirmDelete asks for the name.
func (s *Site) ConfirmDelete(c echo.Context) error {
	d, err := s.Deck.Settings(c.Request().Context(), caller(c).Token, c.Param("id"))
	if err != nil {
		return err
	}
	return s.deleteForm(c, http.StatusOK, d, formState{})
}

// formState is what a form shows: what was typed, what it was made from, and what became of the last try.
type formState struct {
	draft, base deployments.Draft
	typed       string // the name, to delete
	why         string
	wrong       map[string]string
	problem     views.Notice
	conflict    *deployments.Conflict
	key         string // "" for a new one
	from        string // id of the deployment that a create form was cloned from
	name        string // of that deployment
	pasted      string // what a create form was to be read from
	look        bool   // sending it again only looks
	preset      bool   // one was just put over what was typed
	unsaved     bool   // it holds what somebody typed and nobody stored
	notesFrom   string // id of the deployment whose notes a new one gets
}

func (f formState) keyOrNew() string { return cmp.Or(f.key, deployments.NewKey()) }

func (s *Site) editForm(c echo.Context, status int, d deployments.Deployment, form formState) error {
	name := displayName(d)
	frame, err := s.Page(c, "Edit "+name)
	if err != nil {
		return err
	}
	m := s.presentForm(frame, s.plan(c), form)
	m.Editing, m.Heading, m.Submit = true, name, "Save changes"
	m.Action, m.Cancel = paths.Deployment(d.ID), paths.WithBack(paths.Deployment(d.ID), frame.List)
	m.FixedWorkflow = clean(d.WorkflowID)
	m.Presets = s.presets(form.draft)
	m.Intro = "Only what you change is sent. A new version or other hardware rolls out while running requests finish on the old one; scaling changes apply at once."
	for _, f := range deployments.UpdateFields() {
		if value, known := form.base[f]; known {
			m.Base = append(m.Base, views.Hidden{Name: basePrefix + f, Value: value})
		}
	}
	return asScreen(c, status, m.Page, views.Form(m))
}

func (s *Site) deleteForm(c echo.Context, status int, d deployments.Deployment, form formState) error {
	frame, err := s.Page(c, "Delete "+displayName(d))
	if err != nil {
		return err
	}
	m := s.presentDelete(frame, d, form)
	m.Lock = s.lockOf(c, d)
	if last, ok := s.lastChange(c, d.ID); ok {
		m.Facts = append(m.Facts, last)
	}
	return Render(c, status, m.Page, views.Delete(m))
}

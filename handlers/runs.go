package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// The fields of a selection. A list sends an id per row that is ticked; every later form has all of them in one field.
const (
	rowField    = "id[]"
	idsField    = "ids"
	allField    = "all"    // everything the list finds instead
	listField   = "list"   // the state of that list
	actionField = "change" // see deployments.ManyActions
)

func selectionFields() []string {
	return []string{idsField, allField, listField, actionField, deployments.FieldValue}
}

const (
	runPageSize = 100 // items on a page of a run
	maxRunsSeen = 50  // on the page that lists them
)

// Runs lists the account's changes of many deployments.
func (s *Site) Runs(c echo.Context) error {
	list, err := s.Bulk.Recent(c.Request().Context(), caller(c).Account, false, maxRunsSeen)
	if err != nil {
		return err
	}
	frame, err := s.Page(c, "Bulk changes")
	if err != nil {
		return err
	}
	return Render(c, http.StatusOK, frame, views.Runs(s.presentRuns(frame, list)))
}

// DraftRun works out what a change of the chosen deployments comes to, and leads to its review. A change that needs a value
// asks for it first.
func (s *Site) DraftRun(c echo.Context) error {
	if err := joinIDs(c.Request()); err != nil {
		return err
	}
	form, err := bind(c, selectionFields()...)
	if err != nil {
		return err
	}
	action, known := deployments.FindManyAction(form[actionField])
	if !known {
		return fault.New(fault.Invalid, "This is no change that can be made to many deployments. Nothing was sent. Go back, reload the list and choose one.")
	}
	if _, given := form[deployments.FieldValue]; !given && action.Value == "" && (form[idsField] != "" || form[allField] != "") {
		return s.runForm(c, http.StatusOK, action, form, nil, views.Notice{})
	}

	wish, err := ask(c, map[string]string{})
	if err != nil {
		return err
	}
	chosen, missing, err := s.chosen(c, wish, form)
	if err != nil {
		return err
	}
	id, err := s.Bulk.Draft(c.Request().Context(), wish, action, form[deployments.FieldValue], chosen, missing)
	if wrong := fault.Fields(err); wrong != nil {
		return s.runForm(c, http.StatusUnprocessableEntity, action, form, wrong, views.Notice{})
	}
	if err != nil {
		return err
	}
	return redirect(c, paths.Run(id))
}

// joinIDs turns the ticked rows of a posted list into one field, the only one that may come many times.
func joinIDs(r *http.Request) error {
	posted, err := postForm(r)
	if err != nil {
		return err
	}
	if ids, ticked := posted[rowField]; ticked {
		posted.Set(idsField, strings.Join(append(ids, posted[idsField]...), ","))
		posted.Del(rowField)
	}
	return nil
}

// chosen reads the deployments a selection means, as they are now, in the order of the list.
func (s *Site) chosen(c echo.Context, wish deployments.Ask, form map[string]string) (found []deployments.Deployment, missing []string, err error) {
	ctx := c.Request().Context()
	if form[allField] == "" {
		return s.Bulk.Pick(ctx, wish, strings.FieldsFunc(form[idsField], func(r rune) bool { return r == ',' }))
	}
	all, err := s.Deck.Fleet(ctx, wish.Account, wish.Token, deployments.Newest)
	if err != nil {
		return nil, nil, err
	}
	if all.Problem != nil { // what is held may no longer be so
		return nil, nil, all.Problem
	}
	kept, err := s.Notes.Of(ctx, wish.Account)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range all.Find(question(stateOf(form), s.plan(c), kept, s.Now())).Rows {
		found = append(found, all.At(row))
	}
	return found, nil, nil
}

// stateOf is the list that a selection was made in.
func stateOf(form map[string]string) paths.ListQuery {
	values, err := url.ParseQuery(form[listField])
	if err != nil {
		return paths.ListQuery{}
	}
	return paths.ParseList(values).FirstPage()
}

// runForm asks for the value of a change.
func (s *Site) runForm(c echo.Context, status int, action deployments.ManyAction, form, wrong map[string]string, problem views.Notice) error {
	frame, err := s.Page(c, manyTitle(action))
	if err != nil {
		return err
	}
	frame.List = paths.List(stateOf(form))
	m := presentRunForm(frame, s.plan(c), action, form, wrong)
	m.Problem = problem
	return asScreen(c, status, m.Page, views.RunForm(m))
}

// ShowRun is the page of a run: its review until it has begun, then its progress, then what came of it.
func (s *Site) ShowRun(c echo.Context) error {
	ctx := c.Request().Context()
	run, err := s.Bulk.Find(ctx, caller(c).Account, c.Param("run"))
	if err != nil {
		return err
	}
	part := runPart{state: bulk.State(c.QueryParam("state")), page: 1}
	if !slices.Contains(bulk.States(), part.state) {
		part.state = ""
	}
	if n, err := strconv.Atoi(c.QueryParam("page")); err == nil && n > 1 && n <= run.Items() {
		part.page = n
	}
	items, err := s.Bulk.Items(ctx, run, part.state, (part.page-1)*runPageSize, runPageSize)
	if err != nil {
		return err
	}
	var cost deployments.ManyCost
	plan := s.plan(c)
	if !run.Begun() || over(run) {
		if cost, err = s.Bulk.Cost(ctx, run, plan); err != nil {
			return err
		}
	}
	frame, err := s.Page(c, runTitle(run))
	if err != nil {
		return err
	}
	m := s.presentRun(frame, run, part, items, cost, plan)
	if m.Draft && len(m.Actions) == 1 && m.Actions[0].Action == paths.StartRun(run.ID) {
		m.Why = whyField(c.QueryParam(deployments.FieldReason), nil)
	}
	m.Reason = clean(run.Reason)
	return Render(c, http.StatusOK, frame, views.Run(m))
}

// moveRun does one thing to a run and shows it.
func (s *Site) moveRun(c echo.Context, move func(context.Context, deployments.Ask, string) error) error {
	form, err := bind(c, "go", "look", deployments.FieldReason)
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	if err := move(c.Request().Context(), wish, c.Param("run")); err != nil {
		return err
	}
	return redirect(c, paths.Run(c.Param("run")))
}

// StartRun carries out a run that was reviewed.
func (s *Site) StartRun(c echo.Context) error { return s.moveRun(c, s.Bulk.Begin) }

// StopRun lets what is under way finish and skips the rest.
func (s *Site) StopRun(c echo.Context) error { return s.moveRun(c, s.Bulk.Stop) }

// ContinueRun goes on with a run that nobody works on, or looks up what is unknown.
func (s *Site) ContinueRun(c echo.Context) error {
	return s.moveRun(c, func(ctx context.Context, wish deployments.Ask, id string) error {
		return s.Bulk.GoOn(ctx, wish, id, c.FormValue("look") != "")
	})
}

// RepeatRun reviews the same change once more, for what the run did not reach.
func (s *Site) RepeatRun(c echo.Context) error {
	form, err := bind(c, "go")
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	next, err := s.Bulk.Again(c.Request().Context(), wish, c.Param("run"))
	if err != nil {
		return err
	}
	return redirect(c, paths.Run(next))
}

// allOf counts what a run was about, once nothing of it is left.
func allOf(n int) string {
	if n == 1 {
		return "the one deployment was"
	}
	return "all " + thousands(int64(n)) + " were"
}

func (s *Site) presentRuns(frame views.Page, list []bulk.Run) views.RunsPage {
	m := views.RunsPage{Page: frame}
	for _, run := range list {
		r := views.RunLine{Href: paths.Run(run.ID), What: runTitle(run), Person: clean(run.Person), At: s.stampOf(run.BegunAt), Open: run.Open() > 0}
		switch {
		case !r.Open:
			r.Result = runResult(run)
		case run.Worked:
			r.Result = "Under way: " + runResult(run)
		default:
			r.Result = "At rest: " + runResult(run)
		}
		m.Rows = append(m.Rows, r)
	}
	return m
}

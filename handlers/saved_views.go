package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// viewQuery is the form's field for the state of the list that is to be saved.
const viewQuery = "query"

// typedView is what somebody typed about a view: a name for the list of query, or with an id another name for that view.
type typedView struct {
	id, name, query string
	wrong           map[string]string
}

// SavedViews lists the account's own views.
func (s *Site) SavedViews(c echo.Context) error {
	return s.viewsPage(c, http.StatusOK, typedView{}, views.Notice{})
}

// SaveView keeps a list under a name and shows it.
func (s *Site) SaveView(c echo.Context) error {
	form, err := bind(c, "name", viewQuery)
	if err != nil {
		return err
	}
	state := listOf(form[viewQuery])

	saved, err := s.Views.Save(c.Request().Context(), caller(c).Account, form["name"], state.String())
	if keepsForm(err) {
		return s.viewAgain(c, typedView{name: form["name"], query: state.String()}, fault.From(err))
	}
	if err != nil {
		return err
	}

	if err := s.tell(c, session.Notice{Kind: "success", Text: "Saved the view “" + saved.Name + "”."}); err != nil {
		return err
	}
	return redirect(c, paths.List(state))
}

// RenameView gives one of the account's views another name.
func (s *Site) RenameView(c echo.Context) error {
	form, err := bind(c, "name")
	if err != nil {
		return err
	}
	id := c.Param("view")

	err = s.Views.Rename(c.Request().Context(), caller(c).Account, id, form["name"])
	if keepsForm(err) {
		return s.viewAgain(c, typedView{id: id, name: form["name"]}, fault.From(err))
	}
	if err != nil {
		return err
	}

	if err := s.tell(c, session.Notice{Kind: "success", Text: "Renamed the view."}); err != nil {
		return err
	}
	return redirect(c, paths.Views)
}

// DeleteView takes one of the account's views away.
func (s *Site) DeleteView(c echo.Context) error {
	if _, err := bind(c, "delete"); err != nil {
		return err
	}

	if err := s.Views.Delete(c.Request().Context(), caller(c).Account, c.Param("view")); err != nil {
		return err
	}

	if err := s.tell(c, session.Notice{Kind: "success", Text: "Deleted the view. The deployments it listed are as they were."}); err != nil {
		return err
	}
	return redirect(c, paths.Views)
}

// viewAgain brings the page back with the name that was typed and what is wrong with it.
func (s *Site) viewAgain(c echo.Context, typed typedView, f *fault.Error) error {
	typed.wrong = f.Fields
	problem := views.Notice{}
	if len(f.Fields) == 0 {
		problem = s.problem(c, f)
	}
	return s.viewsPage(c, f.Status(), typed, problem)
}

// viewsPage shows the account's views around what was typed. When they cannot be read, what was typed stays all the same.
func (s *Site) viewsPage(c echo.Context, status int, typed typedView, problem views.Notice) error {
	list, err := s.Views.Of(c.Request().Context(), caller(c).Account)
	if err != nil && problem.Text == "" {
		f := fault.From(err)
		status, problem = f.Status(), s.problem(c, f)
	}
	frame, err := s.Page(c, "Views")
	if err != nil {
		return err
	}
	m := presentViews(frame, list, typed, problem)
	return Render(c, status, m.Page, views.SavedViews(m))
}

// addOwnViews puts the account's views beside the built-in ones. A list is worth more than its views: when they cannot be
// read, that is said in their place.
func (s *Site) addOwnViews(c echo.Context, m *views.DeploymentsPage, state paths.ListQuery) {
	list, err := s.Views.Of(c.Request().Context(), caller(c).Account)
	if err != nil {
		m.ViewsNote = "Your own views cannot be read right now."
		return
	}
	m.Views = append(m.Views, ownLinks(list, state)...)
	m.ManageViews = len(list) > 0
	for _, v := range m.Views {
		if v.On {
			return
		}
	}
	m.Save = views.SaveView{Query: state.FirstPage().String()}
	m.CanSave = len(list) < savedviews.Max
}

// listOf reads the state of a list as a view keeps it.
func listOf(query string) paths.ListQuery {
	v, _ := url.ParseQuery(query) // what cannot be read counts as not there
	return paths.ParseList(v).FirstPage()
}

// viewOf tells whether a form posts to a view: with an id to rename one, without to save one.
func viewOf(action string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(action, paths.Views)
	return strings.TrimPrefix(rest, "/"), ok
}

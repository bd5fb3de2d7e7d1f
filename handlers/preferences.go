package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// Preferences shows how this browser wants pages to look. A list that names itself gets what is about lists, as a part, and is where
// saving leads back to. The sheet of shortcuts, which few people open, gets those alone.
func (s *Site) Preferences(c echo.Context) error {
	prefs, list := s.Browser.Preferences(c.Request()), c.QueryParam(paths.SettingsOf)
	if list != "" {
		list = paths.Return(list)
		if IsPart(c.Request()) {
			return Write(c, http.StatusOK, views.TableSettings(listSettings(prefs), list))
		}
	}
	if c.QueryParam(paths.ShortcutsOnly) != "" && IsPart(c.Request()) {
		return Write(c, http.StatusOK, templ.Join(views.PagesCSS(), views.Shortcuts()))
	}
	frame, err := s.Page(c, "Preferences")
	if err != nil {
		return err
	}
	m := s.presentPreferences(frame, prefs)
	m.Next = list
	return Render(c, http.StatusOK, m.Page, views.Preferences(m))
}

// SavePreferences remembers them in the browser. The theme buttons at the foot of every page send the theme alone.
func (s *Site) SavePreferences(c echo.Context) error {
	form, err := bind(c, preferenceKeys()...)
	if err != nil {
		return err
	}
	if err := s.Browser.SavePreferences(c.Response(), c.Request(), merge(s.Browser.Preferences(c.Request()), form)); err != nil {
		return err
	}
	if IsPart(c.Request()) {
		return c.NoContent(http.StatusNoContent)
	}
	if next, ok := form["next"]; ok {
		return redirect(c, paths.Return(next))
	}
	if err := s.tell(c, session.Notice{Kind: "success", Text: "Saved in this browser."}); err != nil {
		return err
	}
	return redirect(c, paths.Preferences)
}

// plan is the price plan this browser has chosen.
func (s *Site) plan(c echo.Context) deployments.Plan {
	return s.Deck.Prices().Plan(s.Browser.Preferences(c.Request()).Plan)
}

// merge lays the fields that were sent over the preferences there are; the session package refuses unknown values.
func merge(p session.Preferences, form map[string]string) session.Preferences {
	for field, to := range map[string]*string{"theme": &p.Theme, "shortcuts": &p.Shortcuts, "plan": &p.Plan, "density": &p.Density, "refresh": &p.Refresh, "look_only": &p.LookOnly} {
		if value, ok := form[field]; ok {
			*to = value
		}
	}
	if n, err := strconv.Atoi(form["per_page"]); err == nil {
		p.PerPage = n
	}
	if _, ok := form["columns"]; ok { // the boxes were there; those that are not sent were empty
		p.Columns = columnsPreference(func(key string) bool { return form[columnField+key] != "" })
	}
	return p
}

// columnField begins the name of the box for a column.
const columnField = "column_"

func preferenceKeys() []string {
	keys := []string{"theme", "shortcuts", "plan", "density", "per_page", "columns", "refresh", "look_only", "next"}
	for _, c := range listColumns {
		keys = append(keys, columnField+c.key)
	}
	return keys
}

// listSettings are the preferences that are about lists.
func listSettings(p session.Preferences) views.ListSettings {
	m := views.ListSettings{
		Density: []views.Choice{
			{Value: "", Title: "Comfortable", Checked: p.Density == ""},
			{Value: "compact", Title: "Compact", Detail: "One line each", Checked: p.Density != ""},
		},
	}
	for _, r := range []views.Option{{Value: "10", Label: "every 10 s"}, {Value: "", Label: "every 30 s"}, {Value: "60", Label: "every minute"}, {Value: "off", Label: "never"}} {
		r.Selected = r.Value == p.Refresh
		m.Refresh = append(m.Refresh, r)
	}
	for _, n := range session.PerPages() {
		text := strconv.Itoa(n)
		m.PerPage = append(m.PerPage, views.Option{Value: text, Label: text, Selected: n == p.PerPage})
	}
	shown := shownColumns(p.Columns)
	for _, c := range listColumns {
		m.Columns = append(m.Columns, views.Check{Name: columnField + c.key, Label: c.label, On: slices.Contains(shown, c)})
	}
	return m
}

func (s *Site) presentPreferences(frame views.Page, p session.Preferences) views.PreferencesPage {
	prices := s.Deck.Prices()
	current := prices.Plan(p.Plan)
	m := views.PreferencesPage{
		Page: frame,
		Themes: []views.Choice{
			{Value: "", Title: "Same as the system", Detail: "Light or dark, as this device is set", Checked: p.Theme == ""},
			{Value: "light", Title: "Light", Checked: p.Theme == "light"},
			{Value: "dark", Title: "Dark", Checked: p.Theme == "dark"},
		},
		Shortcuts: []views.Choice{
			{Value: "on", Title: "On", Detail: "Press ? for the list", Checked: p.Shortcuts == ""},
			{Value: "off", Title: "Off", Detail: "Single keys do nothing", Checked: p.Shortcuts != ""},
		},
		Writing: []views.Choice{
			{Value: "off", Title: "Look and change", Checked: p.LookOnly == ""},
			{Value: "on", Title: "Look only", Detail: "Nothing can be changed from this browser", Checked: p.LookOnly != ""},
		},
		List:      listSettings(p),
		PlansNote: "Amounts are estimates with prices as of " + prices.AsOf.Format("2 Jan 2006") + "; RunComfy's API gives none.",
	}
	for _, plan := range prices.Plans {
		m.Plans = append(m.Plans, views.Choice{Value: plan.ID, Title: plan.Name, Checked: plan.ID == current.ID})
	}
	return m
}

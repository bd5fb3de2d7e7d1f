package handlers

import (
	"fmt"
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/views"
)

// builtIn are the lists that every team asks for.
var builtIn = []struct {
	label string
	state paths.ListQuery
}{
	{"All", paths.ListQuery{}},
	{"Warm now", paths.ListQuery{Warm: true}},
	{"Paused", paths.ListQuery{State: "paused"}},
	{"Costliest floor", paths.ListQuery{Sort: "floor", Descending: true}},
	{"Changed today", paths.ListQuery{Changed: paths.ChangedToday, Sort: "updated_at", Descending: true}},
	{"Unchanged for 30 days", paths.ListQuery{Changed: paths.ChangedBefore, Sort: "updated_at"}},
}

// viewLinks are the built-in lists; the one in sight is marked, whichever page of it.
func viewLinks(state paths.ListQuery) []views.ViewLink {
	var out []views.ViewLink
	for _, v := range builtIn {
		out = append(out, views.ViewLink{Label: v.label, Href: paths.List(v.state), On: state.FirstPage() == v.state})
	}
	return out
}

// ownLinks are the account's own lists.
func ownLinks(list []savedviews.View, state paths.ListQuery) []views.ViewLink {
	var out []views.ViewLink
	for _, v := range list {
		saved := listOf(v.Query)
		out = append(out, views.ViewLink{Label: clean(v.Name), Href: paths.List(saved), On: state.FirstPage() == saved, Own: true})
	}
	return out
}

// presentViews makes the page of the account's own lists.
func presentViews(frame views.Page, list []savedviews.View, typed typedView, problem views.Notice) views.SavedViewsPage {
	m := views.SavedViewsPage{Page: frame, Problem: problem, Room: fmt.Sprintf("%d of at most %d views", len(list), savedviews.Max)}
	if typed.id == "" && (typed.query != "" || typed.name != "") {
		m.Save = views.SaveView{Query: typed.query, Describes: describe(listOf(typed.query)), Name: nameField("name", typed)}
		m.Saving = true
	}
	for _, v := range list {
		saved := listOf(v.Query)
		own := typedView{name: v.Name}
		if typed.id == v.ID {
			own = typed
		}
		m.Rows = append(m.Rows, views.SavedView{
			Name: clean(v.Name), Href: paths.List(saved), Describes: describe(saved), Rename: paths.View(v.ID), Delete: paths.DeleteView(v.ID),
			Field: nameField("name-"+v.ID, own), Open: typed.id == v.ID,
		})
	}
	return m
}

func nameField(id string, typed typedView) views.Field {
	wrong := clean(typed.wrong["name"])
	return views.Field{Name: id, Label: "Name of the view", Value: typed.name, Error: wrong, Focus: wrong != ""}
}

// describe words a list.
func describe(q paths.ListQuery) string {
	var parts []string
	add := func(on bool, text string) {
		if on {
			parts = append(parts, text)
		}
	}
	add(q.Words != "", "“"+clean(q.Words)+"”")
	add(q.State != "", q.State)
	add(q.Warm, "warm now")
	add(q.Hardware != "", hardwareLabel(q.Hardware))
	add(q.Status != "", "status "+clean(q.Status))
	add(q.Version != "", "version "+clean(q.Version))
	add(q.Owner != "", "owner "+clean(q.Owner))
	add(q.Tag != "", "tag "+clean(q.Tag))
	for _, c := range changes {
		add(q.Changed == c.Value, "changed: "+strings.ToLower(c.Label[:1])+c.Label[1:])
	}
	add(len(parts) == 0, "all deployments")
	order := "by name"
	if q.Sort != "" {
		order = "by " + strings.ReplaceAll(clean(q.Sort), "_", " ")
	}
	if q.Descending {
		order += ", last first"
	}
	return strings.Join(parts, ", ") + "; " + order
}

package handlers

import (
	"github.com/comfydeck/comfydeck/internal/paths"
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

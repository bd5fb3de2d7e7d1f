package handlers

import (
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// question turns the state of an address into a query. A column that does not exist is the name.
func question(state paths.ListQuery) fleet.Query {
	q := fleet.Query{Words: state.Words, Warm: state.Warm, Descending: state.Descending}
	if column, ok := fleet.ColumnNamed(state.Sort); ok {
		q.Sort = column
	}
	if state.State != "" {
		on := state.State == "enabled"
		q.Enabled = &on
	}
	if state.Hardware != "" {
		q.SKU = []string{state.Hardware}
	}
	return q
}

// filters are the chips above the list: each leads to the list with that filter, a chosen one to the list without it. The
// counts say what a chip would leave.
func filters(state paths.ListQuery, found fleet.Result) []views.Filter {
	chip := func(label string, count int, on bool, change func(*paths.ListQuery)) views.Filter {
		next := state
		next.Page = 0
		change(&next)
		return views.Filter{Label: label, Count: thousands(int64(count)), On: on, Href: paths.List(next)}
	}
	toggle := func(value string, field func(*paths.ListQuery) *string) func(*paths.ListQuery) {
		return func(q *paths.ListQuery) {
			if p := field(q); *p == value {
				*p = ""
			} else {
				*p = value
			}
		}
	}
	power := func(q *paths.ListQuery) *string { return &q.State }
	out := []views.Filter{
		chip("Warm now", found.Counts.Warm, state.Warm, func(q *paths.ListQuery) { q.Warm = !q.Warm }),
		chip("Enabled", found.Facets.Enabled, state.State == "enabled", toggle("enabled", power)),
		chip("Paused", found.Facets.Paused, state.State == "paused", toggle("paused", power)),
	}
	if len(found.Facets.SKU) < 2 && state.Hardware == "" {
		return out
	}
	for _, f := range found.Facets.SKU {
		if f.Value == "" {
			continue
		}
		label := clean(f.Value)
		if h, ok := deployments.FindHardware(f.Value); ok {
			label = gpu(h)
		}
		sku := chip(label, f.Deployments, state.Hardware == f.Value, toggle(f.Value, func(q *paths.ListQuery) *string { return &q.Hardware }))
		sku.More = true
		out = append(out, sku)
	}
	return out
}

// keep is what a search carries along: the filters and the order, but not the page.
func keep(state paths.ListQuery) []views.Hidden {
	var out []views.Hidden
	add := func(name, value string, on bool) {
		if on {
			out = append(out, views.Hidden{Name: name, Value: value})
		}
	}
	add("state", state.State, state.State != "")
	add("warm", "1", state.Warm)
	add("hardware", state.Hardware, state.Hardware != "")
	add("sort", state.Sort, state.Sort != "")
	add("desc", "1", state.Descending)
	return out
}

// columns are the headings of the table. Each sorts by its column; the one that does so now turns the order round.
func columns(state paths.ListQuery) []views.Column {
	out := []views.Column{
		{Label: "Name", Field: deployments.FieldName},
		{Label: "State", Field: deployments.FieldIsEnabled},
		{Label: "Hardware", Field: deployments.FieldHardware},
		{Label: "Instances", Field: deployments.FieldMinInstances, Hint: "Minimum and maximum instances"},
		{Label: "Queue", Field: deployments.FieldQueueSize, Hint: "Requests waiting per instance before another one starts", Number: true},
		{Label: "Keep warm", Field: deployments.FieldKeepWarm, Hint: "How long an instance stays after its last job", Number: true},
		{Label: "Version", Field: deployments.FieldWorkflowVersion},
		{Label: "Updated", Field: "updated_at"},
	}
	for i := range out {
		c := &out[i]
		next := state
		next.Page, next.Sort, next.Descending = 0, c.Field, false
		if c.Field == deployments.FieldName {
			next.Sort = ""
		}
		if next.Sort == state.Sort {
			c.Order, next.Descending = "ascending", !state.Descending
			if state.Descending {
				c.Order = "descending"
			}
		}
		c.Href = paths.List(next)
	}
	return out
}

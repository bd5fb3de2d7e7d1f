package handlers

import (
	"cmp"
	"slices"
	"time"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

const (
	day       = 24 * time.Hour
	unchanged = 30 * day // what nobody looks after any more, perhaps

	maxChips   = 8  // kinds of hardware with a chip of their own; the rest are among the further filters
	maxOptions = 50 // values of one field to choose from; the search finds the others
)

// question turns the state of an address into a query. A column that does not exist is the name.
func question(state paths.ListQuery, plan deployments.Plan, kept *fleet.Notes, now time.Time) fleet.Query {
	q := fleet.Query{Notes: kept, Words: state.Words, Warm: state.Warm, Descending: state.Descending, Rates: plan.Rates()}
	if column, ok := fleet.ColumnNamed(state.Sort); ok {
		q.Sort = column
	}
	if state.State != "" {
		on := state.State == "enabled"
		q.Enabled = &on
	}
	exactly := func(value string) []string {
		if value == "" {
			return nil
		}
		return []string{value}
	}
	q.SKU, q.Status, q.Version = exactly(state.Hardware), exactly(state.Status), exactly(state.Version)
	q.Owner, q.Tag = exactly(state.Owner), exactly(state.Tag)
	switch state.Changed {
	case paths.ChangedToday:
		q.UpdatedAfter = now.UTC().Truncate(day)
	case paths.ChangedDay:
		q.UpdatedAfter = now.Add(-day)
	case paths.ChangedWeek:
		q.UpdatedAfter = now.Add(-7 * day)
	case paths.ChangedBefore:
		q.UpdatedBefore = now.Add(-unchanged)
	}
	return q
}

// changes are the ages to choose from.
var changes = []views.Option{
	{Value: paths.ChangedToday, Label: "Today (UTC)"},
	{Value: paths.ChangedDay, Label: "Within 24 hours"},
	{Value: paths.ChangedWeek, Label: "Within 7 days"},
	{Value: paths.ChangedBefore, Label: "Not for 30 days"},
}

// filters are the chips above the list: each leads to the list with that filter, a chosen one to the list without it. The
// counts say what a chip would leave.
func filters(state paths.ListQuery, found fleet.Result) []views.Filter {
	chip := func(label string, count int, on bool, change func(*paths.ListQuery)) views.Filter {
		next := state.FirstPage()
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
	if len(found.Facets.SKU) > 1 || state.Hardware != "" {
		for _, f := range frequent(found.Facets.SKU, state.Hardware, maxChips) {
			out = append(out, chip(hardwareLabel(f.Value), f.Deployments, state.Hardware == f.Value, toggle(f.Value, func(q *paths.ListQuery) *string { return &q.Hardware })))
		}
	}
	for _, f := range frequent(found.Facets.Tag, state.Tag, maxChips) {
		out = append(out, chip("#"+clean(f.Value), f.Deployments, state.Tag == f.Value, toggle(f.Value, func(q *paths.ListQuery) *string { return &q.Tag })))
	}
	// What was chosen among the further filters stands here as well, so that it is seen and taken off.
	n := found.Counts.Deployments
	if state.Status != "" {
		out = append(out, chip("Status "+clean(state.Status), n, true, func(q *paths.ListQuery) { q.Status = "" }))
	}
	if state.Version != "" {
		out = append(out, chip("Version "+clean(state.Version), n, true, func(q *paths.ListQuery) { q.Version = "" }))
	}
	if state.Owner != "" {
		out = append(out, chip("Owner "+clean(state.Owner), n, true, func(q *paths.ListQuery) { q.Owner = "" }))
	}
	for _, c := range changes {
		if c.Value == state.Changed {
			out = append(out, chip("Changed: "+c.Label, n, true, func(q *paths.ListQuery) { q.Changed = "" }))
		}
	}
	return out
}

// furtherFilters is the form behind the chips, for what has too many values to be a chip.
func furtherFilters(state paths.ListQuery, found fleet.Result) views.FilterForm {
	f := views.FilterForm{
		Selects: []views.Select{
			choose("hardware", "Hardware", state.Hardware, found.Facets.SKU, hardwareLabel),
			choose("status", "Status", state.Status, found.Facets.Status, clean),
			choose("version", "Version", state.Version, found.Facets.Version, clean),
		},
	}
	if len(named(found.Facets.Owner)) > 0 || state.Owner != "" {
		f.Selects = append(f.Selects, choose("owner", "Owner", state.Owner, found.Facets.Owner, clean))
	}
	if len(named(found.Facets.Tag)) > 0 || state.Tag != "" {
		f.Selects = append(f.Selects, choose("tag", "Tag", state.Tag, found.Facets.Tag, clean))
	}
	changed := views.Select{Name: "changed", Label: "Changed", Options: []views.Option{{Label: "Any time"}}}
	for _, c := range changes {
		c.Selected = c.Value == state.Changed
		changed.Options = append(changed.Options, c)
	}
	f.Selects = append(f.Selects, changed)
	rest := state
	rest.Hardware, rest.Status, rest.Version, rest.Owner, rest.Tag, rest.Changed = "", "", "", "", "", ""
	f.Keep = keep(rest)
	return f
}

// choose is a field with the values to choose from and how many deployments each would leave.
func choose(name, label, chosen string, facets []fleet.Facet, word func(string) string) views.Select {
	s := views.Select{Name: name, Label: label, Options: []views.Option{{Label: "All"}}}
	list := frequent(facets, chosen, maxOptions)
	for _, f := range list {
		s.Options = append(s.Options, views.Option{
			Value: f.Value, Label: word(f.Value) + " (" + thousands(int64(f.Deployments)) + ")", Selected: f.Value == chosen,
		})
	}
	if rest := len(named(facets)) - len(list); rest > 0 {
		s.Note = thousands(int64(rest)) + " more: the search finds them"
	}
	return s
}

// named are the values that are not missing.
func named(facets []fleet.Facet) []fleet.Facet {
	return slices.DeleteFunc(slices.Clone(facets), func(f fleet.Facet) bool { return f.Value == "" })
}

// frequent are the n values that most deployments have, and the chosen one in any case, in their order.
func frequent(facets []fleet.Facet, chosen string, n int) []fleet.Facet {
	list := named(facets)
	if chosen != "" && !slices.ContainsFunc(list, func(f fleet.Facet) bool { return f.Value == chosen }) {
		list = append(list, fleet.Facet{Value: chosen})
	}
	if len(list) <= n {
		return list
	}
	counts := make([]int, 0, len(list))
	for _, f := range list {
		counts = append(counts, f.Deployments)
	}
	slices.SortFunc(counts, func(a, b int) int { return cmp.Compare(b, a) })
	least, above := counts[n-1], 0
	for _, c := range counts {
		if c > least {
			above++
		}
	}
	ties := n - above // of the least frequent ones, the first so many
	return slices.DeleteFunc(list, func(f fleet.Facet) bool {
		if f.Deployments == least {
			ties--
		}
		return f.Value != chosen && (f.Deployments < least || f.Deployments == least && ties < 0)
	})
}

func hardwareLabel(sku string) string {
	if h, ok := deployments.FindHardware(sku); ok {
		return gpu(h)
	}
	return clean(sku)
}

// keep is what a form that searches carries along: the rest of the state, but not the page.
func keep(state paths.ListQuery) []views.Hidden {
	var out []views.Hidden
	for _, pair := range state.FirstPage().Pairs() {
		out = append(out, views.Hidden{Name: pair[0], Value: pair[1]})
	}
	return out
}

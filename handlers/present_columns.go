package handlers

import (
	"slices"
	"strings"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// listColumn is a column that a list may have. Its key is what preferences and the row's template know it by.
type listColumn struct {
	key, label string
	sort       string // what it sorts by
	also       string // what else it shows, and sorts by, as alsoBy
	alsoBy     string
	hint       string
	number     bool
	mostFirst  bool // who sorts by it looks for the most, or the newest
	extra      bool // shown only to who asks for it
}

// listColumns are the columns in their order. The name stands before them all.
var listColumns = []listColumn{
	{key: "state", label: "State", sort: deployments.FieldIsEnabled, also: "status", alsoBy: fleet.ByStatus.String()},
	{key: "hardware", label: "Hardware", sort: deployments.FieldHardware},
	{key: "instances", label: "Instances", sort: deployments.FieldMinInstances, also: "max", alsoBy: deployments.FieldMaxInstances, mostFirst: true},
	{key: "cost", label: "Cost", sort: fleet.ByFloor.String(), hint: "Estimated: from what runs around the clock to every instance busy", mostFirst: true},
	{key: "full_load", label: "At full load", sort: fleet.ByCeiling.String(), hint: "Estimated: with every instance busy", mostFirst: true, extra: true},
	{key: "queue", label: "Queue", sort: deployments.FieldQueueSize, hint: "Requests waiting per instance before another one starts", number: true, mostFirst: true},
	{key: "keep_warm", label: "Keep warm", sort: deployments.FieldKeepWarm, hint: "How long an instance stays after its last job", number: true, mostFirst: true},
	{key: "version", label: "Version", sort: deployments.FieldWorkflowVersion},
	{key: "workflow", label: "Workflow id", sort: fleet.ByWorkflow.String(), extra: true},
	{key: "owner", label: "Owner", sort: fleet.ByOwner.String(), extra: true},
	{key: "tags", label: "Tags", sort: fleet.ByTag.String(), extra: true},
	{key: "updated", label: "Updated", sort: fleet.ByUpdated.String(), mostFirst: true},
	{key: "created", label: "Created", sort: fleet.ByCreated.String(), mostFirst: true, extra: true},
}

// usualColumns is how many columns fit beside the name on an ordinary screen.
const usualColumns = 8

// look is how one browser wants lists to be.
type look struct {
	lookOnly bool // nothing can be changed from here
	plan     deployments.Plan
	perPage  int
	compact  bool
	columns  []listColumn
}

// lookOf is how a browser wants the list of an address.
func (s *Site) lookOf(p session.Preferences, state paths.ListQuery) look {
	if slices.Contains(session.PerPages(), state.Rows) {
		p.PerPage = state.Rows
	}
	return look{plan: s.Deck.Prices().Plan(p.Plan), perPage: p.PerPage, compact: p.Density != "", columns: shownColumns(p.Columns), lookOnly: p.LookOnly != "" || s.Deck.ReadOnly()}
}

// usual reports whether the list looks as most do. How else it may look is in the styles of the other pages.
func (l look) usual() bool { return !l.compact && len(l.columns) <= usualColumns }

// shownColumns reads the preference: names of columns, "" for the usual ones. Names that nobody knows are left out.
func shownColumns(preference string) []listColumn {
	chosen := strings.Split(preference, ",")
	return slices.DeleteFunc(slices.Clone(listColumns), func(c listColumn) bool {
		if preference == "" {
			return c.extra
		}
		return !slices.Contains(chosen, c.key)
	})
}

// columnsPreference is the preference for the columns that are wanted. The usual ones are no preference, so that a later
// version may have other ones.
func columnsPreference(wanted func(key string) bool) string {
	names, usual := []string{"name"}, true
	for _, c := range listColumns {
		if wanted(c.key) {
			names = append(names, c.key)
		}
		usual = usual && wanted(c.key) != c.extra
	}
	if usual {
		return ""
	}
	return strings.Join(names, ",")
}

func (l look) keys() []string {
	keys := make([]string, 0, len(l.columns))
	for _, c := range l.columns {
		keys = append(keys, c.key)
	}
	return keys
}

// columns are the headings of the table. Each sorts by its column; the one that does so now turns the order round.
func columns(state paths.ListQuery, l look) []views.Column {
	out := []views.Column{sortable(state, views.Column{Label: "Name"}, "", false)}
	for _, c := range l.columns {
		heading := views.Column{Label: c.label, Hint: c.hint, Number: c.number}
		if c.sort != "" {
			heading = sortable(state, heading, c.sort, c.mostFirst)
		}
		if c.also != "" {
			also := sortable(state, views.Column{Label: c.also}, c.alsoBy, c.mostFirst)
			heading.Also = &also
		}
		out = append(out, heading)
	}
	return out
}

func sortable(state paths.ListQuery, c views.Column, by string, mostFirst bool) views.Column {
	next := state.FirstPage()
	next.Sort, next.Descending = by, mostFirst
	if by == state.Sort {
		c.Order, next.Descending = "ascending", !state.Descending
		if state.Descending {
			c.Order = "descending"
		}
	}
	c.Href = paths.List(next)
	return c
}

// foot adds up what was found, on all pages, under the columns whose numbers have a sum.
func (s *Site) foot(c fleet.Counts, l look) []views.FootCell {
	var low, high int64
	for _, part := range c.Capacity {
		low, high = low+part.Floor, high+part.Ceiling
	}
	cost := deployments.CostOfFleet(c, l.plan)
	priced := func(floor, ceiling deployments.Money) []string {
		if c.Deployments > 0 && cost.Unpriced == c.Deployments {
			return []string{"no price"}
		}
		return without(costRange(floor, ceiling), cost.Unpriced, "that has no price", "that have no price")
	}
	out := []views.FootCell{{Lines: []string{"Total of " + thousands(int64(c.Deployments))}}}
	for _, column := range l.columns {
		cell := views.FootCell{Label: column.label}
		switch column.key {
		case "instances":
			cell.Lines = without([]string{thousands(low) + "–" + thousands(high)}, c.Unsized, "that is unknown", "that are unknown")
		case "cost":
			cell.Lines = priced(cost.Floor, cost.Ceiling)
		case "full_load":
			cell.Lines = priced(cost.Ceiling, cost.Ceiling)
		}
		out = append(out, cell)
	}
	out[0].Lines = append(out[0].Lines, "Estimate: "+l.plan.Name+", "+s.Deck.Prices().AsOf.Format("2 Jan 2006"))
	return out
}

// without says how many a sum leaves out.
func without(lines []string, n int, one, many string) []string {
	if n == 0 {
		return lines
	}
	return append(lines, "without "+thousands(int64(n))+" "+noun(n, one, many))
}

package handlers

import (
	"fmt"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// presentList makes the list screen of a fleet in the state its address asks for.
func (s *Site) presentList(frame views.Page, all *fleet.Index, state paths.ListQuery, plan deployments.Plan) views.DeploymentsPage {
	found := all.Find(question(state, plan, s.Now()))
	pages := max(1, (len(found.Rows)+perPage-1)/perPage)
	state.Page = min(max(state.Page, 1), pages)
	from := (state.Page - 1) * perPage
	to := min(from+perPage, len(found.Rows))
	self := paths.List(state)

	m := views.DeploymentsPage{
		Page: frame, Query: state.Words, Read: s.read(), Refresh: self, CanCreate: !s.Deck.ReadOnly(),
		Totals:  s.totals(found.Counts, plan),
		Views:   viewLinks(state),
		Filters: filters(state, found),
		Further: furtherFilters(state, found),
		Columns: columns(state),
		Keep:    keep(withoutWords(state)),
		Narrow:  state.Narrows(),
		Exports: []views.Link{{Text: "CSV", Href: paths.ExportCSV(state)}, {Text: "JSON", Href: paths.ExportJSON(state)}},
		Range:   rangeText(from, to, len(found.Rows), found.Total),
		Rows:    make([]views.Row, 0, to-from),
	}
	for _, row := range found.Rows[from:to] {
		m.Rows = append(m.Rows, s.presentRow(all.At(row), self))
	}
	m.Pager = pager(state, pages)
	return m
}

// withoutWords is the state that a new search starts from.
func withoutWords(state paths.ListQuery) paths.ListQuery {
	state.Words = ""
	return state
}

func pager(state paths.ListQuery, pages int) views.Pager {
	if pages == 1 {
		return views.Pager{}
	}
	p := views.Pager{Label: fmt.Sprintf("Page %s of %s", thousands(int64(state.Page)), thousands(int64(pages)))}
	at := func(page int) string { state.Page = page; return paths.List(state) }
	if now := state.Page; now > 1 {
		p.Previous = at(now - 1)
		state.Page = now
	}
	if now := state.Page; now < pages {
		p.Next = at(now + 1)
	}
	return p
}

// totals are the figures above the list: of everything, or with a filter of what it leaves.
func (s *Site) totals(c fleet.Counts, plan deployments.Plan) []views.Total {
	out := []views.Total{
		{Value: thousands(int64(c.Deployments)), Label: noun(c.Deployments, "deployment", "deployments")},
		{Value: thousands(int64(c.Enabled)), Label: "enabled"},
		{Value: thousands(int64(c.Paused)), Label: "paused"},
	}
	if c.Warm == 0 {
		out = append(out, views.Total{Value: "0", Label: "instances kept warm"})
	} else {
		out = append(out, views.Total{Tone: "warm", Value: thousands(c.WarmInstances), Label: fmt.Sprintf("%s kept warm in %s, billed around the clock",
			noun(int(c.WarmInstances), "instance", "instances"), plural(int64(c.Warm), "deployment", "deployments"))})
	}
	cost := deployments.CostOfFleet(c, plan)
	if c.Deployments == 0 || cost.Unpriced == c.Deployments {
		return out
	}
	label := fmt.Sprintf("while idle, %s in 30 days; %s/h at full load (estimate: %s, %s)", deployments.Monthly(cost.Floor), cost.Ceiling, plan.Name, s.Deck.Prices().AsOf.Format("2 Jan 2006"))
	if cost.Unpriced > 0 {
		label += fmt.Sprintf(", without %s that has no price", plural(int64(cost.Unpriced), "deployment", "deployments"))
	}
	return append(out, views.Total{Value: cost.Floor.String() + "/h", Label: label})
}

func noun(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// rangeText is "1–25 of 132", or with a search "1–3 of 3 found among 132".
func rangeText(from, to, found, all int) string {
	if found == 0 {
		return ""
	}
	text := fmt.Sprintf("%s–%s of %s", thousands(int64(from+1)), thousands(int64(to)), thousands(int64(found)))
	if found != all {
		text += fmt.Sprintf(" found among %s", thousands(int64(all)))
	}
	return text
}

// presentRow makes one line of the list; list is the address of the list it stands in.
func (s *Site) presentRow(d deployments.Deployment, list string) views.Row {
	row := views.Row{
		ID: d.ID, Name: displayName(d), Href: paths.Deployment(d.ID),
		Power: power(d), Status: orUnknown(d.Status), Hardware: hardware(d),
		Instances: instances(d), Meter: s.meter(d), Warm: warm(d), Queue: count(d.QueueSize), KeepWarm: seconds(d.KeepWarmDurationInSeconds),
		Version: orUnknown(d.WorkflowVersion), Updated: s.stamp(d.UpdatedAt), Switch: s.switchOf(d),
	}
	row.Switch.Next = list
	if !s.Deck.ReadOnly() {
		row.Edit = paths.EditDeployment(d.ID)
	}
	return row
}

// meter measures instances against the limit of this server, or against the deployment's own maximum where that is higher.
func (s *Site) meter(d deployments.Deployment) views.Meter {
	if !d.MinInstances.Known || !d.MaxInstances.Known || d.MaxInstances.Value < 1 {
		return views.Meter{}
	}
	size := max(s.Deck.Limits().MaxInstances, d.MaxInstances.Value)
	percent := func(n int64) int { return int(min(max(n, 0), size) * 100 / size) }
	return views.Meter{Low: percent(deployments.WarmInstances(d)), High: percent(d.MaxInstances.Value)}
}

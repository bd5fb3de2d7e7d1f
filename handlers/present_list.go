package handlers

import (
	"fmt"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// presentList makes the list screen of a fleet, with what is kept about it, in the state its address asks for.
func (s *Site) presentList(frame views.Page, all deployments.List, kept *fleet.Notes, state paths.ListQuery, l look) views.DeploymentsPage {
	found := all.Find(question(state, l.plan, kept, s.Now()))
	pages := l.pages(len(found.Rows))
	state.Page, state.Rows = min(max(state.Page, 1), pages), l.perPage
	from := (state.Page - 1) * l.perPage
	to := min(from+l.perPage, len(found.Rows))

	m := views.DeploymentsPage{
		Page: frame, Query: state.Words, Read: s.readAt(all.ReadAt), Stale: all.Stale, Refresh: paths.FreshList(state), Inside: paths.SearchInside(paths.SearchQuery{Words: state.Words}), CanCreate: !l.lookOnly,
		Totals:  s.totals(found.Counts, l.plan),
		Views:   viewLinks(state),
		Filters: filters(state, found),
		Further: paths.Filters(state),
		Columns: columns(state, l),
		Foot:    s.foot(found.Counts, l),
		Compact: l.compact,
		Wide:    len(l.columns) > usualColumns,
		Keep:    keep(withoutWords(state)),
		Narrow:  state.Narrows(), OnlyWarm: state.Warm && !withoutWarm(state).Narrows(),
		Exports: []views.Link{{Text: "CSV", Href: paths.ExportCSV(state)}, {Text: "JSON", Href: paths.ExportJSON(state)}},
		Range:   rangeText(from, to, len(found.Rows), found.Total),
		Rows:    make([]views.Row, 0, to-from),
	}
	if state.Narrows() {
		m.Totals = amongAll(m.Totals, all.Find(question(paths.ListQuery{}, l.plan, kept, s.Now())).Counts, l.plan)
	} else if c := all.WarmSince(s.Now().Add(-unchanged)); c.Warm > 0 {
		m.Totals = append(m.Totals, forgotten(c, l.plan))
	}
	lines, here := s.rowsOf(state, kept, l), paths.List(state)
	for _, row := range found.Rows[from:to] {
		r := lines.row(all.At(row))
		if all.Problem != nil { // what is shown may no longer be so: it is no base for a change, only for stopping (RR-16)
			r.Edit, r.Pick = "", false
			if r.Switch.On {
				r.Switch = views.Switch{}
			}
		}
		if r.Switch.Action != "" {
			m.Here = here
		}
		m.Rows = append(m.Rows, r)
	}
	if !l.lookOnly && all.Problem == nil && len(m.Rows) > 0 {
		m.Select = selection(state, len(found.Rows))
	}
	m.Pager = pager(state, pages)
	return m
}

// pages is how many pages n rows have; none have one.
func (l look) pages(n int) int { return max(1, (n+l.perPage-1)/l.perPage) }

// withoutPlaces takes back what a list says about the places of its rows when some of those in sight may no longer be found: a later
// page now begins elsewhere, and the one in sight may be behind the last.
func withoutPlaces(m *views.DeploymentsPage, state paths.ListQuery, found, total int, l look) {
	pages := l.pages(found)
	if !state.Narrows() || found > 0 && pages == 1 && state.Page <= 1 {
		return
	}
	m.Range = thousands(int64(found)) + " found among " + thousands(int64(total))
	if state.Page > pages {
		state.Page = pages
		m.Pager = views.Pager{Label: plural(int64(pages), "page", "pages"), Previous: paths.List(state)}
	}
}

// withoutWarm is the state with what is not kept warm.
func withoutWarm(state paths.ListQuery) paths.ListQuery {
	state.Warm = false
	return state
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
	label := fmt.Sprintf("while idle, %s in 30 days; %s/h at full load, %s in 30 days (estimate: %s, %s)", deployments.Monthly(cost.Floor), cost.Ceiling, deployments.Monthly(cost.Ceiling), plan.Name, s.Deck.Prices().AsOf.Format("2 Jan 2006"))
	if cost.Unpriced > 0 {
		label += fmt.Sprintf(", without %s that has no price", plural(int64(cost.Unpriced), "deployment", "deployments"))
	}
	return append(out, views.Total{Value: cost.Floor.String() + "/h", Label: label})
}

// amongAll tells the totals of what was found from those of the whole fleet, which may cost while nothing that was found does.
func amongAll(found []views.Total, everything fleet.Counts, plan deployments.Plan) []views.Total {
	if found[0].Label += " found"; found[0].Value == "0" {
		found = found[:1]
	}
	const money = 4 // the place of what it costs, if that is known
	if len(found) > money {
		found[money].Label = "of these " + found[money].Label
	}
	cost := deployments.CostOfFleet(everything, plan)
	if cost.Unpriced == everything.Deployments {
		return found
	}
	all := views.Total{Value: cost.Floor.String() + "/h", Label: "while idle in all " + thousands(int64(everything.Deployments))}
	if everything.Warm > 0 {
		all.Tone = "warm"
	}
	return append(found, all)
}

// forgotten leads to what costs around the clock and was not touched for long.
func forgotten(c fleet.Counts, plan deployments.Plan) views.Total {
	t := views.Total{
		Value: thousands(int64(c.Warm)), Label: "warm and unchanged for 30 days", Tone: "warm",
		Href: paths.List(paths.ListQuery{Warm: true, Changed: paths.ChangedBefore, Sort: "floor", Descending: true}),
	}
	cost := deployments.CostOfFleet(c, plan)
	if cost.Unpriced == c.Deployments {
		return t
	}
	t.Label += noun(c.Warm, " costs ", " cost ") + deployments.Monthly(cost.Floor).String() + " in 30 days"
	if cost.Unpriced > 0 {
		t.Label += ", without " + thousands(int64(cost.Unpriced)) + noun(cost.Unpriced, " that has no price", " that have no price")
	}
	return t
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

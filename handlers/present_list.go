package handlers

import (
	"fmt"
	"strconv"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// presentList makes the list screen of what the API returned, sorted.
func (s *Site) presentList(frame views.Page, all []deployments.Deployment, query string, page int) views.DeploymentsPage {
	found := deployments.Search(all, query)
	pages := max(1, (len(found)+perPage-1)/perPage)
	page = min(page, pages)
	from := (page - 1) * perPage
	to := min(from+perPage, len(found))
	self := paths.List(query, strconv.Itoa(page))

	m := views.DeploymentsPage{
		Page: frame, Query: query, Read: s.read(), Refresh: self, CanCreate: !s.Deck.ReadOnly(),
		Totals: totals(deployments.Count(all)),
		Range:  rangeText(from, to, len(found), len(all)),
		Rows:   make([]views.Row, 0, to-from),
	}
	for _, d := range found[from:to] {
		m.Rows = append(m.Rows, s.presentRow(d, self))
	}
	if pages > 1 {
		m.Pager.Label = fmt.Sprintf("Page %d of %d", page, pages)
		if page > 1 {
			m.Pager.Previous = paths.List(query, strconv.Itoa(page-1))
		}
		if page < pages {
			m.Pager.Next = paths.List(query, strconv.Itoa(page+1))
		}
	}
	return m
}

func totals(t deployments.Totals) []views.Total {
	out := []views.Total{
		{Value: thousands(int64(t.All)), Label: noun(t.All, "deployment", "deployments")},
		{Value: thousands(int64(t.Enabled)), Label: "enabled"},
		{Value: thousands(int64(t.Paused)), Label: "paused"},
	}
	if t.Warm > 0 {
		return append(out, views.Total{Tone: "warm", Value: thousands(t.WarmInstances), Label: fmt.Sprintf("%s kept warm in %s, billed around the clock",
			noun(int(t.WarmInstances), "instance", "instances"), plural(int64(t.Warm), "deployment", "deployments"))})
	}
	return append(out, views.Total{Value: "0", Label: "instances kept warm"})
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

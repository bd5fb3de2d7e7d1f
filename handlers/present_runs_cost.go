package handlers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/views"
)

// presentCost sets what the deployments that change cost now beside what they will, or of a run what they cost before beside what they
// do now. What has no price is never free.
func (s *Site) presentCost(m *views.RunPage, cost deployments.ManyCost, plan deployments.Plan) {
	before := "before"
	if m.Was, m.Is = "Before", "Now"; m.Draft {
		m.Was, m.Is, before = "Now", "After", "now"
	}
	m.Note = "An estimate: " + plan.Name + ", prices as of " + s.Deck.Prices().AsOf.Format("2 Jan 2006") + "."
	if n := cost.After.Unpriced; n > 0 {
		m.Note += " Without " + plural(int64(n), "deployment", "deployments") + " that no price is known for."
	}
	if cost.Raises > 0 {
		m.Note += " " + plural(int64(cost.Raises), "deployment", "deployments") + " can cost more than " + before + "."
	}
	if cost.Before.Floor+cost.Before.Ceiling+cost.After.Floor+cost.After.Ceiling > 0 {
		m.Money = moneyLines(
			deployments.Cost{Known: true, Floor: cost.Before.Floor, Ceiling: cost.Before.Ceiling},
			deployments.Cost{Known: true, Floor: cost.After.Floor, Ceiling: cost.After.Ceiling},
		)
	}
}

// startsOf says what enabling many starts.
func startsOf(cost deployments.ManyCost) string {
	var text []string
	if cost.Starts > 0 {
		text = append(text, plural(cost.Starts, "instance starts, and costs,", "instances start, and cost,")+" at once, until the minimum is lowered or the deployment is paused.")
	}
	if n := int64(cost.MayStart); n > 0 {
		text = append(text, "The minimum of "+plural(n, "deployment", "deployments")+" is not known: instances may start, and cost, at once.")
	}
	return cmp.Or(strings.Join(text, " "), "No instance starts before there is a request.")
}

// stillCosts says what a run has left undone and what that costs: "" for nothing.
func stillCosts(run bulk.Run, cost deployments.ManyCost) string {
	var parts []string
	if n := run.Counts[bulk.Refused] + run.Counts[bulk.Skipped]; n > 0 {
		verb := " still cost "
		if n == 1 {
			verb = " still costs "
		}
		parts = append(parts, idleCost(thousands(int64(n))+" not changed", verb, cost.Kept))
	}
	if n := run.Counts[bulk.Unknown]; n > 0 {
		parts = append(parts, idleCost(thousands(int64(n))+" unknown", " may still cost ", cost.Unsure))
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	return strings.Join(parts, " ")
}

// idleCost is what some deployments cost while nothing runs on them, in a sentence; "" when that is nothing.
func idleCost(who, verb string, c deployments.FleetCost) string {
	switch {
	case c.Floor > 0 && c.Unpriced > 0:
		return who + verb + c.Floor.String() + "/h while idle, without " + thousands(int64(c.Unpriced)) + " that no price is known for."
	case c.Floor > 0:
		return who + verb + c.Floor.String() + "/h while idle."
	case c.Unpriced > 0:
		return "What " + who + verb + "is not known, for want of a price."
	default:
		return ""
	}
}

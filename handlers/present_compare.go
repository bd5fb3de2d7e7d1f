package handlers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

// presentCompare sets two deployments side by side.
func (s *Site) presentCompare(frame views.Page, plan deployments.Plan, q paths.CompareQuery, both [2]deployments.Deployment) views.ComparePage {
	a, b := both[0], both[1]
	swapped, everything, differences := q, q, q
	swapped.A, swapped.B, swapped.Page = q.B, q.A, 1
	everything.All, differences.All = true, false
	everything.Page, differences.Page = 1, 1
	m := views.ComparePage{
		Page: frame, Swap: paths.CompareAt(swapped), Form: broughtForm(q, brought{}, ""),
		A: views.CompareSide{Name: displayName(a), Href: paths.Deployment(a.ID), Other: paths.CompareAt(paths.CompareQuery{B: b.ID, All: q.All})},
		B: views.CompareSide{Name: displayName(b), Href: paths.Deployment(b.ID), Other: paths.CompareAt(paths.CompareQuery{A: a.ID, All: q.All})},
		Shows: []views.Choosable{
			{Label: "Only differences", Href: paths.CompareAt(differences), On: !q.All}, {Label: "Everything", Href: paths.CompareAt(everything), On: q.All},
		},
	}
	if m.A.Name == m.B.Name {
		m.A.Detail, m.B.Detail = clean(a.ID), clean(b.ID)
	}
	settings := deployments.CompareSettings(a, b)
	m.Settings, m.CostNote = s.compareSettings(settings, both, plan, q.All)
	said := workflowParts(&m, q, [2]workflow.Graph{workflow.ReadGraph(a.Payload.Raw), workflow.ReadGraph(b.Payload.Raw)}, [2]string{
		payloadNote(workflow.Summarise(a.Payload.Raw)), payloadNote(workflow.Summarise(b.Payload.Raw)),
	}, false)
	if list := differing(settings); list != "" {
		said = append(said, "settings: "+list)
	}
	m.Readme = compareReadme(&m, a.Readme.Value, b.Readme.Value, q.All)
	if a.Readme.Value != b.Readme.Value {
		said = append(said, "the readme differs")
	}
	m.Same = len(said) == 0
	m.Summary = strings.Join(said, "; ") + "."
	switch {
	case a.ID == b.ID:
		m.Summary, m.Swap = "This is the same deployment on both sides: no difference.", ""
	case m.Same && m.Workflow.Tally == "":
		m.Summary = "No difference in the settings and the readme."
	case m.Same:
		m.Summary = "No difference: settings, readme and workflow are the same."
	}
	return m
}

// presentBrought sets a deployment and a workflow that somebody brought side by side.
func presentBrought(frame views.Page, q paths.CompareQuery, d deployments.Deployment, g workflow.Graph, b brought) views.ComparePage {
	m := views.ComparePage{
		Page: frame, Form: broughtForm(q, b, ""),
		A: views.CompareSide{Name: displayName(d), Href: paths.Deployment(d.ID)},
		B: views.CompareSide{Name: "the pasted workflow"},
	}
	if b.name != "" {
		m.B.Name = clean(b.name)
	}
	m.Form.Open = true
	said := workflowParts(&m, q, [2]workflow.Graph{workflow.ReadGraph(d.Payload.Raw), g}, [2]string{payloadNote(workflow.Summarise(d.Payload.Raw)), ""}, true)
	m.Same = len(said) == 0
	m.Summary = strings.Join(said, "; ") + "."
	if m.Same {
		m.Summary = "No difference: the workflow is the same."
	}
	return m
}

// ComparisonOf is what the page says of two payloads.
func ComparisonOf(a, b []byte) templ.Component {
	m := views.ComparePage{A: views.CompareSide{Name: "one"}, B: views.CompareSide{Name: "the other"}}
	workflowParts(&m, paths.CompareQuery{}, [2]workflow.Graph{workflow.ReadGraph(a), workflow.ReadGraph(b)}, [2]string{}, false)
	return views.Compare(m)
}

// called is a side in a sentence: two deployments of one name are told apart by their ids.
func called(side views.CompareSide) string {
	return strings.TrimSpace(side.Name + " " + side.Detail)
}

// workflowParts fills in the workflows and returns what the summary says of them.
func workflowParts(m *views.ComparePage, q paths.CompareQuery, graphs [2]workflow.Graph, notes [2]string, posted bool) []string {
	has := [2]bool{len(graphs[0].Nodes) > 0, len(graphs[1].Nodes) > 0}
	for i, side := range []views.CompareSide{m.A, m.B} {
		if notes[i] != "" {
			m.Notes = append(m.Notes, called(side)+": "+notes[i])
		}
	}
	switch {
	case !has[0] && !has[1]:
		return nil
	case !has[1]:
		return []string{"only " + called(m.A) + " has a workflow"}
	case !has[0]:
		return []string{"only " + called(m.B) + " has a workflow"}
	}
	c := workflow.Compare(graphs[0], graphs[1])
	p := compareSheet{c: &c, q: q, posted: posted, nameA: called(m.A), nameB: called(m.B)}
	m.Workflow = p.present()
	m.Problems = bothProblems(m, &c)
	return tallyParts(c.Tally())
}

// bothProblems says what would keep the workflows from running; what is the same in both is said once.
func bothProblems(m *views.ComparePage, c *workflow.Comparison) (out []string) {
	a, b := problems(&c.A), problems(&c.B)
	for _, line := range a {
		if slices.Contains(b, line) {
			out = append(out, "Both: "+line)
		} else {
			out = append(out, called(m.A)+": "+line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out = append(out, called(m.B)+": "+line)
		}
	}
	if more := len(out) - maxListed; more > 0 {
		out = append(out[:maxListed:maxListed], fmt.Sprintf("And %d more, on the pages of the workflows.", more))
	}
	return out
}

// tallyParts words what differs between two workflows.
func tallyParts(t workflow.Tally) []string {
	var parts []string
	add := func(n int, one, many, what string) {
		if n == 0 {
			return
		}
		if what == "" || !slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, " node") }) {
			parts = append(parts, strings.TrimSpace(plural(int64(n), one, many)+" "+what))
		} else {
			parts = append(parts, thousands(int64(n))+" "+what)
		}
	}
	add(t.Changed, "node", "nodes", "changed")
	add(t.Added, "node", "nodes", "added")
	add(t.Removed, "node", "nodes", "removed")
	add(t.Moved, "node", "nodes", "under another id")
	add(t.Links, "link differs", "links differ", "")
	add(t.Overrides, "override differs", "overrides differ", "")
	if len(parts) == 0 {
		return nil
	}
	return []string{strings.Join(parts, ", ")}
}

// differing names the settings that differ.
func differing(list []deployments.Setting) string {
	var names []string
	for _, x := range list {
		if x.Differs {
			names = append(names, lowerFirst(label(x.Field)))
		}
	}
	return enumerate(names)
}

// compareSettings lists settings and cost, and with all of them what is no setting besides.
func (s *Site) compareSettings(list []deployments.Setting, both [2]deployments.Deployment, plan deployments.Plan, all bool) (out []views.CompareLine, note string) {
	add := func(label, a, b string, differs bool) {
		if all || differs {
			out = append(out, views.CompareLine{Label: label, A: a, B: b, Differs: differs})
		}
	}
	for _, x := range list {
		text := func(v string) string {
			if t := settingText(x.Field, v); t != "" {
				return t
			}
			return unknown
		}
		add(label(x.Field), text(x.A), text(x.B), x.Differs)
	}
	var floor, ceiling [2]string
	for i, d := range both {
		c := deployments.CostOf(d, plan)
		floor[i], ceiling[i] = "no price", "no price"
		if c.Known {
			floor[i] = c.Floor.String() + "/h, " + deployments.Monthly(c.Floor).String() + " in 30 days"
			ceiling[i] = c.Ceiling.String() + "/h"
		}
	}
	before := len(out)
	add("Cost while idle", floor[0], floor[1], floor[0] != floor[1])
	add("Cost at full load", ceiling[0], ceiling[1], ceiling[0] != ceiling[1])
	if len(out) > before {
		note = "Cost is an estimate: " + plan.Name + ", prices as of " + s.Deck.Prices().AsOf.Format("2 Jan 2006") + "."
	}
	if all {
		a, b := both[0], both[1]
		add("Status", orUnknown(a.Status), orUnknown(b.Status), a.Status != b.Status)
		add("Created", s.stamp(a.CreatedAt).Exact, s.stamp(b.CreatedAt).Exact, false)
		add("Updated", s.stamp(a.UpdatedAt).Exact, s.stamp(b.UpdatedAt).Exact, false)
		add("Deployment id", clean(a.ID), clean(b.ID), false)
	}
	return out, note
}

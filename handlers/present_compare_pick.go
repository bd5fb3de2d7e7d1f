package handlers

import (
	"fmt"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

const (
	pickPageSize = 48
	maxLikely    = 6
	maxEchoed    = 256 << 10 // bytes of a workflow that comes back in its field
)

// presentPick is the page without the deployments.
func presentPick(frame views.Page, state pickState) views.ComparePickPage {
	m := views.ComparePickPage{Page: frame, Heading: "Compare two deployments", Lead: "Choose the first one.", Problem: state.problem, Query: state.q.Words}
	usual := state.q
	usual.Words, usual.Page = "", 1
	m.Clear = paths.CompareAt(usual)
	for _, k := range []views.Hidden{{Name: "a", Value: state.q.A}, {Name: "b", Value: state.q.B}} {
		if k.Value != "" {
			m.Keep = append(m.Keep, k)
		}
	}
	if state.q.All {
		m.Keep = append(m.Keep, views.Hidden{Name: "all", Value: "1"})
	}
	if state.q.A != "" || state.brought.text != nil {
		m.Form = broughtForm(state.q, state.brought, state.wrong)
		m.Form.Open = state.brought.text != nil
	}
	return m
}

// broughtForm is the form that takes a workflow, with what was typed.
func broughtForm(q paths.CompareQuery, b brought, wrong string) views.CompareForm {
	f := views.Field{Name: workflowField, Label: "Workflow in API format", Error: wrong, Focus: wrong != ""}
	f.Help = "A whole payload, the workflow alone, or the body of a request to ComfyUI."
	if len(b.text) <= maxEchoed && utf8.Valid(b.text) {
		f.Value = string(b.text)
	}
	return views.CompareForm{Action: paths.CompareWith(q.A), Field: f, All: q.All}
}

// pickFrom fills in the deployments to choose from; those that run the workflow of the one that is chosen come first.
func pickFrom(m *views.ComparePickPage, all deployments.List, state pickState) {
	q := state.q
	chosen := q.A + q.B // one of them is ""
	p := picker{all: all, q: q, chosen: chosen}
	if chosen != "" {
		m.Heading, m.Lead = "Compare with another", "Choose the other one."
		name, workflow := p.known(chosen)
		if name != "" {
			m.With = views.CompareSide{Name: name, Href: paths.Deployment(chosen)}
			m.Heading = "Compare " + name + " with another"
		}
		if workflow != "" && q.Page <= 1 {
			rows := all.Find(fleet.Query{Words: workflow}).Rows
			m.Likely = p.choices(rows[:min(len(rows), pickPageSize)], func(d deployments.Deployment) bool {
				return d.WorkflowID == workflow && d.ID != chosen && d.ID != state.missing
			})
			m.Likely = m.Likely[:min(len(m.Likely), maxLikely)]
		}
	}
	rows := all.Find(fleet.Query{Words: q.Words}).Rows
	if len(rows) == 0 {
		m.Nothing = "This account has no deployments."
		if q.Words != "" {
			m.Nothing = "Nothing matches “" + clean(q.Words) + "”."
		}
		return
	}
	pages := (len(rows) + pickPageSize - 1) / pickPageSize
	page := min(max(q.Page, 1), pages)
	first := (page - 1) * pickPageSize
	last := min(first+pickPageSize, len(rows))
	m.Rows = p.choices(rows[first:last], func(deployments.Deployment) bool { return true })
	m.Range = rangeText(first, last, len(rows), all.Len())
	m.Pager = turns(page, pages, func(to int) string {
		at := q
		at.Page = to
		return paths.CompareAt(at)
	})
}

// turns leads to the pages before and after one of several.
func turns(page, pages int, at func(int) string) (p views.Pager) {
	if pages <= 1 {
		return p
	}
	p.Label = fmt.Sprintf("Page %s of %s", thousands(int64(page)), thousands(int64(pages)))
	if page > 1 {
		p.Previous = at(page - 1)
	}
	if page < pages {
		p.Next = at(page + 1)
	}
	return p
}

// picker makes choices.
type picker struct {
	all    deployments.List
	q      paths.CompareQuery
	chosen string
}

// known is the name and the workflow of a deployment of the account.
func (p picker) known(id string) (name, workflow string) {
	for _, row := range p.all.Find(fleet.Query{Words: id}).Rows {
		if d := p.all.At(row); d.ID == id {
			return displayName(d), d.WorkflowID
		}
	}
	return "", ""
}

func (p picker) choices(rows []int32, fits func(deployments.Deployment) bool) (out []views.CompareChoice) {
	for _, row := range rows {
		d := p.all.At(row)
		if !fits(d) {
			continue
		}
		to := p.q
		to.Words, to.Page = "", 1
		if to.A == "" {
			to.A = d.ID
		} else {
			to.B = d.ID
		}
		choice := views.CompareChoice{Name: displayName(d), Href: paths.CompareAt(to), ID: clean(d.ID), Detail: orUnknown(d.WorkflowVersion) + ", " + hardware(d).Label + ", " + power(d).Label}
		if d.ID == p.chosen {
			choice.Href, choice.Detail = "", "Chosen already"
		}
		out = append(out, choice)
	}
	return out
}

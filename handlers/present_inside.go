package handlers

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/catalogue"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/views"
)

const (
	maxSnippet = 200 // bytes of a value around what was found in it
	beforeHit  = 60  // of those, before it
)

func (s *Site) presentInside(frame views.Page, state paths.SearchQuery, found deployments.Inside) views.InsidePage {
	m := views.InsidePage{
		Page: frame, Query: state.Words, In: state.In, Self: paths.SearchInside(state), Empty: found.Total == 0,
		Live: found.Reading, State: s.insideState(found), Notes: insideNotes(found), Failures: insideFailures(state, found.Result),
		At: s.stampOf(found.ListedAt),
	}
	if found.Read+found.Failed < found.Total {
		m.Read = views.Progress{
			Value: strconv.Itoa(found.Read), Of: strconv.Itoa(found.Total), Label: thousands(int64(found.Read)) + " of " + thousands(int64(found.Total)),
		}
		if found.Stop != "" && found.Stop != catalogue.StopUnwatched {
			m.GoOn = views.Link{Text: "Go on reading", Href: paths.SearchAgain(state)}
		}
	}
	needle, _ := catalogue.Needle(state.Words)
	if needle == "" {
		m.Tops = topLists(found.Result)
		return m
	}
	m.Kinds = insideKinds(state, found.Result)
	if found.Found == 0 {
		m.Nothing = nothingInside(state, found)
		return m
	}
	m.Found = plural(int64(found.Found), "deployment", "deployments")
	m.Pager = insidePager(state, found.Result)
	for _, h := range found.Hits {
		m.Hits = append(m.Hits, insideHit(h, state, needle))
	}
	return m
}

// insideState says how much of the account is read, and why not more.
func (s *Site) insideState(r deployments.Inside) string {
	read := fmt.Sprintf("%s of %s read", thousands(int64(r.Read)), plural(int64(r.Total), "workflow", "workflows"))
	switch {
	case r.Read == r.Total && r.NoWorkflow > 0:
		return fmt.Sprintf("All workflows are read. Of %s %s none.", plural(int64(r.Total), "deployment", "deployments"), plural(int64(r.NoWorkflow), "has", "have"))
	case r.Read == r.Total:
		return "All workflows are read: " + plural(int64(r.Total), "deployment", "deployments") + "."
	case r.Read+r.Failed >= r.Total:
		return read + "; the others could not be."
	case !r.Until.IsZero():
		return fmt.Sprintf("%s; results so far. RunComfy asks to slow down: reading goes on by itself in %d s.", read, int64(r.Until.Sub(s.Now())/time.Second)+1)
	case r.Reading:
		return read + "; results so far."
	}
	switch r.Stop {
	case catalogue.StopBudget:
		return read + ". That is as much as is read in one go; it goes on when you say so."
	case catalogue.StopFull:
		return read + ". The memory set aside for this is full: the others are not searched."
	case catalogue.StopTrouble, catalogue.StopRefused:
		return read + ". Reading stopped: " + clean(fault.From(r.Err).Message)
	default:
		return read + "."
	}
}

// insideNotes say what is not searched although it is read.
func insideNotes(r deployments.Inside) (notes []string) {
	if r.NoWorkflow > 0 && r.Read < r.Total {
		notes = append(notes, plural(int64(r.NoWorkflow), "deployment has no workflow.", "deployments have no workflow."))
	}
	if r.Cut > 0 {
		notes = append(notes, fmt.Sprintf("Of %s only the first %s values are searched.", plural(int64(r.Cut), "very large workflow", "very large workflows"), thousands(catalogue.MaxValues)))
	}
	return append(notes, fmt.Sprintf("Values are searched in their first %d bytes, with the overrides of the deployment applied. What is read stays in this server's memory, up to an hour, and is read again when a deployment changes.", catalogue.MaxText))
}

func insideFailures(state paths.SearchQuery, r catalogue.Result) views.Failures {
	if r.Failed == 0 {
		return views.Failures{}
	}
	f := views.Failures{Heading: plural(int64(r.Failed), "workflow", "workflows") + " could not be read", Again: paths.SearchAgain(state)}
	for _, one := range r.Failures {
		f.Lines = append(f.Lines, views.FailureLine{Name: insideName(one.Name), Href: paths.Deployment(one.ID), Why: clean(fault.From(one.Err).Message)})
	}
	if more := r.Failed - len(r.Failures); more > 0 {
		f.More = "and " + thousands(int64(more)) + " more"
	}
	return f
}

func insideName(name string) string { return displayName(deployments.Deployment{Name: name}) }

// insideKinds lead to the matches of one kind, and a chosen one back to all of them.
func insideKinds(state paths.SearchQuery, r catalogue.Result) []views.Filter {
	chip := func(label, in string, count int) views.Filter {
		to := paths.SearchQuery{Words: state.Words, In: in}
		if state.In == in {
			to.In = ""
		}
		return views.Filter{Label: label, Count: thousands(int64(count)), On: state.In == in, Href: paths.SearchInside(to)}
	}
	return []views.Filter{
		chip("Models", string(catalogue.Model), r.Models),
		chip("Node classes", string(catalogue.Class), r.Classes),
		chip("Other values", string(catalogue.Value), r.Values),
	}
}

func nothingInside(state paths.SearchQuery, r deployments.Inside) string {
	what := map[string]string{"model": "model file", "class": "node class", "value": "value"}[state.In]
	if what == "" {
		what = "model file, node class or value"
	}
	text := fmt.Sprintf("No workflow has “%s” in a %s", clean(state.Words), what)
	if r.Read < r.Total {
		text += " among those read so far"
	}
	return text + "."
}

// topLists suggest what to search for.
func topLists(r catalogue.Result) (lists []views.TopList) {
	for _, l := range []struct {
		heading, in string
		tops        []catalogue.Top
	}{{"Models used most", string(catalogue.Model), r.TopModels}, {"Node classes used most", string(catalogue.Class), r.TopClasses}} {
		list := views.TopList{Heading: l.heading}
		for _, t := range l.tops {
			if href := paths.SearchExactly(t.Text, l.in); href != "" {
				list.Items = append(list.Items, views.Filter{Label: clean(t.Text), Count: thousands(int64(t.Deployments)), Href: href})
			}
		}
		if len(list.Items) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}

func insidePager(state paths.SearchQuery, r catalogue.Result) views.Pager {
	if r.Pages == 1 {
		return views.Pager{}
	}
	at := func(page int) string {
		state.Page = page
		return paths.SearchInside(state)
	}
	p := views.Pager{Label: fmt.Sprintf("Page %s of %s", thousands(int64(r.Page)), thousands(int64(r.Pages)))}
	if r.Page > 1 {
		p.Previous = at(r.Page - 1)
	}
	if r.Page < r.Pages {
		p.Next = at(r.Page + 1)
	}
	return p
}

func insideHit(h catalogue.Hit, state paths.SearchQuery, needle string) views.InsideHit {
	out := views.InsideHit{ID: h.ID, Name: insideName(h.Name), Href: paths.Deployment(h.ID)}
	var counts []string
	count := func(n int, one, many string) {
		if n > 0 {
			counts = append(counts, plural(int64(n), one, many))
		}
	}
	count(h.Models, "model", "models")
	count(h.Classes, "node", "nodes")
	count(h.Values, "value", "values")
	out.Counts = strings.Join(counts, ", ")
	for _, f := range h.Matches {
		out.Matches = append(out.Matches, insideMatch(h.ID, f, fleet.Words{needle}))
	}
	all := map[string]int{"": h.Models + h.Classes + h.Values, "model": h.Models, "class": h.Classes, "value": h.Values}[state.In]
	if more := all - len(h.Matches); more > 0 {
		out.More = views.Link{Text: "and " + thousands(int64(more)) + " more in its workflow", Href: paths.Workflow(h.ID, paths.WorkflowQuery{Words: needle}) + "#outline"}
	}
	return out
}

func insideMatch(id string, f catalogue.Match, words fleet.Words) views.InsideMatch {
	node := f.Title
	if strings.TrimSpace(node) == "" {
		node = f.Class
	}
	m := views.InsideMatch{
		Href: paths.Workflow(id, paths.WorkflowQuery{Node: f.Node}) + "#graph", Node: clean(node), Number: "#" + clean(f.Node), Input: clean(f.Input),
		Value: rows{words: words}.mark(snippet(f.Value, f.Cut, words)), Model: f.Kind == catalogue.Model,
	}
	if f.Input != "" && node != f.Class {
		m.Class = clean(f.Class)
	}
	return m
}

// snippet is the part of a value around the first place where something was found.
func snippet(value string, cut bool, words fleet.Words) string {
	before, at := "", 0
	for _, p := range words.Mark(value) {
		if p.Hit {
			break
		}
		at += len(p.Text)
	}
	if at > beforeHit && len(value) > maxSnippet {
		from := at - beforeHit
		for !utf8.RuneStart(value[from]) {
			from++
		}
		before, value = "…", value[from:]
	}
	short := visible.Clip(value, maxSnippet)
	if cut && !strings.HasSuffix(short, "…") {
		short += "…"
	}
	return before + short
}

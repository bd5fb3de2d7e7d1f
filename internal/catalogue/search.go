package catalogue

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Kind says what a text is to a workflow.
type Kind string

// The kinds. Any is all of them.
const (
	Any   Kind = "any"
	Model Kind = "model" // the file of a model, LoRA or the like
	Class Kind = "class" // of a node
	Value Kind = "value" // of an input, and none of a model
)

// maxMatches bounds what is shown of one deployment, and maxFailures what is named of those that could not be read; both are
// counted in full.
const (
	maxMatches  = 6
	maxFailures = 20
	maxTop      = 24
)

// Query is a search.
type Query struct {
	// Text is looked for anywhere in a text, in any case; in double quotes it is the whole of it. Without a text nothing is
	// found, and the result has what is used most.
	Text       string
	Kind       Kind // "" is Any; leaves out deployments without a match of the kind
	Page, Size int  // of the deployments found, from 1
	Silent     bool // nobody looks at the answer: nothing is read for it
}

// Result is what is known so far.
type Result struct {
	Total      int // deployments of the account
	Read       int
	NoWorkflow int // of those read
	Cut        int // of those read: only a part of their values is known
	Failed     int
	Failures   []Failure // the first of them, in the order of the deployments
	Reading    bool
	Until      time.Time // reading waits until then, as the API asked for; zero when it does not
	Stop       Stop      // why it stopped; "" when it did not
	Err        error     // why, where that is an error

	Found                   int // deployments
	Models, Classes, Values int // matches of each kind in the account, whichever the query asked for
	Page, Pages             int
	Hits                    []Hit // one page of the deployments found, in their order
	TopModels, TopClasses   []Top
}

// Failure is a deployment whose workflow could not be read.
type Failure struct {
	ID, Name string
	Err      error
}

// Hit is a deployment in which something was found. Matches are the first of them.
type Hit struct {
	ID, Name                string
	Models, Classes, Values int
	Matches                 []Match
}

// Match is one place where a text was found. Of a class Input is "" and Value the class.
type Match struct {
	Kind                             Kind
	Node, Title, Class, Input, Value string
	Cut                              bool // the value goes on
}

// Top is a text with how many deployments use it.
type Top struct {
	Text        string
	Deployments int
}

// Needle returns what a query looks for, folded, and whether it is the whole of a text.
func Needle(text string) (needle string, whole bool) {
	text = strings.TrimSpace(text)
	if n := len(text); n > 2 && text[0] == '"' && text[n-1] == '"' {
		return strings.ToLower(text[1 : n-1]), true
	}
	return strings.ToLower(text), false
}

// answer makes the result of a query.
func (a *account) answer(q Query, now time.Time) Result {
	r := Result{Total: len(a.targets), Read: len(a.entries), Failed: len(a.failed), Reading: a.job != nil, Stop: a.stop, Err: a.err}
	if a.job != nil && now.Before(a.job.throttled) {
		r.Until = a.job.throttled
	}
	if r.Read+r.Failed >= r.Total {
		r.Stop, r.Err = "", nil
	}
	for _, e := range a.entries {
		if !e.workflow {
			r.NoWorkflow++
		}
		if e.cut {
			r.Cut++
		}
	}
	for _, t := range a.targets {
		if f, ok := a.failed[t.ID]; ok && len(r.Failures) < maxFailures {
			r.Failures = append(r.Failures, Failure{t.ID, t.Name, f.err})
		}
	}
	if needle, whole := Needle(q.Text); needle != "" {
		a.find(&r, q, matcher{table: &a.table, needle: needle, whole: whole, known: make([]int8, len(a.table.texts))})
	} else {
		r.TopModels, r.TopClasses = a.top()
	}
	return r
}

// matcher looks into every text once.
type matcher struct {
	table  *table
	needle string
	whole  bool
	known  []int8 // 1 found, -1 not
}

func (m matcher) has(id uint32) bool {
	if m.known[id] == 0 {
		m.known[id] = -1
		folded := strings.ToLower(m.table.texts[id])
		if folded == m.needle || !m.whole && strings.Contains(folded, m.needle) {
			m.known[id] = 1
		}
	}
	return m.known[id] > 0
}

// find counts everything that matches, and keeps one page of it.
func (a *account) find(r *Result, q Query, m matcher) {
	size := max(1, q.Size)
	var found []Target
	for _, t := range a.targets {
		if e := a.entries[t.ID]; e != nil {
			h := a.hit(t, e, q.Kind, m, false)
			r.Models, r.Classes, r.Values = r.Models+h.Models, r.Classes+h.Classes, r.Values+h.Values
			if h.of(q.Kind) > 0 {
				found = append(found, t)
			}
		}
	}
	r.Found = len(found)
	r.Pages = max(1, (len(found)+size-1)/size)
	r.Page = min(max(1, q.Page), r.Pages)
	from := min((r.Page-1)*size, len(found))
	for _, t := range found[from:min(from+size, len(found))] {
		r.Hits = append(r.Hits, a.hit(t, a.entries[t.ID], q.Kind, m, true))
	}
}

// of returns how many matches of a kind there are.
func (h Hit) of(k Kind) int {
	switch k {
	case Model:
		return h.Models
	case Class:
		return h.Classes
	case Value:
		return h.Values
	default:
		return h.Models + h.Classes + h.Values
	}
}

// hit looks into one workflow: it counts what it finds, and shows the first matches of a kind.
func (a *account) hit(t Target, e *entry, k Kind, m matcher, show bool) Hit {
	h := Hit{ID: t.ID, Name: t.Name}
	text := a.table.texts
	add := func(n node, match Match) {
		if !show || len(h.Matches) == maxMatches || k != "" && k != Any && k != match.Kind {
			return
		}
		match.Node, match.Title, match.Class = text[n.id], text[n.title], text[n.class]
		h.Matches = append(h.Matches, match)
	}
	for _, v := range e.values {
		if !m.has(v.text) {
			continue
		}
		kind := Value
		if v.model {
			kind = Model
			h.Models++
		} else {
			h.Values++
		}
		add(e.nodes[v.node], Match{Kind: kind, Input: text[v.name], Value: text[v.text], Cut: v.cut})
	}
	for _, n := range e.nodes {
		if m.has(n.class) {
			h.Classes++
			add(n, Match{Kind: Class, Value: text[n.class]})
		}
	}
	return h
}

// top returns the models and classes that most deployments use.
func (a *account) top() (models, classes []Top) {
	n := len(a.table.texts)
	byModel, byClass, seen := make([]int, n), make([]int, n), make([][2]*entry, n)
	for _, e := range a.entries {
		for _, v := range e.values {
			if v.model && seen[v.text][0] != e {
				seen[v.text][0] = e
				byModel[v.text]++
			}
		}
		for _, n := range e.nodes {
			if seen[n.class][1] != e {
				seen[n.class][1] = e
				byClass[n.class]++
			}
		}
	}
	return a.ranked(byModel), a.ranked(byClass)
}

func (a *account) ranked(counts []int) []Top {
	var out []Top
	for id, n := range counts {
		if n > 0 && a.table.texts[id] != "" {
			out = append(out, Top{a.table.texts[id], n})
		}
	}
	slices.SortFunc(out, func(a, b Top) int { return cmp.Or(b.Deployments-a.Deployments, strings.Compare(a.Text, b.Text)) })
	return out[:min(len(out), maxTop)]
}

package fleet

import (
	"cmp"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/comfydeck/comfydeck/apiclient"
)

// This file is the index again, in the plainest way: whole deployments, one after another. It shares no line with it.

// naiveFind returns the ids that match, in order.
func naiveFind(all []apiclient.Deployment, q Query) []apiclient.Deployment {
	var found []apiclient.Deployment
	for _, d := range all {
		if naiveMatch(d, q) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b apiclient.Deployment) int {
		va, okA := naiveValue(a, q)
		vb, okB := naiveValue(b, q)
		byName := cmp.Or(naiveNames(a.Name, b.Name), strings.Compare(a.ID, b.ID))
		if (a.Name == "") != (b.Name == "") {
			byName = -byName // no name comes after every name
		}
		switch {
		case okA != okB && okA:
			return -1
		case okA != okB:
			return 1
		case !okA:
			return byName
		case q.Descending:
			return -cmp.Or(va.compare(vb), byName)
		}
		return cmp.Or(va.compare(vb), byName)
	})
	return found
}

func naiveMatch(d apiclient.Deployment, q Query) bool {
	sku := append(d.Hardware, "")[0]
	listed := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	at := d.UpdatedAt.Time
	switch {
	case !listed(q.Status, d.Status), !listed(q.SKU, sku), !listed(q.Version, d.WorkflowVersion):
		return false
	case q.Enabled != nil && (!d.IsEnabled.Known || d.IsEnabled.Value != *q.Enabled):
		return false
	case q.Warm && naiveWarm(d) == 0:
		return false
	case !q.UpdatedAfter.IsZero() && (at.IsZero() || at.Before(q.UpdatedAfter)):
		return false
	case !q.UpdatedBefore.IsZero() && (at.IsZero() || !at.Before(q.UpdatedBefore)):
		return false
	}
	note := naiveNote(q, d.ID)
	if len(q.Owner) > 0 && !slices.Contains(q.Owner, note.Owner) {
		return false
	}
	if len(q.Tag) > 0 && !slices.ContainsFunc(naiveTags(note), func(tag string) bool { return slices.Contains(q.Tag, tag) }) {
		return false
	}
	text := append([]string{d.Name, d.ID, d.WorkflowID, d.WorkflowVersion, d.Status, note.Owner, note.Text}, note.Tags...)
	for _, sku := range d.Hardware {
		text = append(text, sku, gpuWords(sku))
	}
	if d.IsEnabled.Known {
		text = append(text, map[bool]string{true: "enabled", false: "paused"}[d.IsEnabled.Value])
	}
	for word := range strings.FieldsSeq(strings.ToLower(q.Words)) {
		if !strings.Contains(strings.ToLower(strings.Join(text, "\n")), word) {
			return false
		}
	}
	return true
}

// naiveNotes are the notes behind each *Notes of the tests.
var naiveNotes sync.Map

func naiveNote(q Query, id string) Note {
	byID, _ := naiveNotes.Load(q.Notes)
	notes, _ := byID.(map[string]Note)
	return notes[id]
}

func naiveTags(n Note) []string {
	if len(n.Tags) == 0 {
		return []string{""}
	}
	return n.Tags
}

func naiveWarm(d apiclient.Deployment) int64 {
	if !d.MinInstances.Known || d.IsEnabled.Known && !d.IsEnabled.Value {
		return 0
	}
	return max(0, d.MinInstances.Value)
}

// naiveKey is a value to sort by: a number or a text.
type naiveKey struct {
	number int64
	text   string
}

func (k naiveKey) compare(other naiveKey) int {
	return cmp.Or(cmp.Compare(k.number, other.number), naiveNames(k.text, other.text), strings.Compare(k.text, other.text))
}

// naiveCost is instances times rate.
func naiveCost(d apiclient.Deployment, instances int64, rates *Rates) (naiveKey, bool) {
	if len(d.Hardware) != 1 || d.Hardware[0] == "" || !d.MinInstances.Known || !d.MaxInstances.Known || rates == nil {
		return naiveKey{}, false
	}
	rate, ok := rates.Of(d.Hardware[0])
	if d.IsEnabled.Known && !d.IsEnabled.Value {
		instances = 0
	}
	return naiveKey{number: max(0, instances) * rate}, ok
}

func naiveValue(d apiclient.Deployment, q Query) (naiveKey, bool) {
	text := func(s string) (naiveKey, bool) { return naiveKey{text: s}, s != "" }
	number := func(n apiclient.Optional[int64]) (naiveKey, bool) { return naiveKey{number: n.Value}, n.Known }
	at := func(t apiclient.Timestamp) (naiveKey, bool) {
		return naiveKey{number: t.Time.UnixMicro()}, !t.Time.IsZero()
	}
	switch q.Sort {
	case ByFloor:
		return naiveCost(d, d.MinInstances.Value, q.Rates)
	case ByCeiling:
		return naiveCost(d, d.MaxInstances.Value, q.Rates)
	case ByHardware:
		return text(append(d.Hardware, "")[0])
	case ByMin:
		return number(d.MinInstances)
	case ByMax:
		return number(d.MaxInstances)
	case ByQueue:
		return number(d.QueueSize)
	case ByKeepWarm:
		return number(d.KeepWarmDurationInSeconds)
	case ByVersion:
		return text(d.WorkflowVersion)
	case ByStatus:
		return text(d.Status)
	case ByEnabled:
		return naiveKey{number: map[bool]int64{true: 0, false: 1}[d.IsEnabled.Value]}, d.IsEnabled.Known
	case ByOwner:
		return text(naiveNote(q, d.ID).Owner)
	case ByWorkflow:
		return text(d.WorkflowID)
	case ByTag:
		return text(slices.MinFunc(naiveTags(naiveNote(q, d.ID)), naiveNames))
	case ByCreated:
		return at(d.CreatedAt)
	case ByUpdated:
		return at(d.UpdatedAt)
	default:
		_, known := text(d.Name)
		return naiveKey{}, known
	}
}

// runs are the numbers and the other characters of a text.
var (
	runs   = regexp.MustCompile(`[0-9]+|[^0-9]`)
	runsOf sync.Map // remembered, since the expression is slow
)

func splitRuns(s string) []string {
	if known, ok := runsOf.Load(s); ok {
		return known.([]string)
	}
	split := runs.FindAllString(s, -1)
	runsOf.Store(s, split)
	return split
}

// naiveNames compares two names run by run, then folded.
func naiveNames(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	as, bs := splitRuns(a), splitRuns(b)
	for i := 0; i < len(as) && i < len(bs); i++ {
		na, okA := new(big.Int).SetString(as[i], 10)
		nb, okB := new(big.Int).SetString(bs[i], 10)
		c := 0
		switch {
		case okA && okB:
			c = na.Cmp(nb)
		case okA:
			c = strings.Compare("0", bs[i]) // a number stands where digits stand among characters
		case okB:
			c = strings.Compare(as[i], "0")
		default:
			c = strings.Compare(as[i], bs[i])
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(as), len(bs)), strings.Compare(a, b))
}

// naiveCounts adds up.
func naiveCounts(found []apiclient.Deployment) Counts {
	c := Counts{Deployments: len(found)}
	bySKU := map[string]*Capacity{}
	for _, d := range found {
		on := !d.IsEnabled.Known || d.IsEnabled.Value
		if d.IsEnabled.Known && on {
			c.Enabled++
		} else if !on {
			c.Paused++
		}
		if n := naiveWarm(d); n > 0 {
			c.Warm++
			c.WarmInstances += n
		}
		if !d.MinInstances.Known || !d.MaxInstances.Known || len(d.Hardware) != 1 || d.Hardware[0] == "" {
			c.Unsized++
			continue
		}
		sku := d.Hardware[0]
		if bySKU[sku] == nil {
			bySKU[sku] = &Capacity{SKU: sku}
		}
		bySKU[sku].Deployments++
		if on {
			bySKU[sku].Floor += max(0, d.MinInstances.Value)
			bySKU[sku].Ceiling += max(0, d.MaxInstances.Value)
		}
	}
	for _, capacity := range bySKU {
		c.Capacity = append(c.Capacity, *capacity)
	}
	slices.SortFunc(c.Capacity, func(a, b Capacity) int {
		return cmp.Or(naiveNames(a.SKU, b.SKU), strings.Compare(a.SKU, b.SKU))
	})
	return c
}

// naiveFacets asks the question of each facet anew, without that part of the query.
func naiveFacets(all []apiclient.Deployment, q Query) Facets {
	facets := func(part func(*Query), values func(apiclient.Deployment) []string) []Facet {
		without := q
		part(&without)
		counts := map[string]int{}
		for _, d := range all {
			if naiveMatch(d, without) {
				for _, v := range values(d) {
					counts[v]++
				}
			}
		}
		var list []Facet
		for v, n := range counts {
			list = append(list, Facet{v, n})
		}
		slices.SortFunc(list, func(a, b Facet) int { return cmp.Or(naiveNames(a.Value, b.Value), strings.Compare(a.Value, b.Value)) })
		return list
	}
	facet := func(part func(*Query), value func(apiclient.Deployment) string) []Facet {
		return facets(part, func(d apiclient.Deployment) []string { return []string{value(d)} })
	}
	f := Facets{
		Status:  facet(func(q *Query) { q.Status = nil }, func(d apiclient.Deployment) string { return d.Status }),
		SKU:     facet(func(q *Query) { q.SKU = nil }, func(d apiclient.Deployment) string { return append(d.Hardware, "")[0] }),
		Version: facet(func(q *Query) { q.Version = nil }, func(d apiclient.Deployment) string { return d.WorkflowVersion }),
	}
	if q.Notes != nil || len(q.Owner)+len(q.Tag) > 0 || q.Sort == ByOwner || q.Sort == ByTag {
		f.Owner = facet(func(q *Query) { q.Owner = nil }, func(d apiclient.Deployment) string { return naiveNote(q, d.ID).Owner })
		f.Tag = facets(func(q *Query) { q.Tag = nil }, func(d apiclient.Deployment) []string { return naiveTags(naiveNote(q, d.ID)) })
	}
	q.Enabled = nil
	for _, d := range naiveFind(all, q) {
		if d.IsEnabled.Known && d.IsEnabled.Value {
			f.Enabled++
		} else if d.IsEnabled.Known {
			f.Paused++
		}
	}
	return f
}

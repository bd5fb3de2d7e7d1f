// Package deployments is the domain: what a deployment is, which values it accepts, and how it is read and changed through
// the Deployment API. It is the one place with business rules; it knows neither HTTP requests nor pages.
package deployments

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/comfydeck/comfydeck/apiclient"
)

// Deployment is a deployment as the API last described it. Unknown values stay unknown: see apiclient.Optional.
type Deployment = apiclient.Deployment

// Number is a count the API may have left out.
type Number = apiclient.Optional[int64]

// Time is a point in time with the text it came as.
type Time = apiclient.Timestamp

// Power says whether a deployment takes requests.
type Power int

// A deployment whose answer lacks is_enabled is neither on nor paused.
const (
	PowerUnknown Power = iota
	Enabled
	Paused
)

// PowerOf reads is_enabled; the open-ended status does not decide it.
func PowerOf(d Deployment) Power {
	switch {
	case !d.IsEnabled.Known:
		return PowerUnknown
	case d.IsEnabled.Value:
		return Enabled
	default:
		return Paused
	}
}

// WarmInstances is how many instances are billed around the clock: the minimum while enabled, none while paused.
func WarmInstances(d Deployment) int64 {
	if PowerOf(d) == Paused || !d.MinInstances.Known {
		return 0
	}
	return max(d.MinInstances.Value, 0)
}

// SKU is the deployment's hardware: the first entry, "" when there is none.
func SKU(d Deployment) string {
	if len(d.Hardware) == 0 {
		return ""
	}
	return d.Hardware[0]
}

// Totals counts a fleet.
type Totals struct {
	All, Enabled, Paused, Warm int
	WarmInstances              int64 // sum of WarmInstances over all
}

// Count adds a fleet up. Deployments that do not say whether they are enabled count in All only.
func Count(list []Deployment) Totals {
	t := Totals{All: len(list)}
	for _, d := range list {
		switch PowerOf(d) {
		case Enabled:
			t.Enabled++
		case Paused:
			t.Paused++
		case PowerUnknown:
		}
		if n := WarmInstances(d); n > 0 {
			t.Warm++
			t.WarmInstances += n
		}
	}
	return t
}

// SortByName orders a list for reading: by name without regard to case, then by id, so that equal names stay put.
func SortByName(list []Deployment) {
	// A deployment is large, so that places are sorted and each deployment then moves once. The first bytes of its name
	// decide most comparisons without a look at the name itself.
	type place struct {
		start uint64
		index int
	}
	order := make([]place, len(list))
	for i := range list {
		order[i] = place{startOf(list[i].Name), i}
	}
	slices.SortFunc(order, func(a, b place) int {
		if c := cmp.Compare(a.start, b.start); c != 0 {
			return c
		}
		x, y := &list[a.index], &list[b.index]
		return cmp.Or(compareFold(x.Name, y.Name), strings.Compare(x.ID, y.ID))
	})
	for i := range order { // each cycle of the permutation in turn
		first := list[i]
		for at := i; order[at].index != at; {
			from := order[at].index
			order[at].index = at
			if from == i {
				list[at] = first
				break
			}
			list[at], at = list[from], from
		}
	}
}

// startOf is the first eight bytes of a name as a number that orders as compareFold does.
func startOf(name string) uint64 {
	var n uint64
	for i := range 8 {
		n <<= 8
		if i < len(name) {
			n |= uint64(lower(name[i]))
		}
	}
	return n
}

// compareFold compares without regard to ASCII case and without allocating.
func compareFold(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if c := cmp.Compare(lower(a[i]), lower(b[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Search keeps the deployments in which every word of query occurs, without regard to case, in the name, ids, version,
// status or hardware (SKU or GPU in words).
func Search(list []Deployment, query string) []Deployment {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return list
	}
	var out []Deployment
	for _, d := range list {
		if matches(searchText(d), words) {
			out = append(out, d)
		}
	}
	return out
}

func matches(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func searchText(d Deployment) string {
	parts := []string{d.Name, d.ID, d.WorkflowID, d.WorkflowVersion, d.Status}
	for _, sku := range d.Hardware {
		parts = append(parts, sku)
		if h, ok := FindHardware(sku); ok {
			parts = append(parts, h.GPU, strconv.Itoa(h.MemoryGB)+" GB")
		}
	}
	switch PowerOf(d) {
	case Enabled:
		parts = append(parts, "enabled")
	case Paused:
		parts = append(parts, "paused")
	case PowerUnknown:
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}

package paths

import (
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Compare is the page that sets two deployments side by side. Without the second it offers what to compare the first with, and by
// POST it takes a workflow for the second.
const Compare = "/compare"

// CompareQuery is the state of that page, as its address carries it.
type CompareQuery struct {
	A, B  string // ids of deployments, "" for one that is still to be chosen
	All   bool   // show what is the same, too
	Zoom  string // one of Zooms, or "" for one that suits the graph
	Words string // what is searched for among the deployments to choose from
	Page  int    // of the nodes, or of the deployments to choose from; from 1
}

// CompareAt is the page in a state; what is as usual is left out.
func CompareAt(q CompareQuery) string {
	v := url.Values{}
	for name, value := range map[string]string{"a": q.A, "b": q.B, "q": q.Words, "zoom": q.Zoom} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.All {
		v.Set("all", "1")
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return withQuery(Compare, v)
}

// ParseCompare reads a state from an address; what makes no sense counts as not there.
func ParseCompare(v url.Values) CompareQuery {
	q := CompareQuery{A: v.Get("a"), B: v.Get("b"), All: v.Get("all") == "1", Zoom: v.Get("zoom"), Words: v.Get("q"), Page: 1}
	for _, text := range []*string{&q.A, &q.B, &q.Words} {
		if !utf8.ValidString(*text) || utf8.RuneCountInString(*text) > maxWords {
			*text = ""
		}
	}
	if !slices.Contains(Zooms, q.Zoom) {
		q.Zoom = ""
	}
	if page, err := strconv.Atoi(v.Get("page")); err == nil && page > 1 {
		q.Page = page
	}
	return q
}

// CompareWith is where a deployment is compared with another one.
func CompareWith(id string) string { return CompareAt(CompareQuery{A: id}) }

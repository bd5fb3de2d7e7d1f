package paths

import (
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"
)

// PayloadPagePattern is the page that shows a payload as a tree.
const PayloadPagePattern = "/deployments/:id/payload"

// Depths are how many levels of a tree can be open, beside the usual.
var Depths = []string{"1", "2", "3", "4", DepthAll}

// DepthAll opens everything.
const DepthAll = "all"

// maxPointer bounds the address of a value: far deeper than people nest, short enough for every proxy.
const maxPointer = 2000

// PayloadQuery is the state of the page of a payload, as its address carries it.
type PayloadQuery struct {
	At     string // JSON Pointer of the value that is looked at; "" for all of it
	Words  string // what is searched for in it
	Depth  string // one of Depths, or "" for the usual
	First  int    // index of the first member shown
	Branch bool   // only the branch, to be put where it was closed
}

// PayloadPage is the page of a payload in a state; what is as usual is left out.
func PayloadPage(id string, q PayloadQuery) string {
	v := url.Values{}
	for name, value := range map[string]string{"at": q.At, "q": q.Words, "depth": q.Depth} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.First > 0 {
		v.Set("first", strconv.Itoa(q.First))
	}
	if q.Branch {
		v.Set("branch", "1")
	}
	return withQuery(Deployment(id)+"/payload", v)
}

// PayloadValue is the page of one value of a payload. A tree has hundreds of them: no table is made for each.
func PayloadValue(id, at string) string { return Deployment(id) + "/payload?at=" + url.QueryEscape(at) }

// ParsePayload reads a state from an address; what makes no sense counts as not there.
func ParsePayload(v url.Values) PayloadQuery {
	q := PayloadQuery{At: v.Get("at"), Words: v.Get("q"), Depth: v.Get("depth"), Branch: v.Get("branch") == "1"}
	if !utf8.ValidString(q.At) || len(q.At) > maxPointer {
		q.At = ""
	}
	if !utf8.ValidString(q.Words) || utf8.RuneCountInString(q.Words) > maxWords {
		q.Words = ""
	}
	if !slices.Contains(Depths, q.Depth) {
		q.Depth = ""
	}
	if first, err := strconv.Atoi(v.Get("first")); err == nil && first > 0 {
		q.First = first
	}
	return q
}

// RawPayload shows a payload as text, exactly as it is.
func RawPayload(id string) string { return Payload(id) + "?view=raw" }

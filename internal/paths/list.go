package paths

import (
	"net/url"
	"strconv"
	"unicode/utf8"
)

// maxWords bounds the search text, in characters.
const maxWords = 200

// ListQuery is the whole state of the list, as its address carries it. Its zero value is everything by name.
type ListQuery struct {
	Words      string // what is searched for
	State      string // "", "enabled" or "paused"
	Warm       bool   // only what is billed around the clock
	Hardware   string // a SKU, "" for all
	Sort       string // a field of the API, "" for the name
	Descending bool
	Page       int // from 1; 0 means 1
}

// List is the address of the list in a state; what is as usual is left out of it.
func List(q ListQuery) string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", q.Words)
	set("state", q.State)
	set("hardware", q.Hardware)
	set("sort", q.Sort)
	if q.Warm {
		v.Set("warm", "1")
	}
	if q.Descending {
		v.Set("desc", "1")
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return withQuery(Deployments, v)
}

// ParseList reads a state from an address; what makes no sense counts as not there.
func ParseList(v url.Values) ListQuery {
	q := ListQuery{Words: v.Get("q"), State: v.Get("state"), Hardware: v.Get("hardware"), Sort: v.Get("sort"), Warm: v.Get("warm") == "1", Descending: v.Get("desc") == "1"}
	if !utf8.ValidString(q.Words) || utf8.RuneCountInString(q.Words) > maxWords {
		q.Words = ""
	}
	if q.State != "enabled" && q.State != "paused" {
		q.State = ""
	}
	if len(q.Hardware) > maxWords || !utf8.ValidString(q.Hardware) {
		q.Hardware = ""
	}
	if len(q.Sort) > maxWords || q.Sort == "name" {
		q.Sort = ""
	}
	if page, err := strconv.Atoi(v.Get("page")); err == nil && page > 1 {
		q.Page = page
	}
	return q
}

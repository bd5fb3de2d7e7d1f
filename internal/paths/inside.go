package paths

import (
	"net/url"
	"strconv"
	"unicode/utf8"
)

// Search is the page that searches inside the workflows of all deployments.
const Search = "/deployments/search"

// Again is the parameter that tries once more to read what could not be read; no address that is shown or shared has it.
const Again = "again"

// SearchQuery is the state of that page, as its address carries it.
type SearchQuery struct {
	Words string // what is looked for; in double quotes, the whole of a text
	In    string // "model", "class" or "value"; "" for any
	Page  int    // from 1; 0 means 1
}

// SearchInside is the page in a state; what is as usual is left out.
func SearchInside(q SearchQuery) string { return withQuery(Search, q.values()) }

// SearchAgain is the same, trying again what could not be read.
func SearchAgain(q SearchQuery) string {
	v := q.values()
	v.Set(Again, "1")
	return withQuery(Search, v)
}

// SearchExactly finds the deployments that use exactly this text, such as the file of a model.
func SearchExactly(text, in string) string {
	q := SearchQuery{Words: `"` + text + `"`, In: in}
	if utf8.RuneCountInString(q.Words) > maxWords || !utf8.ValidString(text) {
		return ""
	}
	return SearchInside(q)
}

func (q SearchQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.Words, "in": q.In} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

// ParseSearch reads a state from an address; what makes no sense counts as not there.
func ParseSearch(v url.Values) SearchQuery {
	q := SearchQuery{Words: v.Get("q"), In: oneOf(v.Get("in"), "model", "class", "value")}
	if !utf8.ValidString(q.Words) || utf8.RuneCountInString(q.Words) > maxWords {
		q.Words = ""
	}
	if page, err := strconv.Atoi(v.Get("page")); err == nil && page > 1 {
		q.Page = page
	}
	return q
}

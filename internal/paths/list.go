package paths

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxWords bounds the search text and every other value, in characters.
const maxWords = 200

// What ListQuery.Changed may be: since midnight UTC, within 24 hours, within 7 days, not for 30 days.
const (
	ChangedToday  = "today"
	ChangedDay    = "day"
	ChangedWeek   = "week"
	ChangedBefore = "before"
)

// ListQuery is the whole state of the list, as its address carries it. Its zero value is everything by name.
type ListQuery struct {
	Words      string // what is searched for
	State      string // "", "enabled" or "paused"
	Warm       bool   // only what is billed around the clock
	Hardware   string // a SKU, "" for all
	Status     string // as the API sends it, "" for all
	Version    string // a workflow version, "" for all
	Owner      string // of the notes, "" for all
	Tag        string // one of the notes' tags, "" for all
	Changed    string // one of the constants, "" for whenever
	Sort       string // a field of the API, "floor", "ceiling" or "owner", "" for the name
	Descending bool
	Page       int // from 1; 0 means 1
	Rows       int // on each page, so that a later page is the same one for whoever gets its address; 0 is as they like
}

// List is the address of the list in a state; what is as usual is left out of it.
func List(q ListQuery) string { return withPairs(Deployments, q.Pairs()) }

// FiltersPath is the page with every filter of a list.
const FiltersPath = Deployments + "/filters"

// Filters is where a list is narrowed further.
func Filters(q ListQuery) string { return withPairs(FiltersPath, q.FirstPage().Pairs()) }

// ExportCSV is the download of everything the state finds, in its order.
func ExportCSV(q ListQuery) string { return withPairs(DeploymentsCSV, q.FirstPage().Pairs()) }

// ExportJSON is the same as the API sent it.
func ExportJSON(q ListQuery) string { return withPairs(DeploymentsJSON, q.FirstPage().Pairs()) }

// FirstPage is the same search, read from its beginning.
func (q ListQuery) FirstPage() ListQuery {
	q.Page, q.Rows = 0, 0
	return q
}

// Pairs are the names and values that an address of the state has, in the order of the names.
func (q ListQuery) Pairs() [][2]string {
	var out [][2]string
	add := func(name, value string, is bool) {
		if is {
			out = append(out, [2]string{name, value})
		}
	}
	text := func(name, value string) { add(name, value, value != "") }
	text("changed", q.Changed)
	add("desc", "1", q.Descending)
	text("hardware", q.Hardware)
	text("owner", q.Owner)
	add("page", strconv.Itoa(q.Page), q.Page > 1)
	text("q", q.Words)
	add("rows", strconv.Itoa(q.Rows), q.Page > 1 && q.Rows > 0)
	text("sort", q.Sort)
	text("state", q.State)
	text("status", q.Status)
	text("tag", q.Tag)
	text("version", q.Version)
	add("warm", "1", q.Warm)
	return out
}

// String is the state as the query of an address, in the one way it is written. ParseList(url.ParseQuery(s)) reads it back.
func (q ListQuery) String() string { return encode(q.Pairs()) }

// Narrows tells whether the state leaves anything out.
func (q ListQuery) Narrows() bool {
	return q != ListQuery{Sort: q.Sort, Descending: q.Descending, Page: q.Page, Rows: q.Rows}
}

// Fresh is the parameter that asks for a reading of its own; no address that is shown or shared has it.
const Fresh = "fresh"

// FreshList is the address that reads the list anew, in a state.
func FreshList(q ListQuery) string {
	address := List(q)
	if strings.Contains(address, "?") {
		return address + "&" + Fresh + "=1"
	}
	return address + "?" + Fresh + "=1"
}

// SettingsOf is the parameter by which a list asks for its settings. It holds the address of the list.
const SettingsOf = "list"

// Shortcuts is the address of the keyboard's shortcuts, which stand in the preferences; alone with the parameter [ShortcutsOnly].
const (
	ShortcutsOnly = "keys"
	Shortcuts     = Preferences + "?" + ShortcutsOnly + "=1"
)

// ListSettings is the address of the settings that a list shows in itself.
func ListSettings(q ListQuery) string {
	return withPairs(Preferences, [][2]string{{SettingsOf, List(q)}})
}

// ParseList reads a state from an address; what makes no sense counts as not there.
func ParseList(v url.Values) ListQuery {
	text := func(name string) string {
		if value := v.Get(name); utf8.ValidString(value) && utf8.RuneCountInString(value) <= maxWords {
			return value
		}
		return ""
	}
	q := ListQuery{
		Words: text("q"), State: oneOf(text("state"), "enabled", "paused"), Warm: v.Get("warm") == "1",
		Hardware: text("hardware"), Status: text("status"), Version: text("version"), Owner: text("owner"), Tag: text("tag"),
		Changed: oneOf(text("changed"), ChangedToday, ChangedDay, ChangedWeek, ChangedBefore),
		Sort:    text("sort"), Descending: v.Get("desc") == "1",
	}
	if q.Sort == "name" {
		q.Sort = ""
	}
	if page, err := strconv.Atoi(v.Get("page")); err == nil && page > 1 {
		q.Page = page
		if rows, err := strconv.Atoi(v.Get("rows")); err == nil && rows > 0 {
			q.Rows = rows
		}
	}
	return q
}

// ListAt reads the state from an address of the list. ok is false for the address of anything else.
func ListAt(address string) (q ListQuery, ok bool) {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || u.Path != Deployments {
		return ListQuery{}, false
	}
	return ParseList(u.Query()), true
}

func oneOf(value string, known ...string) string {
	if slices.Contains(known, value) {
		return value
	}
	return ""
}

package paths

import (
	"net/url"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"
)

// The change log, whole and one entry of it, and what of it can be taken away.
const (
	Activity             = "/activity"
	ActivityEntryPattern = "/activity/:entry"
	ActivityKeptPattern  = "/activity/:entry/:file"
	ActivityCSV          = "/activity/export.csv"
	ActivityJSON         = "/activity/export.json"
)

// The files of what a deletion kept.
const (
	KeptSettings = "settings.json"
	KeptReadme   = "readme.md"
	KeptWorkflow = "workflow.json"
)

// ActivityQuery is what the change log is narrowed to, as its address carries it.
type ActivityQuery struct {
	Deployment, Kind, Result, Person string
	Text                             string
	Before                           string // see ActivityMark
}

var activityMark = regexp.MustCompile(`^(\d{1,16})-([a-z2-7]{26})$`)

// ActivityMark is the place in the log after an entry: its time and its id.
func ActivityMark(at time.Time, id string) string {
	return strconv.FormatInt(at.UnixMilli(), 10) + "-" + id
}

// ParseActivityMark reads one; ok is false for what is none.
func ParseActivityMark(mark string) (at time.Time, id string, ok bool) {
	m := activityMark.FindStringSubmatch(mark)
	if m == nil {
		return time.Time{}, "", false
	}
	ms, err := strconv.ParseInt(m[1], 10, 64)
	return time.UnixMilli(ms), m[2], err == nil
}

// ActivityOf is the log in a state.
func ActivityOf(q ActivityQuery) string { return withQuery(Activity, q.values()) }

// ExportActivity are the downloads of everything the state finds.
func ExportActivity(q ActivityQuery) (asCSV, asJSON string) {
	q.Before = ""
	return withQuery(ActivityCSV, q.values()), withQuery(ActivityJSON, q.values())
}

// ActivityEntry is the page of one entry.
func ActivityEntry(id string) string { return Activity + "/" + url.PathEscape(id) }

// ActivityKept is a file of what an entry deleted.
func ActivityKept(id, file string) string { return ActivityEntry(id) + "/" + file }

// Undo is the parameter of an edit form that takes an entry of the log back.
const Undo = "undo"

// UndoEntry is the edit form of a deployment with the values that an entry changed.
func UndoEntry(deployment, entry string) string {
	return EditDeployment(deployment) + "?" + url.Values{Undo: {entry}}.Encode()
}

// Version is the parameter of an edit form that begins with the version an entry of the log made.
const Version = "version"

// EditVersion is that form.
func EditVersion(deployment, entry string) string {
	return EditDeployment(deployment) + "?" + url.Values{Version: {entry}}.Encode()
}

// UndoNote is the form of a deployment's notes with what an entry replaced.
func UndoNote(deployment, entry string) string {
	return Notes(deployment) + "?" + url.Values{Undo: {entry}}.Encode()
}

func (q *ActivityQuery) fields() map[string]*string {
	return map[string]*string{
		"deployment": &q.Deployment, "action": &q.Kind, "result": &q.Result, "person": &q.Person, "q": &q.Text, "before": &q.Before,
	}
}

func (q ActivityQuery) values() url.Values {
	v := url.Values{}
	for name, value := range q.fields() {
		if *value != "" {
			v.Set(name, *value)
		}
	}
	return v
}

// ParseActivity reads a state from an address; what makes no sense counts as not there.
func ParseActivity(v url.Values) ActivityQuery {
	var q ActivityQuery
	for name, to := range q.fields() {
		if value := v.Get(name); utf8.ValidString(value) && utf8.RuneCountInString(value) <= maxWords {
			*to = value
		}
	}
	return q
}

package paths

import (
	"net/url"
	"unicode/utf8"
)

// The change log, whole and one entry of it, and what of it can be taken away.
const (
	Activity             = "/activity"
	ActivityEntryPattern = "/activity/:entry"
	ActivityCSV          = "/activity/export.csv"
)

// ActivityQuery is what the change log is narrowed to, as its address carries it.
type ActivityQuery struct {
	Deployment, Action, Result, Person string
	Before                             string // id of the entry that was listed last
}

// ActivityOf is the log in a state.
func ActivityOf(q ActivityQuery) string { return withQuery(Activity, q.values()) }

// ExportActivity is the download of everything the state finds.
func ExportActivity(q ActivityQuery) string {
	q.Before = ""
	return withQuery(ActivityCSV, q.values())
}

// ActivityEntry is the page of one entry.
func ActivityEntry(id string) string { return Activity + "/" + url.PathEscape(id) }

// Undo is the parameter of an edit form that takes an entry of the log back.
const Undo = "undo"

// UndoEntry is the edit form of a deployment with the values that an entry changed.
func UndoEntry(deployment, entry string) string {
	return EditDeployment(deployment) + "?" + url.Values{Undo: {entry}}.Encode()
}

// UndoNote is the form of a deployment's notes with what an entry replaced.
func UndoNote(deployment, entry string) string {
	return Notes(deployment) + "?" + url.Values{Undo: {entry}}.Encode()
}

func (q *ActivityQuery) fields() map[string]*string {
	return map[string]*string{"deployment": &q.Deployment, "action": &q.Action, "result": &q.Result, "person": &q.Person, "before": &q.Before}
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

package web_test

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// carried is what the service did, by the queue size or the name that names a write.
type carried struct {
	times int
	over  string // the queue size that it replaced
}

// marked is the part of a write that names it.
func (q *sequence) marked(c sandbox.Call) string {
	var body struct {
		Name      string      `json:"name"`
		QueueSize json.Number `json:"queue_size"`
	}
	if err := json.Unmarshal(c.Body, &body); err != nil {
		q.t.Fatal(err)
	}
	if c.Method == http.MethodPatch {
		return body.QueueSize.String()
	}
	return body.Name
}

// replay goes through what the service did, in order: with a lease, writes to one deployment do not overlap.
func (q *sequence) replay() map[string]carried {
	out := map[string]carried{}
	size := "1"
	for i, call := range q.box.Calls() {
		if other, ok := q.others[i]; ok {
			size = other
		}
		if call.Method == http.MethodGet || !call.Applied {
			continue
		}
		marker := q.marked(call)
		out[marker] = carried{times: out[marker].times + 1, over: size}
		if call.Method == http.MethodPatch {
			size = marker
		}
	}
	return out
}

// check compares claims, journal and truth.
func (q *sequence) check() {
	truth := q.replay()
	for key, said := range q.claims {
		e, recorded, err := q.journal.ByKey(q.t.Context(), q.account, key)
		if err != nil {
			q.t.Fatal(err)
		}
		if recorded {
			q.checkEntry(e, said, truth)
			continue
		}
		if said == "done" || said == "unknown" {
			q.t.Errorf("a form was said to be %s, and the journal has nothing of it", said)
		}
	}
	for marker := range truth {
		q.t.Errorf("%s was carried out, and the journal has nothing of it", marker)
	}
}

func (q *sequence) checkEntry(e journal.Entry, said string, truth map[string]carried) {
	field := map[bool]string{true: "name", false: "queue_size"}[e.Action == journal.Create]
	marker := e.Changes[slices.IndexFunc(e.Changes, func(x journal.Change) bool { return x.Field == field })].To
	was := truth[marker]
	delete(truth, marker)
	if was.times > 1 {
		q.t.Errorf("%s was carried out %d times", marker, was.times)
	}
	if e.State == journal.Done && was.times != 1 || e.State == journal.Refused && was.times != 0 || e.State == journal.Open {
		q.t.Errorf("%s is %s in the journal and was carried out %d times (%s)", marker, e.State, was.times, e.Message)
	}
	if said == "done" && e.State != journal.Done || said == "nothing" && e.State == journal.Done {
		q.t.Errorf("%s is %s in the journal and was said to be %s", marker, e.State, said)
	}
	if e.Action == journal.Update && was.times == 1 && was.over != q.base[e.Key] {
		q.t.Errorf("%s replaced %s, and its form was made from %s: an update is lost", marker, was.over, q.base[e.Key])
	}
}

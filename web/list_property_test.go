package web_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// walker reads lists as a person does, page after page, and compares them with what the API has.
type walker struct {
	t    *testing.T
	deck *webtest.Deck
	b    *webtest.Browser
	r    *rand.Rand
	did  []string // what led here, for the report

	notes map[string]notes.Typed // as they were typed, by the deployment
}

// TestList_AnySequence: after any sequence of filtering, sorting, paging, refreshing, editing, switching and deleting, the pages
// of a list show every deployment that matches exactly once and no other, and every count agrees with them, also beside a row that
// was just switched.
func TestList_AnySequence(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &walker{t: t, deck: webtest.Start(t, webtest.Options{}), r: rand.New(rand.NewPCG(seed, 9)), notes: map[string]notes.Typed{}}
			w.fill(70)
			w.b = member(t, w.deck)
			for range 25 {
				w.step()
				w.switches(w.state())
			}
		})
	}
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (w *walker) fill(n int) {
	for i := range n {
		changed := w.deck.Clock.Now().Add(-time.Duration(w.r.IntN(60*24)) * time.Hour)
		w.deck.Put(sandbox.Deployment{
			ID: fmt.Sprintf("00000000-0000-0000-0000-%012x", i), Name: pick(w.r, "image", "video", "text") + " " + strconv.Itoa(w.r.IntN(40)),
			Hardware: []string{pick(w.r, "AMPERE_48", "HOPPER_141", "NEW_1")}, Status: pick(w.r, "standby", "running"), WorkflowVersion: pick(w.r, "v1", "v2", "v10"),
			MinInstances: w.r.Int64N(3), MaxInstances: 3 + w.r.Int64N(3), QueueSize: 1, IsEnabled: w.r.IntN(3) > 0, CreatedAt: changed, UpdatedAt: changed,
		})
	}
}

// step does one thing that a person may do and then reads a list to its end.
func (w *walker) step() {
	all := w.deck.Sandbox.Deployments(webtest.Token)
	switch d := pick(w.r, all...); w.r.IntN(7) {
	case 0:
		w.did = append(w.did, "delete "+d.ID)
		w.b.Post("/deployments/"+d.ID+"/delete", url.Values{"confirm_name": {d.Name}}).Expect(303, "/deployments")
	case 1:
		w.did = append(w.did, "rename "+d.ID)
		w.b.Post("/deployments/"+d.ID, url.Values{"name": {pick(w.r, "image", "renamed") + " " + strconv.Itoa(w.r.IntN(99))}}).Expect(303, "/deployments/"+d.ID)
	case 2:
		w.did = append(w.did, "switch "+d.ID)
		action := "/deployments/" + d.ID + pick(w.r, "/enable", "/disable")
		done := w.b.Post(action, url.Values{"switch": {"1"}})
		if done.Status == 200 { // the review of what it costs
			done = w.b.Submit(action, nil)
		}
		done.Expect(303, "/deployments/"+d.ID)
	case 3, 4:
		w.note(d.ID)
	case 5:
		w.b.Post("/preferences", url.Values{"per_page": {pick(w.r, "25", "50")}}).Expect(303, "/preferences")
	}
	w.read(w.state())
}

// note says something about a deployment.
func (w *walker) note(id string) {
	n := notes.Typed{Owner: pick(w.r, "", "Anna", "Bo"), Tags: pick(w.r, "", "prod", "eu west, prod"), Text: pick(w.r, "", "See the Runbook")}
	w.did = append(w.did, fmt.Sprintf("note %s %+v", id, n))
	w.b.Get("/deployments/" + id + "/notes")
	w.b.Submit("/deployments/"+id+"/notes", map[string]string{"owner": n.Owner, "tags": n.Tags, "note": n.Text}).Expect(303, "/deployments/"+id)
	w.notes[id] = n
}

// state is a random state of the list.
func (w *walker) state() url.Values {
	v := url.Values{}
	maybe := func(name string, values ...string) {
		if w.r.IntN(3) == 0 {
			v.Set(name, pick(w.r, values...))
		}
	}
	maybe("q", "image", "video 1", "a6000", "paused", "v1", "renamed", "0000-00000000001", "runbook", "prod", "bo")
	maybe("owner", "Anna", "Bo", "Nobody")
	maybe("tag", "prod", "eu west")
	maybe("state", "enabled", "paused")
	maybe("hardware", "AMPERE_48", "HOPPER_141", "NEW_1", "GONE")
	maybe("status", "standby", "running")
	maybe("version", "v1", "v10")
	maybe("changed", "today", "week", "before")
	maybe("warm", "1")
	maybe("sort", "floor", "ceiling", "updated_at", "hardware", "min_instances", "is_enabled", "owner", "tags", "status", "max_instances", "workflow_id")
	maybe("desc", "1")
	return v
}

// read follows the pages of a list and holds them to what the API has.
func (w *walker) read(state url.Values) {
	w.t.Helper()
	address := "/deployments?" + state.Encode()
	w.did = append(w.did, address)
	var want, got []string
	for _, d := range w.deck.Sandbox.Deployments(webtest.Token) {
		if w.matches(d, state) {
			want = append(want, d.ID)
		}
	}
	found := ""
	for at := address; at != ""; {
		r := w.b.Get(at)
		r.Expect(200, "")
		if at == address {
			found = strings.Fields(htmlcheck.Text(htmlcheck.Select(r.DOM(), ".totals li")[0]))[0]
			w.counts(r, state, len(want))
		}
		for _, tr := range htmlcheck.Select(r.DOM(), "tbody tr") {
			got = append(got, strings.TrimPrefix(htmlcheck.Attr(tr, "id"), "deployment-"))
		}
		at = ""
		for _, a := range htmlcheck.Select(r.DOM(), ".pager a[hx-get]") {
			if htmlcheck.Text(a) == "Next" {
				at = htmlcheck.Attr(a, "href")
			}
		}
	}
	if found != strconv.Itoa(len(want)) {
		w.t.Fatalf("%s deployments are said to be found, want %d, after\n%s", found, len(want), strings.Join(w.did, "\n"))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		w.t.Fatalf("the pages show %d deployments, want %d, after\n%s\ngot  %q\nwant %q", len(got), len(want), strings.Join(w.did, "\n"), got, want)
	}
}

// counts opens every filter that a list offers: it leads to as many deployments as it says.
func (w *walker) counts(r *webtest.Response, state url.Values, found int) {
	w.t.Helper()
	for _, a := range htmlcheck.Select(r.DOM(), ".chips a") {
		said := htmlcheck.Text(htmlcheck.Select(a, ".chip__count")[0])
		u, err := url.Parse(htmlcheck.Attr(a, "href"))
		if err != nil {
			w.t.Fatal(err)
		}
		if htmlcheck.Attr(a, "aria-current") != "" { // it is on, and leads to the list without it: what it counts is in sight
			if said != strconv.Itoa(found) {
				w.t.Fatalf("the chosen filter %q says %s, found are %d, after\n%s", htmlcheck.Text(a), said, found, strings.Join(w.did, "\n"))
			}
			continue
		}
		n := 0
		for _, d := range w.deck.Sandbox.Deployments(webtest.Token) {
			if w.matches(d, u.Query()) {
				n++
			}
		}
		if said != strconv.Itoa(n) {
			w.t.Fatalf("in %s the filter %q says %s, want %d, after\n%s", state.Encode(), htmlcheck.Text(a), said, n, strings.Join(w.did, "\n"))
		}
	}
}

// matches says in the plainest way whether a deployment belongs to a list.
func (w *walker) matches(d sandbox.Deployment, v url.Values) bool {
	now, note := w.deck.Clock.Now().UTC(), w.notes[d.ID]
	switch age := now.Sub(d.UpdatedAt); {
	case v.Get("state") == "enabled" && !d.IsEnabled, v.Get("state") == "paused" && d.IsEnabled,
		v.Get("hardware") != "" && v.Get("hardware") != d.Hardware[0],
		v.Get("status") != "" && v.Get("status") != d.Status,
		v.Get("version") != "" && v.Get("version") != d.WorkflowVersion,
		v.Get("owner") != "" && v.Get("owner") != note.Owner,
		v.Get("tag") != "" && !slices.Contains(strings.Split(note.Tags, ", "), v.Get("tag")),
		v.Get("warm") != "" && (!d.IsEnabled || d.MinInstances == 0),
		v.Get("changed") == "today" && d.UpdatedAt.UTC().Format("2006-01-02") != now.Format("2006-01-02"),
		v.Get("changed") == "week" && age > 7*24*time.Hour,
		v.Get("changed") == "before" && age <= 30*24*time.Hour:
		return false
	}
	gpu := map[string]string{"AMPERE_48": "a6000 48 gb", "HOPPER_141": "h200 141 gb"}[d.Hardware[0]]
	text := strings.ToLower(strings.Join([]string{d.ID, d.Name, d.WorkflowID, d.WorkflowVersion, d.Status, d.Hardware[0], gpu, map[bool]string{true: "enabled", false: "paused"}[d.IsEnabled], note.Owner, note.Tags, note.Text}, "\n"))
	for word := range strings.FieldsSeq(v.Get("q")) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

package web_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// switches presses a few of the switches on one page of a list and holds what the screen says after each of them to the rows that
// stand on it and to what the API has.
func (w *walker) switches(state url.Values) {
	w.t.Helper()
	if w.r.IntN(2) == 0 {
		state.Set("page", "2")
	}
	address := "/deployments?" + state.Encode()
	rows := htmlcheck.Select(w.b.Get(address).DOM(), "tbody tr")
	left := map[string]bool{}
	for range 4 {
		if len(rows) == 0 {
			return
		}
		tr := pick(w.r, rows...)
		action := htmlcheck.Attr(htmlcheck.Select(tr, "button[form=switch]")[0], "formaction")
		id := strings.TrimPrefix(htmlcheck.Attr(tr, "id"), "deployment-")
		r := w.b.Post(action, url.Values{"switch": {"1"}, "view": {"row"}, "next": {address}}, webtest.HX(w.deck.URL+address))
		if len(htmlcheck.Select(r.DOM(), "#deployment-"+id)) == 0 {
			continue // the review of what it costs
		}
		w.did = append(w.did, "in "+address+" "+action)
		var want int
		var switched sandbox.Deployment
		for _, d := range w.deck.Sandbox.Deployments(webtest.Token) {
			if d.ID == id {
				switched = d
			}
			if w.matches(d, state) {
				want++
			}
		}
		left[id] = !w.matches(switched, state)
		if says := strings.Contains(htmlcheck.Text(htmlcheck.Select(r.DOM(), "#deployment-"+id)[0]), "No longer in this view"); says != left[id] {
			w.fatalf("the row %s says %v that it left, want %v", id, says, left[id])
		}
		w.agrees(r, state, want, len(rows)-len(trues(left)))
	}
}

var places = regexp.MustCompile(`^(\d+)–(\d+) of (\d+)( |$)`)

// agrees holds everything that counts beside a switched row to what the list finds, and the places of its rows, where it says any,
// to those that are on the screen.
func (w *walker) agrees(r *webtest.Response, state url.Values, found, onScreen int) {
	w.t.Helper()
	text := func(selector string) string {
		w.t.Helper()
		if at := htmlcheck.Select(r.DOM(), selector); len(at) == 1 {
			return htmlcheck.Text(at[0])
		}
		w.fatalf("the answer has no %s, or several", selector)
		return ""
	}
	number := strconv.Itoa(found)
	shown := text(".pager__range")
	if p := places.FindStringSubmatch(shown); p != nil {
		from, _ := strconv.Atoi(p[1])
		to, _ := strconv.Atoi(p[2])
		if p[3] != number || to-from+1 != onScreen {
			w.fatalf("the places are %q, found are %d with %d of them on the screen", shown, found, onScreen)
		}
	} else if !strings.HasPrefix(shown, number+" found among ") {
		w.fatalf("the list says %q, found are %d", shown, found)
	}
	if got, want := text("hx-partial[hx-target=caption]"), "Deployments, "+shown; got != want {
		w.fatalf("the caption says %q, want %q", got, want)
	}
	if got, want := text("hx-partial[hx-target=#found]"), "All "+number+" found"; got != want {
		w.fatalf("the selection says %q, want %q", got, want)
	}
	if got, want := text("th.table__cost"), "Total of "+number+"Estimate"; !strings.HasPrefix(got, want) {
		w.fatalf("the foot says %q, want %q", got, want)
	}
	totals := htmlcheck.Select(r.DOM(), ".totals li")
	if got := htmlcheck.Text(totals[0]); strings.Fields(got)[0] != number {
		w.fatalf("the figures say %q, found are %d", got, found)
	}
	w.counts(r, state, found)
}

func (w *walker) fatalf(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf(format+", after\n"+strings.Join(w.did, "\n"), args...)
}

// trues are the names that a set holds.
func trues(set map[string]bool) (names []string) {
	for name, in := range set {
		if in {
			names = append(names, name)
		}
	}
	return names
}

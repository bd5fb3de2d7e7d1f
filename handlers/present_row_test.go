package handlers

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

func TestCosts(t *testing.T) {
	t.Parallel()
	plan := deployments.DefaultPrices().Plan("payg")
	off := apiclient.Optional[bool]{Known: true}
	tests := []struct {
		name       string
		d          deployments.Deployment
		idle, full []string
	}{
		{"warm", deployments.Deployment{Hardware: []string{"AMPERE_48"}, MinInstances: known(2), MaxInstances: known(3)}, []string{"$5.00–$7.50/h", "$3,600–$5,400 in\u00a030\u00a0d"}, []string{"$7.50/h", "$5,400 in\u00a030\u00a0d"}},
		{"idle", deployments.Deployment{Hardware: []string{"AMPERE_48"}, MinInstances: known(0), MaxInstances: known(3)}, []string{"0–$7.50/h", "0–$5,400 in\u00a030\u00a0d"}, []string{"$7.50/h", "$5,400 in\u00a030\u00a0d"}},
		{"paused", deployments.Deployment{Hardware: []string{"AMPERE_48"}, MinInstances: known(2), MaxInstances: known(3), IsEnabled: off}, []string{"0 while paused"}, []string{"0 while paused"}},
		{"no price", deployments.Deployment{Hardware: []string{"NEW_1"}, MinInstances: known(0), MaxInstances: known(3)}, []string{"no price"}, []string{"no price"}},
		{"no price, paused", deployments.Deployment{Hardware: []string{"NEW_1"}, MinInstances: known(0), MaxInstances: known(3), IsEnabled: off}, []string{"no price"}, []string{"no price"}},
		{"no number", deployments.Deployment{Hardware: []string{"AMPERE_48"}, MaxInstances: known(3)}, []string{"no price"}, []string{"no price"}},
	}
	lines := (&Site{}).rowsOf(paths.ListQuery{}, nil, look{plan: plan}) // one list, in which no line may say what another one costs
	for _, tt := range append(tests, tests...) {
		got := lines.costs(tt.d)
		if diff := cmp.Diff([][]string{tt.idle, tt.full}, [][]string{got.idle, got.full}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestColumns holds that what a browser chose is what it gets, and that the usual columns are no choice.
func TestColumns(t *testing.T) {
	t.Parallel()
	keys := func(preference string) string {
		return strings.Join(look{columns: shownColumns(preference)}.keys(), ",")
	}
	const usual = "state,hardware,instances,cost,queue,keep_warm,version,updated"
	for preference, want := range map[string]string{
		"": usual, "name": "", "name,updated,state": "state,updated", "name,created,nonsense": "created", "name," + usual: usual,
	} {
		if got := keys(preference); got != want {
			t.Errorf("%q shows %q, want %q", preference, got, want)
		}
	}
	for wanted, want := range map[string]string{
		usual: "", "": "name", "state": "name,state", usual + ",created": "name," + usual + ",created",
	} {
		got := columnsPreference(func(key string) bool { return strings.Contains(","+wanted+",", ","+key+",") })
		if got != want || keys(got) != wanted {
			t.Errorf("wanting %q is kept as %q and shows %q, want %q", wanted, got, keys(got), want)
		}
	}
	all := columnsPreference(func(string) bool { return true })
	if len(all) > 200 || keys(all) != strings.TrimPrefix(all, "name,") {
		t.Errorf("all columns are kept as %q", all)
	}
	for _, c := range listColumns {
		if _, ok := fleet.ColumnNamed(c.sort); !ok && c.sort != "" {
			t.Errorf("%s sorts by %q, which is no column", c.key, c.sort)
		}
	}
}

// TestFoot adds up what was found; what cannot be counted is said.
func TestFoot(t *testing.T) {
	t.Parallel()
	s := &Site{Deck: deployments.New(nil, nil, deployments.Options{})}
	l := s.lookOf(session.Preferences{Columns: "name,state,instances,cost,full_load"}, paths.ListQuery{})
	counts := fleet.Counts{Deployments: 1200, Unsized: 3, Capacity: []fleet.Capacity{{SKU: "AMPERE_48", Deployments: 1000, Floor: 4, Ceiling: 2000}, {SKU: "NEW_1", Deployments: 7, Floor: 1, Ceiling: 1}}}
	want := []views.FootCell{
		{Lines: []string{"Total of 1,200", "Estimate: Pay as you go, 23 Nov 2026"}},
		{Label: "State"},
		{Label: "Instances", Lines: []string{"5–2,001", "without 3 that are unknown"}},
		{Label: "Cost", Lines: []string{"$10.00–$5,000/h", "$7,200–$3,600,000 in\u00a030\u00a0d", "without 10 that have no price"}},
		{Label: "At full load", Lines: []string{"$5,000/h", "$3,600,000 in\u00a030\u00a0d", "without 10 that have no price"}},
	}
	if diff := cmp.Diff(want, s.foot(counts, l)); diff != "" {
		t.Errorf("the foot (-want +got):\n%s", diff)
	}
	foot := func(c fleet.Counts) (out []string) {
		for _, cell := range s.foot(c, l)[2:] {
			out = append(out, strings.Join(cell.Lines, "; "))
		}
		return out
	}
	for _, tt := range []struct {
		in   fleet.Counts
		want []string
	}{
		{fleet.Counts{Deployments: 3, Unsized: 1, Capacity: []fleet.Capacity{{SKU: "NEW_1", Deployments: 2, Floor: 1, Ceiling: 4}}}, []string{"1–4; without 1 that is unknown", "no price", "no price"}},
		{fleet.Counts{Deployments: 2, Capacity: []fleet.Capacity{{SKU: "AMPERE_48", Deployments: 1, Ceiling: 1}, {SKU: "NEW_1", Deployments: 1, Ceiling: 1}}}, []string{"0–2", "0–$2.50/h; 0–$1,800 in\u00a030\u00a0d; without 1 that has no price", "$2.50/h; $1,800 in\u00a030\u00a0d; without 1 that has no price"}},
	} {
		if diff := cmp.Diff(tt.want, foot(tt.in)); diff != "" {
			t.Errorf("the foot of %+v (-want +got):\n%s", tt.in, diff)
		}
	}
}

// TestRow_Marks holds that everything a search looks at is marked where it was found, and that a row which was found by
// something out of sight says by what.
func TestRow_Marks(t *testing.T) {
	t.Parallel()
	s := &Site{Deck: deployments.New(nil, nil, deployments.Options{}), Now: nil}
	d := deployments.Deployment{
		ID: "a1b2c3d4-1111-2222-3333-abcdefabcdef", Name: "Video One", Status: "standby", WorkflowID: "beef", WorkflowVersion: "v12",
		Hardware: []string{"AMPERE_48"}, IsEnabled: apiclient.Optional[bool]{Known: true, Value: true},
	}
	hits := func(m views.Marked) (out []string) {
		for _, p := range m.Pieces {
			if p.Hit {
				out = append(out, p.Text)
			}
		}
		return out
	}
	row := func(words, columns string) views.Row {
		return s.rowsOf(paths.ListQuery{Words: words}, nil, s.lookOf(session.Preferences{Columns: columns}, paths.ListQuery{})).row(d)
	}
	r := row("VIDEO a1b2 stand v1 a6000 ampere enab beef", "")
	got := map[string][]string{
		"name": hits(r.Title), "id": hits(r.IDText), "status": hits(r.Status), "version": hits(r.Version), "gpu": hits(r.GPU), "sku": hits(r.SKU),
		"state": hits(views.Marked{Pieces: r.Power.Marks}), "found by": hits(r.Found),
	}
	want := map[string][]string{
		"name": {"Video"}, "id": {"a1b2"}, "status": {"stand"}, "version": {"v1"}, "gpu": {"A6000"}, "sku": {"AMPERE"}, "state": {"Enab"}, "found by": {"beef"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	if r := row("beef", "name,workflow"); r.Found.Text != "" || len(hits(r.Workflow)) != 1 {
		t.Errorf("the workflow in its own column: %+v, %+v", r.Workflow, r.Found)
	}
	noted := func(words, columns string) views.Row {
		kept := fleet.NewNotes(map[string]fleet.Note{d.ID: {Owner: "Team Ü", Tags: []string{"eu west", "prod"}, Text: "one two three four five six\nseven the RUNBOOK is x"}})
		return s.rowsOf(paths.ListQuery{Words: words}, kept, s.lookOf(session.Preferences{Columns: columns}, paths.ListQuery{})).row(d)
	}
	if r := noted("runbook ü prod", ""); r.Found.Text != "Owner Team Ü · Tags eu west, prod · Note … six seven the RUNBOOK is x" || len(hits(r.Found)) != 3 {
		t.Errorf("found by its notes: %+v", r.Found)
	}
	if r := noted("ü prod", "name,owner,tags"); r.Found.Text != "" || len(hits(r.Owner)) != 1 || len(hits(r.Tags)) != 1 {
		t.Errorf("the notes in their own columns: %+v, %+v, %+v", r.Owner, r.Tags, r.Found)
	}
	if r := row("", ""); r.Title.Pieces != nil || r.Power.Marks != nil || r.Found.Text != "" {
		t.Errorf("without a search: %+v", r)
	}
}

package handlers

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func TestQuestion(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.FixedZone("", 12*3600)) // still the 14th, at 03:09 in UTC
	plan := deployments.DefaultPrices().Plan("")
	on, off := true, false
	tests := []struct {
		state paths.ListQuery
		want  fleet.Query
	}{
		{paths.ListQuery{}, fleet.Query{}},
		{
			paths.ListQuery{Words: "a b", State: "enabled", Warm: true, Hardware: "x", Status: "x", Version: "x", Sort: "floor", Descending: true, Page: 7},
			fleet.Query{Words: "a b", Enabled: &on, Warm: true, SKU: []string{"x"}, Status: []string{"x"}, Version: []string{"x"}, Sort: fleet.ByFloor, Descending: true},
		},
		{paths.ListQuery{State: "paused", Sort: "no such column"}, fleet.Query{Enabled: &off}},
		{paths.ListQuery{Changed: paths.ChangedToday}, fleet.Query{UpdatedAfter: time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)}},
		{paths.ListQuery{Changed: paths.ChangedDay}, fleet.Query{UpdatedAfter: now.Add(-24 * time.Hour)}},
		{paths.ListQuery{Changed: paths.ChangedWeek}, fleet.Query{UpdatedAfter: now.Add(-7 * 24 * time.Hour)}},
		{paths.ListQuery{Changed: paths.ChangedBefore}, fleet.Query{UpdatedBefore: now.Add(-30 * 24 * time.Hour)}},
	}
	for _, tt := range tests {
		tt.want.Rates = plan.Rates()
		if diff := cmp.Diff(tt.want, question(tt.state, plan, nil, now), cmp.Comparer(func(a, b *fleet.Rates) bool { return a == b })); diff != "" {
			t.Errorf("question(%+v) (-want +got):\n%s", tt.state, diff)
		}
	}
}

// TestFurtherFilters holds that the choice of a field stays short in a large fleet, and never loses what is chosen.
func TestFurtherFilters(t *testing.T) {
	t.Parallel()
	var facets []fleet.Facet
	for i := range 300 {
		facets = append(facets, fleet.Facet{Value: "v" + strconv.Itoa(i), Deployments: 1 + i%3})
	}
	facets = append(facets, fleet.Facet{Deployments: 40}) // without a version
	for chosen, want := range map[string]int{"": 50, "v2": 50, "v0": 51, "gone": 51} {
		s := choose("version", "Version", chosen, facets, clean)
		picked := 0
		for _, o := range s.Options[1:] {
			if o.Selected {
				picked++
			}
			if !o.Selected && !strings.HasSuffix(o.Label, "(3)") {
				t.Errorf("with %q chosen, %q is offered before more frequent values", chosen, o.Label)
			}
		}
		if len(s.Options)-1 != want || (picked == 1) != (chosen != "") || s.Options[0] != (views.Option{Label: "All"}) {
			t.Errorf("with %q chosen: %d options and %d selected, want %d", chosen, len(s.Options)-1, picked, want)
		}
		if !strings.HasSuffix(s.Note, "more: the search finds them") {
			t.Errorf("the rest is not said: %q", s.Note)
		}
	}
	if s := choose("status", "Status", "", []fleet.Facet{{Value: "standby", Deployments: 1}}, clean); s.Note != "" || len(s.Options) != 2 {
		t.Errorf("one value: %+v", s)
	}
}

// TestFilters_WhatIsOn holds that every filter in the address can be seen and taken off again.
func TestFilters_WhatIsOn(t *testing.T) {
	t.Parallel()
	state := paths.ListQuery{Words: "w", State: "paused", Warm: true, Hardware: "NEW_1", Status: "odd", Version: "v9", Owner: "Anna", Tag: "prod", Changed: paths.ChangedWeek, Sort: "floor", Page: 3}
	for range 8 {
		var next string
		for _, f := range filters(state, fleet.Result{}) {
			if f.On {
				next = f.Href
				break
			}
		}
		q, ok := paths.ListAt(next)
		if !ok || q == state {
			t.Fatalf("nothing takes a filter off %+v", state)
		}
		state = q
	}
	if state != (paths.ListQuery{Words: "w", Sort: "floor"}) {
		t.Errorf("eight steps lead to %+v", state)
	}
}

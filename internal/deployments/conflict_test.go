package deployments_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// met saves a form that was opened before somebody else changed the deployment, and returns what it met.
func met(t *testing.T, d *deck, typed deployments.Draft, between func()) *deployments.Conflict {
	t.Helper()
	seenThen, err := d.Settings(t.Context(), token, id)
	if err != nil {
		t.Fatal(err)
	}
	base := deployments.DraftOf(seenThen)
	between()
	_, err = d.Update(t.Context(), token, id, base.With(typed), base)
	conflict, ok := errors.AsType[*deployments.Conflict](err)
	if !ok {
		t.Fatalf("error %v, want a conflict", err)
	}
	return conflict
}

// by changes a deployment here, as somebody.
func (d *deck) by(t *testing.T, person string, typed deployments.Draft) {
	t.Helper()
	ask := seen(token)
	ask.Person = person
	if _, err := d.Service.Update(t.Context(), ask, id, typed, nil); err != nil {
		t.Fatal(err)
	}
}

// TestConflict_Everything: a conflict names every field that changed in between, those that stand against what was typed first.
func TestConflict_Everything(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	got := met(t, d, deployments.Draft{"max_instances": "8", "queue_size": "4", "workflow_version": "v2"}, func() {
		d.elsewhere(func(x *sandbox.Deployment) {
			x.MinInstances, x.MaxInstances, x.KeepWarm, x.WorkflowVersion = 0, 5, 90, "v2"
		})
	})
	clashes := []deployments.Clash{
		{Field: "min_instances", Base: "1", Theirs: "0", Mine: "1"}, {Field: "max_instances", Base: "3", Theirs: "5", Mine: "8", Typed: true},
	}
	if diff := cmp.Diff(clashes, got.Clashes); diff != "" {
		t.Errorf("clashes (-want +got):\n%s", diff)
	}
	others := []deployments.Clash{
		{Field: "workflow_version", Base: "v1", Theirs: "v2", Mine: "v2", Typed: true},
		{Field: "keep_warm_duration_in_seconds", Base: "60", Theirs: "90", Mine: "60"},
	}
	if diff := cmp.Diff(others, got.Others); diff != "" {
		t.Errorf("others (-want +got):\n%s", diff)
	}
	newer := deployments.Draft{"min_instances": "0", "max_instances": "5", "workflow_version": "v2", "keep_warm_duration_in_seconds": "90"}
	if diff := cmp.Diff(newer, got.Newer()); diff != "" {
		t.Errorf("newer values (-want +got):\n%s", diff)
	}
	if len(got.Makers) > 0 {
		t.Errorf("the log knows of no change, and names %+v", got.Makers)
	}
}

// TestConflict_Makers: who changed what in between is said where the change log leads from the one value to the other, and nowhere
// else.
func TestConflict_Makers(t *testing.T) {
	t.Parallel()
	const maximum, warm = "max_instances", "keep_warm_duration_in_seconds"
	tests := []struct {
		name    string
		between func(t *testing.T, d *deck)
		want    map[string][]string // person → fields; "" for nobody of ours
	}{
		{"one", func(t *testing.T, d *deck) {
			t.Helper()
			d.by(t, "Ana", deployments.Draft{maximum: "5", warm: "90"})
		}, map[string][]string{"Ana": {maximum, warm}}},
		{"two", func(t *testing.T, d *deck) {
			t.Helper()
			d.by(t, "Ana", deployments.Draft{maximum: "5"})
			d.by(t, "Ben", deployments.Draft{warm: "90"})
		}, map[string][]string{"Ana": {maximum}, "Ben": {warm}}},
		{"the last of several", func(t *testing.T, d *deck) {
			t.Helper()
			d.by(t, "Ana", deployments.Draft{maximum: "5"})
			d.by(t, "Ben", deployments.Draft{maximum: "6"})
		}, map[string][]string{"Ben": {maximum}}},
		{"another client of the API since", func(t *testing.T, d *deck) {
			t.Helper()
			d.by(t, "Ana", deployments.Draft{maximum: "5", warm: "90"})
			d.elsewhere(func(x *sandbox.Deployment) { x.MaxInstances = 6 })
		}, map[string][]string{"Ana": {warm}}},
		{"another client of the API before", func(t *testing.T, d *deck) {
			t.Helper()
			d.elsewhere(func(x *sandbox.Deployment) { x.MaxInstances = 6 })
			d.by(t, "Ana", deployments.Draft{maximum: "5"})
		}, nil},
		{"what was noticed", func(t *testing.T, d *deck) {
			t.Helper()
			d.look(t, d.Service)
			d.elsewhere(func(x *sandbox.Deployment) { x.MaxInstances = 6 })
			d.look(t, d.Service)
			d.outside(t, 1)
		}, map[string][]string{"": {maximum}}},
		{"what nobody could vouch for", func(t *testing.T, d *deck) {
			t.Helper()
			d.fail("500@update")
			_, _ = d.Update(t.Context(), token, id, deployments.Draft{maximum: "5"}, nil)
			d.fail()
			d.elsewhere(func(x *sandbox.Deployment) { x.MaxInstances = 5 })
		}, nil},
		{"what came out differently", func(t *testing.T, d *deck) {
			t.Helper()
			d.fail("ignore-field@update=" + maximum)
			d.by(t, "Ana", deployments.Draft{maximum: "5", warm: "90"})
			d.fail()
			d.elsewhere(func(x *sandbox.Deployment) { x.MaxInstances = 5 })
		}, map[string][]string{"Ana": {warm}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			d.box.Put(token, example())
			got := met(t, d, deployments.Draft{maximum: "8"}, func() { tt.between(t, d) })
			var makers map[string][]string
			for _, m := range got.Makers {
				if makers == nil {
					makers = map[string][]string{}
				}
				person := ""
				if m.Line.Write != nil {
					person = m.Line.Write.Person
				} else if m.Line.Event.Kind != journal.Outside {
					t.Errorf("%s is no change", m.Line.Event.Kind)
				}
				makers[person] = append(makers[person], m.Fields...)
			}
			if diff := cmp.Diff(tt.want, makers); diff != "" {
				t.Errorf("who changed what (-want +got):\n%s", diff)
			}
		})
	}
}

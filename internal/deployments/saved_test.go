package deployments_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// TestResult_Came: a result says which changes came out as asked, from which record they are taken back, and what they did to the
// cost while idle; sent again, the form says the same of its one write.
func TestResult_Came(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		typed    deployments.Draft
		fault    string
		came     []journal.Change
		from, to string // "" where the cost while idle is as it was
	}{
		{"a lower minimum", deployments.Draft{"min_instances": "0"}, "", []journal.Change{{Field: "min_instances", From: "1", To: "0"}}, "$2.50", "$0.00"},
		{"a pause", deployments.Draft{"is_enabled": "false"}, "", []journal.Change{{Field: "is_enabled", From: "true", To: "false"}}, "$2.50", "$0.00"},
		{"what costs the same", deployments.Draft{"queue_size": "5"}, "", []journal.Change{{Field: "queue_size", From: "1", To: "5"}}, "", ""},
		{"hardware without a price", deployments.Draft{"min_instances": "2"}, "", []journal.Change{{Field: "min_instances", From: "1", To: "2"}}, "", ""},
		{"one of two", deployments.Draft{"min_instances": "2", "queue_size": "5"}, "ignore-field@update=min_instances", []journal.Change{{Field: "queue_size", From: "1", To: "5"}}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			now := example()
			if tt.name == "hardware without a price" {
				now.Hardware = []string{"NEW_1"}
			}
			d.box.Put(token, now)
			if tt.fault != "" {
				d.fail(tt.fault)
			}
			ask := seen(token)
			ask.Key = deployments.NewKey()
			done, err := d.Service.Update(t.Context(), ask, id, tt.typed, nil)
			if err != nil {
				t.Fatal(err)
			}
			plan := d.Prices().Plans[0]
			from, to, ok := done.FloorChange(plan)
			if ok != (tt.from != "") || ok && (from.String() != tt.from || to.String() != tt.to) {
				t.Errorf("cost while idle from %v to %v (%v), want %s to %s", from, to, ok, tt.from, tt.to)
			}
			again, err := d.Service.Update(t.Context(), ask, id, tt.typed, nil)
			if err != nil || !again.Repeated {
				t.Fatalf("sent again: %+v, %v", again, err)
			}
			if _, _, ok := again.FloorChange(plan); ok {
				t.Error("sent again it says what it cost before, which nobody read")
			}
			for _, r := range []deployments.Result{done, again} {
				if diff := cmp.Diff(tt.came, r.Came()); diff != "" {
					t.Errorf("came out as asked (-want +got):\n%s", diff)
				}
				if e, err := d.Write(t.Context(), ask.Account, r.Written.ID); err != nil || e.Key != ask.Key {
					t.Errorf("its record is %q: %v", r.Written.ID, err)
				}
			}
		})
	}
}

// TestResult_Unrecorded: what lowers cost goes ahead without a record; it says what it did, and offers no record to take it back from.
func TestResult_Unrecorded(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	done, err := d.Update(t.Context(), token, id, deployments.Draft{"min_instances": "0"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []journal.Change{{Field: "min_instances", From: "1", To: "0"}}; done.Written.ID != "" || !cmp.Equal(want, done.Came()) {
		t.Errorf("record %q of %+v, want none of %+v", done.Written.ID, done.Came(), want)
	}
}

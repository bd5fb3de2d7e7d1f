package deployments_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// TestUpdate_Partners: whoever changes a bound has looked at the other one, and whoever changes the minimum at the state. When
// somebody else changed that in between it is a conflict, although the fields differ; any other field is not.
func TestUpdate_Partners(t *testing.T) {
	t.Parallel()
	tests := []struct {
		mine, value string
		others      string // the field that somebody else changed
		change      func(*sandbox.Deployment)
		want        bool
	}{
		{"min_instances", "2", "max_instances", func(d *sandbox.Deployment) { d.MaxInstances = 5 }, true},
		{"max_instances", "4", "min_instances", func(d *sandbox.Deployment) { d.MinInstances = 0 }, true},
		{"min_instances", "2", "is_enabled", func(d *sandbox.Deployment) { d.IsEnabled = false }, true},
		{"min_instances", "2", "queue_size", func(d *sandbox.Deployment) { d.QueueSize = 7 }, false},
		{"queue_size", "2", "max_instances", func(d *sandbox.Deployment) { d.MaxInstances = 5 }, false},
	}
	for _, tt := range tests {
		t.Run(tt.mine+" and "+tt.others, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			d.box.Put(token, example())
			seen, err := d.Settings(t.Context(), token, id)
			if err != nil {
				t.Fatal(err)
			}
			base, typed := deployments.DraftOf(seen), deployments.DraftOf(seen)
			typed[tt.mine] = tt.value
			now := example()
			tt.change(&now)
			d.box.Put(token, now)

			done, err := d.Update(t.Context(), token, id, typed, base)
			conflict, clashes := errors.AsType[*deployments.Conflict](err)
			switch {
			case clashes != tt.want:
				t.Fatalf("Update() = %+v, %v; a conflict: %v, want %v", done, err, clashes, tt.want)
			case !clashes:
				if len(done.Merged) != 1 || done.Merged[0].Field != tt.others {
					t.Errorf("merged %+v, want %s", done.Merged, tt.others)
				}
			case len(conflict.Clashes) != 1 || conflict.Clashes[0].Field != tt.others || conflict.Clashes[0].Typed:
				t.Errorf("clashes = %+v, want %s, not typed here", conflict.Clashes, tt.others)
			case len(d.sent(http.MethodPatch)) > 0:
				t.Error("it was sent all the same")
			}
		})
	}
}

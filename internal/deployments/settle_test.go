package deployments_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

const (
	createUnknown  = "RunComfy did not confirm the new deployment, and it is not in the list yet. It may still appear. Look at the list in a minute before you create it again: a second one would cost money too."
	createUnlisted = "RunComfy did not confirm the new deployment, and its list cannot be read right now. Look at the list before you create it again: a second one would cost money too."
	createSeveral  = "RunComfy did not confirm the new deployment, and several new ones look like it. Compare them in the list before you create it again."
	updateUnknown  = "RunComfy did not confirm the change, and the deployment does not show it yet. It may still take effect. Read the deployment again in a moment before you repeat it."
	readUnknown    = "RunComfy did not confirm the change, and reading the deployment back did not work either. Nobody can say yet whether it happened. Open the deployment in a moment and look before you repeat it."
	deleteUnknown  = "RunComfy did not confirm the deletion, and the deployment is still there. It may still go. Open it again in a moment before you repeat this."
)

// lost are faults that lose the answer to a write which happened, undone those of a write which did not happen.
var (
	lost = []string{
		"reset-after", "hang-after", "html-after", "html502-after", "500-after", "502-after", "503-after=60", "504-after",
		"truncate", "empty", "null", "duplicate-key",
	}
	undone = []string{"reset", "hang", "html", "html502", "500", "502", "503=60", "504"}
)

// TestCreate_Settled: a create whose answer was lost is found in the list and reported as done. It is sent once.
func TestCreate_Settled(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]string{"no-id"}, lost...) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, impatient(), at(kind, "create"))
			twin := example() // it was there before: not the new one, however alike
			twin.MinInstances = 0
			d.box.Put(token, twin)

			done, err := d.Create(t.Context(), token, validDraft())
			if err != nil || !done.Settled || len(done.Differences) > 0 {
				t.Fatalf("Create() = %+v, %v, want it settled", done, err)
			}
			if _, ok := d.box.Deployment(token, done.Deployment.ID); !ok || done.Deployment.ID == id {
				t.Errorf("deployment %s is not the new one", done.Deployment.ID)
			}
			if posts, all := len(d.sent(http.MethodPost)), len(d.box.Deployments(token)); posts != 1 || all != 2 {
				t.Errorf("%d POSTs, %d deployments, want 1 and 2", posts, all)
			}
		})
	}
}

// TestCreate_Unknown: a create that nobody can vouch for is neither called failed nor sent again.
func TestCreate_Unknown(t *testing.T) {
	t.Parallel()
	for _, kind := range undone {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, impatient(), at(kind, "create"))
			_, err := d.Create(t.Context(), token, validDraft())
			wantFault(t, err, fault.Unknown, createUnknown)
			if posts := len(d.sent(http.MethodPost)); posts != 1 {
				t.Errorf("%d POSTs, want 1", posts)
			}
		})
	}
}

func TestCreate_UnknownWithoutList(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "reset-after@create", "500@list:2-")
	_, err := d.Create(t.Context(), token, validDraft())
	wantFault(t, err, fault.Unknown, createUnlisted)
}

// TestCreate_LookAlikes: with somebody else's twin beside it, nobody can say which one is the new one.
func TestCreate_LookAlikes(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "reset-after@create")
	twin := example()
	twin.MinInstances = 0
	d.meanwhile(http.MethodPost, func() { d.box.Put(token, twin) })
	_, err := d.Create(t.Context(), token, validDraft())
	wantFault(t, err, fault.Unknown, createSeveral)
}

// TestCreate_SomethingElseAppears: another new deployment that differs in one field is not taken for the one asked for.
func TestCreate_SomethingElseAppears(t *testing.T) {
	t.Parallel()
	for _, u := range updatables() {
		if u.field == "is_enabled" {
			continue // a create does not ask for it
		}
		t.Run(u.field, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{}, "reset@create")
			other := example()
			other.MinInstances = 0
			u.store(&other, u.c)
			d.meanwhile(http.MethodPost, func() { d.box.Put(token, other) })
			_, err := d.Create(t.Context(), token, validDraft())
			wantFault(t, err, fault.Unknown, createUnknown)
		})
	}
}

// TestCreate_NeedsTheListFirst: without the list from before a lost answer could not be settled, so nothing is sent.
func TestCreate_NeedsTheListFirst(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "500@list")
	_, err := d.Create(t.Context(), token, validDraft())
	wantFault(t, err, fault.Upstream, "RunComfy's API has a problem (it answered with status 500). It says: Internal Error."+unsent)
	if got := d.writes(); got != 0 {
		t.Errorf("%d writes, want 0", got)
	}
}

// TestReadBackFails: a confirmed write counts, even when it cannot be read back.
func TestReadBackFails(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "500@get")
	done, err := d.Create(t.Context(), token, validDraft())
	if err != nil || done.Settled || len(done.Differences) > 0 || done.Deployment.Name != "image-to-video" {
		t.Errorf("Create() = %+v, %v", done, err)
	}

	d = newDeck(t, deployments.Options{}, "500@get:2-")
	d.box.Put(token, example())
	done, err = d.Update(t.Context(), token, id, deployments.Draft{"queue_size": "7"}, nil)
	if err != nil || done.Settled || len(done.Differences) > 0 || done.Deployment.QueueSize.Value != 7 {
		t.Errorf("Update() = %+v, %v", done, err)
	}
}

// TestCreate_Differences: what was made is read back and compared.
func TestCreate_Differences(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "unknown-hardware@get")
	done, err := d.Create(t.Context(), token, validDraft())
	if err != nil {
		t.Fatal(err)
	}
	want := []deployments.Difference{{Field: "hardware", Asked: "AMPERE_48", Got: "BLACKWELL_288"}}
	if diff := cmp.Diff(want, done.Differences); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}

func TestUpdate_Settled(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]string{"wrong-id", "no-id"}, lost...) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, impatient(), at(kind, "update"))
			d.box.Put(token, example())
			done, err := d.Update(t.Context(), token, id, deployments.Draft{"max_instances": "7"}, nil)
			if err != nil || !done.Settled || done.Deployment.MaxInstances.Value != 7 {
				t.Fatalf("Update() = %+v, %v, want it settled", done, err)
			}
			if patches := len(d.sent(http.MethodPatch)); patches != 1 {
				t.Errorf("%d PATCHes, want 1", patches)
			}
		})
	}
}

func TestUpdate_Unknown(t *testing.T) {
	t.Parallel()
	for _, kind := range undone {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, impatient(), at(kind, "update"))
			d.box.Put(token, example())
			_, err := d.SetEnabled(t.Context(), token, id, false)
			wantFault(t, err, fault.Unknown, updateUnknown)
			if patches := len(d.sent(http.MethodPatch)); patches != 1 {
				t.Errorf("%d PATCHes, want 1", patches)
			}
		})
	}
}

func TestUpdate_UnknownAndUnreadable(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "reset-after@update", "500@get:2-")
	d.box.Put(token, example())
	_, err := d.Update(t.Context(), token, id, deployments.Draft{"queue_size": "7"}, nil)
	wantFault(t, err, fault.Unknown, readUnknown)
}

func TestDelete_Settled(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]string{"404"}, lost...) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, impatient(), at(kind, "delete"))
			d.box.Put(token, example())
			if kind == "404" { // somebody else was faster
				d.fail()
				d.meanwhile(http.MethodDelete, func() { d.box.Remove(token, id) })
			}
			gone, err := d.Delete(t.Context(), token, id, "image-to-video")
			if err != nil || gone.Name != "image-to-video" {
				t.Fatalf("Delete() = %+v, %v", gone, err)
			}
			if _, there := d.box.Deployment(token, id); there {
				t.Error("the deployment is still there")
			}
			if deletes := len(d.sent(http.MethodDelete)); deletes != 1 {
				t.Errorf("%d DELETEs, want 1", deletes)
			}
		})
	}
}

func TestDelete_Unknown(t *testing.T) {
	t.Parallel()
	for _, kind := range append([]string{"404"}, undone...) { // 404: something in between that knows nothing
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, impatient(), at(kind, "delete"))
			d.box.Put(token, example())
			now, err := d.Delete(t.Context(), token, id, "image-to-video")
			wantFault(t, err, fault.Unknown, deleteUnknown)
			if now.ID != id {
				t.Errorf("deployment = %+v, want the one that is still there", now)
			}
			if deletes := len(d.sent(http.MethodDelete)); deletes != 1 {
				t.Errorf("%d DELETEs, want 1", deletes)
			}
		})
	}
}

// at aims a fault at one route.
func at(kind, route string) string {
	for i, c := range kind {
		if c == '=' {
			return kind[:i] + "@" + route + kind[i:]
		}
	}
	return kind + "@" + route
}

// TestDelete_UnknownAndUnreadable: when looking does not work either, nobody says that the deployment is still there.
func TestDelete_UnknownAndUnreadable(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "reset-after@delete", "500@get:2-")
	d.box.Put(token, example())
	_, err := d.Delete(t.Context(), token, id, "image-to-video")
	wantFault(t, err, fault.Unknown, readUnknown)
}

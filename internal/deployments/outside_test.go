package deployments_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/store"
)

// until waits for a state.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for !is() {
		select {
		case <-t.Context().Done():
			t.Fatal(what)
		case <-time.After(time.Millisecond):
		}
	}
}

// outside are the events of changes made elsewhere, once there are n of them; oldest first.
func (d *deck) outside(t *testing.T, n int) (out []journal.Event) {
	t.Helper()
	until(t, "nothing is noticed", func() bool {
		out = nil
		for _, e := range d.events(t) {
			if e.Kind == journal.Outside {
				out = append(out, e)
			}
		}
		return len(out) >= n
	})
	return out
}

// look reads the list anew with a service, and waits until what it shows is the last that was seen.
func (d *deck) look(t *testing.T, s *deployments.Service) {
	t.Helper()
	before, err := d.journal.LastSeen(t.Context(), seen(token).Account)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Fleet(t.Context(), seen(token).Account, token, deployments.Newest); err != nil {
		t.Fatal(err)
	}
	until(t, "the look is not kept", func() bool {
		now, err := d.journal.LastSeen(t.Context(), seen(token).Account)
		return err == nil && now.Version > before.Version
	})
}

// elsewhere changes a deployment as another client of the API does.
func (d *deck) elsewhere(change func(*sandbox.Deployment)) {
	x, ok := d.box.Deployment(token, id)
	if !ok {
		x = example()
	}
	change(&x)
	x.UpdatedAt = x.UpdatedAt.Add(time.Second)
	d.box.Put(token, x)
}

// TestOutside: a first look tells nothing, our own writes tell nothing twice, and what others do is told once with old and new.
func TestOutside(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	d.look(t, d.Service)

	if _, err := d.Update(t.Context(), token, id, deployments.Draft{deployments.FieldQueueSize: "5"}, nil); err != nil {
		t.Fatal(err)
	}
	d.look(t, d.Service)
	d.elsewhere(func(x *sandbox.Deployment) { x.MaxInstances, x.Name = 2, "renamed" })
	d.look(t, d.Service)
	other := example()
	other.ID = otherID
	d.box.Put(token, other)
	d.look(t, d.Service)
	d.box.Remove(token, otherID)
	d.look(t, d.Service)
	made, err := d.Create(t.Context(), token, validDraft())
	if err != nil {
		t.Fatal(err)
	}
	d.look(t, d.Service)
	if _, err := d.Delete(t.Context(), token, made.Deployment.ID, "image-to-video"); err != nil {
		t.Fatal(err)
	}
	d.look(t, d.Service)
	d.elsewhere(func(*sandbox.Deployment) {})
	d.look(t, d.Service)
	for _, status := range []string{"running", "standby"} { // what is no setting is nobody's change
		x, _ := d.box.Deployment(token, id)
		x.Status = status
		d.box.Put(token, x)
		if _, err := d.Fleet(t.Context(), seen(token).Account, token, deployments.Newest); err != nil {
			t.Fatal(err)
		}
	}
	d.elsewhere(func(x *sandbox.Deployment) { x.QueueSize = 7 })
	d.look(t, d.Service)

	got := d.outside(t, 5)
	words := []string{}
	for _, e := range got {
		words = append(words, e.Name+": "+e.Words)
	}
	want := []string{
		"renamed: Changed elsewhere, not by ComfyDeck.", "image-to-video: Created elsewhere, not by ComfyDeck.",
		"image-to-video: Deleted elsewhere, not by ComfyDeck.",
		"renamed: Changed elsewhere, not by ComfyDeck: RunComfy gives a newer time of change, and no setting that is shown here differs.",
		"renamed: Changed elsewhere, not by ComfyDeck.",
	}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Fatalf("noticed (-want +got):\n%s", diff)
	}
	changes := []journal.Change{{Field: "name", From: "image-to-video", To: "renamed"}, {Field: "max_instances", From: "3", To: "2"}}
	if diff := cmp.Diff(changes, got[0].Changes); diff != "" {
		t.Errorf("the change (-want +got):\n%s", diff)
	}
}

// TestOutside_Both: what is ours of a deployment that somebody else changed as well is not told as theirs.
func TestOutside_Both(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	d.look(t, d.Service)
	if _, err := d.Update(t.Context(), token, id, deployments.Draft{deployments.FieldQueueSize: "5"}, nil); err != nil {
		t.Fatal(err)
	}
	d.elsewhere(func(x *sandbox.Deployment) { x.MaxInstances = 2 })
	d.look(t, d.Service)
	if diff := cmp.Diff([]journal.Change{{Field: "max_instances", From: "3", To: "2"}}, d.outside(t, 1)[0].Changes); diff != "" {
		t.Errorf("the change (-want +got):\n%s", diff)
	}
}

// TestOutside_Parts: in a long list everything that changed is noticed, and what is kept is replaced where it did.
func TestOutside_Parts(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	numbered := func(n int) sandbox.Deployment {
		x := example()
		x.ID, x.Name = fmt.Sprintf("a1b2c3d4-0000-4000-8000-%012d", n), fmt.Sprint("number ", n)
		return x
	}
	for n := range 500 {
		d.box.Put(token, numbered(n))
	}
	d.look(t, d.Service)
	account := seen(token).Account
	before, err := d.journal.LastSeen(t.Context(), account)
	if err != nil || len(before.Parts) < 50 {
		t.Fatalf("500 deployments are kept in %d parts (%v)", len(before.Parts), err)
	}
	for round, change := range []func(){
		func() {
			x := numbered(3)
			x.QueueSize, x.UpdatedAt = 7, x.UpdatedAt.Add(time.Second)
			d.box.Put(token, x)
		},
		func() { d.box.Remove(token, numbered(4).ID) },
		func() { d.box.Put(token, numbered(1000)) },
		func() { d.box.Remove(token, numbered(5).ID); d.box.Put(token, numbered(1001)) },
	} {
		change()
		d.look(t, d.Service)
		after, err := d.journal.LastSeen(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		changed := 0
		for n, data := range after.Parts {
			if !bytes.Equal(data, before.Parts[n]) {
				changed++
			}
		}
		if changed == 0 || changed > 2 {
			t.Errorf("change %d: %d parts are not as they were", round, changed)
		}
		before = after
	}
	var names []string
	for _, e := range d.outside(t, 5) {
		names = append(names, e.Name+": "+e.Words)
	}
	slices.Sort(names)
	want := []string{
		"number 1000: Created elsewhere, not by ComfyDeck.", "number 1001: Created elsewhere, not by ComfyDeck.",
		"number 3: Changed elsewhere, not by ComfyDeck.", "number 4: Deleted elsewhere, not by ComfyDeck.", "number 5: Deleted elsewhere, not by ComfyDeck.",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("noticed (-want +got):\n%s", diff)
	}
}

// TestOutside_Forgotten: when what was seen has been cleaned away, the next look is a first one, and nothing is new to anybody after it.
func TestOutside_Forgotten(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	for n := range 5 { // in other parts
		other := example()
		other.ID = fmt.Sprintf("a1b2c3d4-0000-4000-8000-%012d", n)
		d.box.Put(token, other)
	}
	d.look(t, d.Service)
	time.Sleep(2 * time.Millisecond)
	if n, err := d.journal.Forget(t.Context(), time.Millisecond, 10); err != nil || n != 1 {
		t.Fatalf("%d looks were cleaned away (%v)", n, err)
	}
	d.elsewhere(func(x *sandbox.Deployment) { x.QueueSize = 7 })
	d.look(t, d.Service)
	d.elsewhere(func(x *sandbox.Deployment) { x.QueueSize = 8 })
	d.look(t, d.replica)
	d.Close()
	d.replica.Close()
	if got := d.outside(t, 1); len(got) != 1 || got[0].Deployment != id {
		t.Errorf("noticed %+v, want the change since", got)
	}
}

// TestOutside_Replicas: however many servers notice it, by list or by page, it is told once.
func TestOutside_Replicas(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	d.look(t, d.Service)
	account := seen(token).Account
	for round := range 10 {
		d.elsewhere(func(x *sandbox.Deployment) { x.QueueSize = int64(100 + round) })
		now, err := d.Get(t.Context(), token, id)
		if err != nil {
			t.Fatal(err)
		}
		d.replica.Saw(account, token, now)
		d.Saw(account, token, now)
		for _, s := range []*deployments.Service{d.replica, d.Service} {
			if _, err := s.Fleet(t.Context(), account, token, deployments.Newest); err != nil {
				t.Fatal(err)
			}
		}
		d.outside(t, round+1)
	}
	d.Close()
	d.replica.Close()
	if got := d.outside(t, 10); len(got) != 10 {
		t.Errorf("%d events of 10 changes", len(got))
	}
}

// TestOutside_Late: what was read before the last look is no news.
func TestOutside_Late(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	d.look(t, d.Service)
	stale, err := d.Get(t.Context(), token, id)
	if err != nil {
		t.Fatal(err)
	}
	d.elsewhere(func(x *sandbox.Deployment) { x.QueueSize = 7 })
	d.look(t, d.Service)
	d.replica.Saw(seen(token).Account, token, stale)
	d.replica.Close()
	d.elsewhere(func(x *sandbox.Deployment) { x.QueueSize = 8 })
	d.look(t, d.Service)
	if got := d.outside(t, 2); len(got) != 2 || got[1].Changes[0].To != "8" {
		t.Errorf("noticed %+v", got)
	}
}

// forgetful is a journal that fails to record events for a while.
type forgetful struct {
	*store.Journal
	broken *atomic.Bool
	failed *atomic.Int64
}

func (f forgetful) AddEvent(ctx context.Context, e journal.Event) (bool, error) {
	if f.broken.Load() {
		f.failed.Add(1)
		return false, errors.New("disk full")
	}
	return f.Journal.AddEvent(ctx, e)
}

// TestOutside_Rest: a reading is not compared before its answer has had its time, and a server that ends does not wait for that.
func TestOutside_Rest(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	s := deployments.New(d.api, d.journal, deployments.Options{Limits: documented, Rest: time.Hour})
	d.box.Put(token, example())
	if _, err := s.Fleet(t.Context(), seen(token).Account, token, deployments.Newest); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond) // a look takes a few
	if last, err := d.journal.LastSeen(t.Context(), seen(token).Account); err != nil || last.Version != 0 {
		t.Errorf("version %d was seen already (%v)", last.Version, err)
	}
	began := time.Now()
	if s.Close(); time.Since(began) > 10*time.Second {
		t.Errorf("it took %v to close", time.Since(began))
	}
}

// TestOutside_Broken: what could not be recorded is recorded by the next look.
func TestOutside_Broken(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	var broken atomic.Bool
	var failed atomic.Int64
	s := deployments.New(d.api, forgetful{d.journal, &broken, &failed}, deployments.Options{Limits: documented})
	d.box.Put(token, example())
	d.look(t, s)
	broken.Store(true)
	d.elsewhere(func(x *sandbox.Deployment) { x.QueueSize = 7 })
	now, err := s.Get(t.Context(), token, id)
	if err != nil {
		t.Fatal(err)
	}
	s.Saw(seen(token).Account, token, now)
	until(t, "it is not tried", func() bool { return failed.Load() > 0 })
	broken.Store(false)
	s.Saw(seen(token).Account, token, now)
	if got := d.outside(t, 1); len(got) != 1 {
		t.Errorf("noticed %+v", got)
	}
	s.Close()
}

package deployments_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// events are those of the account, oldest first.
func (d *deck) events(t *testing.T) (out []journal.Event) {
	t.Helper()
	list, err := d.journal.Timeline(t.Context(), seen(token).Account, journal.Filter{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.Event != nil {
			out = append([]journal.Event{*l.Event}, out...)
		}
	}
	return out
}

func kindsOf(list []journal.Event) (out []journal.Kind) {
	for _, e := range list {
		out = append(out, e.Kind)
	}
	return out
}

// TestEvents_Refused: what a rule of ours refuses is one event, what the API refuses is none: that is in its write.
func TestEvents_Refused(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	ask := seen(token)
	ask.Person, ask.Fingerprint = "Zoë", "3f2a-91bc"

	wrong := validDraft()
	wrong[deployments.FieldMaxInstances] = "99"
	if _, err := d.Service.Create(t.Context(), ask, wrong); !fault.Is(err, fault.Invalid) {
		t.Errorf("Create() error = %v", err)
	}
	if _, err := d.Service.Update(t.Context(), ask, id, deployments.Draft{deployments.FieldQueueSize: "x"}, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("Update() error = %v", err)
	}
	if err := d.Lock(t.Context(), ask, id, "launch"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Service.Delete(t.Context(), ask, id, "image-to-video"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Delete() error = %v", err)
	}
	for range 2 { // the second finds no lock, and tells nothing
		if err := d.Unlock(t.Context(), ask, id); err != nil {
			t.Fatal(err)
		}
	}
	d.fail("422@update")
	if _, err := d.Service.Update(t.Context(), ask, id, deployments.Draft{deployments.FieldQueueSize: "5"}, nil); err == nil {
		t.Error("the API did not refuse")
	}

	got := d.events(t)
	want := []journal.Kind{journal.Locked, journal.Unlocked, journal.WriteRefused, journal.WriteRefused, journal.WriteRefused}
	if diff := cmp.Diff(want, kindsOf(got), cmpopts.SortSlices(func(a, b journal.Kind) bool { return a < b })); diff != "" {
		t.Fatalf("events (-want +got):\n%s", diff)
	}
	for _, part := range []string{"max_instances: Enter a whole number", "queue_size: Enter", "deletion: “launch”.", "it. This deployment is locked against deletion", "It said: “launch”"} {
		i := slices.IndexFunc(got, func(e journal.Event) bool { return strings.Contains(e.Words, part) })
		if i < 0 {
			t.Errorf("no event says %q", part)
			continue
		}
		if e := got[i]; e.Person != "Zoë" || e.Fingerprint != "3f2a-91bc" || e.Request != "request" || e.Name != "image-to-video" && e.Kind != journal.Unlocked { // nothing is read to lift a lock
			t.Errorf("%q: %+v", part, e)
		}
	}
}

// TestReason: why is kept with the write, folded as a browser shows it, and bounded.
func TestReason(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	ask := seen(token)
	ask.Reason = " for the\n “launch” "
	if _, err := d.Service.Update(t.Context(), ask, id, deployments.Draft{deployments.FieldQueueSize: "5"}, nil); err != nil {
		t.Fatal(err)
	}
	list, err := d.Log(t.Context(), ask.Account, journal.Filter{Text: "LAUNCH"}, 9)
	if err != nil || len(list) != 1 || list[0].Write.Reason != "for the “launch”" {
		t.Errorf("the log: %+v, %v", list, err)
	}
	ask.Reason = strings.Repeat("é", 201)
	_, err = d.Service.Update(t.Context(), ask, id, deployments.Draft{deployments.FieldQueueSize: "6"}, nil)
	if fault.Fields(err)["why"] == "" {
		t.Errorf("a long reason for a change: %v", err)
	}
	_, err = d.Service.Delete(t.Context(), ask, id, "image-to-video")
	if _, there := d.box.Deployment(token, id); fault.Fields(err)["why"] == "" || !there {
		t.Errorf("a long reason for a deletion: %v", err)
	}
}

// TestEvents_Runs: a run is begun and ended once, whoever asks again, and its reason is that of every write in it.
func TestEvents_Runs(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	r := d.newRuns(t, quickly())
	id := drafted(t, r, "keep_warm", "30", d.fill(3)...)
	ask := seen(token)
	ask.Reason = "night"
	for range 2 {
		if err := r.Begin(t.Context(), ask, id); err != nil {
			t.Fatal(err)
		}
	}
	ended(t, r, id)
	if err := r.GoOn(t.Context(), ask, id, true); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if err := r.Stop(t.Context(), ask, id); err != nil { // there is nothing left to stop
		t.Fatal(err)
	}
	got := d.events(t)
	if diff := cmp.Diff([]journal.Kind{journal.RunBegun, journal.RunEnded}, kindsOf(got), cmpopts.SortSlices(func(a, b journal.Kind) bool { return a < b })); diff != "" {
		t.Fatalf("events (-want +got):\n%s", diff)
	}
	slices.SortFunc(got, func(a, b journal.Event) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	if got[0].Ref != id || got[0].Words != "For 3 deployments. Reason: “night”." || got[1].Words != "Of 3 deployments 3 are changed, 0 were refused, 0 are unknown." {
		t.Errorf("events: %+v", got)
	}
	list, err := d.Log(t.Context(), ask.Account, journal.Filter{Kind: journal.AllWrites, Text: "night"}, 9)
	if err != nil || len(list) != 3 {
		t.Errorf("%d writes have the reason, error %v", len(list), err)
	}
}

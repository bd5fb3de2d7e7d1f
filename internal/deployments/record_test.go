package deployments_test

import (
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// TestSettle: what nobody could vouch for is listed until looking shows what came of it.
func TestSettle(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	ask := seen(token)
	pending := func(want int) {
		t.Helper()
		for _, s := range []*deployments.Service{d.Service, d.replica} {
			if list, err := s.Unsettled(t.Context(), ask.Account); err != nil || len(list) != want {
				t.Errorf("unsettled are %+v, %v, want %d", list, err, want)
			}
		}
	}
	if list, err := d.Unsettled(t.Context(), ask.Account); err != nil || len(list) != 0 {
		t.Errorf("unsettled are %+v, %v, want none", list, err)
	}
	d.fail("500@update")
	if _, err := d.Service.Update(t.Context(), ask, id, deployments.Draft{"queue_size": "5"}, nil); !fault.Is(err, fault.Unknown) {
		t.Fatalf("error %v, want unknown", err)
	}
	d.fail()
	pending(1)
	got, err := d.Settle(t.Context(), ask)
	if err != nil || len(got) != 1 || got[0].Happened || got[0].Deployment != id {
		t.Errorf("looking found %+v, %v, want that nobody knows", got, err)
	}
	pending(1)
	e := example()
	e.QueueSize = 5
	d.box.Put(token, e)
	got, err = d.Settle(t.Context(), ask)
	if err != nil || len(got) != 1 || !got[0].Happened {
		t.Errorf("looking found %+v, %v, want that it happened", got, err)
	}
	pending(0)
	if other, err := d.Settle(t.Context(), seen(otherToken)); err != nil || len(other) != 0 {
		t.Errorf("another account settles %+v, %v", other, err)
	}
}

// TestSettle_overtaken: what a later write has set is that one's doing. Nobody is asked to look for the earlier one, and looking does
// not credit it.
func TestSettle_overtaken(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	ask := seen(token)
	first := ask
	first.Key = "form-of-the-first"
	both := deployments.Draft{"queue_size": "5", "keep_warm_duration_in_seconds": "90"}
	d.fail("500@update")
	if _, err := d.Service.Update(t.Context(), first, id, both, nil); !fault.Is(err, fault.Unknown) {
		t.Fatalf("error %v, want unknown", err)
	}
	d.fail()
	for field, value := range both {
		if list, err := d.Unsettled(t.Context(), ask.Account); err != nil || len(list) != 1 {
			t.Errorf("before %s is set, unsettled are %+v, %v, want the first write", field, list, err)
		}
		if _, err := d.Service.Update(t.Context(), ask, id, deployments.Draft{field: value}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := d.Unsettled(t.Context(), ask.Account); err != nil || len(list) != 0 {
		t.Errorf("unsettled are %+v, %v, want none", list, err)
	}
	if _, err := d.Service.Update(t.Context(), first, id, both, nil); !fault.Is(err, fault.Unknown) {
		t.Errorf("the first form sent again: %v, want unknown for ever", err)
	}
}

// TestLock: what is locked is not deleted, by anybody, until the lock is lifted.
func TestLock(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	ask := seen(token)
	if err := d.Lock(t.Context(), ask, id, "  "); !fault.Is(err, fault.Invalid) {
		t.Errorf("a lock without a reason: %v", err)
	}
	if err := d.Lock(t.Context(), seen(otherToken), id, "mine"); err == nil {
		t.Error("another account locks it")
	}
	if err := d.Lock(t.Context(), ask, id, "demo on  Friday"); err != nil {
		t.Fatal(err)
	}
	_, err := d.replica.Delete(t.Context(), ask, id, "image-to-video")
	if !fault.Is(err, fault.Forbidden) || !strings.Contains(fault.From(err).Message, "“demo on Friday”") || d.writes() != 0 {
		t.Errorf("error %v with %d writes, want it refused with the reason", err, d.writes())
	}
	if err := d.Unlock(t.Context(), ask, id); err != nil {
		t.Fatal(err)
	}
	if _, err := d.replica.Delete(t.Context(), ask, id, "image-to-video"); err != nil {
		t.Error(err)
	}
}

package deployments_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// TestOnce: fifty sends of one confirmed form, over two servers, are one write, and everybody hears what came of it (RR-07).
func TestOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"create", "update", "delete"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{Poll: time.Millisecond, ConfirmKey: []byte("k"), WriteBudget: time.Minute, SendBudget: 50 * time.Second})
			d.box.Put(token, example())
			ask := typing()
			send := func(s *deployments.Service, a deployments.Ask) (deployments.Result, error) {
				switch kind {
				case "create":
					return s.Create(t.Context(), a, validDraft())
				case "delete":
					return s.Delete(t.Context(), a, id, "image-to-video")
				}
				return s.Update(t.Context(), a, id, deployments.Draft{"min_instances": "2"}, nil)
			}
			if kind != "delete" {
				got, err := send(d.Service, ask)
				ask = confirm(ask, review(t, got, err))
			}
			var first atomic.Int64
			var wait sync.WaitGroup
			for i := range 50 {
				wait.Go(func() {
					got, err := send([]*deployments.Service{d.Service, d.replica}[i%2], ask)
					if err != nil || got.Review != nil {
						t.Errorf("result %+v, error %v", got, err)
					}
					if !got.Repeated {
						first.Add(1)
					}
				})
			}
			wait.Wait()
			if d.writes() != 1 || first.Load() != 1 {
				t.Errorf("%d writes, %d of 50 say they made it, want one and one", d.writes(), first.Load())
			}
		})
	}
}

// TestOnce_NoTurn: a form that made its write and is sent again while somebody else's change takes longer than it may wait is led to
// what came of it, not told that it was not sent.
func TestOnce_NoTurn(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"update", "delete"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{SendBudget: time.Second, WriteBudget: 30 * time.Second, Poll: time.Millisecond})
			d.box.Put(token, example())
			ask := typing()
			send := func() (deployments.Result, error) {
				if kind == "delete" {
					return d.Service.Delete(t.Context(), ask, id, "image-to-video")
				}
				return d.Service.Update(t.Context(), ask, id, deployments.Draft{"queue_size": "5"}, nil)
			}
			if _, err := send(); err != nil {
				t.Fatal(err)
			}
			if ok, err := d.journal.Lease(t.Context(), id, "somebody else", time.Minute); err != nil || !ok {
				t.Fatal(ok, err)
			}
			if got, err := send(); err != nil || !got.Repeated {
				t.Errorf("result %+v, error %v, want what came of it", got, err)
			}
			if n := d.writes(); n != 1 {
				t.Errorf("%d writes, want one", n)
			}
		})
	}
}

// TestOnce_OtherValues: a form that made its write and is then sent with other values, as after Back, sends nothing.
func TestOnce_OtherValues(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	ask := typing()
	if _, err := d.Service.Update(t.Context(), ask, id, deployments.Draft{"queue_size": "5"}, nil); err != nil {
		t.Fatal(err)
	}
	_, err := d.Service.Update(t.Context(), ask, id, deployments.Draft{"queue_size": "6"}, nil)
	if !fault.Is(err, fault.Conflict) || d.writes() != 1 || d.stored(t).QueueSize != 5 {
		t.Errorf("error %v, %d writes, queue size %d", err, d.writes(), d.stored(t).QueueSize)
	}
}

// TestLookAgain: a form whose write nobody could vouch for is sent again and only looks, until it shows what came of it.
func TestLookAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"create", "update", "delete"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{ConfirmKey: []byte("k")})
			d.box.Put(token, example())
			ask := typing()
			ask.Reviewed = true
			send := func() (deployments.Result, error) {
				switch kind {
				case "create":
					return d.Service.Create(t.Context(), ask, validDraft())
				case "delete":
					return d.Service.Delete(t.Context(), ask, id, "image-to-video")
				}
				return d.Service.Update(t.Context(), ask, id, deployments.Draft{"queue_size": "5"}, nil)
			}
			d.fail("500@" + kind)
			for range 3 {
				if _, err := send(); !fault.Is(err, fault.Unknown) {
					t.Fatalf("error %v, want unknown", err)
				}
			}
			if n := d.writes(); n != 1 {
				t.Fatalf("%d writes, want one", n)
			}
			d.fail() // and now it turns out that it happened
			switch kind {
			case "create":
				e := example()
				e.ID, e.MinInstances, e.CreatedAt = otherID, 0, time.Now()
				d.box.Put(token, e)
			case "delete":
				d.box.Remove(token, id)
			default:
				e := example()
				e.QueueSize = 5
				d.box.Put(token, e)
			}
			got, err := send()
			if err != nil || !got.Settled || !got.Repeated || kind == "create" && got.Deployment.ID != otherID {
				t.Errorf("result %+v, error %v, want it settled", got, err)
			}
			if n := d.writes(); n != 1 {
				t.Errorf("%d writes, want one", n)
			}
			if e, _, err := d.journal.ByKey(t.Context(), ask.Account, ask.Key); err != nil || e.State != journal.Done || !e.Settled {
				t.Errorf("the journal says %+v, %v", e, err)
			}
		})
	}
}

// TestLease: two writers take turns; each sees what the other has done (RR-08).
func TestLease(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{Poll: time.Millisecond})
	d.box.Put(token, example())
	base := deployments.Draft{"queue_size": "1", "name": "image-to-video"}
	var started sync.WaitGroup
	started.Add(1)
	looked := make(chan struct{})
	d.meanwhile(http.MethodPatch, func() {
		d.meanwhile(http.MethodGet, func() { close(looked) })
		started.Done()
		select { // time enough for a second writer whom nothing holds back
		case <-looked:
		case <-time.After(300 * time.Millisecond):
		}
	})
	done := make(chan error)
	go func() {
		_, err := d.Service.Update(t.Context(), typing(), id, deployments.Draft{"queue_size": "5"}, base)
		done <- err
	}()
	started.Wait()
	_, late := d.replica.Update(context.WithoutCancel(t.Context()), typing(), id, deployments.Draft{"queue_size": "7"}, base)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !fault.Is(late, fault.Conflict) || d.stored(t).QueueSize != 5 {
		t.Errorf("the second writer got %v and the queue size is %d, want a conflict and 5", late, d.stored(t).QueueSize)
	}
}

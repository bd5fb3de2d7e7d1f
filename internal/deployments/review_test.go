package deployments_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/deployments"
)

// typing is a wish from a form, before its review.
func typing() deployments.Ask {
	a := seen(token)
	a.Reviewed, a.Key = false, deployments.NewKey()
	return a
}

// confirm carries out a wish whose review came back.
func confirm(a deployments.Ask, r *deployments.Review) deployments.Ask {
	a.Key, a.Confirm = r.Key, r.Confirm
	return a
}

func review(t *testing.T, r deployments.Result, err error) *deployments.Review {
	t.Helper()
	if err != nil || r.Review == nil {
		t.Fatalf("result %+v, error %v, want a review", r, err)
	}
	return r.Review
}

// TestReview: what can raise cost is shown first; what cannot leaves at once (SR-37, SR-38).
func TestReview(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		typed deployments.Draft
		want  bool
	}{
		{"higher minimum", deployments.Draft{"min_instances": "2"}, true},
		{"lower minimum", deployments.Draft{"min_instances": "0"}, false},
		{"higher maximum", deployments.Draft{"max_instances": "4"}, true},
		{"lower maximum", deployments.Draft{"max_instances": "2"}, false},
		{"dearer hardware", deployments.Draft{"hardware": "ADA_80_PLUS"}, true},
		{"cheaper hardware", deployments.Draft{"hardware": "TURING_16"}, false},
		{"longer keep warm", deployments.Draft{"keep_warm_duration_in_seconds": "61"}, true},
		{"shorter keep warm", deployments.Draft{"keep_warm_duration_in_seconds": "0"}, false},
		{"pause", deployments.Draft{"is_enabled": "false"}, false},
		{"name", deployments.Draft{"name": "x"}, false},
		{"version", deployments.Draft{"workflow_version": "v9"}, false},
		{"queue", deployments.Draft{"queue_size": "9"}, false},
		{"one up, one down", deployments.Draft{"min_instances": "0", "max_instances": "10"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			d.box.Put(token, example())
			got, err := d.Service.Update(t.Context(), typing(), id, tt.typed, nil)
			if err != nil {
				t.Fatal(err)
			}
			if (got.Review != nil) != tt.want {
				t.Errorf("reviewed: %v, want %v", got.Review != nil, tt.want)
			}
			if writes := d.writes(); (writes == 0) != tt.want {
				t.Errorf("%d writes before a confirmation", writes)
			}
		})
	}
}

func TestReview_Enable(t *testing.T) {
	t.Parallel()
	for low, want := range map[int64]bool{0: false, 1: true} {
		d := newDeck(t, deployments.Options{})
		e := example()
		e.IsEnabled, e.MinInstances = false, low
		d.box.Put(token, e)
		got, err := d.Service.SetEnabled(t.Context(), typing(), id, true)
		if err != nil || (got.Review != nil) != want {
			t.Errorf("minimum %d: reviewed is %v, error %v, want %v", low, got.Review != nil, err, want)
		}
	}
}

// TestConfirm: a confirmation holds for what was shown, to whom it was shown, for ten minutes; anything else shows again what
// would happen now, and sends nothing (SR-37).
func TestConfirm(t *testing.T) {
	t.Parallel()
	typed := deployments.Draft{"min_instances": "2"}
	tests := []struct {
		name   string
		change func(d *deck, a *deployments.Ask, typed deployments.Draft, clock *atomic.Int64)
		wrong  bool
	}{
		{"as it was given", func(*deck, *deployments.Ask, deployments.Draft, *atomic.Int64) {}, false},
		{"after nine minutes", func(_ *deck, _ *deployments.Ask, _ deployments.Draft, c *atomic.Int64) {
			c.Store(int64(9 * time.Minute))
		}, false},
		{"after eleven minutes", func(_ *deck, _ *deployments.Ask, _ deployments.Draft, c *atomic.Int64) {
			c.Store(int64(11 * time.Minute))
		}, true},
		{"in another session", func(_ *deck, a *deployments.Ask, _ deployments.Draft, _ *atomic.Int64) { a.Session = "other" }, true},
		{"of another account", func(_ *deck, a *deployments.Ask, _ deployments.Draft, _ *atomic.Int64) { a.Account = "other" }, true},
		{"from another form", func(_ *deck, a *deployments.Ask, _ deployments.Draft, _ *atomic.Int64) { a.Key = deployments.NewKey() }, true},
		{"from no form", func(_ *deck, a *deployments.Ask, _ deployments.Draft, _ *atomic.Int64) { a.Key = "" }, true},
		{"for other values", func(_ *deck, _ *deployments.Ask, typed deployments.Draft, _ *atomic.Int64) {
			typed["min_instances"] = "3"
		}, true},
		{"for more values", func(_ *deck, _ *deployments.Ask, typed deployments.Draft, _ *atomic.Int64) {
			typed["max_instances"] = "9"
		}, true},
		{"for another version", func(d *deck, _ *deployments.Ask, _ deployments.Draft, _ *atomic.Int64) {
			e := example()
			e.UpdatedAt = e.UpdatedAt.Add(time.Second)
			d.box.Put(token, e)
		}, true},
		{"edited", func(_ *deck, a *deployments.Ask, _ deployments.Draft, _ *atomic.Int64) { a.Confirm = "z" + a.Confirm }, true},
		{"cut", func(_ *deck, a *deployments.Ask, _ deployments.Draft, _ *atomic.Int64) {
			a.Confirm, _, _ = strings.Cut(a.Confirm, ".")
		}, true},
		{"made up", func(_ *deck, a *deployments.Ask, _ deployments.Draft, _ *atomic.Int64) { a.Confirm = "1" }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var clock atomic.Int64
			start := time.Now()
			d := newDeck(t, deployments.Options{ConfirmKey: []byte("k"), Now: func() time.Time { return start.Add(time.Duration(clock.Load())) }})
			d.box.Put(token, example())
			ask, mine := typing(), deployments.Draft{"min_instances": typed["min_instances"]}
			got, err := d.Service.Update(t.Context(), ask, id, mine, nil)
			sure := confirm(ask, review(t, got, err))
			tt.change(d, &sure, mine, &clock)
			got, err = d.Service.Update(t.Context(), sure, id, mine, nil)
			if err != nil || (got.Review != nil) != tt.wrong {
				t.Errorf("result %+v, error %v, want a review again: %v", got, err, tt.wrong)
			}
			if got.Review != nil && (!got.Review.Stale || got.Review.Confirm == sure.Confirm) {
				t.Error("the review does not say that it is another one")
			}
			if writes := d.writes(); (writes == 0) != tt.wrong || writes > 1 {
				t.Errorf("%d writes", writes)
			}
		})
	}
}

// TestReview_Look: what is only looked at is shown, whatever it costs, and never sent.
func TestReview_Look(t *testing.T) {
	t.Parallel()
	for _, typed := range []deployments.Draft{{"min_instances": "0"}, {"min_instances": "2"}, {"name": "other"}} {
		d := newDeck(t, deployments.Options{})
		d.box.Put(token, example())
		ask := seen(token)
		ask.Look = true
		got, err := d.Service.Update(t.Context(), ask, id, typed, nil)
		if review(t, got, err); d.writes() != 0 {
			t.Errorf("%v: %d writes", typed, d.writes())
		}
	}
}

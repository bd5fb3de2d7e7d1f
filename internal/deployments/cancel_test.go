package deployments_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/comfydeck/comfydeck/internal/deployments"
)

// TestCancelled: a browser that goes away while a write is under way does not cut it in half (RR-05). The write is made,
// read back and reported.
func TestCancelled(t *testing.T) {
	t.Parallel()
	methods := map[string][]string{
		"create": {http.MethodGet, http.MethodPost},
		"update": {http.MethodGet, http.MethodPatch},
		"delete": {http.MethodGet, http.MethodDelete},
	}
	for _, w := range writes() {
		for _, method := range methods[w.route] {
			t.Run(w.route+" at "+method, func(t *testing.T) {
				t.Parallel()
				d := newDeck(t, deployments.Options{})
				d.box.Put(token, example())
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				d.meanwhile(method, cancel)
				if err := w.do(ctx, d); err != nil || ctx.Err() == nil {
					t.Errorf("error = %v, context error = %v, want the write done although the browser has gone", err, ctx.Err())
				}
				if got := d.writes(); got != 1 {
					t.Errorf("%d writes, want 1", got)
				}
				for _, c := range d.box.Calls() {
					if c.Method != http.MethodGet && !c.Applied {
						t.Errorf("%s was not applied", c.Method)
					}
				}
			})
		}
	}
}

// TestCancelled_Reads: a read ends with the browser that asked for it.
func TestCancelled_Reads(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "hang")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	d.meanwhile(http.MethodGet, cancel)
	if _, err := d.Fleet(ctx, "account of "+token, token, deployments.Newest); err == nil {
		t.Error("List() error = nil, want one: the service hangs")
	}
}

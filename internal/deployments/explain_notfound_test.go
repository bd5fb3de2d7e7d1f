package deployments_test

import (
	"context"
	"testing"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// TestExplain_NotFound: what was not found depends on what was asked. What a 404 says about a deletion is the subject of the tests
// about settling.
func TestExplain_NotFound(t *testing.T) {
	t.Parallel()
	const noList = "RunComfy's API has no list of deployments at the address this server asks. It says: Not Found." + again
	tests := []struct {
		name, fault string
		do          func(context.Context, *deck) error
		kind        fault.Kind
		want        string
	}{
		{"list", "404@list", func(ctx context.Context, d *deck) error {
			_, err := d.Fleet(ctx, "account of "+token, token, deployments.Newest)
			return err
		}, fault.Upstream, noList},
		{"token", "404@list", func(ctx context.Context, d *deck) error { return tried(ctx, d.Service, token) }, fault.Upstream, noList},
		{"one of the list, and alone", "404", func(ctx context.Context, d *deck) error {
			_, err := d.Get(ctx, token, id)
			return err
		}, fault.NotFound, notFound},
		{"one of the list", "404@list", func(ctx context.Context, d *deck) error {
			_, err := d.Get(ctx, token, id)
			return err
		}, "", ""},
		{"update", "404@update", writes()[1].do, fault.NotFound, notFound},
		{"create", "404@create", writes()[0].do, fault.Invalid, "RunComfy does not find something that these values name, most likely the workflow. It says: Not Found."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{}, tt.fault)
			d.box.Put(token, example())
			err := tt.do(t.Context(), d)
			if tt.kind == "" {
				if err != nil {
					t.Errorf("Get() = %v, want the deployment", err)
				}
				return
			}
			wantFault(t, err, tt.kind, tt.want)
		})
	}
}

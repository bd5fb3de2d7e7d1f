package store

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/store/storetest"
)

func TestWebhooks_conformance(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		storetest.Webhooks(t, func(t *testing.T) storetest.WebhooksBackend {
			first, second := open(t)
			return storetest.WebhooksBackend{
				Hooks: first.Webhooks(), Replica: second.Webhooks(), Journal: first.Journal(), Other: second.Journal(),
				Shift: backendOf(t, first, second).Shift, Break: backendOf(t, first, second).Break,
			}
		})
	})
}

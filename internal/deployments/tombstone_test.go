package deployments_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/store"
)

// keptOf is the tombstone of the newest deletion.
func (d *deck) keptOf(t *testing.T) journal.Tombstone {
	t.Helper()
	list, err := d.Log(t.Context(), seen(token).Account, journal.Filter{Kind: "delete"}, 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("the log: %+v, %v", list, err)
	}
	kept, err := d.Kept(t.Context(), seen(token).Account, list[0].ID())
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// TestTombstone: what is deleted is read before, and kept.
func TestTombstone(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, withPayload(1000))
	if _, err := d.Delete(t.Context(), token, id, "image-to-video"); err != nil {
		t.Fatal(err)
	}
	kept := d.keptOf(t)
	if !strings.Contains(string(kept.Workflow), "workflow_api_json") || kept.Readme != "# Read me" || kept.Missing != "" || !strings.Contains(kept.Settings, `"is_enabled":"true"`) {
		t.Errorf("kept %+v\nworkflow %.200s", kept, kept.Workflow)
	}
	calls := d.box.Calls()
	if last := calls[len(calls)-1]; last.Method != http.MethodDelete {
		t.Errorf("the last call is %s, want the deletion after everything is read", last.Method)
	}
}

// TestTombstone_TooLarge: what is too large is said, and deleted all the same.
func TestTombstone_TooLarge(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, withPayload(2<<20))
	done, err := d.Service.Delete(t.Context(), seen(token), id, "image-to-video")
	if err != nil || !strings.Contains(done.Unkept, "too large") {
		t.Fatalf("Delete() = %+v, %v", done, err)
	}
	if kept := d.keptOf(t); kept.Workflow != nil || kept.Readme != "# Read me" || kept.Missing != done.Unkept || kept.Settings == "" {
		t.Errorf("kept %+v", kept)
	}
}

// TestTombstone_Unkept: nothing is deleted that cannot be kept.
func TestTombstone_Unkept(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, withPayload(1000))
	broken := deployments.New(d.api, graveless{d.journal}, deployments.Options{Limits: documented})
	_, err := broken.Delete(t.Context(), seen(token), id, "image-to-video")
	if _, there := d.box.Deployment(token, id); !fault.Is(err, fault.Unavailable) || !there {
		t.Errorf("Delete() error = %v, still there = %v", err, there)
	}
}

// graveless is a journal that can keep everything but tombstones.
type graveless struct{ *store.Journal }

func (graveless) Bury(context.Context, journal.Tombstone) error { return errors.New("disk full") }

// withPayload is the example with a readme and a workflow of some bytes.
func withPayload(size int) sandbox.Deployment {
	d := example()
	d.Readme = "# Read me"
	d.Payload = json.RawMessage(`{"workflow_api_json":{"1":{"text":"` + strings.Repeat("x", size) + `"}},"overrides":{},"object_info_url":""}`)
	return d
}

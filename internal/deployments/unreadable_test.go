package deployments_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// unreadable are payloads that no read of a deployment gets past, by what is wrong with them.
func unreadable() map[string]string {
	return map[string]string{
		"repeated key": `{"workflow_api_json":{"1":{"a":1},"1":{"a":2}},"overrides":{},"object_info_url":""}`,
		"too deep":     `{"workflow_api_json":{"1":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + `},"overrides":{},"object_info_url":""}`,
	}
}

// TestUnreadablePayload: a payload that cannot be read keeps nobody from changing, pausing or deleting its deployment, and what
// did not arrive with the answer to a write is read back another way.
func TestUnreadablePayload(t *testing.T) {
	t.Parallel()
	for name, payload := range unreadable() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			stored := example()
			stored.Payload = json.RawMessage(payload)
			d.box.Put(token, stored)
			if now, err := d.Settings(t.Context(), token, id); err != nil || now.Name != "image-to-video" {
				t.Errorf("Settings() = %q, %v", now.Name, err)
			}
			if done, err := d.Update(t.Context(), token, id, deployments.Draft{"queue_size": "7"}, nil); err != nil || done.Deployment.QueueSize.Value != 7 {
				t.Errorf("Update() = %v, %v", done.Deployment.QueueSize, err)
			}
			for _, on := range []bool{false, true} {
				if done, err := d.SetEnabled(t.Context(), token, id, on); err != nil || done.Unread || done.Deployment.IsEnabled.Value != on {
					t.Errorf("SetEnabled(%v) = %+v, %v", on, done, err)
				}
			}
			done, err := d.Service.Delete(t.Context(), seen(token), id, "image-to-video")
			if err != nil || !strings.Contains(done.Unkept, "could not be read, so that it is not kept") {
				t.Errorf("Delete() = %q, %v", done.Unkept, err)
			}
			if kept := d.keptOf(t); kept.Workflow != nil || kept.Settings == "" {
				t.Errorf("kept %+v", kept)
			}
		})
	}
}

// TestUnreadablePayload_Explained: where the payload itself is asked for, trying again is not advised.
func TestUnreadablePayload_Explained(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"repeated key": twice + unsent,
		"too deep":     "RunComfy's answer is nested more deeply than this server reads (10,000 levels). In a payload, it is the workflow or its overrides." + unsent,
	} {
		d := newDeck(t, deployments.Options{})
		stored := example()
		stored.Payload = json.RawMessage(unreadable()[name])
		d.box.Put(token, stored)
		now, err := d.Get(t.Context(), token, id)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.PayloadOf(t.Context(), seen(token).Account, token, now)
		wantFault(t, err, fault.Upstream, want)
	}
}

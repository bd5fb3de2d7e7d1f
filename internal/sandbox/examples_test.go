package sandbox_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// TestExamples sends every request example of the document as it is written there and compares the answer with the one
// beside it.
func TestExamples(t *testing.T) {
	t.Parallel()
	single := func(d *sandbox.Deployment) {
		d.Name, d.Hardware, d.MaxInstances = "image-to-video", []string{"AMPERE_48"}, 3
		d.CreatedAt = time.Date(2025, 9, 8, 11, 0, 7, 864492000, time.UTC)
		d.UpdatedAt = d.CreatedAt
	}
	updated := func(d *sandbox.Deployment) {
		single(d)
		d.MaxInstances, d.QueueSize, d.KeepWarm = 2, 2, 120
	}
	hour := func(h, m, s, us int) time.Time { return time.Date(2025, 9, 8, h, m, s, us*1000, time.UTC) }
	tests := []struct {
		name   string
		first  func(*sandbox.Deployment) // changes the deployment a1b2c3d4… of the list example before the request
		now    time.Time
		answer string         // "": the file of the same name
		change map[string]any // where the answer must differ from the document's, see below
		anyID  bool
	}{
		{name: "create", now: hour(11, 0, 7, 864492), anyID: true},
		{name: "get", first: single},
		{name: "update-hardware", first: updated, now: hour(12, 41, 5, 796289)},
		// The document has one answer for two examples; it shows the first.
		{
			name: "update-instances", first: updated, now: hour(12, 41, 5, 796289), answer: "update-hardware",
			change: map[string]any{"min_instances": 1.0, "max_instances": 5.0, "hardware": []any{"AMPERE_48"}},
		},
		{name: "list"},
		{name: "list-details"},
		{name: "list-ids"},
		{name: "list-ids-details"},
		{name: "delete"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, sandbox.Options{Now: func() time.Time { return tt.now }})
			for _, d := range documented(t) {
				if d.ID == exampleID && tt.first != nil {
					tt.first(&d)
				}
				s.Put(tokenA, d)
			}
			method, path, body := curl(t, tt.name)

			got := s.do(t, method, path, body)

			if got.status != 200 {
				t.Fatalf("status %d: %s", got.status, got.body)
			}
			want := answer(t, tt.name, tt.answer)
			if object, ok := want.(map[string]any); ok {
				for field, value := range tt.change {
					object[field] = value
				}
				if tt.anyID {
					object["id"] = got.object(t)["id"]
				}
			}
			if diff := cmp.Diff(want, decode[any](t, got.body)); diff != "" {
				t.Errorf("answer (-document +sandbox):\n%s", diff)
			}
		})
	}
}

var (
	curlMethod = regexp.MustCompile(`--request (\w+)`)
	curlURL    = regexp.MustCompile(`--url "?https://api\.runcomfy\.net([^" \n]+)`)
	curlData   = regexp.MustCompile(`(?s)--data '(.*)'`)
)

// curl reads the request of an example of the document.
func curl(t *testing.T, name string) (method, path, body string) {
	t.Helper()
	text, err := os.ReadFile("testdata/examples/" + name + ".curl")
	if err != nil {
		t.Fatal(err)
	}
	if data := curlData.FindSubmatch(text); data != nil {
		body = string(data[1])
	}
	return string(curlMethod.FindSubmatch(text)[1]), strings.TrimSpace(string(curlURL.FindSubmatch(text)[1])), body
}

// answer reads the answer of an example of the document; a comma too many in the one of create is mended.
func answer(t *testing.T, name, other string) any {
	t.Helper()
	if other != "" {
		name = other
	}
	text, err := os.ReadFile("testdata/examples/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return decode[any](t, string(text))
}

// documented returns the three deployments of the document's list example.
func documented(t *testing.T) []sandbox.Deployment {
	t.Helper()
	var out []sandbox.Deployment
	for _, item := range answer(t, "list", "").([]any) {
		m := item.(map[string]any)
		text := func(name string) string { return m[name].(string) }
		count := func(name string) int64 { return int64(m[name].(float64)) }
		instant := func(name string) time.Time {
			at, err := time.Parse(time.RFC3339, text(name))
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		out = append(out, sandbox.Deployment{
			ID: text("id"), Name: text("name"), WorkflowID: text("workflow_id"), WorkflowVersion: text("workflow_version"),
			Hardware:     []string{m["hardware"].([]any)[0].(string)},
			MinInstances: count("min_instances"), MaxInstances: count("max_instances"), QueueSize: count("queue_size"),
			KeepWarm: count("keep_warm_duration_in_seconds"), Status: text("status"), IsEnabled: m["is_enabled"].(bool),
			CreatedAt: instant("created_at"), UpdatedAt: instant("updated_at"),
		})
	}
	return out
}

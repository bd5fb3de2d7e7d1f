package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// contract connects the client of this project with a sandbox and holds every call against the description.
func contract(t *testing.T) (service, *apiclient.Client) {
	t.Helper()
	s := start(t, sandbox.Options{Demo: true, Tokens: []string{tokenA, tokenB}, Deployments: 40})
	d := describe(t, s)
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec, b := d.serve(r)
		mu.Lock()
		defer mu.Unlock()
		if rec == nil || b.request != nil || b.answer != nil {
			t.Errorf("%s %s is not as described: request %v, answer %v", r.Method, r.URL, b.request, b.answer)
			return
		}
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	client, err := apiclient.New(server.URL, apiclient.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s, client
}

// same compares what the client read with what the sandbox holds.
func same(t *testing.T, got apiclient.Deployment, want sandbox.Deployment) {
	t.Helper()
	type facts struct {
		ID, Name, WorkflowID, Version, Status string
		Hardware                              []string
		Least, Most, Queue, Warm              int64
		Enabled                               bool
		Created, Updated                      time.Time
	}
	read := facts{
		got.ID, got.Name, got.WorkflowID, got.WorkflowVersion, got.Status, got.Hardware, got.MinInstances.Value,
		got.MaxInstances.Value, got.QueueSize.Value, got.KeepWarmDurationInSeconds.Value, got.IsEnabled.Value,
		got.CreatedAt.Time, got.UpdatedAt.Time,
	}
	held := facts{
		want.ID, want.Name, want.WorkflowID, want.WorkflowVersion, want.Status, want.Hardware, want.MinInstances,
		want.MaxInstances, want.QueueSize, want.KeepWarm, want.IsEnabled, want.CreatedAt, want.UpdatedAt,
	}
	if diff := cmp.Diff(held, read); diff != "" {
		t.Errorf("deployment (-sandbox +client):\n%s", diff)
	}
}

func TestContractReads(t *testing.T) {
	t.Parallel()
	s, client := contract(t)
	held := s.Deployments(tokenA)

	list, err := client.List(t.Context(), tokenA, apiclient.ListOptions{})
	if err != nil || len(list) != len(held) {
		t.Fatalf("list: %d of %d, %v", len(list), len(held), err)
	}
	for i := range list {
		same(t, list[i], held[i])
	}
	some, err := client.List(t.Context(), tokenA, apiclient.ListOptions{
		IDs:      []string{held[2].ID, held[30].ID},
		Includes: []apiclient.Include{apiclient.IncludePayload, apiclient.IncludeReadme},
	})
	if err != nil || len(some) != 2 {
		t.Fatalf("list by ids: %d, %v", len(some), err)
	}
	one, err := client.Get(t.Context(), tokenA, held[30].ID, apiclient.IncludeReadme)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []apiclient.Deployment{some[1], one} {
		same(t, got, held[30])
		if string(got.Payload.Raw) != string(held[30].Payload) || got.Readme.Value != held[30].Readme {
			t.Error("payload or readme are not what the sandbox holds")
		}
	}
}

func TestContractWrites(t *testing.T) {
	t.Parallel()
	s, client := contract(t)
	made, err := client.Create(t.Context(), tokenA, apiclient.CreateRequest{
		Name: "made <&> 名", WorkflowID: exampleWorkflow, WorkflowVersion: "v1", Hardware: "HOPPER_141",
		MinInstances: 1, MaxInstances: 2, QueueSize: 3, KeepWarmDurationInSeconds: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	held, _ := s.Deployment(tokenA, made.ID)
	same(t, made, held)

	name, version, hardware, least, most, queue, warm, enabled := "new", "v2", "AMPERE_80", int64(0), int64(10), int64(0), int64(0), false
	changed, err := client.Update(t.Context(), tokenA, made.ID, apiclient.UpdateRequest{
		Name: &name, WorkflowVersion: &version, Hardware: &hardware, MinInstances: &least, MaxInstances: &most,
		QueueSize: &queue, KeepWarmDurationInSeconds: &warm, IsEnabled: &enabled,
	})
	if err != nil {
		t.Fatal(err)
	}
	held, _ = s.Deployment(tokenA, made.ID)
	same(t, changed, held)
	if held.Name != name || held.MaxInstances != most || held.IsEnabled {
		t.Errorf("the update did not arrive: %+v", held)
	}

	if err := client.Delete(t.Context(), tokenA, made.ID); err != nil {
		t.Fatal(err)
	}
	if err := client.Delete(t.Context(), tokenA, made.ID); !apiclient.IsNotFound(err) {
		t.Errorf("second delete: %v", err)
	}
	if _, err := client.Get(t.Context(), tokenA, s.Deployments(tokenB)[0].ID); !apiclient.IsForbidden(err) {
		t.Errorf("get of another account's: %v", err)
	}
	if _, err := client.List(t.Context(), "unknown-token", apiclient.ListOptions{}); !apiclient.IsUnauthorized(err) {
		t.Errorf("list with an unknown token: %v", err)
	}
}

// TestContractFaults checks that the client never takes a distorted answer to an update for a success, and knows which
// ones leave the outcome open.
func TestContractFaults(t *testing.T) {
	t.Parallel()
	for spec, unknown := range map[string]bool{
		"reset-after": true, "truncate": true, "html": true, "html502": true, "500-after": true, "wrong-id": true, "no-id": true,
		"empty": true, "null": true, "duplicate-key": true, "case-key": true, "huge": true, "gzip-bomb": true,
		"error200": false, "401": false, "403": false, "404": false, "409": false, "422": false, "429": false, "redirect": false,
	} {
		t.Run(spec, func(t *testing.T) {
			t.Parallel()
			s := faulty(t, spec+"@update")
			client, err := apiclient.New(s.url, apiclient.Options{})
			if err != nil {
				t.Fatal(err)
			}
			name := "new"
			_, err = client.Update(t.Context(), tokenA, exampleID, apiclient.UpdateRequest{Name: &name})
			if err == nil || apiclient.IsUnknown(err) != unknown {
				t.Errorf("error %v: unknown %v, want %v", err, apiclient.IsUnknown(err), unknown)
			}
			if calls := len(s.Calls()); calls != 1 {
				t.Errorf("the update was sent %d times", calls)
			}
		})
	}
	for _, spec := range []string{"unknown-status", "unknown-hardware", "no-payload", "null-payload", "slow-body=1ms"} {
		s := faulty(t, spec)
		client, err := apiclient.New(s.url, apiclient.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Get(t.Context(), tokenA, exampleID); err != nil {
			t.Errorf("%s: %v", spec, err)
		}
	}
	s := faulty(t, "delete-false@delete", "wrapped@list")
	client, err := apiclient.New(s.url, apiclient.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Delete(t.Context(), tokenA, exampleID); err == nil || apiclient.IsUnknown(err) {
		t.Errorf("delete answered with success false: %v", err)
	}
	if list, err := client.List(t.Context(), tokenA, apiclient.ListOptions{}); err != nil || len(list) != 1 {
		t.Errorf("wrapped list: %d, %v", len(list), err)
	}
}

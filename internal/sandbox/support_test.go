package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

const (
	tokenA = "token-of-account-a"
	tokenB = "token-of-account-b"
	base   = "/prod/v2/deployments"
	// exampleID and exampleWorkflow are the document's.
	exampleID       = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
	exampleWorkflow = "00000000-0000-0000-0000-000000001111"
	unknownID       = "ffffffff-ffff-4fff-8fff-ffffffffffff"
)

// service is a sandbox on a port, with a client that keeps no connections: faults break them.
type service struct {
	*sandbox.Sandbox
	url    string
	client *http.Client
}

func start(t *testing.T, o sandbox.Options) service {
	t.Helper()
	if o.Tokens == nil {
		o.Tokens = []string{tokenA, tokenB}
	}
	box, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box)
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	transport := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	refuseRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return service{box, server.URL, &http.Client{Transport: transport, CheckRedirect: refuseRedirect}}
}

// reply is an answer read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// try sends a request with tokenA and returns what came back.
func (s service) try(t *testing.T, method, path, body string) (reply, error) {
	t.Helper()
	return s.as(t, tokenA, method, path, body)
}

func (s service) as(t *testing.T, token, method, path, body string) (reply, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(got)}, err
}

// do is try where an answer must come.
func (s service) do(t *testing.T, method, path, body string) reply {
	t.Helper()
	got, err := s.try(t, method, path, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return got
}

// object decodes the body of an answer.
func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	return decode[map[string]any](t, r.body)
}

func (r reply) list(t *testing.T) []map[string]any {
	t.Helper()
	return decode[[]map[string]any](t, r.body)
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("decode %.200q: %v", text, err)
	}
	return v
}

// sample is a valid deployment to put into a sandbox.
func sample(id, name string) sandbox.Deployment {
	return sandbox.Deployment{
		ID: id, Name: name, WorkflowID: exampleWorkflow, WorkflowVersion: "v1", Hardware: []string{"AMPERE_24"},
		MinInstances: 0, MaxInstances: 2, QueueSize: 2, KeepWarm: 120, Status: "standby", IsEnabled: true,
	}
}

// createBody is a valid POST body; changes replace fields, and "" leaves one out.
func createBody(changes map[string]string) string {
	fields := []struct{ name, value string }{
		{"name", `"image-to-video"`},
		{"workflow_id", `"` + exampleWorkflow + `"`},
		{"workflow_version", `"v1"`},
		{"hardware", `["AMPERE_48"]`},
		{"min_instances", "0"},
		{"max_instances", "3"},
		{"queue_size", "1"},
		{"keep_warm_duration_in_seconds", "60"},
	}
	var members []string
	for _, f := range fields {
		value := f.value
		if changed, ok := changes[f.name]; ok {
			value = changed
		}
		if value != "" {
			members = append(members, `"`+f.name+`":`+value)
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

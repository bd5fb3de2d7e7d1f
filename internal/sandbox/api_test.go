package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

func TestListFollowsChanges(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	if got := s.do(t, "GET", base, "").body; got != "[]" {
		t.Errorf("empty list = %q", got)
	}
	first := s.do(t, "POST", base, createBody(map[string]string{"name": `"one"`})).object(t)["id"].(string)
	second := s.do(t, "POST", base, createBody(map[string]string{"name": `"two"`})).object(t)["id"].(string)
	if got := names(s.do(t, "GET", base, "").list(t)); got != "one two" {
		t.Errorf("after two creates: %q", got)
	}
	s.do(t, "PATCH", base+"/"+first, `{"name":"uno"}`)
	if got := names(s.do(t, "GET", base, "").list(t)); got != "uno two" {
		t.Errorf("after an update: %q", got)
	}
	query := "?ids=" + second + "&ids=" + unknownID + "&ids=" + strings.ToUpper(second)
	if got := names(s.do(t, "GET", base+query, "").list(t)); got != "two" {
		t.Errorf("by ids: %q", got)
	}
	if got := s.do(t, "DELETE", base+"/"+first, ""); got.status != 200 || got.body != `{"success":true}` {
		t.Errorf("delete: %d %s", got.status, got.body)
	}
	if got := names(s.do(t, "GET", base, "").list(t)); got != "two" {
		t.Errorf("after a delete: %q", got)
	}
	if got := s.do(t, "DELETE", base+"/"+first, ""); got.status != 404 {
		t.Errorf("second delete: %d %s", got.status, got.body)
	}
}

func TestIncludes(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	d := sample(exampleID, "x")
	d.Payload = json.RawMessage(`{ "workflow_api_json" : {"3":{"inputs":{"seed":18446744073709551615}}}, "note":"<&>" }`)
	d.Readme = "# <b>Readme</b>\n"
	s.Put(tokenA, d)
	const item = base + "/" + exampleID
	tests := []struct {
		method, path, body string
		payload, readme    bool
	}{
		{"GET", base, "", false, false},
		{"GET", base + "?includes=payload", "", true, false},
		{"GET", base + "?includes=readme", "", false, true},
		{"GET", base + "?includes=readme&includes=payload", "", true, true},
		{"GET", base + "?includes=readme,payload", "", false, false},
		{"GET", base + "?includes=readme&includes=payload&ids=" + exampleID, "", true, true},
		{"GET", item, "", true, false},
		{"GET", item + "?includes=payload", "", true, false},
		{"GET", item + "?includes=readme", "", true, true},
		{"PATCH", item, `{}`, true, false},
		{"PATCH", item + "?includes=readme", `{}`, true, true},
		{"POST", base + "?includes=readme", createBody(nil), true, true},
		{"POST", base, createBody(nil), true, false},
	}
	for _, tt := range tests {
		body := s.do(t, tt.method, tt.path, tt.body).body
		if got := strings.Contains(body, `,"payload":`+string(d.Payload)); got != tt.payload {
			t.Errorf("%s %s: payload byte for byte = %v, want %v: %s", tt.method, tt.path, got, tt.payload, body)
		}
		if got := strings.Contains(body, `"readme":"# <b>Readme</b>\n"`); got != tt.readme {
			t.Errorf("%s %s: readme = %v, want %v: %s", tt.method, tt.path, got, tt.readme, body)
		}
		if !json.Valid([]byte(body)) {
			t.Errorf("%s %s: not JSON: %s", tt.method, tt.path, body)
		}
	}
}

func TestUpdatedAtAdvances(t *testing.T) {
	t.Parallel()
	still := time.Date(2026, 5, 4, 3, 2, 1, 123456789, time.FixedZone("", 3600))
	s := start(t, sandbox.Options{Now: func() time.Time { return still }})
	made := s.do(t, "POST", base, createBody(nil)).object(t)
	if made["created_at"] != "2026-05-04T02:02:01.123456Z" || made["updated_at"] != made["created_at"] {
		t.Errorf("created_at %v, updated_at %v", made["created_at"], made["updated_at"])
	}
	last := made["updated_at"].(string)
	for range 3 {
		changed := s.do(t, "PATCH", base+"/"+made["id"].(string), `{}`).object(t)
		if now := changed["updated_at"].(string); now <= last {
			t.Errorf("updated_at %s does not follow %s", now, last)
		} else {
			last = now
		}
		if changed["created_at"] != made["created_at"] {
			t.Errorf("created_at became %v", changed["created_at"])
		}
	}
}

func TestRawIsAnsweredVerbatim(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	d := sample(exampleID, "x")
	d.Raw = json.RawMessage(`{"id": 1,, "odd" <b>`)
	s.Put(tokenA, d)
	s.Put(tokenA, sample("", "y"))
	if got := s.do(t, "GET", base+"/"+exampleID+"?includes=readme", "").body; got != string(d.Raw) {
		t.Errorf("get: %q", got)
	}
	if got := s.do(t, "GET", base, "").body; !strings.HasPrefix(got, "["+string(d.Raw)+`,{"id":`) {
		t.Errorf("list: %q", got)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	s.do(t, "GET", base+"?includes=readme", "")
	s.do(t, "POST", base, createBody(nil))
	s.do(t, "POST", base, `{}`)
	var got []string
	for _, c := range s.Calls() {
		got = append(got, fmt.Sprint(c.Method, " ", c.Path, "?", c.RawQuery, " ", c.Token, " ", c.Status, " ", c.Applied, " ", len(c.Body)))
	}
	want := []string{
		"GET " + base + "?includes=readme " + tokenA + " 200 false 0",
		"POST " + base + "? " + tokenA + " 200 true " + fmt.Sprint(len(createBody(nil))),
		"POST " + base + "? " + tokenA + " 422 false 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if kind := s.Calls()[1].Header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("header of the call: Content-Type %q", kind)
	}
	s.ResetCalls()
	if left := len(s.Calls()); left != 0 {
		t.Errorf("%d calls after ResetCalls", left)
	}
}

func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	for i := range 10_002 {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", fmt.Sprintf("/%d", i), http.NoBody)
		s.ServeHTTP(discard{}, req)
	}
	calls := s.Calls()
	if len(calls) != 10_000 || calls[0].Path != "/2" || calls[9_999].Path != "/10001" {
		t.Errorf("%d calls from %s to %s", len(calls), calls[0].Path, calls[len(calls)-1].Path)
	}
}

// discard is a ResponseWriter for requests whose answer does not matter.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestPanicAnswers500(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	var broken atomic.Bool
	s := start(t, sandbox.Options{
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Now: func() time.Time {
			if broken.Load() {
				panic("clock broke")
			}
			return time.Now()
		},
	})
	broken.Store(true)
	got := s.do(t, "POST", base, createBody(nil))
	if got.status != 500 || got.object(t)["error_code"] != 500001.0 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if strings.Contains(got.body, "clock") || !strings.Contains(log.String(), "clock broke") {
		t.Errorf("the cause belongs in the log, not in the answer: %s\n%s", got.body, log.String())
	}
	if again := s.do(t, "GET", base, ""); again.status != 200 {
		t.Errorf("the sandbox is stuck after a panic: %d", again.status)
	}
}

// lockedBuffer takes log lines from the server while the test reads.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestAccessors(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{})
	made := s.Put(tokenA, sample("", "one"))
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(made.ID) {
		t.Errorf("made id %q", made.ID)
	}
	made.Hardware[0] = "changed"
	if got, _ := s.Deployment(tokenA, made.ID); got.Hardware[0] != "AMPERE_24" {
		t.Error("Put gave its own slice away")
	}
	s.Deployments(tokenA)[0].Hardware[0] = "changed"
	if got, _ := s.Deployment(tokenA, made.ID); got.Hardware[0] != "AMPERE_24" {
		t.Error("Deployments gave its own slice away")
	}
	s.Remove(tokenA, unknownID)
	s.Remove(tokenA, made.ID)
	if _, ok := s.Deployment(tokenA, made.ID); ok {
		t.Error("Remove left the deployment")
	}
	if got := s.Deployments("unknown"); got != nil {
		t.Errorf("deployments of an unknown token: %v", got)
	}
}

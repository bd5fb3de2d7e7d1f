package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

func FuzzParseFault(f *testing.F) {
	for _, seed := range []string{
		"503", "hang-after@create:first", "429@*:2=7", "redirect@get:1-3=http://a/b:c@d=e", "huge=4GiB", "x@y:z=w", "422==",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		fault, err := sandbox.ParseFault(spec)
		if err != nil {
			if fault != (sandbox.Fault{}) {
				t.Errorf("%q: a fault beside the error %v", spec, err)
			}
			return
		}
		again, err := sandbox.ParseFault(fault.String())
		if err != nil || again != fault {
			t.Errorf("%q: read again: %v, %v", spec, again, err)
		}
	})
}

// FuzzCreateBody checks that whatever the body is, the answer is either a stored deployment within the document's limits or
// a refusal that names its problems.
func FuzzCreateBody(f *testing.F) {
	for _, changes := range []map[string]string{
		nil,
		{"name": ""},
		{"min_instances": "1e0"},
		{"hardware": `["HOPPER_141","x"]`},
		{"queue_size": "99999999999999999999"},
		{"name": `"\ud800"`},
		{"min_instances": "3", "max_instances": "1"},
		{"workflow_id": `"` + unknownID + `"`},
	} {
		f.Add(createBody(changes))
	}
	f.Add(`{"name":"a","name":2}`)
	f.Add(`[[[[`)
	f.Fuzz(func(t *testing.T, body string) {
		box, err := sandbox.New(sandbox.Options{Tokens: []string{tokenA}})
		if err != nil {
			t.Fatal(err)
		}
		req := httptest.NewRequestWithContext(t.Context(), "POST", base, strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+tokenA)
		rec := httptest.NewRecorder()
		box.ServeHTTP(rec, req)
		stored := box.Deployments(tokenA)
		if !json.Valid(rec.Body.Bytes()) {
			t.Fatalf("answer is not JSON: %q", rec.Body)
		}
		switch rec.Code {
		case http.StatusOK:
			if len(stored) != 1 {
				t.Fatalf("%d stored", len(stored))
			}
			checkLimits(t, stored[0])
		case http.StatusUnprocessableEntity:
			answer := decode[map[string]any](t, rec.Body.String())
			if len(problems(t, answer)) == 0 || len(stored) != 0 {
				t.Errorf("refused without a problem, or stored all the same: %v", answer)
			}
		case http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("status %d: %s", rec.Code, rec.Body)
		}
	})
}

// checkLimits holds a stored deployment against "Request body (JSON)" of the document.
func checkLimits(t *testing.T, d sandbox.Deployment) {
	t.Helper()
	if d.MinInstances < 0 || d.MinInstances > 3 || d.MaxInstances < 1 || d.MaxInstances > 10 || d.MinInstances > d.MaxInstances ||
		d.QueueSize < 0 || d.KeepWarm < 0 || len(d.Hardware) != 1 || strings.TrimSpace(d.Name) == "" || d.WorkflowVersion == "" {
		t.Errorf("beyond the limits: %+v", d)
	}
}

package apiclient

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"testing"
	"time"
	"unicode/utf8"
)

// addAnswers seeds f with the document's answers and some that are broken.
func addAnswers(f *testing.F) {
	for _, name := range []string{"create.json", "create_as_printed.json", "update.json", "list.json", "list_ids_details.json", "delete.json"} {
		f.Add([]byte(testdata(f, name)))
	}
	for _, s := range []string{
		"", "null", "[]", "{}", `{"deployments":[]}`, `{"error_code":404001,"error_message":"m"}`, `[{"id":"` + testID + `"}]`,
		`{"id":"` + testID + `","payload": {"workflow_api_json":{"1":[18446744073709551615]},"overrides":{}}}`,
		`{"id":"` + testID + `","hardware":"A","created_at":"2025-01-01T00:00:00","min_instances":1e0}`,
	} {
		f.Add([]byte(s))
	}
}

// checkDeployment holds for every deployment that was decoded from any answer.
func checkDeployment(t *testing.T, body []byte, d Deployment) {
	t.Helper()
	if !json.Valid(body) || !utf8.Valid(body) {
		t.Errorf("%q was accepted but is not JSON", body)
	}
	if !ValidID(d.ID) {
		t.Errorf("ID = %q, want a UUID", d.ID)
	}
	for _, raw := range [][]byte{d.Payload.Raw, d.Payload.WorkflowAPI, d.Payload.Overrides} {
		if raw != nil && (!json.Valid(raw) || !bytes.Contains(body, raw)) {
			t.Errorf("payload part %q is not JSON of the answer %q", raw, body)
		}
	}
	if d.Payload.Raw == nil && d.Payload.WorkflowAPI != nil {
		t.Error("a payload has parts but no text")
	}
}

func FuzzDecodeDeployment(f *testing.F) {
	addAnswers(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		d, err := decodeDeployment(body)
		if err == nil {
			checkDeployment(t, body, d)
		}
		if !bytes.Equal(before, body) {
			t.Error("the answer was changed")
		}
		p := readProblem(body, testToken)
		if utf8.RuneCountInString(p.message) > maxMessage || len(p.detail) > maxDetail || !utf8.ValidString(p.message) {
			t.Errorf("problem = %+v, want bounded valid text", p)
		}
	})
}

func FuzzDecodeList(f *testing.F) {
	addAnswers(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := decodeList(body)
		if (err == nil) != (list != nil) {
			t.Errorf("decodeList() = %v, %v, want a list or an error", list, err)
		}
		for _, d := range list {
			checkDeployment(t, body, d)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "59", "61", "-1", "9e9", "99999999999999999999", "Fri, 02 Jan 2026 03:04:25 GMT", "+5", "\x00"} {
		f.Add(s)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f.Fuzz(func(t *testing.T, raw string) {
		got, beyond := retryAfter(http.Header{"Retry-After": {raw}}, now)
		if got < 0 || got > maxRetryAfter || beyond < 0 || got+beyond > maxAsked {
			t.Errorf("retryAfter(%q) = %v and %v beyond, want 0 to 60s and at most a week in all", raw, got, beyond)
		}
	})
}

func FuzzValidID(f *testing.F) {
	for _, s := range []string{testID, "", "A1B2C3D4-1111-2222-3333-ABCDEFABCDEF", testID + "\n", "..%2f", "a1b2c3d4-1111-2222-3333-abcdefabcde\u0661"} {
		f.Add(s)
	}
	form := regexp.MustCompile(`\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z`)
	f.Fuzz(func(t *testing.T, id string) {
		if got, want := ValidID(id), form.MatchString(id); got != want {
			t.Errorf("ValidID(%q) = %v, want %v", id, got, want)
		}
	})
}

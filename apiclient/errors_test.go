package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// kinds names the predicates that hold for err.
func kinds(err error) string {
	var held []string
	for _, k := range []struct {
		name string
		is   func(error) bool
	}{
		{"not found", IsNotFound},
		{"unauthorized", IsUnauthorized},
		{"forbidden", IsForbidden},
		{"rate limited", IsRateLimited},
		{"invalid", IsInvalid},
		{"unknown", IsUnknown},
		{"timeout", IsTimeout},
		{"unavailable", IsUnavailable},
	} {
		if k.is(err) {
			held = append(held, k.name)
		}
	}
	return strings.Join(held, ", ")
}

// TestError_shapes has a row for each shape of an error answer that the vendor's pages and clients know.
func TestError_shapes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		want   Error // Op and Status are filled in
		kinds  string
	}{
		"code and message": {
			404, `{"error_code":404001,"error_message":"Deployment not found"}`,
			Error{Code: 404001, Message: "Deployment not found"},
			"not found",
		},
		"code in quotes":      {401, `{"error_code":"401001","message":"m"}`, Error{Code: 401001, Message: "m"}, "unauthorized"},
		"code outranks":       {400, `{"error_code":404001}`, Error{Code: 404001}, "not found"},
		"other code":          {400, `{"error_code":10001,"error_message":"InsufficientFunds"}`, Error{Code: 10001, Message: "InsufficientFunds"}, "invalid"},
		"message only":        {403, `{"message":"Forbidden"}`, Error{Message: "Forbidden"}, "forbidden"},
		"error only":          {402, `{"error":"no credit"}`, Error{Message: "no credit"}, ""},
		"error object":        {409, `{"error":{"code":7,"message":"busy"}}`, Error{Code: 7, Message: "busy"}, ""},
		"detail text":         {404, `{"detail":"Not Found"}`, Error{Message: "Not Found"}, "not found"},
		"detail object":       {403, `{"detail":{"error_code":403003,"error_message":"no"}}`, Error{Code: 403003, Message: "no"}, "forbidden"},
		"message order":       {400, `{"detail":"d","error":"e","message":"m","error_message":"em"}`, Error{Message: "em"}, "invalid"},
		"name required":       {422, `{"error_message":"Deployment name is required"}`, Error{Message: "Deployment name is required"}, "invalid"},
		"plain text":          {429, "slow down", Error{Message: "slow down"}, "rate limited"},
		"json text":           {400, `"bad"`, Error{Message: "bad"}, "invalid"},
		"html":                {404, "<!doctype html><title>404</title>", Error{}, "not found"},
		"broken json":         {400, `{"error_message":"cut`, Error{}, "invalid"},
		"empty":               {401, "", Error{}, "unauthorized"},
		"null":                {403, "null", Error{}, "forbidden"},
		"list":                {400, `["a"]`, Error{}, "invalid"},
		"server fault":        {500, `{"error_code":500001,"error_message":"oops"}`, Error{Code: 500001, Message: "oops", Outcome: Unknown}, "unknown, unavailable"},
		"proxy":               {530, "<html>origin error</html>", Error{Outcome: Unknown}, "unknown, unavailable"},
		"with 200":            {200, `{"error_code":422001,"error_message":"bad"}`, Error{Code: 422001, Message: "bad"}, "invalid"},
		"with 202":            {202, `{"error_code":10001,"error_message":"no funds"}`, Error{Code: 10001, Message: "no funds"}, ""},
		"error with 200":      {200, `{"error":"boom"}`, Error{Message: "boom"}, ""},
		"no success":          {200, `{"success":false,"message":"in use"}`, Error{Message: "in use"}, ""},
		"server fault in 200": {200, `{"error_code":500001}`, Error{Code: 500001, Outcome: Unknown}, "unknown, unavailable"},
		"other server fault":  {200, `{"error_code":10000}`, Error{Code: 10000, Outcome: Unknown}, "unknown, unavailable"},
		"duplicate keys":      {400, `{"message":"a","message":"b"}`, Error{Message: "b"}, "invalid"},
		"control characters": {
			400, `{"message":" a\u0000\n\tb\u202e\ud800 \u001b[31m "}`,
			Error{Message: "a b\ufffd [31m"},
			"invalid",
		},
		"token": {401, `{"message":"no such token ` + testToken + `"}`, Error{Message: "no such token [token]"}, "unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // some rows are retried
				for _, op := range operations {
					tc.want.Op, tc.want.Status = op.name, tc.status
					err := op.call(t, newTestClient(t, reply(tc.status, tc.body), Options{}))
					if diff := cmp.Diff(&tc.want, wantError(t, err)); diff != "" {
						t.Errorf("%s (-want +got):\n%s", op.name, diff)
					}
					if got := kinds(err); got != tc.kinds {
						t.Errorf("%s: kinds = %q, want %q", op.name, got, tc.kinds)
					}
				}
			})
		})
	}
}

func TestError_detail(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		detail string
		want   []FieldError
	}{
		"body field":          {`[{"loc":["body","min_instances"],"msg":"too big","type":"x"}]`, []FieldError{{"min_instances", "too big"}}},
		"element":             {`[{"loc":["body","hardware",0],"msg":"no such SKU"}]`, []FieldError{{"hardware", "no such SKU"}}},
		"whole body":          {`[{"loc":["body"],"msg":"max must be >= min"}]`, []FieldError{{"", "max must be >= min"}}},
		"no prefix":           {`[{"loc":["name"],"msg":"m"}]`, []FieldError{{"name", "m"}}},
		"text location":       {`[{"loc":"name","msg":"m"}]`, []FieldError{{"name", "m"}}},
		"other keys":          {`[{"field":"name","message":"m"}]`, []FieldError{{"name", "m"}}},
		"texts":               {`["a","b"]`, []FieldError{{"", "a"}, {"", "b"}}},
		"no message":          {`[{"loc":["body","name"]},1,null,[]]`, nil},
		"odd location":        {`[{"loc":{"a":1},"msg":"m"},{"loc":[],"msg":"n"}]`, []FieldError{{"", "m"}, {"", "n"}}},
		"cleaned":             {`[{"loc":["body","a\nb"],"msg":"` + testToken + `\u0007!"}]`, []FieldError{{"a b", "[token]!"}}},
		"a field called body": {`[{"loc":["body","body"],"msg":"m"}]`, []FieldError{{"body", "m"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := updateOp.call(t, newTestClient(t, reply(422, `{"error_code":422001,"detail":`+tc.detail+`}`), Options{}))
			if diff := cmp.Diff(tc.want, wantError(t, err).Detail); diff != "" {
				t.Errorf("Detail (-want +got):\n%s", diff)
			}
		})
	}
}

func TestError_bounds(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 5000)
	entry := fmt.Sprintf(`{"loc":["body","%s"],"msg":"%s"}`, long[:200], long[:1000])
	body := fmt.Sprintf(`{"message":"%s","detail":[%s%s]}`, long, entry, strings.Repeat(","+entry, 30))
	e := wantError(t, updateOp.call(t, newTestClient(t, reply(422, body, "X-Request-Id", strings.Repeat("r", 500)), Options{})))
	if n := len([]rune(e.Message)); n != 300 {
		t.Errorf("Message has %d characters, want 300", n)
	}
	if len(e.Detail) != 20 || len([]rune(e.Detail[0].Field)) != 64 || len([]rune(e.Detail[0].Message)) != 300 {
		t.Errorf("Detail = %d entries, first %+v, want 20, 64 and 300 characters", len(e.Detail), e.Detail[0])
	}
	if len(e.RequestID) != 64 {
		t.Errorf("RequestID has %d characters, want 64", len(e.RequestID))
	}
}

func TestError_requestID(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ header, value, want string }{
		"usual":        {"X-Request-Id", " req-1 ", "req-1"},
		"gateway":      {"Cf-Ray", "8f-AMS", "8f-AMS"},
		"unprintable":  {"X-Request-Id", "a\x01b", ""},
		"other header": {"X-Else", "a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{404, 200} { // an error, and an answer that is not the API's
				e := wantError(t, getOp.call(t, newTestClient(t, reply(status, "", tc.header, tc.value), Options{})))
				if e.RequestID != tc.want {
					t.Errorf("status %d: RequestID = %q, want %q", status, e.RequestID, tc.want)
				}
			}
		})
	}
}

func TestError_Error(t *testing.T) {
	t.Parallel()
	e := &Error{Op: "update", Status: 422, Code: 422001, Message: "bad\nvalue", RequestID: "r1", Err: errors.New("cause")}
	want := `runcomfy update: refused, status 422, code 422001, request r1, message "bad\nvalue": cause`
	if got := e.Error(); got != want {
		t.Errorf("Error() = %s, want %s", got, want)
	}
	for outcome, want := range map[Outcome]string{NotSent: "runcomfy get: not sent", Unknown: "runcomfy get: outcome unknown"} {
		if got := (&Error{Op: "get", Outcome: outcome}).Error(); got != want {
			t.Errorf("Error() = %s, want %s", got, want)
		}
	}
}

// Predicates look through wrapping and hold for no foreign error.
func TestPredicates(t *testing.T) {
	t.Parallel()
	wrapped := fmt.Errorf("wrapped: %w", &Error{Status: http.StatusNotFound})
	if got := kinds(wrapped); got != "not found" {
		t.Errorf("kinds of a wrapped error = %q, want not found", got)
	}
	for _, err := range []error{nil, errors.New("x"), context.DeadlineExceeded} {
		if got := kinds(err); got != "" {
			t.Errorf("kinds(%v) = %q, want none", err, got)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for raw, want := range map[string]time.Duration{
		"": 0, "0": 0, "1": time.Second, " 7 ": 7 * time.Second, "60": time.Minute, "61": 61 * time.Second, "120": 2 * time.Minute,
		"99999999999999999999999": 7 * 24 * time.Hour, "-1": 5 * time.Second, "9e9": 5 * time.Second, "1.5": 5 * time.Second,
		"soon": 5 * time.Second, "Fri, 02 Jan 2026 03:04:25 GMT": 20 * time.Second,
		"Fri, 02 Jan 2026 05:04:05 GMT": 2 * time.Hour, "Fri, 02 Jan 2026 03:04:05 GMT": 5 * time.Second,
		"Fri, 02 Jan 2016 03:04:05 GMT": 5 * time.Second,
	} {
		h := http.Header{}
		if raw != "" {
			h.Set("Retry-After", raw)
		}
		if pause, beyond := retryAfter(h, now); pause != min(want, time.Minute) || pause+beyond != want {
			t.Errorf("retryAfter(%q) = %v and %v beyond, want %v in all", raw, pause, beyond, want)
		}
	}
}

func TestError_retryAfter(t *testing.T) {
	t.Parallel()
	for _, op := range writes {
		e := wantError(t, op.call(t, newTestClient(t, reply(429, "", "Retry-After", "30"), Options{})))
		if e.RetryAfter != 30*time.Second || e.Outcome != Refused {
			t.Errorf("%s: RetryAfter = %v, %v, want 30s, refused", op.name, e.RetryAfter, e.Outcome)
		}
	}
}

package sandbox_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

const item = base + "/" + exampleID

// faulty starts a sandbox with the document's deployment and the faults.
func faulty(t *testing.T, specs ...string) service {
	t.Helper()
	var faults []sandbox.Fault
	for _, spec := range specs {
		f, err := sandbox.ParseFault(spec)
		if err != nil {
			t.Fatal(err)
		}
		faults = append(faults, f)
	}
	s := start(t, sandbox.Options{Faults: faults})
	s.Put(tokenA, sample(exampleID, "stored"))
	return s
}

// applied reports whether the last call changed state.
func (s service) applied() bool {
	calls := s.Calls()
	return calls[len(calls)-1].Applied
}

// TestFaultAnswers looks at each fault that sends an answer from outside, for a PATCH (which must or must not be
// applied) and, where it matters, for a list.
func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		spec    string
		status  int
		body    string // regular expression
		header  string // "Name: value"
		applied bool
		list    string // regular expression for the body of a list; "" means body
	}{
		{"html", 200, `^<!DOCTYPE html>`, "Content-Type: text/html", false, ""},
		{"html-after", 200, `^<!DOCTYPE html>`, "Content-Type: text/html", true, ""},
		{"html502", 502, `^<!DOCTYPE html>`, "Content-Type: text/html", false, ""},
		{"error200", 200, `^{"error_code":10001,"error_message":"[^"]+"}$`, "", false, ""},
		{"400", 400, `^{"error_message":"[^"]+"}$`, "", false, ""},
		{"401", 401, `^{"error_code":401001,`, "", false, ""},
		{"402", 402, `^{"error_code":10001,`, "", false, ""},
		{"403", 403, `^{"error_code":403003,`, "", false, ""},
		{"404", 404, `^{"error_code":404001,`, "", false, ""},
		{"409", 409, `^{"error_message":"[^"]+"}$`, "", false, ""},
		{"422", 422, `"detail":\[{"loc":\["body","name"\],"msg":"[^"]+","type":"[^"]+"}\]}$`, "", false, ""},
		{"422=hardware", 422, `"loc":\["body","hardware"\]`, "", false, ""},
		{"422-twice=hardware", 422, `"detail":\[{"loc":\["body","hardware"\],.*{"loc":\["body","hardware"\]`, "", false, ""},
		{"422-body", 422, `^{"detail":\[{"loc":\["body"\],"msg":"[^"]+","type":"[^"]+"}\]}$`, "", false, ""},
		{"422-texts", 422, `^{"detail":\["[^"]+","[^"]+"\]}$`, "", false, ""},
		{"429", 429, `^{"error_message":`, "Retry-After: 2", false, ""},
		{"429=Fri, 31 Dec 1999 23:59:59 GMT", 429, `^{"error_message":`, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", false, ""},
		{"500", 500, `^{"error_code":500001,`, "", false, ""},
		{"500-before", 500, `^{"error_code":500001,`, "", false, ""},
		{"500-after", 500, `^{"error_code":500001,`, "", true, ""},
		{"502", 502, `^{"error_message":`, "", false, ""},
		{"503", 503, `^{"error_message":`, "Retry-After: ", false, ""},
		{"503=9", 503, `^{"error_message":`, "Retry-After: 9", false, ""},
		{"504-after", 504, `^{"error_message":`, "", true, ""},
		{"redirect", 307, `^$`, "Location: /elsewhere", false, ""},
		{"redirect=http://127.0.0.1:1/a?b=c:d@e", 307, `^$`, "Location: http://127.0.0.1:1/a?b=c:d@e", false, ""},
		{"delete-false", 200, `^{"success":false}$`, "", false, ""},
		{"slow-body=1ms", 200, `"name":"new"`, "", true, `^\[.*"name":"stored".*\]$`},
		{"empty", 200, `^$`, "", true, ""},
		{"null", 200, `^null$`, "", true, ""},
		{"wrapped", 200, `^{"id":`, "", true, `^{"deployments":\[{"id":.*}\]}$`},
		{"wrong-id", 200, `"id":"b1b2c3d4-1111-2222-3333-abcdefabcdef"`, "", true, ""},
		{"no-id", 200, `^{"created_at":`, "", true, `^\[{"created_at":`},
		{"unknown-status", 200, `"status":"rebalancing"`, "", true, ""},
		{"unknown-hardware", 200, `"hardware":\["BLACKWELL_288"\]`, "", true, ""},
		{"no-payload", 200, `"name":"new","queue_size"`, "", true, `"name":"stored"`},
		{"null-payload", 200, `"payload":null`, "", true, ""},
		{"duplicate-key", 200, `"min_instances":97,.*"min_instances":0`, "", true, ""},
		{"case-key", 200, `"MIN_INSTANCES":97,.*"min_instances":0`, "", true, ""},
		{"ignore-field=name", 200, `"name":"stored".*"queue_size":9`, "", true, `"name":"stored"`},
	}
	for _, tt := range tests {
		t.Run(tt.spec, func(t *testing.T) {
			t.Parallel()
			s := faulty(t, tt.spec)
			if tt.list == "" {
				tt.list = tt.body
			}
			list := s.do(t, "GET", base, "")
			if list.status != tt.status || !regexp.MustCompile(tt.list).MatchString(list.body) {
				t.Errorf("list: %d %q", list.status, list.body)
			}

			got := s.do(t, "PATCH", item, `{"name":"new","queue_size":9}`)

			if got.status != tt.status || !regexp.MustCompile(tt.body).MatchString(got.body) {
				t.Errorf("patch: %d %q", got.status, got.body)
			}
			if name, want, ok := strings.Cut(tt.header, ": "); ok && got.header.Get(name) != want {
				t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
			}
			stored, _ := s.Deployment(tokenA, exampleID)
			if (stored.QueueSize == 9) != tt.applied || s.applied() != tt.applied {
				t.Errorf("queue size %d, call applied %v, want applied %v", stored.QueueSize, s.applied(), tt.applied)
			}
		})
	}
}

func TestFaultReset(t *testing.T) {
	t.Parallel()
	for spec, applied := range map[string]bool{"reset": false, "reset-before": false, "reset-after": true} {
		s := faulty(t, spec)
		if _, err := s.try(t, "DELETE", item, ""); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: error %v, want a reset connection", spec, err)
		}
		if s.applied() != applied || s.Calls()[0].Status != 0 {
			t.Errorf("%s: call %+v, want applied %v and no status", spec, s.Calls()[0], applied)
		}
	}
}

func TestFaultTruncate(t *testing.T) {
	t.Parallel()
	s := faulty(t, "truncate@get")
	got, err := s.try(t, "GET", item, "")
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want an unexpected end", err)
	}
	if got.header.Get("Content-Length") == "" || !strings.HasPrefix(got.body, `{"id":`) || json.Valid([]byte(got.body)) {
		t.Errorf("Content-Length %q, body %q", got.header.Get("Content-Length"), got.body)
	}
}

func TestFaultHangUntilTheClientLeaves(t *testing.T) {
	t.Parallel()
	s := faulty(t, "hang@delete")
	s.client.Timeout = 50 * time.Millisecond
	if _, err := s.try(t, "DELETE", item, ""); !os.IsTimeout(err) {
		t.Errorf("error %v, want a timeout", err)
	}
	if _, kept := s.Deployment(tokenA, exampleID); !kept {
		t.Error("the hanging call was applied")
	}
}

func TestFaultHangAfterUntilClose(t *testing.T) {
	t.Parallel()
	working := make(chan struct{}, 100) // filled when the service looks at its clock
	s := start(t, sandbox.Options{
		Faults: []sandbox.Fault{sandbox.MustFault("hang-after@create")},
		Now:    func() time.Time { working <- struct{}{}; return time.Now() },
	})
	for len(working) > 0 {
		<-working
	}
	ended := make(chan error, 1)
	go func() {
		_, err := s.try(t, "POST", base, createBody(nil))
		ended <- err
	}()
	<-working
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("Close answered the hanging call")
	}
	if len(s.Deployments(tokenA)) != 1 || !s.applied() {
		t.Errorf("%d deployments, applied %v", len(s.Deployments(tokenA)), s.applied())
	}
}

func TestFaultSlowBodyWaits(t *testing.T) {
	t.Parallel()
	s := faulty(t, "slow-body=1h")
	resp, err := s.client.Do(authorised(t, "GET", s.url+item))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	half := make([]byte, resp.ContentLength/2)
	if _, err := io.ReadFull(resp.Body, half); err != nil || !strings.HasPrefix(string(half), `{"id":`) {
		t.Errorf("first half %q, %v", half, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(resp.Body); err == nil || len(rest) > 0 {
		t.Errorf("after Close: %q, %v", rest, err)
	}
}

func TestFaultSizes(t *testing.T) {
	t.Parallel()
	for spec, size := range map[string]int{
		"huge=3MiB": 3 << 20, "huge=1000": 1000, "huge=1": 0, "gzip-bomb=3000KiB": 3000 << 10, "gzip-bomb=1": 0,
	} {
		s := faulty(t, spec)
		resp, err := s.client.Do(authorised(t, "GET", s.url+item))
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = resp.Body
		if strings.HasPrefix(spec, "gzip") {
			if resp.Header.Get("Content-Encoding") != "gzip" || resp.ContentLength > 40_000 {
				t.Errorf("%s: Content-Encoding %q, length %d", spec, resp.Header.Get("Content-Encoding"), resp.ContentLength)
			}
			if body, err = gzip.NewReader(body); err != nil {
				t.Fatal(err)
			}
		}
		text, err := io.ReadAll(body)
		resp.Body.Close()
		if err != nil || size > 0 && len(text) != size {
			t.Errorf("%s: %d bytes, want %d, error %v", spec, len(text), size, err)
		}
		if got := decode[map[string]any](t, string(text)); got["id"] != exampleID {
			t.Errorf("%s: the answer behind the blanks has id %v", spec, got["id"])
		}
	}
}

func authorised(t *testing.T, method, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+tokenA)
	return req
}

package sandbox_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// TestFaultSchedule sends the same calls under different counts and routes and compares their statuses.
func TestFaultSchedule(t *testing.T) {
	t.Parallel()
	calls := []struct{ method, path, body string }{
		{"GET", base, ""},
		{"GET", item, ""},
		{"GET", item, ""},
		{"POST", base, createBody(nil)},
		{"PATCH", item, `{}`},
		{"GET", item, ""},
		{"DELETE", item, ""},
	}
	for specs, want := range map[string]string{
		"":                      "200 200 200 200 200 200 200",
		"503":                   "503 503 503 503 503 503 503",
		"503@*:every":           "503 503 503 503 503 503 503",
		"503@list":              "503 200 200 200 200 200 200",
		"503@get":               "200 503 503 200 200 503 200",
		"503@create":            "200 200 200 503 200 200 200",
		"503@update":            "200 200 200 200 503 200 200",
		"503@delete":            "200 200 200 200 200 200 503",
		"503:first":             "503 200 200 200 200 200 200",
		"503@get:2":             "200 200 503 200 200 200 200",
		"503@get:1-2":           "200 503 503 200 200 200 200",
		"503:4-":                "200 200 200 503 503 503 503",
		"503@get:first 500@get": "200 503 500 200 200 500 200",
		"503:2 500@get:2":       "200 503 500 200 200 200 200",
	} {
		s := faulty(t, strings.Fields(specs)...)
		var got []string
		for _, c := range calls {
			got = append(got, http.StatusText(s.do(t, c.method, c.path, c.body).status))
		}
		var wanted []string
		for _, code := range strings.Fields(want) {
			wanted = append(wanted, map[string]string{
				"200": "OK", "500": "Internal Server Error", "503": "Service Unavailable",
			}[code])
		}
		if strings.Join(got, ",") != strings.Join(wanted, ",") {
			t.Errorf("%q: %v, want %v", specs, got, wanted)
		}
	}
}

// TestIgnoredFieldLeavesTheRest drops the maximum that the new minimum needs: the rest is applied all the same.
func TestIgnoredFieldLeavesTheRest(t *testing.T) {
	t.Parallel()
	s := faulty(t, "ignore-field@update=max_instances")
	got := s.do(t, "PATCH", item, `{"min_instances":3,"max_instances":5}`)
	stored, _ := s.Deployment(tokenA, exampleID)
	if got.status != 200 || stored.MinInstances != 3 || stored.MaxInstances != 2 {
		t.Errorf("%d %s; stored minimum %d, maximum %d", got.status, got.body, stored.MinInstances, stored.MaxInstances)
	}
	if got := s.do(t, "PATCH", item, `{"max_instances":11}`); got.status != 422 {
		t.Errorf("an invalid value of the ignored field: %d", got.status)
	}
}

func TestSetFaultsStartsAnew(t *testing.T) {
	t.Parallel()
	s := faulty(t, "503:first")
	first := sandbox.MustFault("503:first")
	for _, want := range []int{503, 200} {
		if got := s.do(t, "GET", base, "").status; got != want {
			t.Errorf("status %d, want %d", got, want)
		}
	}
	s.SetFaults(first, sandbox.Fault{})
	for _, want := range []int{503, 200} {
		if got := s.do(t, "GET", base, "").status; got != want {
			t.Errorf("after SetFaults: status %d, want %d", got, want)
		}
	}
	s.SetFaults(sandbox.MustFault("500"))
	s.SetFaults()
	if got := s.do(t, "GET", base, "").status; got != 200 {
		t.Errorf("without faults: status %d", got)
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{Latency: time.Hour})
	s.client.Timeout = 50 * time.Millisecond
	if _, err := s.try(t, "GET", base, ""); !os.IsTimeout(err) {
		t.Errorf("error %v, want a timeout", err)
	}
	s.SetLatency(0)
	s.client.Timeout = 0
	if got := s.do(t, "GET", base, ""); got.status != 200 {
		t.Errorf("status %d after SetLatency(0)", got.status)
	}
}

func TestParseFaultRefuses(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		"":                         "unknown kind",
		"explode":                  "unknown kind",
		"truncate-after":           "unknown kind",
		"503@":                     "unknown route",
		"503@GET":                  "unknown route",
		"503:":                     "count",
		"503:0":                    "count",
		"503:-1":                   "count",
		"503:3-2":                  "count",
		"503:1-x":                  "count",
		"503:99999999999":          "count",
		"500=1":                    "takes no argument",
		"hang=":                    "takes no argument",
		"422=colour":               "field",
		"ignore-field=":            "field",
		"slow-body=5":              "duration",
		"slow-body=-5s":            "negative",
		"huge=-1":                  "size",
		"huge=5GiB":                "size",
		"huge=MiB":                 "size",
		"redirect=/a\r\nX-Evil: 1": "header",
	} {
		_, err := sandbox.ParseFault(spec)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "fault ") {
			t.Errorf("%q: error %v, want one about %q", spec, err, want)
		}
	}
}

// TestFaultHelpNamesEveryKind keeps the documentation and the parser together.
func TestFaultHelpNamesEveryKind(t *testing.T) {
	t.Parallel()
	_, err := sandbox.ParseFault("")
	_, kinds, ok := strings.Cut(err.Error(), "there are ")
	if !ok {
		t.Fatalf("error does not list the kinds: %v", err)
	}
	help := sandbox.FaultHelp()
	for name := range strings.SplitSeq(kinds, ", ") {
		if !strings.Contains(help, " "+name+" ") && !strings.Contains(help, " "+name+",") && !strings.Contains(help, " "+name+"\n") {
			t.Errorf("the package documentation does not explain %q", name)
		}
	}
	if strings.Contains(help, "//") || strings.Contains(help, "package") || !strings.Contains(help, "KIND[@ROUTE][:COUNT][=ARG]") {
		t.Errorf("help is not plain:\n%s", help)
	}
}

func TestFaultString(t *testing.T) {
	t.Parallel()
	if got := sandbox.MustFault("503@list:1-3=7").String(); got != "503@list:1-3=7" {
		t.Errorf("String() = %q", got)
	}
}

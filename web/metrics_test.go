package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestMetrics counts by route: made-up paths and methods add no series.
func TestMetrics(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	for _, path := range []string{"/deployments", "/deployments/" + on, "/deployments/" + off, "/x", "/y", "/z?" + on} {
		b.Get(path)
	}
	routes := map[string]int{}
	for _, line := range figures(t, d) {
		m := requestCount.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		routes[m[1]] += n
	}
	if routes["/deployments"] != 1 || routes["/deployments/:id"] != 2 || routes["/sign-in"] != 1 || len(routes) != 4 {
		t.Errorf("requests by route: %v", routes)
	}
}

var requestCount = regexp.MustCompile(`^comfydeck_request_duration_seconds_count\{method="[A-Z]+",route="(.*)",status="\d+"\} (\d+)$`)

// TestMetrics_names holds what alerts and dashboards rely on, and what OPERATIONS.md names.
func TestMetrics_names(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Browser(t).Get("/livez")
	d.Site.CountEvent("sign_in_refused")
	got := figures(t, d)
	request := `comfydeck_request_duration_seconds_%s{method="GET",route="/livez",status="200"%s} `
	want := []string{
		"# TYPE comfydeck_request_duration_seconds histogram", fmt.Sprintf(request, "count", "") + "1", fmt.Sprintf(request, "sum", ""),
		`comfydeck_events_total{kind="sign_in_refused"} 1`, "comfydeck_csp_reports_total 0",
		"# TYPE go_memstats_heap_inuse_bytes gauge", "go_memstats_heap_inuse_bytes ", "go_goroutines ",
		"go_memstats_mallocs_total ", "go_memstats_alloc_bytes_total ",
	}
	if runtime.GOOS == "linux" {
		want = append(want, "process_resident_memory_bytes ", "process_open_fds ", "process_cpu_seconds_total ")
	}
	for _, bound := range []string{"0.001", "0.005", "0.025", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "+Inf"} {
		want = append(want, fmt.Sprintf(request, "bucket", `,le="`+bound+`"`))
	}
	for _, line := range want {
		if !slices.ContainsFunc(got, func(have string) bool { return strings.HasPrefix(have, line) }) {
			t.Errorf("no line begins with %q", line)
		}
	}
}

// figures are the lines of the metrics.
func figures(t *testing.T, d *webtest.Deck) []string {
	t.Helper()
	answer := httptest.NewRecorder()
	d.Site.Metrics().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if got := answer.Header().Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("a scraper does not know what %q is", got)
	}
	return strings.Split(answer.Body.String(), "\n")
}

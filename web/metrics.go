package web

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"github.com/labstack/echo/v4"
)

// instruments are the server's figures. Labels come from the site map alone, so that their number is bounded.
type instruments struct {
	set     *metrics.Set
	reports *metrics.Counter
}

func newInstruments() instruments {
	set := metrics.NewSet()
	return instruments{set: set, reports: set.NewCounter("comfydeck_csp_reports_total")}
}

// requestBuckets are the bounds of the request durations, in seconds.
var requestBuckets = []float64{.001, .005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30}

func (m instruments) observe(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	name := fmt.Sprintf(`comfydeck_request_duration_seconds{method=%q,route=%q,status="%d"}`, method, route, status)
	m.set.GetOrCreatePrometheusHistogramExt(name, requestBuckets).Update(took.Seconds())
}

// CountEvent counts an event of the change log by its kind, of which there are few.
func (s *Server) CountEvent(kind string) {
	s.metrics.set.GetOrCreateCounter(fmt.Sprintf("comfydeck_events_total{kind=%q}", kind)).Inc()
}

// Metrics serves the server's figures and the process's in the text format of Prometheus, for the admin listener.
func (s *Server) Metrics() http.Handler {
	metrics.ExposeMetadata(true) // the type of each, which is off for the whole process otherwise
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		s.metrics.set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
		metrics.WriteFDMetrics(w)
	})
}

// maxReport bounds a report of a browser.
const maxReport = 16 << 10

// cspReport counts the reports of browsers; what they say is not kept (SR-52).
func (s *Server) cspReport(c echo.Context) error {
	if s.reports.Wait(c.RealIP()) > 0 {
		return c.NoContent(http.StatusTooManyRequests)
	}
	if _, err := io.Copy(io.Discard, http.MaxBytesReader(c.Response(), c.Request().Body, maxReport)); err != nil {
		return c.NoContent(http.StatusRequestEntityTooLarge)
	}
	s.metrics.reports.Inc()
	return c.NoContent(http.StatusNoContent)
}

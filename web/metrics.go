package web

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are the server's figures. Labels come from the site map alone, so that their number is bounded.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	reports  prometheus.Counter
	events   *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "comfydeck_request_duration_seconds", Help: "Time to answer a request, by route.",
			Buckets: []float64{.001, .005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route", "status"}),
		reports: prometheus.NewCounter(prometheus.CounterOpts{Name: "comfydeck_csp_reports_total", Help: "Content policy reports received from browsers."}),
	}
	m.events = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "comfydeck_events_total", Help: "Events of the change log, by kind; refused sign-ins among them."}, []string{"kind"})
	m.registry.MustRegister(m.requests, m.reports, m.events, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// CountEvent counts an event of the change log by its kind, of which there are few.
func (s *Server) CountEvent(kind string) { s.metrics.events.WithLabelValues(kind).Inc() }

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

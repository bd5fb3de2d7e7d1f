package handlers

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/labstack/echo/v4"
)

// Health answers the probes of whatever runs the server.
type Health struct {
	Ping     func(context.Context) error // asks the database
	Draining atomic.Bool                 // set when the server is about to stop
}

// Live says that the process answers; it looks at nothing.
func (h *Health) Live(c echo.Context) error {
	return c.Blob(http.StatusOK, echo.MIMETextPlainCharsetUTF8, []byte("ok\n"))
}

// Ready says whether requests should come here. The API being down is no reason: pages say so themselves.
func (h *Health) Ready(c echo.Context) error {
	if h.Draining.Load() {
		return c.Blob(http.StatusServiceUnavailable, echo.MIMETextPlainCharsetUTF8, []byte("stopping\n"))
	}
	if err := h.Ping(c.Request().Context()); err != nil {
		return c.Blob(http.StatusServiceUnavailable, echo.MIMETextPlainCharsetUTF8, []byte("the database does not answer\n"))
	}
	return c.Blob(http.StatusOK, echo.MIMETextPlainCharsetUTF8, []byte("ok\n"))
}

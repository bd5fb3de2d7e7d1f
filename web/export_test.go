package web

import (
	"io"
	"log/slog"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/handlers"
	"github.com/comfydeck/comfydeck/views"
)

// Routes lists what the site map registers, for the tables that must not miss a route.
func Routes() []*echo.Route {
	e := echo.New()
	new(Server).routes(e)
	return e.Routes()
}

// Screen serves one screen at every address, with what stands around the real ones when something fails.
func Screen(log io.Writer, screen templ.Component) (http.Handler, error) {
	s := &Server{log: slog.New(slog.NewTextHandler(log, nil)), metrics: newInstruments()}
	e := echo.New()
	e.HTTPErrorHandler = s.fail
	e.Use(s.logRequest, s.recover)
	e.GET("*", func(c echo.Context) error { return handlers.Render(c, http.StatusOK, views.Page{}, screen) })
	return s.frame(e)
}

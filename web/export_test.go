package web

import "github.com/labstack/echo/v4"

// Routes lists what the site map registers, for the tables that must not miss a route.
func Routes() []*echo.Route {
	e := echo.New()
	new(Server).routes(e)
	return e.Routes()
}

package handlers

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/paths"
)

// backField carries the list that a person came from through the pages and forms of one deployment.
const backField = "back"

// listBefore is the address of the list that this page was opened from, with its search, its filters and its page: what the
// address, the form or the browser says, in this order. Without any of them it is the plain list.
func listBefore(c echo.Context) string {
	r := c.Request()
	for _, from := range []string{c.QueryParam(backField), r.PostForm.Get(backField), r.PostForm.Get("next"), pageBefore(c)} {
		if list, ok := listIn(from); ok {
			return list
		}
	}
	return paths.Deployments
}

// listIn reads the list out of its own address, or out of the address of a page that leads back to it. What it returns is
// made anew from known values, never what was sent (SR-15).
func listIn(address string) (string, bool) {
	if q, ok := paths.ListAt(address); ok {
		return paths.List(q), true
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	q, ok := paths.ListAt(u.Query().Get(backField))
	return paths.List(q), ok
}

// pageBefore is the page of this site that the browser says it comes from.
func pageBefore(c echo.Context) string {
	u, err := url.Parse(c.Request().Referer())
	if err != nil || u.Host != c.Request().Host {
		return ""
	}
	return u.RequestURI()
}

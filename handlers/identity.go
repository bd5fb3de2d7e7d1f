package handlers

import (
	"cmp"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/session"
)

// NameInput makes what somebody is called fit to be shown and kept: one line of at most 60 characters, none of them invisible.
func NameInput(s string) string { return displayNameInput(s) }

// person is who the log names: whom the proxy in front has signed in, otherwise what they call themselves.
func person(c echo.Context) string { return personAs(c, caller(c)) }

// personAs is person in a request that signs somebody in or out.
func personAs(c echo.Context, who session.Session) string {
	return cmp.Or(session.VisitorFrom(c.Request().Context()).Person, who.DisplayName)
}

// nameOr is the name that somebody typed, by default that of whom the proxy in front has signed in.
func nameOr(c echo.Context, typed string) string {
	return cmp.Or(displayNameInput(typed), session.VisitorFrom(c.Request().Context()).Person)
}

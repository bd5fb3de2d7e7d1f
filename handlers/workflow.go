package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// Workflow is the page that shows what a deployment runs: as a graph, as an outline, and in a few facts.
func (s *Site) Workflow(c echo.Context) error {
	state := paths.ParseWorkflow(c.QueryParams())

	d, err := s.Deck.Payload(c.Request().Context(), caller(c).Account, caller(c).Token, c.Param("id"))
	if err != nil {
		return err
	}

	frame, err := s.Page(c, "Workflow of "+displayName(d))
	if err != nil {
		return err
	}
	var m views.WorkflowPage
	if err := largeReads.read(c.Request().Context(), d.Payload.Raw, func() { m = s.presentWorkflow(frame, d, state) }); err != nil {
		return err
	}
	return Render(c, http.StatusOK, m.Page, views.Workflow(m))
}

package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/catalogue"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// insidePageSize is how many deployments a page of results has.
const insidePageSize = 50

// Search looks inside the workflows of all deployments. They are read in the background for as long as the page is open.
func (s *Site) Search(c echo.Context) error {
	state, who := paths.ParseSearch(c.QueryParams()), caller(c)
	if c.QueryParam(paths.Again) != "" {
		s.Deck.InsideAgain(who.Account)
		return redirect(c, paths.SearchInside(state)) // the address that others may get asks for nothing special
	}

	q := catalogue.Query{Text: state.Words, Kind: catalogue.Kind(state.In), Page: state.Page, Size: insidePageSize}
	q.Silent = c.Request().Method == http.MethodHead // nobody sees what would be read for it
	found, err := s.Deck.Inside(c.Request().Context(), who.Account, who.Token, freshness(c), q)
	if err != nil {
		return err
	}

	frame, err := s.Page(c, "Search inside workflows")
	if err != nil {
		return err
	}
	m := s.presentInside(frame, state, found)
	if found.Problem != nil {
		m.Problem = s.problem(c, fault.From(found.Problem))
		m.Problem.Kind = "warning"
	}
	return Render(c, http.StatusOK, frame, views.Inside(m))
}

package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
)

// Create makes a deployment, after its review.
func (s *Site) Create(c echo.Context) error {
	form, err := bind(c, append(deployments.CreateFields(), append(ownFields(), notesFromField)...)...)
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	from := form[notesFromField]
	preset, again := comesAgain(c, form)
	delete(form, notesFromField)
	draft := deployments.Draft(form)
	if again {
		return s.createForm(c, http.StatusOK, formState{draft: s.under(preset, draft), notesFrom: from, why: wish.Reason, preset: preset != "", unsaved: true})
	}

	made, err := s.Deck.Create(c.Request().Context(), wish, draft)
	if keepsForm(err) {
		state := s.failed(c, wish, draft, nil, err, createBeside())
		state.notesFrom = from
		return s.createForm(c, fault.From(err).Status(), state)
	}
	if err != nil {
		return err
	}
	if made.Review != nil {
		return s.review(c, made.Review, paths.Deployments, listBefore(c), append(hidden("", draft, deployments.CreateFields()), notesFrom(from)...))
	}
	if err := s.carryNotes(c, from, made.Deployment); err != nil {
		return err
	}
	if err := s.tell(c, outcome("Created "+displayName(made.Deployment)+".", made)); err != nil {
		return err
	}
	return redirect(c, paths.WithBack(paths.Deployment(made.Deployment.ID), listBefore(c)))
}

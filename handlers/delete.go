package handlers

import (
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/session"
)

// Destroy deletes a deployment whose name was typed.
func (s *Site) Destroy(c echo.Context) error {
	form, err := bind(c, deployments.FieldConfirmName, deployments.FieldReason, keyField, backField)
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	typed := form[deployments.FieldConfirmName]

	done, err := s.Deck.Delete(c.Request().Context(), wish, c.Param("id"), typed)
	if keepsForm(err) && done.Deployment.ID != "" {
		state := s.failed(c, wish, nil, nil, err, deleteBeside())
		state.typed = typed
		return s.deleteForm(c, fault.From(err).Status(), done.Deployment, state)
	}
	if err != nil {
		return err
	}
	text := "Deleted: " + displayName(done.Deployment) + "."
	if done.Unkept != "" {
		text += " The change log has its settings. " + clean(done.Unkept)
	}
	if err := s.tell(c, session.Notice{Kind: "success", Text: text}); err != nil {
		return err
	}
	return redirect(c, listBefore(c))
}

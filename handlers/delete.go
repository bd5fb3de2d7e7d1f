package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
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

// Deleted is what the caller's change log has of the end of the deployment that a request names, and whether it has it.
func (s *Site) Deleted(c echo.Context) (views.Deletion, bool) {
	id := c.Param("id")
	if id == "" { // a page that is about none, as a clone of one
		return views.Deletion{}, false
	}
	l, ok := s.Deck.Deletion(c.Request().Context(), caller(c).Account, id)
	if !ok {
		return views.Deletion{}, false
	}
	m := s.presentDeletion(l)
	if !s.Deck.ReadOnly() && !s.LooksOnly(c) {
		m.Recreate = recreation(l)
	}
	return m, true
}

// presentDeletion words the beginning of a sentence, which the time ends.
func (s *Site) presentDeletion(l journal.Line) views.Deletion {
	m := views.Deletion{Entry: paths.ActivityEntry(l.ID()), At: s.stampOf(l.At()), Said: "was deleted elsewhere, not by ComfyDeck, which noticed it"}
	name := ""
	if e := l.Write; e != nil {
		name, m.Said = e.Name, "was deleted"
		if by := clean(e.Person); strings.TrimSpace(by) != "" {
			m.Said += " by " + by + ","
		}
	} else {
		name = l.Event.Name
	}
	if m.Name = clean(name); strings.TrimSpace(m.Name) == "" {
		m.Name = "This deployment"
	}
	return m
}

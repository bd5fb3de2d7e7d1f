package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// wasReviewed says of a kept form that it came from a review. The confirmation itself is worth nothing to another session.
const wasReviewed = "1"

// resume shows the kept form again, to be looked at and sent by the person.
func (s *Site) resume(c echo.Context, m views.SignInPage) error {
	form := map[string]string{}
	for _, k := range m.Kept {
		form[k.Name] = k.Value
	}
	again := views.Notice{Kind: "warning", Text: "You are signed in again. Nothing has been sent yet: check what you typed, then send it."}
	now := caller(c).Fingerprint
	switch {
	case m.Made != "" && m.Made != now:
		again.Text = "What you typed was made as account " + m.Made + ", and you work as " + now + " now. Nothing has been sent yet: check that it is meant for this account, then send it."
	case m.Adding:
		again.Text = "You work as " + now + " again. Nothing has been sent yet: check what you typed, then send it."
	}
	if view, ok := viewOf(m.KeptAction); ok {
		return s.viewsPage(c, http.StatusOK, typedView{id: view, name: form["name"], query: form[viewQuery]}, again)
	}
	if hook, ok := hookOf(m.KeptAction); ok {
		return s.hookKept(c, http.StatusOK, hook, form, again)
	}
	if action, ok := manyActionOf(m.KeptAction, form); ok {
		return s.runForm(c, http.StatusOK, action, form, nil, again)
	}
	if id, ok := notedIn(m.KeptAction); ok {
		return s.notesForm(c, http.StatusOK, id, "", notesState{typed: typedNotes(form), version: form[versionField], problem: again})
	}
	if id, ok := lockedIn(m.KeptAction); ok {
		return s.lockForm(c, http.StatusOK, id, views.Field{Value: form[lockReasonField]}, again)
	}
	why, from := form[deployments.FieldReason], form[notesFromField]
	delete(form, deployments.FieldReason)
	delete(form, notesFromField)
	if form[confirmField] != "" {
		delete(form, confirmField)
		if r, values := s.reviewKept(c, m.KeptAction, form, why); r != nil {
			return s.review(c, r, m.KeptAction, m.Next, append(values, notesFrom(from)...))
		}
	}
	switch m.KeptAction {
	case paths.Compare:
		return s.comparePick(c, http.StatusOK, pickState{q: compareState(m.Next), problem: again, brought: brought{text: []byte(form[workflowField])}})
	case paths.Deployments:
		return s.createForm(c, http.StatusOK, formState{draft: deployments.Draft(form), notesFrom: from, why: why, problem: again, unsaved: true})
	case paths.NewDeployment:
		return s.createForm(c, http.StatusOK, formState{draft: deployments.NewDraft(), pasted: form[deployments.FieldPaste], problem: again})
	}
	draft, base := splitBase(form)
	d := deployments.Deployment{ID: strings.TrimPrefix(m.KeptAction, paths.Deployments+"/"), Name: base[deployments.FieldName]}
	return s.editForm(c, http.StatusOK, d, formState{draft: draft, base: base, why: why, problem: again, unsaved: true})
}

// reviewKept is the review of a kept form that was being confirmed when its session ended, with what it carries along; nil when
// there is nothing to review any more, or something else to say: the form then says it. Nothing is sent.
func (s *Site) reviewKept(c echo.Context, action string, form map[string]string, why string) (*deployments.Review, []views.Hidden) {
	wish, err := ask(c, map[string]string{})
	if err != nil {
		return nil, nil
	}
	wish.Look, wish.Reason = true, why
	ctx := c.Request().Context()
	if action == paths.Deployments {
		draft := deployments.Draft(form)
		made, err := s.Deck.Create(ctx, wish, draft)
		if err != nil {
			return nil, nil
		}
		return made.Review, hidden("", draft, deployments.CreateFields())
	}
	id, ok := strings.CutPrefix(action, paths.Deployments+"/")
	if !ok {
		return nil, nil
	}
	draft, base := splitBase(form)
	done, err := s.Deck.Update(ctx, wish, id, draft, base)
	if err != nil {
		return nil, nil
	}
	return done.Review, append(hidden("", draft, deployments.UpdateFields()), hidden(basePrefix, base, deployments.UpdateFields())...)
}

package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
)

// Update changes what the person changed in the edit form, after a review where that can raise cost.
func (s *Site) Update(c echo.Context) error {
	form, err := bind(c, append(updateKeys(), ownFields()...)...)
	if err != nil {
		return err
	}
	wish, err := ask(c, form)
	if err != nil {
		return err
	}
	preset, again := comesAgain(c, form)
	draft, base := splitBase(form)
	id := c.Param("id")
	if again {
		d := deployments.Deployment{ID: id, Name: base[deployments.FieldName]}
		if preset != "" { // the form is on the screen: nothing of it goes
			if now, err := s.lookAgain(c, &fault.Error{}); err == nil {
				d = now
			}
		}
		return s.editForm(c, http.StatusOK, d, formState{draft: s.under(preset, draft), base: base, why: wish.Reason, preset: preset != "", unsaved: true})
	}

	done, err := s.Deck.Update(c.Request().Context(), wish, id, draft, base)
	if gone := fault.From(err); err != nil && gone.Kind == fault.NotFound && gone.Hidden && len(base) > 0 {
		gone.Message += " It may have been deleted while you typed. Nothing was changed, and what you typed is still here, to be copied into another one."
		return s.editAgain(c, s.failed(c, wish, draft, base, gone, editBeside()), gone)
	}
	if keepsForm(err) {
		return s.editAgain(c, s.failed(c, wish, draft, base, err, editBeside()), fault.From(err))
	}
	if err != nil {
		return err
	}
	if done.Review != nil {
		values := append(hidden("", draft, deployments.UpdateFields()), hidden(basePrefix, base, deployments.UpdateFields())...)
		return s.review(c, done.Review, paths.Deployment(id), paths.WithBack(paths.Deployment(id), listBefore(c)), values)
	}
	note := outcome(savedText(done, s.plan(c)), done)
	note.Undo = undoEdit(done)
	if err := s.tell(c, note); err != nil {
		return err
	}
	return redirect(c, paths.WithBack(paths.Deployment(id), listBefore(c)))
}

// editAgain brings the edit form back with everything typed. After a conflict its base is what the deployment is now, so
// that saving again is a decision about the newer values.
func (s *Site) editAgain(c echo.Context, form formState, f *fault.Error) error {
	d, err := s.lookAgain(c, f)
	if err != nil {
		d = deployments.Deployment{ID: c.Param("id"), Name: form.base[deployments.FieldName]}
	}
	now := deployments.DraftOf(d)
	switch {
	case form.conflict != nil: // as it lists them: what has changed once more since is the next conflict
		now = now.With(form.base).With(form.conflict.Newer())
	case len(form.base) > 0 || err != nil: // a script sends no base: what was just read is one
		now = form.base
	}
	for _, field := range deployments.UpdateFields() {
		// What was not typed moves along with the base: left as it was, it would take back what somebody else has changed.
		value, typed := form.draft[field]
		if from, based := form.base[field]; !typed || based && strings.TrimSpace(value) == strings.TrimSpace(from) {
			form.draft[field] = now[field]
		}
	}
	form.base = now
	return s.editForm(c, f.Status(), d, form)
}

// lookAgain reads the deployment for a form that comes back. After a write that the API did not answer properly it does not
// try: the outcome matters more. What is gone is not looked for either.
func (s *Site) lookAgain(c echo.Context, f *fault.Error) (deployments.Deployment, error) {
	switch f.Kind {
	case fault.Unknown, fault.Timeout, fault.Unavailable, fault.Upstream, fault.RateLimited, fault.NotFound:
		return deployments.Deployment{}, f
	default:
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), lookTime)
	defer cancel()
	return s.Deck.Settings(ctx, caller(c).Token, c.Param("id"))
}

func updateKeys() []string {
	keys := deployments.UpdateFields()
	for _, f := range deployments.UpdateFields() {
		keys = append(keys, basePrefix+f)
	}
	return keys
}

// splitBase parts a posted edit form into what was typed and what the form was made from.
func splitBase(form map[string]string) (draft, base deployments.Draft) {
	draft, base = deployments.Draft{}, deployments.Draft{}
	for _, f := range deployments.UpdateFields() {
		if v, ok := form[f]; ok {
			draft[f] = v
		}
		if v, ok := form[basePrefix+f]; ok {
			base[f] = v
		}
	}
	return draft, base
}

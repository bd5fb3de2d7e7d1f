package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/views"
)

// Fields of forms that are not the API's own.
const (
	basePrefix   = "base_"    // the values an edit form was made from
	keyField     = "form_key" // see deployments.Ask
	confirmField = "confirm"  // see deployments.Ask
	againField   = "again"    // back from a review to the form
)

// comesAgain tells whether a posted form asks only for itself: from its review, or for a preset over what was typed. Nothing is
// written then.
func comesAgain(c echo.Context, form map[string]string) (preset string, again bool) {
	preset, again = form[paths.Preset], form[againField] != "" || form[paths.Preset] != ""
	delete(form, againField)
	delete(form, paths.Preset)
	if preset != "" {
		c.Response().Header().Set("HX-Reswap", "innerHTML") // whoever chose it stays where the scaling is
	}
	return preset, again
}

// ownFields are those of the forms for a deployment's settings.
func ownFields() []string {
	return []string{keyField, confirmField, againField, backField, paths.Preset, deployments.FieldReason}
}

// ask says on whose behalf a posted form is sent, and takes what says so out of it.
func ask(c echo.Context, form map[string]string) (deployments.Ask, error) {
	who := caller(c)
	a := deployments.Ask{
		Token: who.Token, Account: who.Account, Session: who.ID, Person: person(c), Fingerprint: who.Fingerprint, Request: RequestID(c),
		Key: form[keyField], Confirm: form[confirmField], Reason: form[deployments.FieldReason],
	}
	delete(form, keyField)
	delete(form, confirmField)
	delete(form, backField)
	delete(form, deployments.FieldReason)
	if a.Key != "" && !deployments.ValidKey(a.Key) {
		return a, fault.New(fault.Invalid, "The form's key is none that this page gives out. Nothing was sent on. Reload the page and try again.")
	}
	return a, nil
}

// review answers a write that has to be seen first with what it does.
func (s *Site) review(c echo.Context, r *deployments.Review, action, cancel string, values []views.Hidden) error {
	frame, err := s.Page(c, "Review")
	if err != nil {
		return err
	}
	if frame.List != paths.Deployments {
		values = append(values, views.Hidden{Name: backField, Value: frame.List})
	}
	m := s.presentReview(frame, r, s.plan(c), values)
	m.Action, m.Cancel = action, cancel
	status := http.StatusOK
	if r.Stale {
		status = http.StatusConflict
	} else if m.Changeable && IsPart(c.Request()) {
		c.Response().Header().Set("HX-Push-Url", formShown(c, action)) // Back leads from the review to the form
	}
	return asScreen(c, status, m.Page, views.Review(m))
}

// asScreen answers a form with a screen, wherever on the page the form was.
func asScreen(c echo.Context, status int, frame views.Page, screen templ.Component) error {
	if IsPart(c.Request()) {
		c.Response().Header().Set("HX-Retarget", "#main")
		if c.Response().Header().Get("HX-Reswap") == "" {
			c.Response().Header().Set("HX-Reswap", "innerHTML show:top")
		}
		screen = templ.Join(views.PagesCSS(), screen, views.NoNotices())
	}
	return Render(c, status, frame, screen)
}

// hidden carries the fields of a form along, those that were on it.
func hidden(prefix string, d deployments.Draft, fields []string) []views.Hidden {
	var out []views.Hidden
	for _, f := range fields {
		if value, ok := d[f]; ok {
			out = append(out, views.Hidden{Name: prefix + f, Value: value})
		}
	}
	return out
}

// failed is the form that comes back after a write that did not go through. After an unknown outcome it keeps its key, so that
// sending it again only looks; otherwise sending it again is a new wish. beside are the fields of the form that say themselves
// what is wrong with them.
func (s *Site) failed(c echo.Context, wish deployments.Ask, draft, base deployments.Draft, err error, beside []string) formState {
	f := fault.From(err)
	state := formState{draft: draft, base: base, why: wish.Reason, unsaved: true, wrong: f.Fields, problem: s.problem(c, f, beside...)}
	if f.Kind == fault.Unknown && wish.Key != "" {
		state.key, state.look = wish.Key, true
	}
	if conflict, ok := errors.AsType[*deployments.Conflict](err); ok {
		state.conflict, state.wrong = conflict, clashTexts(conflict)
	}
	return state
}

// keepsForm tells whether a failed write comes back as the same form. A lost session has a page of its own, where package web
// keeps what was typed, and so has a deployment that is gone: only [Site.Update] has something typed to show then.
func keepsForm(err error) bool {
	if err == nil {
		return false
	}
	switch fault.From(err).Kind {
	case fault.Unauthorized, fault.NotFound, fault.Internal:
		return false
	default:
		return true
	}
}

// outcome words a write that is known to have happened; what came out differently than asked is said field by field.
func outcome(text string, r deployments.Result) session.Notice {
	n := session.Notice{Kind: "success", Text: text}
	n.Text += mergedText(r.Merged)
	if r.Unread {
		n.Text += " RunComfy could not show it first; this was sent all the same, with the name it last had here."
	}
	if r.Repeated {
		n.Text += " The form was sent more than once; the change was made once."
	}
	if r.Settled {
		n.Text += " RunComfy did not confirm it, but reading it back shows that it happened."
	}
	if len(r.Differences) > 0 {
		n.Kind = "warning"
		n.Text += " But the API shows something else than you asked for:"
		for _, d := range r.Differences {
			n.Text += " " + label(d.Field) + " is “" + settingText(d.Field, d.Got) + "”, not “" + settingText(d.Field, d.Asked) + "”."
		}
	}
	return n
}

// withNotice sends a notice beside the part: htmx puts it where notices go.
func withNotice(part templ.Component, n *views.Notice) templ.Component {
	if n == nil {
		return part
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if err := part.Render(ctx, w); err != nil {
			return err
		}
		return views.NoticesPart([]views.Notice{*n}).Render(ctx, w)
	})
}

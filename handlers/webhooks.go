package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/webhooks"
	"github.com/comfydeck/comfydeck/views"
)

// The fields of a webhook's form beside those of package webhooks.
const (
	hookIDField   = "hook_id" // one form makes one webhook
	kindPrefix    = "kind_"   // begins the name of the box for a kind
	deliveryField = "delivery"
)

const deliveriesShown = 50

func hookFields() []string {
	fields := []string{hookIDField, webhooks.FieldName, webhooks.FieldTarget, webhooks.FieldFormat}
	for _, k := range webhooks.Kinds() {
		fields = append(fields, kindPrefix+k.ID)
	}
	return fields
}

// typedHook is a webhook's form as it was filled in, and what is wrong with it.
type typedHook struct {
	webhooks.Typed
	id    string
	wrong map[string]string
}

// newHook is an empty form: what most people want is ticked.
func newHook() typedHook {
	return typedHook{id: webhooks.NewID(), Typed: webhooks.Typed{
		Format: webhooks.FormatSlack, Kinds: []string{webhooks.KindCost, webhooks.KindDeleted, webhooks.KindUnknown, webhooks.KindOutside},
	}}
}

func hookTyped(form map[string]string) typedHook {
	typed := typedHook{id: form[hookIDField], Typed: webhooks.Typed{
		Name: form[webhooks.FieldName], Target: form[webhooks.FieldTarget], Format: form[webhooks.FieldFormat],
	}}
	for _, k := range webhooks.Kinds() {
		if form[kindPrefix+k.ID] != "" {
			typed.Kinds = append(typed.Kinds, k.ID)
		}
	}
	return typed
}

// asker is who asks, as an event has it.
func asker(c echo.Context) journal.Event {
	who := caller(c)
	return journal.Event{Account: who.Account, Person: who.DisplayName, Fingerprint: who.Fingerprint, Session: who.ID, Request: RequestID(c)}
}

// Webhooks lists the account's webhooks, with the form for a new one.
func (s *Site) Webhooks(c echo.Context) error {
	return s.hooksPage(c, http.StatusOK, newHook(), views.Notice{})
}

// AddWebhook makes a webhook and shows it with its secret.
func (s *Site) AddWebhook(c echo.Context) error {
	form, err := bind(c, hookFields()...)
	if err != nil {
		return err
	}
	typed := hookTyped(form)
	secret, err := s.Hooks.Add(c.Request().Context(), asker(c), typed.id, typed.Typed)
	if keepsForm(err) {
		return s.hookAgain(c, "", typed, fault.From(err))
	}
	if err != nil {
		return err
	}
	if secret == "" { // the form was sent before
		return redirect(c, paths.Webhook(typed.id))
	}
	return s.hookPage(c, http.StatusOK, typed.id, nil, secret, views.Notice{Kind: "success", Text: "Saved. Copy the secret below now if the receiver checks signatures, then send a test."})
}

// Webhook is the page of one: its settings, and what came of its last messages.
func (s *Site) Webhook(c echo.Context) error {
	return s.hookPage(c, http.StatusOK, c.Param("hook"), nil, "", views.Notice{})
}

// ChangeWebhook saves other settings.
func (s *Site) ChangeWebhook(c echo.Context) error {
	form, err := bind(c, hookFields()...)
	if err != nil {
		return err
	}
	id, typed := c.Param("hook"), hookTyped(form)
	err = s.Hooks.Change(c.Request().Context(), asker(c), id, typed.Typed)
	if keepsForm(err) {
		return s.hookAgain(c, id, typed, fault.From(err))
	}
	if err != nil {
		return err
	}
	return s.toHook(c, id, session.Notice{Kind: "success", Text: "Saved."})
}

// TestWebhook sends a test and says what came back.
func (s *Site) TestWebhook(c echo.Context) error {
	if _, err := bind(c, "go"); err != nil {
		return err
	}
	id := c.Param("hook")
	res, err := s.Hooks.Test(c.Request().Context(), asker(c), id)
	if err != nil {
		return err
	}
	n := session.Notice{Kind: "warning", Text: clean(res.Message)}
	if res.State == webhooks.Delivered {
		n = session.Notice{Kind: "success", Text: "The test arrived: " + answerText(res.Status, res.Took) + "."}
	}
	return s.toHook(c, id, n)
}

// PauseWebhook stops a webhook.
func (s *Site) PauseWebhook(c echo.Context) error { return s.pauseHook(c, true, "Paused.") }

// ResumeWebhook lets it go on.
func (s *Site) ResumeWebhook(c echo.Context) error { return s.pauseHook(c, false, "Resumed.") }

func (s *Site) pauseHook(c echo.Context, paused bool, done string) error {
	if _, err := bind(c, "go"); err != nil {
		return err
	}
	id := c.Param("hook")
	if err := s.Hooks.Pause(c.Request().Context(), asker(c), id, paused); err != nil {
		return err
	}
	return s.toHook(c, id, session.Notice{Kind: "success", Text: done})
}

// SecretWebhook makes another signing secret and shows it.
func (s *Site) SecretWebhook(c echo.Context) error {
	if _, err := bind(c, "go"); err != nil {
		return err
	}
	id := c.Param("hook")
	secret, err := s.Hooks.NewSecret(c.Request().Context(), asker(c), id)
	if err != nil {
		return err
	}
	return s.hookPage(c, http.StatusOK, id, nil, secret, views.Notice{Kind: "warning", Text: "The old secret is worth nothing any more: give the receiver the new one."})
}

// RepeatWebhook sends a message once more.
func (s *Site) RepeatWebhook(c echo.Context) error {
	form, err := bind(c, deliveryField)
	if err != nil {
		return err
	}
	id := c.Param("hook")
	if err := s.Hooks.Again(c.Request().Context(), asker(c), id, form[deliveryField]); err != nil {
		return err
	}
	return s.toHook(c, id, session.Notice{Kind: "success", Text: "On its way once more, with the same id. Reload in a moment to see what came of it."})
}

// ConfirmDeleteWebhook asks before a webhook goes.
func (s *Site) ConfirmDeleteWebhook(c echo.Context) error {
	h, err := s.Hooks.Find(c.Request().Context(), caller(c).Account, c.Param("hook"))
	if err != nil {
		return err
	}
	name := clean(h.Name)
	frame, err := s.Page(c, "Delete "+name)
	if err != nil {
		return err
	}
	m := views.WebhookDeletePage{Page: frame, Name: name, Where: whereOf(h), Action: paths.DeleteWebhook(h.ID), Cancel: paths.Webhook(h.ID), Writable: !frame.ReadOnly && !frame.LookOnly}
	return Render(c, http.StatusOK, frame, views.WebhookDelete(m))
}

// DeleteWebhook takes a webhook away.
func (s *Site) DeleteWebhook(c echo.Context) error {
	if _, err := bind(c, "delete"); err != nil {
		return err
	}
	if err := s.Hooks.Remove(c.Request().Context(), asker(c), c.Param("hook")); err != nil {
		return err
	}
	if err := s.tell(c, session.Notice{Kind: "success", Text: "Deleted the webhook. Nothing goes to it any more."}); err != nil {
		return err
	}
	return redirect(c, paths.Webhooks)
}

// toHook leads to the page of a webhook with something to say.
func (s *Site) toHook(c echo.Context, id string, n session.Notice) error {
	if err := s.tell(c, n); err != nil {
		return err
	}
	return redirect(c, paths.Webhook(id))
}

// hookAgain brings a form back with everything typed and what is wrong with it: that of a webhook, or with no id that for a new one.
func (s *Site) hookAgain(c echo.Context, id string, typed typedHook, f *fault.Error) error {
	typed.wrong = f.Fields
	problem := views.Notice{}
	if len(f.Fields) == 0 {
		problem = s.problem(c, f)
	}
	if id != "" {
		return s.hookPage(c, f.Status(), id, &typed, "", problem)
	}
	return s.hooksPage(c, f.Status(), typed, problem)
}

// hooksPage shows the account's webhooks around a form. When they cannot be read, what was typed stays all the same.
func (s *Site) hooksPage(c echo.Context, status int, typed typedHook, problem views.Notice) error {
	list, err := s.Hooks.Of(c.Request().Context(), caller(c).Account)
	if err != nil && problem.Text == "" {
		f := fault.From(err)
		status, problem = f.Status(), s.problem(c, f)
	}
	frame, err := s.Page(c, "Webhooks")
	if err != nil {
		return err
	}
	m := presentHooks(frame, list, typed)
	m.Problem = problem
	return asScreen(c, status, m.Page, views.Webhooks(m))
}

// hookPage shows a webhook, with what was typed in place of what is kept when there is such.
func (s *Site) hookPage(c echo.Context, status int, id string, typed *typedHook, secret string, problem views.Notice) error {
	ctx := c.Request().Context()
	h, err := s.Hooks.Find(ctx, caller(c).Account, id)
	if err != nil {
		return err
	}
	log, err := s.Hooks.Log(ctx, h, deliveriesShown)
	if err != nil {
		return err
	}
	frame, err := s.Page(c, clean(h.Name))
	if err != nil {
		return err
	}
	m := s.presentHook(frame, h, typed, log)
	m.Secret, m.Problem = secret, problem
	return asScreen(c, status, m.Page, views.Webhook(m))
}

// hookOf tells whether a form posts to webhooks: with an id to change one, without to make one.
func hookOf(action string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(action, paths.Webhooks)
	return strings.TrimPrefix(rest, "/"), ok
}

// hookKept shows a kept form of webhooks again.
func (s *Site) hookKept(c echo.Context, status int, id string, form map[string]string, n views.Notice) error {
	typed := hookTyped(form)
	if id != "" {
		return s.hookPage(c, status, id, &typed, "", n)
	}
	if typed.id == "" {
		typed.id = webhooks.NewID()
	}
	return s.hooksPage(c, status, typed, n)
}

// ticked are the kinds as boxes.
func ticked(kinds []string) (out []views.Check) {
	for _, k := range webhooks.Kinds() {
		out = append(out, views.Check{Name: kindPrefix + k.ID, Label: k.Title, Detail: k.Detail, On: slices.Contains(kinds, k.ID)})
	}
	return out
}

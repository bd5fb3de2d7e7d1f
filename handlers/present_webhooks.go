package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/webhooks"
	"github.com/comfydeck/comfydeck/views"
)

func presentHooks(frame views.Page, list []webhooks.Hook, typed typedHook) views.WebhooksPage {
	m := views.WebhooksPage{Page: frame, Writable: !frame.ReadOnly && !frame.LookOnly}
	for _, h := range list {
		row := views.WebhookRow{Href: paths.Webhook(h.ID), Name: clean(h.Name), Where: whereOf(h), Tells: kindTitles(h.Kinds), State: hookState(h)}
		m.Rows = append(m.Rows, row)
	}
	if len(list) > 0 {
		m.Room = strconv.Itoa(len(list)) + " of at most " + strconv.Itoa(webhooks.Max) + " webhooks"
	}
	// What was typed stays, even where it cannot be kept now.
	if m.CanAdd = m.Writable && len(list) < webhooks.Max || typed.Name+typed.Target != "" || typed.wrong != nil; m.CanAdd {
		m.Form = hookForm(typed)
		m.Form.Action, m.Form.Submit, m.Form.ID = paths.Webhooks, "Add the webhook", typed.id
		m.Form.Target.Help = "A public https address. That of Slack, Mattermost or Discord (with /slack at its end) comes from their settings. It is kept sealed, and shown by its end only."
	}
	return m
}

func hookForm(typed typedHook) views.WebhookForm {
	field := func(name, label, value string) views.Field {
		return views.Field{Name: name, Label: label, Value: value, Error: clean(typed.wrong[name])}
	}
	f := views.WebhookForm{
		Name: field(webhooks.FieldName, "Name", typed.Name), Target: field(webhooks.FieldTarget, "Address", typed.Target),
		KindsError: clean(typed.wrong[webhooks.FieldKinds]), FormatError: clean(typed.wrong[webhooks.FieldFormat]), Kinds: ticked(typed.Kinds),
		Formats: []views.Choice{
			{Value: webhooks.FormatSlack, Title: "Text for a chat", Detail: "Slack and what takes its format"},
			{Value: webhooks.FormatJSON, Title: "JSON for a program", Detail: "Everything in fields"},
		},
	}
	for i := range f.Formats {
		f.Formats[i].Checked = f.Formats[i].Value == typed.Format
	}
	f.Name.Focus = f.Name.Error != ""
	f.Target.Focus = f.Target.Error != "" && !f.Name.Focus
	return f
}

func whereOf(h webhooks.Hook) string {
	if h.Where == "" {
		return "an address that the keys of this server do not open: enter it again"
	}
	return clean(h.Where)
}

// hookState is a webhook's state, none for one that just works.
func hookState(h webhooks.Hook) views.Badge {
	if h.Paused {
		return views.Badge{Tone: "quiet", Label: "Paused", Hint: clean(h.Note)}
	}
	return views.Badge{Tone: "good", Label: "On"}
}

func kindTitles(kinds []string) string {
	var out []string
	for _, k := range ticked(kinds) {
		if !k.On {
			continue
		}
		if len(out) > 0 {
			k.Label = strings.ToLower(k.Label[:1]) + k.Label[1:]
		}
		out = append(out, k.Label)
	}
	return strings.Join(out, ", ")
}

func (s *Site) presentHook(frame views.Page, h webhooks.Hook, typed *typedHook, log []webhooks.Delivery) views.WebhookPage {
	m := views.WebhookPage{
		Page: frame, Name: clean(h.Name), Where: whereOf(h), State: hookState(h), Note: clean(h.Note), Tells: kindTitles(h.Kinds),
		Writable: !frame.ReadOnly && !frame.LookOnly, Made: s.stampOf(h.MadeAt), Person: clean(h.Person),
	}
	m.FormOpen = typed != nil
	if typed == nil {
		typed = &typedHook{Typed: webhooks.Typed{Name: h.Name, Format: h.Body, Kinds: h.Kinds}}
	}
	m.Form = hookForm(*typed)
	m.Form.Action, m.Form.Submit = paths.Webhook(h.ID), "Save"
	m.Form.Target.Help = "Leave this empty to keep " + whereOf(h) + "."
	m.Test, m.Repeat, m.NewSecret, m.Delete = paths.TestWebhook(h.ID), paths.RepeatWebhook(h.ID), paths.SecretWebhook(h.ID), paths.DeleteWebhook(h.ID)
	m.Pause, m.PauseLabel = paths.PauseWebhook(h.ID), "Pause"
	if h.Paused {
		m.Pause, m.PauseLabel = paths.ResumeWebhook(h.ID), "Resume"
	}
	for _, d := range log {
		m.Log = append(m.Log, s.delivery(d, m.Writable && !h.Paused))
	}
	return m
}

// delivery is one message in the log of a webhook.
func (s *Site) delivery(d webhooks.Delivery, again bool) views.DeliveryRow {
	row := views.DeliveryRow{What: deliveryTitle(d), At: s.stampOf(d.MadeAt), Message: clean(d.Message), Said: clean(d.Said)}
	if d.Line != "" {
		row.Href = paths.ActivityEntry(d.Line)
	}
	if d.Status != 0 {
		row.Answer = answerText(d.Status, d.Took)
	}
	if d.Tries > 1 {
		row.Tries = strconv.Itoa(d.Tries) + " tries"
	}
	switch d.State {
	case webhooks.Delivered:
		row.Result, row.Tone, row.Icon = "Delivered", "good", "check"
	case webhooks.Failed:
		row.Result, row.Tone, row.Icon = "Failed", "odd", "alert"
	case webhooks.Left:
		row.Result, row.Tone, row.Icon = "Not sent", "quiet", "info"
	default:
		row.Result, row.Tone, row.Icon = "Waiting", "quiet", "refresh"
		if d.Tries > 0 && d.DueAt.After(s.Now()) {
			row.Next = "Next try at " + d.DueAt.UTC().Format("15:04:05 UTC") + "."
		}
	}
	if again && d.State != webhooks.Waiting {
		row.Again = d.ID
	}
	return row
}

// deliveryTitle says what a message tells of, from its line's outcome.
func deliveryTitle(d webhooks.Delivery) string {
	switch journal.State(d.Outcome) {
	case journal.Done:
		return "A change"
	case journal.Refused:
		return "A refusal"
	case journal.Unknown:
		return "An unknown outcome"
	default:
	}
	if d.Line == "" {
		return "A test"
	}
	return eventTitle(journal.Kind(d.Outcome))
}

// answerText is an answer in words.
func answerText(status int, took time.Duration) string {
	return strings.TrimSpace(strconv.Itoa(status)+" "+http.StatusText(status)) + " in " + strconv.FormatInt(took.Milliseconds(), 10) + " ms"
}

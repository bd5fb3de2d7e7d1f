package viewtest

import (
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

const hookID = "abcdefghijklmnop"

func webhookFixtures() []Fixture {
	var list []Fixture
	for name, m := range map[string]views.WebhooksPage{"some": someHooks(), "none": noHooks(), "refused": refusedHook(), "unread": unreadHooks(), "read-only": readOnlyHooks(), "full": fullHooks()} {
		list = append(list, Fixture{Name: "webhooks/" + name, Page: m.Page, Screen: views.Webhooks(m)})
	}
	for name, m := range map[string]views.WebhookPage{"some": aHook(), "new": newHookPage(), "paused": pausedHook(), "refused": refusedChange(), "read-only": readOnlyHook()} {
		list = append(list, Fixture{Name: "webhook/" + name, Page: m.Page, Screen: views.Webhook(m)})
	}
	del := views.WebhookDeletePage{Page: frame("Delete ops channel"), Name: "ops channel", Where: "hooks.slack.com/…9fQx", Action: paths.DeleteWebhook(hookID), Cancel: paths.Webhook(hookID), Writable: true}
	return append(list, Fixture{Name: "webhook/delete", Page: del.Page, Screen: views.WebhookDelete(del)})
}

func hookForm(action, submit string) views.WebhookForm {
	return views.WebhookForm{
		Action: action, Submit: submit,
		Name: views.Field{Name: "name", Label: "Name"}, Target: views.Field{Name: "target", Label: "Address", Help: "A public https address. It is kept sealed, and shown by its end only."},
		Kinds: []views.Check{
			{Name: "kind_cost", Label: "Raises cost", Detail: "Created, enabled, other hardware, or more instances", On: true},
			{Name: "kind_deleted", Label: "Deleted", On: true},
			{Name: "kind_outside", Label: "Changed outside ComfyDeck", Detail: "As far as it is noticed"},
		},
		Formats: []views.Choice{{Value: "slack", Title: "Text for a chat", Detail: "Slack and what takes its format", Checked: true}, {Value: "json", Title: "JSON for a program", Detail: "Everything in fields"}},
	}
}

func noHooks() views.WebhooksPage {
	m := views.WebhooksPage{Page: frame("Webhooks"), Writable: true, CanAdd: true, Form: hookForm(paths.Webhooks, "Add the webhook")}
	m.Form.ID = hookID
	return m
}

func hookOn() views.Badge     { return views.Badge{Tone: "good", Label: "On"} }
func hookPaused() views.Badge { return views.Badge{Tone: "quiet", Label: "Paused"} }

func someHooks() views.WebhooksPage {
	m := noHooks()
	m.Room = "2 of at most 10 webhooks"
	m.Rows = []views.WebhookRow{
		{Href: paths.Webhook(hookID), Name: "ops channel", Where: "hooks.slack.com/…9fQx", Tells: "Raises cost, deleted, unknown outcomes", State: hookOn()},
		{Href: paths.Webhook(hookID), Name: `<img src=x onerror=alert(1)> AVeryLongNameWithoutAnyPlaceToBreakInItAtAll`, Where: strings.Repeat("long.", 20) + "example/…abcd", Tells: "Everything else in the change log", State: hookPaused()},
	}
	return m
}

func fullHooks() views.WebhooksPage {
	m := someHooks()
	m.Room, m.CanAdd = "10 of at most 10 webhooks", false
	for len(m.Rows) < 10 {
		m.Rows = append(m.Rows, m.Rows[0])
	}
	return m
}

func refusedHook() views.WebhooksPage {
	m := someHooks()
	m.Form.Name.Error, m.Form.Name.Focus = "Give the webhook a name.", true
	m.Form.Target.Value, m.Form.Target.Error = "https://169.254.169.254/latest", "This address leads into a private or special network. Webhooks go to public addresses only, unless the operator of this server allows others."
	m.Form.KindsError, m.Form.FormatError = "Choose what it tells of.", "Choose a format."
	return m
}

func unreadHooks() views.WebhooksPage {
	m := noHooks()
	m.Problem = views.Notice{Kind: "error", Text: "This server cannot read its webhooks right now.", RequestID: requestID}
	return m
}

func readOnlyHooks() views.WebhooksPage {
	m := someHooks()
	m.ReadOnly, m.Writable, m.CanAdd = true, false, false
	return m
}

func aHook() views.WebhookPage {
	const message = "The receiver answered 500 Internal Server Error."
	m := views.WebhookPage{
		Page: frame("ops channel"), Name: "ops channel", Where: "hooks.slack.com/…9fQx", Tells: "Raises cost, deleted, unknown outcomes", State: hookOn(), Made: yesterday(), Person: "Night shift",
		Writable: true, Form: hookForm(paths.Webhook(hookID), "Save"), Test: paths.TestWebhook(hookID), Pause: paths.PauseWebhook(hookID), PauseLabel: "Pause",
		NewSecret: paths.SecretWebhook(hookID), Delete: paths.DeleteWebhook(hookID), Repeat: paths.RepeatWebhook(hookID),
		Log: []views.DeliveryRow{
			{What: "A test", At: minutesAgo(), Result: "Delivered", Tone: "good", Icon: "check", Answer: "200 OK in 120 ms", Said: "ok", Again: "msg_1"},
			{What: "A change", Href: paths.ActivityEntry(entryID), At: minutesAgo(), Result: "Waiting", Tone: "quiet", Icon: "refresh", Answer: "500 Internal Server Error in 3 ms", Tries: "2 tries", Next: "Next try at 14:06:09 UTC.", Message: message},
			{What: "An unknown outcome", Href: paths.ActivityEntry(entryID), At: yesterday(), Result: "Failed", Tone: "odd", Icon: "alert", Answer: "500 Internal Server Error in 3 ms", Tries: "7 tries", Message: message, Said: "<html><b>" + strings.Repeat("no", 60), Again: "msg_2"},
			{What: "Changed outside", Href: paths.ActivityEntry(entryID), At: yesterday(), Result: "Not sent", Tone: "quiet", Icon: "info", Message: "The webhook was paused before this was sent.", Again: "msg_3"},
		},
	}
	m.Form.Name.Value, m.Form.Target.Help = "ops channel", "Leave this empty to keep hooks.slack.com/…9fQx."
	return m
}

func newHookPage() views.WebhookPage {
	m := aHook()
	m.Log, m.Secret = nil, "whsec_"+strings.Repeat("c2VjcmV0", 5)+"YQ=="
	m.Problem = views.Notice{Kind: "success", Text: "Saved. Copy the secret below now if the receiver checks signatures, then send a test."}
	return m
}

func pausedHook() views.WebhookPage {
	m := aHook()
	m.State, m.Note, m.Pause, m.PauseLabel, m.Log = hookPaused(), "Its receiver answered 410: it wants no more messages.", paths.ResumeWebhook(hookID), "Resume", nil
	return m
}

func refusedChange() views.WebhookPage {
	m := aHook()
	m.FormOpen, m.Log = true, nil
	m.Form.Target.Value, m.Form.Target.Error, m.Form.Target.Focus = "ftp://x", "This is no address of the form https://host/path.", true
	return m
}

func readOnlyHook() views.WebhookPage {
	m := aHook()
	m.ReadOnly, m.Writable = true, false
	for i := range m.Log {
		m.Log[i].Again = ""
	}
	return m
}

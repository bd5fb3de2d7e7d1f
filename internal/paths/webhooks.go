package paths

import "net/url"

// The webhooks of an account, and one of them.
const (
	Webhooks             = "/webhooks"
	WebhookPattern       = "/webhooks/:hook"
	TestWebhookPattern   = "/webhooks/:hook/test"
	PauseWebhookPattern  = "/webhooks/:hook/pause"
	ResumeWebhookPattern = "/webhooks/:hook/resume"
	SecretWebhookPattern = "/webhooks/:hook/secret"
	RepeatWebhookPattern = "/webhooks/:hook/again"
	DeleteWebhookPattern = "/webhooks/:hook/delete"
)

// Webhook is the page of a webhook; it takes the POST that changes it.
func Webhook(id string) string { return Webhooks + "/" + url.PathEscape(id) }

// TestWebhook takes the POST that sends a test.
func TestWebhook(id string) string { return Webhook(id) + "/test" }

// PauseWebhook takes the POST that pauses it.
func PauseWebhook(id string) string { return Webhook(id) + "/pause" }

// ResumeWebhook takes the POST that lets it go on.
func ResumeWebhook(id string) string { return Webhook(id) + "/resume" }

// SecretWebhook takes the POST that makes another signing secret.
func SecretWebhook(id string) string { return Webhook(id) + "/secret" }

// RepeatWebhook takes the POST that sends a message once more.
func RepeatWebhook(id string) string { return Webhook(id) + "/again" }

// DeleteWebhook asks on GET and deletes on POST.
func DeleteWebhook(id string) string { return Webhook(id) + "/delete" }

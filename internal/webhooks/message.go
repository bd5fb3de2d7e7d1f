package webhooks

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
)

// Bounds of the words in a message.
const (
	maxWord = 200
	maxText = 1500
)

// message is what a receiver of JSON gets. Fields are added and never change their meaning.
type message struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Text      string `json:"text"`
	Data      data   `json:"data"`
}

type data struct {
	Webhook    string      `json:"webhook"`
	Entry      string      `json:"entry,omitempty"`
	URL        string      `json:"url,omitempty"`
	At         string      `json:"at,omitempty"`
	Person     string      `json:"person,omitempty"`
	Deployment *deployment `json:"deployment,omitempty"`
	Action     string      `json:"action,omitempty"`
	State      string      `json:"state,omitempty"`
	Changes    []change    `json:"changes,omitempty"`
	Reason     string      `json:"reason,omitempty"`
	Message    string      `json:"message,omitempty"`
}

type deployment struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

type change struct {
	Field string `json:"field"`
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
}

// settings are the fields whose values a message may hold, with what people call them. Of any other, such as a readme or an
// override, it has the name alone.
var settings = map[string]string{
	"name": "name", "workflow_id": "workflow", "workflow_version": "version", "hardware": "hardware", "min_instances": "minimum instances",
	"max_instances": "maximum instances", "queue_size": "queue size", "keep_warm_duration_in_seconds": "keep warm (s)", "is_enabled": "enabled",
}

// verbs are what a write did, and what its message is called.
var verbs = map[journal.Action][2]string{
	journal.Create: {"created", "create"}, journal.Update: {"changed", "change"}, journal.Enable: {"enabled", "enable"},
	journal.Disable: {"paused", "pause"}, journal.Delete: {"deleted", "delete"},
}

// events are what people call an event.
var events = map[journal.Kind]string{
	journal.SignedIn: "signed in", journal.SignedOut: "signed out", journal.WriteRefused: "was refused here", journal.Locked: "locked",
	journal.Unlocked: "unlocked", journal.RunBegun: "began a bulk change", journal.RunEnded: "bulk change ended", journal.RunStopped: "bulk change stopped",
	journal.Shared: "made a share link of", journal.ShareSeen: "opened the share link of", journal.ShareRevoked: "revoked share links", journal.SessionsEnded: "ended sessions",
	journal.HookAdded: "added the webhook", journal.HookChanged: "changed the webhook",
	journal.HookPaused: "switched the webhook", journal.HookRemoved: "deleted the webhook",
}

// writer makes messages that link to a public address.
type writer struct{ public string }

// of is what a delivery says of its line; tells is false when there is nothing to tell any more.
func (w writer) of(l journal.Line, d Delivery) (m message, tells bool) {
	if l.Write != nil {
		if l.Write.State != journal.State(d.Outcome) {
			return message{}, false
		}
		return w.ofWrite(*l.Write), true
	}
	return w.ofEvent(*l.Event), true
}

func (w writer) ofWrite(e journal.Entry) message {
	verb, known := verbs[e.Action]
	if !known {
		verb = [2]string{word(string(e.Action)), word(string(e.Action))}
	}
	who, name := orElse(word(e.Person), "Somebody"), orElse(word(e.Name), "a deployment without a name")
	m := message{Data: w.line(e.ID, e.AskedAt, e.Person, e.Deployment, e.Name, e.Changes)}
	m.Data.Action, m.Data.State, m.Data.Reason, m.Data.Message = string(e.Action), string(e.State), word(e.Reason), visible.Clip(e.Message, maxText)
	if e.Action == journal.Delete && e.State == journal.Done && m.Data.Deployment != nil {
		m.Data.Deployment.URL = ""
	}
	switch {
	case e.Action == journal.Annotate: // of what is kept here: it is done or was not
		m.Type, m.Text = "deployment.noted", who+" changed the notes of "+name+"."
	case e.State == journal.Refused:
		m.Type, m.Text = "deployment."+verb[1]+".refused", who+" wanted to "+verb[1]+" "+name+", and was refused."
	case e.State == journal.Unknown:
		m.Type, m.Text = "deployment."+verb[1]+".unknown", who+" wanted to "+verb[1]+" "+name+", and nobody can say whether it happened."
	default:
		m.Type, m.Text = "deployment."+verb[0], who+" "+verb[0]+" "+name+"."
	}
	m.Text = text(m.Text, m.Data)
	return m
}

func (w writer) ofEvent(e journal.Event) message {
	m := message{Type: word(string(e.Kind)), Data: w.line(e.ID, e.At, e.Person, e.Deployment, e.Name, e.Changes)}
	m.Data.Message = visible.Clip(e.Words, maxText)
	did, known := events[e.Kind]
	if !known {
		did = strings.ReplaceAll(word(string(e.Kind)), "_", " ")
	}
	name := word(strings.ReplaceAll(e.Name, "_", " "))
	if e.Deployment != "" {
		name = orElse(word(e.Name), "a deployment without a name")
	}
	switch e.Kind {
	case journal.Outside: // its words say what was done
		m.Text = text(name+":", m.Data)
		return m
	case journal.RunEnded, journal.RunStopped, journal.WriteRefused:
		m.Text = strings.TrimSpace(name + " " + did)
	default:
		m.Text = strings.TrimSpace(orElse(word(e.Person), "Somebody") + " " + did + " " + name)
	}
	m.Text = text(m.Text+".", m.Data)
	return m
}

// line is what every message has of its line.
func (w writer) line(id string, at time.Time, person, target, name string, changes []journal.Change) data {
	d := data{Entry: id, URL: w.public + paths.ActivityEntry(id), At: at.UTC().Format(time.RFC3339), Person: word(person)}
	if target != "" {
		d.Deployment = &deployment{ID: word(target), Name: word(name), URL: w.public + paths.Deployment(target)}
	}
	for _, c := range changes {
		if _, shown := settings[c.Field]; shown {
			d.Changes = append(d.Changes, change{Field: c.Field, From: word(c.From), To: word(c.To)})
		} else {
			d.Changes = append(d.Changes, change{Field: word(c.Field)})
		}
	}
	return d
}

// text ends a sentence with what changed, why and what was said.
func text(first string, d data) string {
	parts := []string{first}
	var list []string
	for _, c := range d.Changes {
		line := orElse(settings[c.Field], strings.ReplaceAll(c.Field, "_", " "))
		switch {
		case c.From != "":
			line += " " + c.From + " → " + orElse(c.To, "(empty)")
		case c.To != "":
			line += " " + c.To
		}
		list = append(list, line)
	}
	if len(list) > 0 {
		parts = append(parts, strings.Join(list, ", ")+".")
	}
	if d.Reason != "" {
		parts = append(parts, "Why: "+d.Reason)
	}
	if d.Message != "" {
		parts = append(parts, d.Message)
	}
	return visible.Clip(strings.Join(parts, " "), maxText)
}

// test is what the button sends.
func (w writer) test() message {
	return message{Type: "test", Text: "This is a test of a webhook. Nothing happened to any deployment.", Data: data{URL: w.public + paths.Activity}}
}

// body is a message as a webhook wants it.
func (m message) body(h Hook, at time.Time) ([]byte, error) {
	m.Timestamp, m.Data.Webhook = at.UTC().Format(time.RFC3339), h.ID
	if h.Body != FormatSlack {
		return json.Marshal(m)
	}
	text := slackText(m.Text)
	if m.Data.URL != "" {
		text += " <" + m.Data.URL + "|Change log>"
	}
	if m.Data.Deployment != nil && m.Data.Deployment.URL != "" {
		text += " <" + m.Data.Deployment.URL + "|Deployment>"
	}
	return json.Marshal(map[string]string{"text": text})
}

// slackText keeps text from being taken for a link or a mention.
func slackText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// word is a text of others, made safe and short.
func word(s string) string { return visible.Clip(s, maxWord) }

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// titlesOf words the kinds of a webhook.
func titlesOf(kinds []string) string {
	var out []string
	for _, k := range Kinds() {
		if slices.Contains(kinds, k.ID) {
			out = append(out, strings.ToLower(k.Title[:1])+k.Title[1:])
		}
	}
	return strings.Join(out, ", ")
}

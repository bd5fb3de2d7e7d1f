package e2e

import (
	"strings"
	"testing"
)

// The whole life of a deployment as somebody meets it who cannot see the page: everything is found by its role and its name,
// and after each step the page says by itself what happened.
func TestJourneyAloud(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	tab := deck.Tab(t)
	tab.Provokes(422)
	tab.Open("/sign-in")
	tab.title("Sign in · ComfyDeck")
	tab.is(tab.Find("textbox", "API token"), "focused", "true", "required", "true")
	tab.Say("API token", demo)
	tab.Go("button", "Sign in")

	tab.title("Deployments · ComfyDeck")
	tab.is(tab.Find("heading", "Deployments"), "level", "1")
	tab.Find("table", "Deployments, 1–12 of 12")
	tab.Go("link", "New deployment")

	self := "/deployments/" + tab.createAloud(t)

	tab.Go("link", "Edit")
	tab.title("Edit said aloud · ComfyDeck")
	if got := tab.Find("textbox", "Queue size").Value; got != "1" {
		t.Errorf("the queue size reads %q, want 1", got)
	}
	tab.Say("Queue size", "4")
	tab.is(tab.Find("radio", "Enabled…"), "checked", "true")
	tab.Go("button", "Save changes")
	tab.is(tab.Find("status", "Saved…"), "focused", "true")

	tab.Hears("Paused: said aloud.", func() { tab.Do("button", "Pause") })
	tab.Wait(`document.activeElement?.matches("button[name=switch]")`) // the message is heard first
	tab.is(tab.Find("button", "Enable"), "focused", "true")
	tab.Find("button", "Enable again")

	tab.Go("link", "Delete")
	tab.is(tab.Find("heading", "Delete said aloud?"), "level", "1")
	const confirm = "Type “said aloud” to delete it"
	tab.Say(confirm, "said")
	tab.Do("button", "Delete for good")
	tab.wrong(confirm, "Type the name exactly as it is shown above.")
	tab.Say(confirm, "said aloud")
	tab.Go("button", "Delete for good")
	tab.title("Deployments · ComfyDeck")
	tab.is(tab.Find("status", "Deleted: said aloud…"), "focused", "true")

	patch := "PATCH /prod/v2" + self
	checkWrites(t, deck,
		`POST /prod/v2/deployments {"hardware":["ADA_80_PLUS"],"keep_warm_duration_in_seconds":60,"max_instances":1,"min_instances":0,"name":"said aloud","queue_size":1,"workflow_id":"`+workflow+`","workflow_version":"v1"}`,
		patch+` {"name":"said aloud","queue_size":4}`,
		patch+` {"is_enabled":false,"name":"said aloud"}`,
		"DELETE /prod/v2"+self)
}

// createAloud fills in the form for a new deployment, with one mistake on the way, and returns the id it got.
func (b *Tab) createAloud(t *testing.T) string {
	t.Helper()
	b.title("New deployment · ComfyDeck")
	b.is(b.Find("heading", "New deployment"), "level", "1")
	b.Find("group", "Hardware")
	b.is(b.Find("radio", "48 GB · A6000…"), "checked", "true")
	b.Say("Workflow id", workflow)
	b.Say("Workflow version", "v1")
	b.Choose("80 GB · H100…")
	b.is(b.Find("radio", "80 GB · H100…"), "checked", "true")
	b.is(b.Find("radio", "48 GB · A6000…"), "checked", "false")

	b.Hears("One value needs your attention. Nothing was sent.", func() { b.Do("button", "Create deployment") })
	b.wrong("Name", "Enter a name.")
	b.Say("Name", "said aloud")
	b.Do("button", "Create deployment")
	b.is(b.Find("heading", "Create said aloud?"), "level", "1")
	b.Find("table", "What changes")
	b.Go("button", "Create it")

	b.title("said aloud · ComfyDeck")
	b.is(b.Find("status", "Created…"), "focused", "true")
	b.is(b.Find("heading", "said aloud"), "level", "1")
	return b.deck.Named(t, "said aloud").ID
}

// title waits for the page of that title.
func (b *Tab) title(want string) {
	b.t.Helper()
	b.Find("RootWebArea", want)
}

// is compares states, given as name and value.
func (b *Tab) is(s Spoken, states ...string) {
	b.t.Helper()
	for i := 0; i < len(states); i += 2 {
		if got := s.States[states[i]]; got != states[i+1] {
			b.t.Errorf("%s: %s is %q, want %q", s, states[i], got, states[i+1])
		}
	}
}

// wrong holds a refused field to saying that it is wrong, and why, to whoever is led to it.
func (b *Tab) wrong(field, why string) {
	b.t.Helper()
	b.Wait(`document.activeElement?.getAttribute("aria-invalid") === "true"`)
	s := b.Find("textbox", field)
	b.is(s, "focused", "true", "invalid", "true")
	if !strings.HasPrefix(s.Description, why) {
		b.t.Errorf("%s is described as %q, want %q first", s, s.Description, why)
	}
}

package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

const (
	demo     = sandbox.DemoToken
	workflow = "00000000-0000-0000-0000-000000001111"
	// slow is how long the API takes where a test needs time between a click and its answer.
	slow = 400 * time.Millisecond
)

func TestCreate(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	tab.Provokes(422)
	tab.Follow("New deployment")
	tab.At("/deployments/new")

	tab.Mark()
	tab.Fill("Workflow id", "no uuid")
	tab.Fill("Workflow version", "v7")
	tab.Fill("Keep warm", "soon")
	tab.Press("80 GB · H100")
	tab.Press("Create deployment")
	tab.Sees("3 values need your attention. Nothing was sent.", "Enter a name.", "This is not a UUID.", "Enter a whole number from 0 to 2592000.")
	tab.Wait(`document.activeElement === field("Name")`)
	tab.SameDocument()
	for label, want := range map[string]string{"Workflow id": "no uuid", "Workflow version": "v7", "Keep warm": "soon", "Name": ""} {
		if got := tab.Value(label); got != want {
			t.Errorf("%s holds %q after the refusal, want %q", label, got, want)
		}
	}
	if got := Eval[string](tab, `document.querySelector("[name=hardware]:checked").value`); got != "ADA_80_PLUS" {
		t.Errorf("the hardware is %q after the refusal, want ADA_80_PLUS", got)
	}
	if w := deck.Writes(); len(w) != 0 {
		t.Fatalf("an invalid form reached the API: %v", w)
	}

	tab.Fill("Name", "made in a browser")
	tab.Fill("Workflow id", workflow)
	tab.Fill("Keep warm", "90")
	tab.Press("Create deployment")
	tab.Sees("Create made in a browser?", "Nothing was sent yet", "80 GB · H100 (ADA_80_PLUS)", "90 s", "While idle")
	checkWrites(t, deck)
	tab.SameDocument()
	tab.Press("Change something")
	tab.Wait(`document.querySelector("main #name") !== null`)
	if got := tab.Value("Name"); got != "made in a browser" {
		t.Errorf("the name is %q after the review, want what was typed", got)
	}
	tab.Press("Create deployment")
	tab.Sees("Create made in a browser?")
	tab.Follow("Create it")
	made := deck.Named(t, "made in a browser")
	tab.At("/deployments/" + made.ID)
	tab.Sees("Created made in a browser.", "80 GB", "90 s")
	checkWrites(t, deck, http.MethodPost+` /prod/v2/deployments {"hardware":["ADA_80_PLUS"],"keep_warm_duration_in_seconds":90,"max_instances":1,"min_instances":0,"name":"made in a browser","queue_size":1,"workflow_id":"`+workflow+`","workflow_version":"v7"}`)

	tab.Reload()
	tab.Sees("made in a browser")
	tab.SeesNot("Created made")
}

func TestDoubleClickOnCreate(t *testing.T) {
	t.Parallel()
	deck := Start(t)
	tab := deck.SignedIn(t)
	tab.Open("/deployments/new")
	tab.Fill("Name", "only once")
	tab.Fill("Workflow id", workflow)
	tab.Fill("Workflow version", "v1")
	tab.DoublePress("Create deployment")
	tab.Sees("Create only once?")
	deck.Sandbox.SetLatency(slow)
	tab.leave(func() { tab.DoublePress("Create it") })
	tab.Sees("Created only once.")
	if w := deck.Writes(); len(w) != 1 {
		t.Errorf("%d writes reached the API, want 1", len(w))
	}
	if n := deck.Requests("POST /deployments"); n != 2 {
		t.Errorf("%d forms were sent, want the form and its review, each once", n)
	}
}

// checkWrites compares the writes the API saw, each as method, path and body with its keys in order.
func checkWrites(t *testing.T, deck *Deck, want ...string) {
	t.Helper()
	var got []string
	for _, c := range deck.Writes() {
		got = append(got, line(t, c))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the API saw\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func line(t *testing.T, c sandbox.Call) string {
	t.Helper()
	text := c.Method + " " + c.Path
	if len(c.Body) == 0 {
		return text
	}
	var body map[string]any
	if err := json.Unmarshal(c.Body, &body); err != nil {
		t.Fatalf("%s: body %q: %v", text, c.Body, err)
	}
	sorted, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return text + " " + string(sorted)
}

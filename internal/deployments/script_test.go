package deployments_test

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
)

// TestScript runs the command in a shell with a curl that says what it was given: whatever is in a name, it stays one word and
// means what it meant.
func TestScript(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"image-to-video", "it's", `'; touch /tmp/x; '`, "$(id) `id` \\ \"", "two\nlines\ttab", "a\u202eb\u200bc", "ü 中 😀", "\U000e0041", "-x", "",
	} {
		s, err := deployments.Switch("https://api.example", deployments.Deployment{ID: id, Name: name}, false)
		if err != nil {
			t.Fatal(err)
		}
		shell := exec.CommandContext(t.Context(), "sh", "-c", `curl() { printf '%s\0' "$@"; }; `+s.Curl())
		shell.Env = []string{"RUNCOMFY_API_TOKEN=the token"}
		out, err := shell.Output()
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		args := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		want := []string{
			"--request", "PATCH", "--url", "https://api.example/prod/v2/deployments/" + id, "--header", "Content-Type: application/json",
			"--header", "Authorization: Bearer the token", "--data",
		}
		if diff := cmp.Diff(want, args[:len(args)-1]); diff != "" {
			t.Errorf("%q: arguments (-want +got):\n%s", name, diff)
		}
		var body map[string]any
		if err := json.Unmarshal([]byte(args[len(args)-1]), &body); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		sent := map[string]any{"name": name, "is_enabled": false}
		if name == "" { // none is known, and a blank one is refused
			delete(sent, "name")
		}
		if diff := cmp.Diff(sent, body); diff != "" {
			t.Errorf("%q: body (-want +got):\n%s", name, diff)
		}
		if i := strings.IndexFunc(s.Curl(), func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }); i >= 0 {
			t.Errorf("%q: the command holds something invisible: %q", name, s.Curl()[i:])
		}
	}
}

// TestScript_isWhatIsSent: the JSON that a review shows is what its confirmation sends.
func TestScript_isWhatIsSent(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"create", "update"} {
		d := newDeck(t, deployments.Options{})
		d.box.Put(token, example())
		ask := typing()
		send := func(a deployments.Ask) (deployments.Result, error) {
			if kind == "create" {
				return d.Service.Create(t.Context(), a, validDraft())
			}
			return d.Service.Update(t.Context(), a, id, deployments.Draft{"min_instances": "2", "hardware": "ADA_80_PLUS"}, nil)
		}
		got, err := send(ask)
		r := review(t, got, err)
		shown, err := deployments.NewScript("", http.MethodPost, "", r.Request)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := send(confirm(ask, r)); err != nil {
			t.Fatal(err)
		}
		wantBodies(t, append(d.sent(http.MethodPost), d.sent(http.MethodPatch)...), shown.Body)
	}
}

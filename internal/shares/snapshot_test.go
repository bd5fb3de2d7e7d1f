package shares

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/fault"
)

var moment = time.Date(2026, 3, 2, 14, 5, 9, 0, time.UTC)

func source() Source {
	return Source{
		Deployment: "a1b2c3d4-1111-2222-3333-abcdefabcdef", Name: "image-to-video",
		Settings:  []Fact{{Label: "Hardware", Value: "48 GB", Hint: "AMPERE_48"}},
		Readme:    "# Hello",
		Workflow:  []byte(`{"3":{"class_type":"KSampler","inputs":{"seed":9007199254740993,"cfg":1.50}}}`),
		Overrides: []byte(`{"3":{"inputs":{"seed":7}}}`),
		Secrets:   []string{"the-callers-own-token"},
	}
}

// TestTake_allowlist holds the JSON of a copy to exactly what each part stands for (SR-45).
func TestTake_allowlist(t *testing.T) {
	t.Parallel()
	const head = `{"name":"image-to-video","taken_at":"2026-03-02T14:05:09Z"`
	const settings, readme = `,"settings":[{"label":"Hardware","value":"48 GB","hint":"AMPERE_48"}]`, `,"readme":"# Hello"`
	const nodes, overrides = `,"workflow_api_json":{"3":{"class_type":"KSampler","inputs":{"seed":9007199254740993,"cfg":1.50}}}`, `,"overrides":{"3":{"inputs":{"seed":7}}}`
	for parts, want := range map[Parts]string{
		{Settings: true}:                  head + settings + `}`,
		{Readme: true}:                    head + readme + `}`,
		{Workflow: true}:                  head + nodes + `}`,
		{Overrides: true}:                 head + `}`,
		{Workflow: true, Overrides: true}: head + nodes + overrides + `}`,
		{true, true, true, true}:          head + settings + readme + nodes + overrides + `}`,
	} {
		s, err := take(source(), parts, moment)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(s)
		if diff := cmp.Diff(want, string(text)); err != nil || diff != "" {
			t.Errorf("%s: error %v (-want +got):\n%s", parts, err, diff)
		}
		packed, err := s.pack()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := unpack(packed); err != nil || !cmp.Equal(back, s) {
			t.Errorf("%s: unpacked %+v, %v", parts, back, err)
		}
		if payload := s.Payload(); parts.Workflow && (!json.Valid(payload) || strings.Contains(string(payload), "overrides") != parts.Overrides) || !parts.Workflow && payload != nil {
			t.Errorf("%s: the payload is %s", parts, payload)
		}
	}
}

// TestTake_secrets: what looks like a secret, and the caller's own token, never gets into a copy.
func TestTake_secrets(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		readme, workflow string
		hidden           string
		leftOut          int
	}{
		"nothing":              {"sk- is a prefix, a token is a word", `{"1":{"inputs":{"max_tokens":5,"text":"secret garden"}}}`, "", 0},
		"a key by its name":    {"", `{"1":{"inputs":{"api_key":"abc123","hf_token":"x9","Password":"pw1"}}}`, "abc123|x9|pw1", 3},
		"a key by its look":    {"use hf_abcdefghijklmnop12", `{"1":{"inputs":{"text":"sk-abcdefghijklmnop"}}}`, "hf_abc|sk-abc", 2},
		"a header":             {"curl -H 'Authorization: Bearer 0123456789abcdef'", `{}`, "0123456789abcdef", 1},
		"a web token":          {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", `{}`, "eyJhbG", 1},
		"in an address":        {"see https://me:hunter2@host/x", `{"1":{"inputs":{"url":["s3://u:hunter2@b"]}}}`, "hunter2", 2},
		"the caller's token":   {"the-callers-own-token, the-callers-own-token", `{"1":{"inputs":{"a":"is the-callers-own-token."}}}`, "callers-own", 3},
		"in a list":            {"", `{"1":{"inputs":{"tokens":["free"],"token":["a1","b2"],"after":"c3"}}}`, "a1|b2", 2},
		"escaped in the JSON":  {"", `{"1":{"inputs":{"\u0074oken":"z\u0039y"}}}`, "z9y|u0039", 1},
		"after a nested value": {"", `{"1":{"inputs":{"token":{"x":"fine"},"text":"fine too"}}}`, "", 0},
	} {
		src := source()
		src.Readme, src.Workflow = tt.readme, []byte(tt.workflow)
		s, err := take(src, Parts{Readme: true, Workflow: true}, moment)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(s)
		if s.LeftOut != tt.leftOut {
			t.Errorf("%s: %d left out, want %d: %s", name, s.LeftOut, tt.leftOut, text)
		}
		for hidden := range strings.SplitSeq(tt.hidden, "|") {
			if hidden != "" && strings.Contains(string(text), hidden) {
				t.Errorf("%s: %q is in %s", name, hidden, text)
			}
		}
		if tt.leftOut == 0 && string(s.Workflow) != tt.workflow {
			t.Errorf("%s: the workflow became %s", name, s.Workflow)
		}
	}
}

func TestTake_unreadable(t *testing.T) {
	t.Parallel()
	src := source()
	src.Workflow = []byte(`{"3":`)
	if _, err := take(src, Parts{Workflow: true}, moment); fault.Fields(err)[FieldParts] == "" {
		t.Errorf("a broken workflow: %v", err)
	}
	if _, err := take(src, Parts{Readme: true}, moment); err != nil {
		t.Errorf("without it: %v", err)
	}
	src.Workflow = nil
	if _, err := take(src, Parts{Workflow: true}, moment); !strings.Contains(fault.Fields(err)[FieldParts], "no workflow") {
		t.Errorf("no workflow at all: %v", err)
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Parts{
		"": {}, "settings,readme,workflow,overrides": {true, true, true, true}, "readme,workflow": {Readme: true, Workflow: true},
	} {
		if got := ParseParts(text); got != want || got.String() != text {
			t.Errorf("%q is %+v and then %q", text, got, got)
		}
	}
	if got := ParseParts("token,readme"); got != (Parts{Readme: true}) {
		t.Errorf("an unknown name gives %+v", got)
	}
}

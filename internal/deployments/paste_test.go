package deployments_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

const pastedBody = `{
  "name": "it's \"new\"", "workflow_id": "00000000-0000-0000-0000-000000001111", "workflow_version": "v1",
  "hardware": ["AMPERE_48"], "min_instances": 0, "max_instances": 1, "queue_size": 1, "keep_warm_duration_in_seconds": 60
}`

func TestReadPaste(t *testing.T) {
	t.Parallel()
	want := deployments.Draft{
		"name": `it's "new"`, "workflow_id": "00000000-0000-0000-0000-000000001111", "workflow_version": "v1", "hardware": "AMPERE_48",
		"min_instances": "0", "max_instances": "1", "queue_size": "1", "keep_warm_duration_in_seconds": "60",
	}
	inQuotes := strings.ReplaceAll(pastedBody, "'", `'\''`)
	for name, text := range map[string]string{
		"json":     "\n " + pastedBody + "\n",
		"document": "curl --request POST \\\n  --url 'https://api.example/prod/v2/deployments' \\\n  --header \"Authorization: Bearer <token>\" \\\n  --data '" + inQuotes + "'",
		"short":    "curl https://api.example/ -d'" + inQuotes + "' -H 'X: y'",
		"equals":   "curl --json='" + inQuotes + "' https://api.example/",
		"double":   `curl --data-raw "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(pastedBody) + `" https://api.example/`,
	} {
		got, left, err := deployments.ReadPaste(text)
		if err != nil || left != nil {
			t.Errorf("%s: left %q, error %v", name, left, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestReadPaste_Odd: what is no value stays as it was pasted, for the form to say so beside its field.
func TestReadPaste_Odd(t *testing.T) {
	t.Parallel()
	got, left, err := deployments.ReadPaste(`{"name":null,"max_instances":"many","min_instances":9007199254740993,"hardware":["A","B"],"queue_size":{"x":"<"},"is_enabled":true,"id":"1"}`)
	if err != nil {
		t.Fatal(err)
	}
	want := deployments.Draft{"name": "", "max_instances": "many", "min_instances": "9007199254740993", "hardware": `["A","B"]`, "queue_size": `{"x":"<"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"id", "is_enabled"}, left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

func TestReadPaste_Refused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                             "neither a JSON object",
		"hello":                        "neither a JSON object",
		"[]":                           "neither a JSON object",
		"{":                            "neither a JSON object",
		"{} {}":                        "more than one",
		`{"x":1}`:                      "None of these fields",
		"curl https://x -d '{":         "a quote may be missing",
		"curl https://x":               "no body",
		"curl https://x -d @body.json": "reads its body from a file",
		"wget --data '{}' x":           "neither a JSON object",
		`{"name":"a","name":"b"}`:      `says "name" twice`,
		`{"x":{"a":1,"a":2}}`:          `says "a" twice`,
		`{"name":"a\ud800"}`:           "half a character",
		`{"x":["\udc00"],"name":"a"}`:  "half a character",
		`{"name":"` + strings.Repeat("a", 40_000) + `"}`: "too long",
	} {
		_, _, err := deployments.ReadPaste(text)
		if got := fault.Fields(err)[deployments.FieldPaste]; !strings.Contains(got, want) {
			t.Errorf("%.40q: %q, want %q", text, got, want)
		}
	}
}

// FuzzReadPaste: whatever is pasted, only fields of a new deployment come out, and a command that is made of them reads back.
func FuzzReadPaste(f *testing.F) {
	f.Add(pastedBody)
	f.Add("curl -d '{\"name\":\"a\"}' x")
	f.Fuzz(func(t *testing.T, text string) {
		got, _, err := deployments.ReadPaste(text)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("%v", err)
		}
		for field := range got {
			if !strings.Contains(strings.Join(deployments.CreateFields(), " "), field) {
				t.Errorf("%q came out", field)
			}
		}
		script, err := deployments.NewScript("https://api.example", "POST", "", map[string]string{"name": text})
		if err != nil || !utf8.ValidString(text) {
			return
		}
		again, _, err := deployments.ReadPaste(script.Curl())
		if len(text) < 1000 && (err != nil || again["name"] != text) {
			t.Errorf("%q reads back as %q, error %v", text, again["name"], err)
		}
	})
}

func TestPresets(t *testing.T) {
	t.Parallel()
	l := deployments.Limits{MinInstances: 3, MaxInstances: 2}
	p, ok := l.Preset("always_warm")
	if !ok || p.Draft["min_instances"] != "1" || p.Draft["max_instances"] != "2" {
		t.Errorf("always warm is %v within %v", p.Draft, l)
	}
	d := deployments.NewDraft().With(p.Draft)
	if !d.Has(p.Draft) || deployments.NewDraft().Has(p.Draft) || d["hardware"] != "AMPERE_48" {
		t.Errorf("the draft is %v", d)
	}
	if _, ok := l.Preset("none"); ok {
		t.Error("there is a preset that is none")
	}
}

func TestCompareWarm(t *testing.T) {
	t.Parallel()
	plan := deployments.DefaultPrices().Plan("")
	hourly, _ := plan.Hourly("AMPERE_48")
	day := deployments.Load{PerHour: 1.0 / 24, Run: 30, ColdStart: 120, KeepWarm: 60}
	rare := deployments.CompareWarm(day, "AMPERE_48", plan)
	// One request a day: 30 s of work, 60 s kept warm, 120 s of cold start.
	if got, want := float64(rare.OnDemand)/float64(hourly), 210.0/86400; got < 0.99*want || got > 1.01*want || rare.Cold < 0.99 || rare.Warm != hourly {
		t.Errorf("one request a day is billed %v of the time (want about %v), %v of them cold", got, want, rare.Cold)
	}
	often := deployments.CompareWarm(deployments.Load{PerHour: 100, Run: 20, ColdStart: 120, KeepWarm: 300}, "AMPERE_48", plan)
	if often.OnDemand != hourly || often.Cold > 0.001 || often.Busy {
		t.Errorf("a request every 36 s: %+v", often)
	}
	if busy := deployments.CompareWarm(deployments.Load{PerHour: 1000, Run: 20}, "AMPERE_48", plan); !busy.Busy || busy.OnDemand != hourly || busy.Cold != 0 {
		t.Errorf("more than one instance can do: %+v", busy)
	}
	if none := deployments.CompareWarm(day, "NOVEL_1", plan); none.Known {
		t.Error("there is a price for nothing")
	}
}

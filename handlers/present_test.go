package handlers

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

func known(n int64) deployments.Number { return deployments.Number{Value: n, Known: true} }

var missing deployments.Number

func TestThousands(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 999999: "999,999", 1000000: "1,000,000", -1: "-1", -999: "-999", -1000: "-1,000", -123456: "-123,456",
		math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 s", 1: "1 s", 60: "60 s", 119: "119 s", 120: "2 min", 121: "2 min 1 s", 300: "5 min", 3599: "59 min 59 s", 3600: "1 h", 5400: "1 h 30 min",
		86399: "23 h 59 min 59 s", 86400: "1 d", 90061: "1 d 1 h 1 min 1 s", 366 * 86400: "366 d", 366*86400 + 1: "31,622,401 s", -60: "-60 s", math.MaxInt64: "9,223,372,036,854,775,807 s",
	} {
		if got := seconds(known(n)); got != want {
			t.Errorf("seconds(%d) = %q, want %q", n, got, want)
		}
	}
	if got := seconds(missing); got != "unknown" {
		t.Errorf("seconds of nothing = %q", got)
	}
}

func TestCountsAndPairs(t *testing.T) {
	t.Parallel()
	if got := count(missing) + " " + count(known(1234)) + " " + count(known(0)); got != "unknown 1,234 0" {
		t.Errorf("count: %q", got)
	}
	if got := plural(0, "node", "nodes") + ", " + plural(1, "node", "nodes") + ", " + plural(2000, "node", "nodes"); got != "0 nodes, 1 node, 2,000 nodes" {
		t.Errorf("plural: %q", got)
	}
	if got := noun(1, "one", "many") + " " + noun(0, "one", "many") + " " + noun(-1, "one", "many"); got != "one many many" {
		t.Errorf("noun: %q", got)
	}
	tests := []struct {
		low, high deployments.Number
		want      string
	}{
		{known(0), known(3), "0–3"}, {missing, known(3), "?–3"}, {known(1), missing, "1–?"}, {missing, missing, "?–?"}, {known(-1), known(1000), "-1–1,000"},
	}
	for _, tt := range tests {
		if got := instances(deployments.Deployment{MinInstances: tt.low, MaxInstances: tt.high}); got != tt.want {
			t.Errorf("instances(%v, %v) = %q, want %q", tt.low, tt.high, got, tt.want)
		}
	}
}

func TestAgo(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0: "just now", 59 * time.Second: "just now", -59 * time.Second: "just now", -time.Minute: "just now", -61 * time.Second: "1 Mar 2026",
		time.Minute: "1 min ago", 59*time.Minute + 59*time.Second: "59 min ago", time.Hour: "1 h ago", day - time.Second: "23 h ago",
		day: "yesterday", 2*day - time.Second: "yesterday", 2 * day: "2 days ago", 30*day - time.Second: "29 days ago", 30 * day: "1 Mar 2026", 4000 * day: "1 Mar 2026",
	} {
		if got := ago(d, at); got != want {
			t.Errorf("ago(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestStamps(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 15, 9, 26, 500, time.UTC)
	s := &Site{Now: func() time.Time { return now }}
	at := now.Add(-90 * time.Minute).In(time.FixedZone("", 3600))
	tests := []struct {
		name string
		got  views.Stamp
		want views.Stamp
	}{
		{"known", s.stamp(deployments.Time{Raw: "x", Time: at}), views.Stamp{ISO: "2026-03-14T13:39:26Z", Exact: "14 Mar 2026, 13:39:26 UTC", Human: "1 h ago"}},
		{"not understood", s.stamp(deployments.Time{Raw: "soon\u202e"}), views.Stamp{Human: clean("soon\u202e")}},
		{"missing", s.stamp(deployments.Time{}), views.Stamp{Human: "unknown"}},
		{"of reading", s.read(), views.Stamp{ISO: "2026-03-14T15:09:26Z", Exact: "14 Mar 2026, 15:09:26 UTC", Human: "at 15:09:26 UTC"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 bytes", 999: "999 bytes", 1000: "1.0 kB", 1049: "1.0 kB", 1050: "1.1 kB", 999_940: "999.9 kB", 1_000_000: "1.0 MB", 12_345_678: "12.3 MB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestNextLabel(t *testing.T) {
	t.Parallel()
	const id = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
	for next, want := range map[string]string{
		"": "", "/deployments": "", "/deployments?q=a": "the list with your search", "/deployments/new": "the form for a new deployment", "/deployments/new?from=" + id: "the form for a new deployment",
		"/deployments/" + id: "deployment " + id, "/deployments/" + id + "/edit": "deployment " + id, "/deployments/" + id + "?x=1": "deployment " + id,
	} {
		if got := nextLabel(next); got != want {
			t.Errorf("nextLabel(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestHostOf(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{"https://api.runcomfy.net": "api.runcomfy.net", "http://127.0.0.1:9090/x": "127.0.0.1:9090", "://": "://"} {
		if got := hostOf(base); got != want {
			t.Errorf("hostOf(%q) = %q, want %q", base, got, want)
		}
	}
}

func TestDisplayNameInput(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"  Kim ": "Kim", "a\x00b\r\nc": "abc", "a\u202eb\u200bc": "abc", "a\xffb": "ab", "": "", "\u200b": "", strings.Repeat("é", 70): strings.Repeat("é", 60), "Kim & <b>": "Kim & <b>",
	} {
		if got := displayNameInput(typed); got != want {
			t.Errorf("displayNameInput(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestHardware(t *testing.T) {
	t.Parallel()
	tests := []struct {
		skus []string
		want views.Hardware
	}{
		{nil, views.Hardware{Label: "unknown"}},
		{[]string{""}, views.Hardware{Label: "unknown"}},
		{[]string{"HOPPER_141"}, views.Hardware{SKU: "HOPPER_141", Label: "141 GB · H200", Known: true}},
		{[]string{"AMPERE_48", "AMPERE_24"}, views.Hardware{SKU: "AMPERE_48", Label: "48 GB · A6000", Known: true, Others: 1}},
		{[]string{"BLACKWELL_288", "x", "y"}, views.Hardware{SKU: "BLACKWELL_288", Label: "BLACKWELL_288", Others: 2}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, hardware(deployments.Deployment{Hardware: tt.skus})); diff != "" {
			t.Errorf("hardware(%q) (-want +got):\n%s", tt.skus, diff)
		}
	}
}

func TestSwitchOf(t *testing.T) {
	t.Parallel()
	const id = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
	on, off := apiclient.Optional[bool]{Value: true, Known: true}, apiclient.Optional[bool]{Known: true}
	tests := []struct {
		name     string
		enabled  apiclient.Optional[bool]
		min      deployments.Number
		readOnly bool
		want     views.Switch
	}{
		{"enabled", on, known(1), false, views.Switch{Action: "/deployments/" + id + "/disable", Label: "Pause", Hint: "Fail running and new requests, stop every instance and its cost"}},
		{"nobody knows", apiclient.Optional[bool]{}, missing, false, views.Switch{Action: "/deployments/" + id + "/disable", Label: "Pause", Hint: "Fail running and new requests, stop every instance and its cost"}},
		{"paused", off, known(0), false, views.Switch{Action: "/deployments/" + id + "/enable", Label: "Enable", Hint: "Take requests again", On: true}},
		{"paused, costly", off, known(2), false, views.Switch{Action: "/deployments/" + id + "/enable", Label: "Enable", Hint: "Take requests again; 2 instances will run, and cost, around the clock", On: true}},
		{"read-only", off, known(2), true, views.Switch{}},
	}
	for _, tt := range tests {
		s := &Site{Deck: deployments.New(nil, nil, deployments.Options{ReadOnly: tt.readOnly})}
		if diff := cmp.Diff(tt.want, s.switchOf(deployments.Deployment{ID: id, IsEnabled: tt.enabled, MinInstances: tt.min})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   fleet.Counts
		want []views.Total
	}{
		{fleet.Counts{}, []views.Total{{Value: "0", Label: "deployments"}, {Value: "0", Label: "enabled"}, {Value: "0", Label: "paused"}, {Value: "0", Label: "instances kept warm"}}},
		{fleet.Counts{Deployments: 1, Enabled: 1, Warm: 1, WarmInstances: 1, Unsized: 1}, []views.Total{
			{Value: "1", Label: "deployment"},
			{Value: "1", Label: "enabled"},
			{Value: "0", Label: "paused"},
			{Value: "1", Label: "instance kept warm in 1 deployment, billed around the clock", Tone: "warm"},
		}},
		{fleet.Counts{Deployments: 1200, Enabled: 1000, Paused: 200, Warm: 3, WarmInstances: 7, Unsized: 1200}, []views.Total{
			{Value: "1,200", Label: "deployments"},
			{Value: "1,000", Label: "enabled"},
			{Value: "200", Label: "paused"},
			{Value: "7", Label: "instances kept warm in 3 deployments, billed around the clock", Tone: "warm"},
		}},
		{fleet.Counts{Deployments: 3, Enabled: 3, Unsized: 1, Capacity: []fleet.Capacity{{SKU: "AMPERE_48", Deployments: 2, Floor: 0, Ceiling: 5}}}, []views.Total{
			{Value: "3", Label: "deployments"},
			{Value: "3", Label: "enabled"},
			{Value: "0", Label: "paused"},
			{Value: "0", Label: "instances kept warm"},
			{Value: "$0.00/h", Label: "while idle, $0.00 in 30 days; $12.50/h at full load, $9,000 in 30 days (estimate: Pay as you go, 23 Nov 2026), without 1 deployment that has no price"},
		}},
	}
	s := &Site{Deck: deployments.New(nil, nil, deployments.Options{})}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, s.totals(tt.in, s.Deck.Prices().Plan(""))); diff != "" {
			t.Errorf("totals(%+v) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestStartsOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		starts   int64
		mayStart int
		want     string
	}{
		{0, 0, "No instance starts before there is a request."},
		{1, 0, "1 instance starts, and costs, at once, until the minimum is lowered or the deployment is paused."},
		{0, 1, "The minimum of 1 deployment is not known: instances may start, and cost, at once."},
		{1200, 2, "1,200 instances start, and cost, at once, until the minimum is lowered or the deployment is paused. The minimum of 2 deployments is not known: instances may start, and cost, at once."},
	} {
		if got := startsOf(deployments.ManyCost{Starts: tt.starts, MayStart: tt.mayStart}); got != tt.want {
			t.Errorf("%d start, of %d nobody knows: %q, want %q", tt.starts, tt.mayStart, got, tt.want)
		}
	}
}

func TestRangeText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to, found, all int
		want                 string
	}{
		{0, 0, 0, 0, ""}, {0, 0, 0, 9, ""}, {0, 25, 132, 132, "1–25 of 132"}, {25, 27, 27, 27, "26–27 of 27"}, {0, 3, 3, 1320, "1–3 of 3 found among 1,320"},
	}
	for _, tt := range tests {
		if got := rangeText(tt.from, tt.to, tt.found, tt.all); got != tt.want {
			t.Errorf("rangeText(%d, %d, %d, %d) = %q, want %q", tt.from, tt.to, tt.found, tt.all, got, tt.want)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 1000)
	if got := []rune(clean(long)); len(got) > maxShown+1 {
		t.Errorf("clean leaves %d characters", len(got))
	}
	if strings.ContainsRune(clean("a\u202eb"), '\u202e') {
		t.Error("clean leaves a bidi override as it is")
	}
	if got := orUnknown("  ") + orUnknown("") + orUnknown("standby"); got != "unknownunknownstandby" {
		t.Errorf("orUnknown: %q", got)
	}
	if got := displayName(deployments.Deployment{Name: " \n"}); got != "Deployment without a name" {
		t.Errorf("displayName of blanks: %q", got)
	}
	refusal := &fault.Error{Kind: fault.Invalid, Fields: map[string]string{"zzz": "Late.", "name": "Taken.", "workflow_id": "Gone.", "why": "Long.", "aaa": "Early."}}
	if diff := cmp.Diff([]string{"aaa: Early.", "Workflow id: Gone.", "zzz: Late."}, Complaints(refusal, editBeside()...)); diff != "" {
		t.Errorf("Complaints (-want +got):\n%s", diff)
	}
}

// TestLabels holds that every field has a name for people.
func TestLabels(t *testing.T) {
	t.Parallel()
	for _, f := range append(deployments.UpdateFields(), deployments.FieldWorkflowID) {
		if got := label(f); got == f || strings.Contains(got, "_") {
			t.Errorf("label(%q) = %q", f, got)
		}
	}
	if got := label("other_field"); got != "other_field" {
		t.Errorf("label of a field of no form: %q", got)
	}
}

// TestPayloadNotes holds that every state of a payload but the ordinary one is said.
func TestPayloadNotes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, state := range []workflow.State{workflow.StateAbsent, workflow.StateNull, workflow.StateEmpty, workflow.StateNoWorkflow, workflow.StateOdd, workflow.StateEditor, workflow.StateInvalid} {
		note := payloadNote(workflow.Summary{State: state})
		if note == "" || seen[note] {
			t.Errorf("state %v says %q", state, note)
		}
		seen[note] = true
	}
	if note := payloadNote(workflow.Summary{State: workflow.StateWorkflow}); note != "" {
		t.Errorf("an ordinary payload says %q", note)
	}
}

func TestRawText(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 3000) + strings.Repeat("]", 3000)
	if text, note := rawText([]byte(deep)); text != deep || note == "" {
		t.Errorf("6,000 bytes of brackets become %d bytes, %q", len(text), note)
	}
	if text, note := rawText([]byte(`{"a":9007199254740993,"b":"` + "\u202e" + `"}`)); note != "" || !strings.Contains(text, "9007199254740993") || strings.ContainsRune(text, '\u202e') || !strings.Contains(text, `\u202e`) {
		t.Errorf("rawText = %q, %q", text, note)
	}
	if text, note := rawText([]byte(`"` + strings.Repeat("x", maxRaw) + `"`)); text != "" || !strings.Contains(note, "262.1 kB") {
		t.Errorf("rawText of a large payload = %d bytes, %q", len(text), note)
	}
	if text, note := rawText([]byte(`{"broken`)); note != "" || !strings.Contains(text, `{"broken`) {
		t.Errorf("rawText of what is no JSON = %q, %q", text, note)
	}
}

func TestReadmeNotes(t *testing.T) {
	t.Parallel()
	with := apiclient.Optional[string]{Known: true}
	tests := []struct {
		name string
		d    deployments.Deployment
		doc  markdown.Document
		want views.Readme
	}{
		{"none sent", deployments.Deployment{}, markdown.Document{}, views.Readme{Note: "RunComfy sent no readme for this deployment."}},
		{"empty", deployments.Deployment{Readme: with}, markdown.Document{}, views.Readme{Note: "There is no readme."}},
		{"text", deployments.Deployment{Readme: with}, markdown.Document{HTML: "<p>a</p>"}, views.Readme{HTML: "<p>a</p>"}},
		{"plain", deployments.Deployment{Readme: with}, markdown.Document{Plain: "a", Note: "too long"}, views.Readme{Plain: "a", Note: "too long"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, presentReadme(tt.d, tt.doc)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestChoices holds that the hardware a deployment has is always among the choices, chosen, and that exactly one is.
func TestChoices(t *testing.T) {
	t.Parallel()
	for current, want := range map[string]int{"": 7, "AMPERE_48": 7, "HOPPER_141": 7, "BLACKWELL_288": 8, "ampere_48": 8} {
		list := choices(current, deployments.DefaultPrices().Plan("payg"))
		var chosen []string
		for _, c := range list {
			if c.Checked {
				chosen = append(chosen, c.Value)
			}
		}
		if len(list) != want || strings.Join(chosen, ",") != current {
			t.Errorf("choices(%q): %d with %q chosen, want %d with that one", current, len(list), chosen, want)
		}
	}
}

// TestSplitBase holds which keys of a posted form are typed values and which are what the form was made from.
func TestSplitBase(t *testing.T) {
	t.Parallel()
	draft, base := splitBase(map[string]string{"name": "a", "base_name": "b", "queue_size": "", "workflow_id": "x", "base_workflow_id": "y"})
	if diff := cmp.Diff(deployments.Draft{"name": "a", "queue_size": ""}, draft); diff != "" {
		t.Errorf("draft (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(deployments.Draft{"name": "b"}, base); diff != "" {
		t.Errorf("base (-want +got):\n%s", diff)
	}
}

// TestOutcome words what a write did.
func TestOutcome(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		in         deployments.Result
		kind, text string
	}{
		{"done", deployments.Result{}, "success", "Saved."},
		{"settled", deployments.Result{Settled: true}, "success", "Saved. RunComfy did not confirm it, but reading it back shows that it happened."},
		{
			"different",
			deployments.Result{Differences: []deployments.Difference{{Field: "queue_size", Asked: "8", Got: "1"}, {Field: "is_enabled", Asked: "true", Got: ""}}},
			"warning",
			"Saved. But the API shows something else than you asked for: Queue size is “1”, not “8”. State is “unknown”, not “Enabled”.",
		},
	}
	for _, tt := range tests {
		got := outcome("Saved.", tt.in)
		if got.Kind != tt.kind || got.Text != tt.text {
			t.Errorf("%s: %s %q, want %s %q", tt.name, got.Kind, got.Text, tt.kind, tt.text)
		}
	}
}

package deployments_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

const (
	enterName    = "Enter a name."
	enterVersion = "Enter a workflow version, for example v1."
	tooLong      = "Use at most 255 characters."
	control      = "Remove line breaks and other control characters."
	enterUUID    = "Enter the id of the workflow: a UUID, from the workflow's page at RunComfy."
	noUUID       = "This is not a UUID. A UUID looks like 00000000-0000-0000-0000-000000001111."
	chooseSKU    = "Choose one of the hardware types."
)

// number is the sentence about a number out of bounds.
func number(low, high string) string { return "Enter a whole number from " + low + " to " + high + "." }

var (
	raised = deployments.Limits{MinInstances: 30, MaxInstances: 60}
	// notNumbers are refused by every number field, whatever its bounds.
	notNumbers = []string{
		"", " ", "one", "1.0", "1,000", "1e1", "0x1", "1_0", "1 0", "--1", "٣", "３", "²", "½", "∞", "NaN", "true",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "1\x00", "1\n2", "<b>1</b>",
	}
)

// TestCreate_Rules sends forms of which one value is typed anew. What is refused never reaches the API.
func TestCreate_Rules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		field  string
		limits deployments.Limits
		good   []string
		bad    []string
		want   string // what is wrong with the bad ones
	}{
		{"name", documented, []string{"a", " padded\t", strings.Repeat("é", 255), "تحويل", "画像 👩🏽‍🎨", "a\u00a0b"}, []string{"", " ", "\u00a0\u2003", "\t\n"}, enterName},
		{"name", documented, nil, []string{strings.Repeat("é", 256), strings.Repeat("x", 1<<16)}, tooLong},
		{"name", documented, nil, []string{"a\nb", "a\tb", "a\x00b", "a\x7fb", "a\u0085b", "a\u009bb"}, control},
		{"name", documented, nil, []string{"a\xffb", "a\xc3", "a\xff\nb"}, "Some of these characters did not arrive intact (they are not UTF-8). Type them again."},
		{"workflow_version", documented, []string{"v1", "latest", strings.Repeat("v", 255)}, []string{"", "\r\n"}, enterVersion},
		{"workflow_version", documented, nil, []string{strings.Repeat("v", 256)}, tooLong},
		{"workflow_version", documented, nil, []string{"v\r1", "v\x1b[31m"}, control},
		{"workflow_id", documented, []string{workflowID, " " + workflowID + "\n", "A1B2C3D4-AAAA-BBBB-CCCC-ABCDEFABCDEF"}, []string{"", "  "}, enterUUID},
		{"workflow_id", documented, nil, []string{
			"1111", strings.ReplaceAll(workflowID, "-", ""), "{" + workflowID + "}", "urn:uuid:" + workflowID, workflowID + "0", workflowID[1:],
			"g" + workflowID[1:], workflowID + "\n" + workflowID, "../" + workflowID, strings.Replace(workflowID, "0", "٠", 1),
		}, noUUID},
		{
			"hardware", documented,
			[]string{"TURING_16", "AMPERE_24", "AMPERE_48", "ADA_48_PLUS", "AMPERE_80", "ADA_80_PLUS", "HOPPER_141", " AMPERE_48 "},
			[]string{"", "ampere_48", "AMPERE_24,AMPERE_48", `["AMPERE_48"]`, "BLACKWELL_288", "AMPERE_48\x00"},
			chooseSKU,
		},
		{"min_instances", documented, []string{"0", "3", " 2 ", "03"}, append([]string{"-1", "4", "30"}, notNumbers...), number("0", "3")},
		{"max_instances", documented, []string{"1", "10"}, append([]string{"-1", "0", "11", "60"}, notNumbers...), number("1", "10")},
		{"min_instances", raised, []string{"0", "3"}, append([]string{"-1", "31"}, notNumbers...), number("0", "30")},
		{"max_instances", raised, []string{"1", "10"}, append([]string{"0", "61"}, notNumbers...), number("1", "60")},
		{"queue_size", documented, []string{"0", "1000000"}, append([]string{"-1", "1000001"}, notNumbers...), number("0", "1000000")},
		{"keep_warm_duration_in_seconds", documented, []string{"0", "2592000"}, append([]string{"-1", "2592001"}, notNumbers...), number("0", "2592000")},
	}
	for _, tt := range tests {
		t.Run(tt.field, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{Limits: tt.limits})
			for _, typed := range tt.bad {
				form := validDraft()
				form[tt.field] = typed
				_, err := d.Create(t.Context(), token, form)
				if diff := cmp.Diff(map[string]string{tt.field: tt.want}, fault.Fields(err)); diff != "" {
					t.Errorf("%q: fields (-want +got):\n%s", typed, diff)
				}
				wantFault(t, err, fault.Invalid, "One value needs your attention. Nothing was sent.")
			}
			if calls := d.box.Calls(); len(calls) != 0 {
				t.Errorf("%d calls were made for values that are refused", len(calls))
			}
			for _, typed := range tt.good {
				form := validDraft()
				form[tt.field] = typed
				if tt.field == "max_instances" {
					form["min_instances"] = "0"
				}
				done, err := d.Create(t.Context(), token, form)
				if err != nil || len(done.Differences) > 0 {
					t.Errorf("%q: Create() = %+v, %v", typed, done.Differences, err)
				}
			}
			if got := len(d.sent(http.MethodPost)); got != len(tt.good) {
				t.Errorf("%d POSTs, want %d", got, len(tt.good))
			}
		})
	}
}

// TestCreate_RaisedLimits: with raised limits the service itself is the judge, and its reason stands beside the field.
func TestCreate_RaisedLimits(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{Limits: raised})
	form := validDraft()
	form["min_instances"], form["max_instances"] = "30", "60"
	_, err := d.Create(t.Context(), token, form)
	wantFault(t, err, fault.Invalid, "RunComfy refused this. It says: Validation error.")
	want := map[string]string{
		"min_instances": "RunComfy says: Input should be less than or equal to 3.",
		"max_instances": "RunComfy says: Input should be less than or equal to 10.",
	}
	if diff := cmp.Diff(want, fault.Fields(err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if got := len(d.sent(http.MethodPost)); got != 1 {
		t.Errorf("%d POSTs, want 1", got)
	}
}

func TestCreate_EmptyForm(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	_, err := d.Create(t.Context(), token, nil)
	wantFault(t, err, fault.Invalid, "8 values need your attention. Nothing was sent.")
	want := map[string]string{
		"name": enterName, "workflow_id": enterUUID, "workflow_version": enterVersion, "hardware": chooseSKU,
		"min_instances": number("0", "3"), "max_instances": number("1", "10"),
		"queue_size": number("0", "1000000"), "keep_warm_duration_in_seconds": number("0", "2592000"),
	}
	if diff := cmp.Diff(want, fault.Fields(err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestCreate_Pair(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	form := validDraft()
	form["min_instances"], form["max_instances"] = "3", "2"
	_, err := d.Create(t.Context(), token, form)
	if diff := cmp.Diff(map[string]string{"min_instances": "Minimum (3) must not be above maximum (2)."}, fault.Fields(err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}

	// When one of the two is no number, that is all there is to say.
	form["max_instances"] = "two"
	_, err = d.Create(t.Context(), token, form)
	if diff := cmp.Diff(map[string]string{"max_instances": number("1", "10")}, fault.Fields(err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if got := d.writes(); got != 0 {
		t.Errorf("%d writes, want 0", got)
	}
}

// TestCreate_Body: exactly the eight fields are sent, cleaned of what surrounds them.
func TestCreate_Body(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	form := deployments.Draft{
		"name": "  image-to-video\n", "workflow_id": "A1B2C3D4-1111-2222-3333-ABCDEFABCDEF", "workflow_version": " v1 ", "hardware": "AMPERE_48 ",
		"min_instances": " 00 ", "max_instances": "3", "queue_size": "0", "keep_warm_duration_in_seconds": "60",
		"is_enabled": "false", "confirm_name": "x", "id": id,
	}
	done, err := d.Create(t.Context(), token, form)
	if err != nil || len(done.Differences) > 0 || done.Settled || done.Unchanged {
		t.Fatalf("Create() = %+v, %v", done, err)
	}
	wantBodies(t, d.sent(http.MethodPost), `{"name":"image-to-video","workflow_id":"a1b2c3d4-1111-2222-3333-abcdefabcdef","workflow_version":"v1",
		"hardware":["AMPERE_48"],"min_instances":0,"max_instances":3,"queue_size":0,"keep_warm_duration_in_seconds":60}`)
}

func TestNewDraft(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	form := deployments.NewDraft()
	form["name"], form["workflow_id"], form["workflow_version"] = "x", workflowID, "v1"
	done, err := d.Create(t.Context(), token, form)
	if err != nil {
		t.Fatal(err)
	}
	if n := deployments.WarmInstances(done.Deployment); n != 0 {
		t.Errorf("a new deployment keeps %d instances warm, want 0", n)
	}
}

// TestCloneOf: a clone of anything that can be read is a create form that costs nothing while idle.
func TestCloneOf(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	original := example()
	original.Name, original.MinInstances = strings.Repeat("é", 255), 2
	d.box.Put(token, original)
	read, err := d.Settings(t.Context(), token, id)
	if err != nil {
		t.Fatal(err)
	}
	clone := deployments.CloneOf(read)
	want := deployments.Draft{
		"name": strings.Repeat("é", 255), "workflow_id": workflowID, "workflow_version": "v1", "hardware": "AMPERE_48",
		"min_instances": "0", "max_instances": "3", "queue_size": "1", "keep_warm_duration_in_seconds": "60",
	}
	if diff := cmp.Diff(want, clone); diff != "" {
		t.Errorf("CloneOf() (-want +got):\n%s", diff)
	}
	if _, err := d.Create(t.Context(), token, clone); err != nil {
		t.Errorf("Create() of a clone error = %v", err)
	}
	if got := deployments.CloneOf(deployments.Deployment{Name: "a"})["name"]; got != "a copy" {
		t.Errorf("name of a clone = %q, want %q", got, "a copy")
	}
}

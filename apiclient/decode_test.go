package apiclient

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// decoded reads one deployment whose other members are given, as every call does.
func decoded(t *testing.T, members string) Deployment {
	t.Helper()
	d, err := decodeDeployment([]byte(`{"id":"` + testID + `",` + members + `}`))
	if err != nil {
		t.Fatalf("decodeDeployment(%s) error = %v", members, err)
	}
	return d
}

// The tests named TestFact follow the places where pages and clients of the vendor disagree about deployments.

func TestFact_statusIsAnOpenSet(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"status":"standby"`: "standby", `"status":"on fire \u2603"`: "on fire ☃", `"status":""`: "", `"status":null`: "",
		`"status":{"a":1}`: "", `"status":7`: "7", `"name":"no status"`: "",
	} {
		if got := decoded(t, members).Status; got != want {
			t.Errorf("%s: Status = %q, want %q", members, got, want)
		}
	}
}

func TestFact_countsHaveNoLimitsAndMayBeMissing(t *testing.T) {
	t.Parallel()
	unknown := Optional[int64]{}
	for value, want := range map[string]Optional[int64]{
		"0": known[int64](0), "30": known[int64](30), "60": known[int64](60), "-1": known[int64](-1),
		"9223372036854775807": known[int64](9223372036854775807), "9223372036854775808": unknown, "1e400": unknown,
		"1.5": unknown, `"3"`: unknown, "null": unknown, "true": unknown, "[3]": unknown, "{}": unknown,
	} {
		d := decoded(t, `"min_instances":`+value+`,"max_instances":`+value+`,"queue_size":`+value+`,"keep_warm_duration_in_seconds":`+value)
		for i, got := range []Optional[int64]{d.MinInstances, d.MaxInstances, d.QueueSize, d.KeepWarmDurationInSeconds} {
			if got != want {
				t.Errorf("count %d of %s = %+v, want %+v", i, value, got, want)
			}
		}
	}
	if d := decoded(t, `"name":"a"`); d.MinInstances.Known || d.IsEnabled.Known || d.Readme.Known {
		t.Errorf("missing fields = %+v, want them unknown", d)
	}
}

func TestFact_hardwareInAnyShape(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][]string{
		`["AMPERE_48"]`: {"AMPERE_48"}, `"AMPERE_48"`: {"AMPERE_48"}, `["A","B"]`: {"A", "B"}, `["BLACKWELL_96"]`: {"BLACKWELL_96"},
		`[]`: nil, `null`: nil, `{}`: nil, `7`: nil, `["A",null,7,["B"],{"c":"C"}]`: {"A"},
	} {
		if diff := cmp.Diff(want, decoded(t, `"hardware":`+value).Hardware); diff != "" {
			t.Errorf("hardware %s (-want +got):\n%s", value, diff)
		}
	}
}

func TestFact_payloadInAnyShape(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]Payload{
		`"name":"a"`:       {},
		`"payload":null`:   {Raw: []byte("null")},
		`"payload":{}`:     {Raw: []byte("{}")},
		`"payload" : { } `: {Raw: []byte("{ }")},
		`"payload":""`:     {Raw: []byte(`""`)},
		`"payload":[1]`:    {Raw: []byte("[1]")},
		`"payload":{"workflow_api_json":null,"overrides":"x","object_info_url":7}`: {
			Raw:         []byte(`{"workflow_api_json":null,"overrides":"x","object_info_url":7}`),
			WorkflowAPI: []byte("null"), Overrides: []byte(`"x"`), ObjectInfoURL: "7",
		},
		`"payload" :{ "new":{"a":[1]}, "object_info_url":"http://any.host\/o.json","overrides" : {"3":{"inputs":{}}} }`: {
			Raw:       []byte(`{ "new":{"a":[1]}, "object_info_url":"http://any.host\/o.json","overrides" : {"3":{"inputs":{}}} }`),
			Overrides: []byte(`{"3":{"inputs":{}}}`), ObjectInfoURL: "http://any.host/o.json",
		},
	} {
		if diff := cmp.Diff(want, decoded(t, members).Payload); diff != "" {
			t.Errorf("%s (-want +got):\n%s", members, diff)
		}
	}
}

// Seeds of a workflow go beyond 2^53 and beyond int64.
func TestFact_payloadNumbersKeepTheirText(t *testing.T) {
	t.Parallel()
	workflow := `{"38:42":{"inputs":{"seed":18446744073709551615,"cfg":1.0,"e":1E+02,"x":9007199254740993}}}`
	d := decoded(t, `"readme":"r","payload":{"workflow_api_json":`+workflow+`},"name":"after"`)
	if string(d.Payload.WorkflowAPI) != workflow || d.Name != "after" {
		t.Errorf("WorkflowAPI = %s, Name = %q, want the text as received", d.Payload.WorkflowAPI, d.Name)
	}
}

// Appending to one part of a payload must not change another.
func TestPayload_partsAreApart(t *testing.T) {
	t.Parallel()
	p := decoded(t, `"payload":{"workflow_api_json":{},"overrides":{}}`).Payload
	_ = append(p.WorkflowAPI, "XXXXXXXX"...)
	if string(p.Overrides) != "{}" || string(p.Raw) != `{"workflow_api_json":{},"overrides":{}}` {
		t.Errorf("Raw = %s, Overrides = %s after an append to WorkflowAPI", p.Raw, p.Overrides)
	}
}

// A payload that outlives the call must not keep the whole answer in memory.
func TestPayload_ownsItsText(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`null`, `{"overrides":{}}`} {
		body := []byte(`{"id":"` + testID + `","payload":` + payload + `}`)
		d, err := decodeDeployment(body)
		if err != nil {
			t.Fatal(err)
		}
		clear(body)
		if string(d.Payload.Raw) != payload {
			t.Errorf("Raw = %q after the answer was overwritten, want %q", d.Payload.Raw, payload)
		}
	}
}

func TestFact_readmePresentAbsentNull(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]Optional[string]{
		`"readme":"# Hi\n"`: known("# Hi\n"), `"readme":""`: known(""), `"readme":null`: {}, `"readme":7`: {}, `"name":""`: {},
	} {
		if got := decoded(t, members).Readme; got != want {
			t.Errorf("%s: Readme = %+v, want %+v", members, got, want)
		}
	}
}

func TestFact_listBareOrWrapped(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`[]`: 0, `{"deployments":[]}`: 0, `[{"id":"` + testID + `"},{"id":"` + otherID + `"}]`: 2,
		`{"total":1,"deployments":[{"id":"` + testID + `"}],"next":null,"error":null}`: 1,
	} {
		got, err := decodeList([]byte(body))
		if err != nil || got == nil || len(got) != want {
			t.Errorf("decodeList(%s) = %v, %v, want %d deployments", body, got, err, want)
		}
	}
}

// A list that is wrapped together with an error is an error.
func TestFact_errorsComeWith200(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`"error_code":10001`: true, `"error_code":"x"`: true, `"error":"boom"`: true, `"error":{"a":1}`: true, `"success":false`: true,
		`"error":true`: true, `"error_code":0`: false, `"error_code":null`: false, `"error":""`: false, `"error":{}`: false,
		`"error":false`: false, `"success":true`: false, `"success":null`: false,
	} {
		_, list := decodeList([]byte(`{"deployments":[],` + body + `}`))
		_, item := decodeDeployment([]byte(`{` + body + `,"id":"` + testID + `"}`))
		for i, err := range []error{list, item, decodeDeleted([]byte(`{` + body + `}`))} {
			if errors.Is(err, errRejected) != want || (err == nil) == want {
				t.Errorf("%s in answer %d: error = %v, want rejected %v", body, i, err, want)
			}
		}
	}
}

func TestFact_timestampsInThreeForms(t *testing.T) {
	t.Parallel()
	whole := time.Date(2025, 9, 8, 11, 0, 7, 0, time.UTC)
	fraction := whole.Add(864492 * time.Microsecond)
	for raw, want := range map[string]time.Time{
		"2025-09-08T11:00:07.864492Z": fraction, "2025-09-08T11:00:07Z": whole, "2025-09-08T11:00:07.864492+00:00": fraction,
		"2025-09-08T04:00:07-07:00": whole, "2025-09-08T11:00:07.864492": fraction, "2025-09-08T11:00:07": whole,
		"yesterday": {}, "": {}, "2025-13-08T11:00:07Z": {}, "1757329207": {},
	} {
		d := decoded(t, `"created_at":"`+raw+`","updated_at":"`+raw+`"`)
		if diff := cmp.Diff([]Timestamp{{raw, want}, {raw, want}}, []Timestamp{d.CreatedAt, d.UpdatedAt}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
		if loc := d.CreatedAt.Time.Location(); loc != time.UTC {
			t.Errorf("%s: location = %v, want UTC", raw, loc)
		}
	}
	if d := decoded(t, `"created_at":null,"updated_at":1757329207`); d.CreatedAt != (Timestamp{}) || d.UpdatedAt.Raw != "1757329207" {
		t.Errorf("null and number = %+v, %+v, want nothing and the number's text", d.CreatedAt, d.UpdatedAt)
	}
}

// LoRA deployments share the list and may have another kind of workflow.
func TestFact_loraDeploymentsAreOdd(t *testing.T) {
	t.Parallel()
	d := decoded(t, `"workflow_id":null,"workflow_version":3,"type":"lora","payload":{"prompt":"","seed":1},"lora":{"base":["x"]}`)
	if d.WorkflowID != "" || d.WorkflowVersion != "3" || string(d.Payload.Raw) != `{"prompt":"","seed":1}` || d.Payload.WorkflowAPI != nil {
		t.Errorf("deployment = %+v, want what is there and nothing else", d)
	}
}

func TestFact_isEnabledIsItsOwnField(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]Optional[bool]{"true": known(true), "false": known(false), "null": {}, "0": {}, `"true"`: {}} {
		if got := decoded(t, `"status":"standby","is_enabled":`+value).IsEnabled; got != want {
			t.Errorf("is_enabled %s = %+v, want %+v", value, got, want)
		}
	}
}

func TestFact_unknownFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	got := decoded(t, `"new":{"deep":[{"er":"x"}]},"instances":3,"detail":"d","message":"m","code":5,"name":"a","ERROR_CODES":1`)
	if diff := cmp.Diff(Deployment{ID: testID, Name: "a"}, got); diff != "" {
		t.Errorf("deployment (-want +got):\n%s", diff)
	}
	list, err := decodeList([]byte(`[{"id":"` + testID + `","error":"last run failed","success":false}]`))
	if err != nil || len(list) != 1 {
		t.Errorf("decodeList() = %v, %v, want members of an element to be no error of the answer", list, err)
	}
}

func TestFact_workflowIDsHaveNoVersionNibble(t *testing.T) {
	t.Parallel()
	if id := "00000000-0000-0000-0000-000000001111"; !ValidID(id) {
		t.Errorf("ValidID(%q) = false, want true", id)
	}
}

func TestDecode_textsAreUnescaped(t *testing.T) {
	t.Parallel()
	d := decoded(t, `"n\u0061me":"a \"b\" \\ \u00e4 \ud83d\ude00\n","workflow_version":"v\u0031"`)
	if d.Name != "a \"b\" \\ ä 😀\n" || d.WorkflowVersion != "v1" {
		t.Errorf("Name = %q, WorkflowVersion = %q, want them unescaped", d.Name, d.WorkflowVersion)
	}
}

func TestDecode_depthIsBounded(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 1_000_000)
	if _, err := decodeDeployment([]byte(`{"id":"` + testID + `","x":` + deep)); !errors.Is(err, ErrTooDeep) {
		t.Errorf("decodeDeployment() of a million brackets: %v, want %v", err, ErrTooDeep)
	}
	if _, err := decodeDeployment([]byte(`{"id":"` + testID + `","payload":{"a":` + deep)); !errors.Is(err, ErrTooDeep) {
		t.Errorf("decodeDeployment() of a payload of a million brackets: %v, want %v", err, ErrTooDeep)
	}
}

// Half a surrogate pair is shown where people read, kept byte for byte where they download, and refused where it would be a setting.
func TestDecodeDeployment_halfASurrogate(t *testing.T) {
	t.Parallel()
	const payload = `{"workflow_api_json":{"3":{"class_type":"K\ud800","inputs":{"\udc00":"\ud83d and \ud83d\ude00"}}},"object_info_url":"a\ud800"}`
	d := decoded(t, `"readme":"a\ud800b \ud83d\ude00","payload":`+payload)
	if d.Readme.Value != "a\ufffdb 😀" || string(d.Payload.Raw) != payload || d.Payload.ObjectInfoURL != "a\ufffd" {
		t.Errorf("readme %q, payload %s, address %q", d.Readme.Value, d.Payload.Raw, d.Payload.ObjectInfoURL)
	}
	for _, members := range []string{`"name":"a\ud800"`, `"hardware":["\udc00"]`, `"status":"\ud800\ud800"`, "\"readme\":\"\xff\"", "\"payload\":{\"a\":\"\xff\"}"} {
		if _, err := decodeDeployment([]byte(`{"id":"` + testID + `",` + members + `}`)); err == nil {
			t.Errorf("%q is accepted", members)
		}
	}
}

package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// wholeNumbers are the fields that take a whole number, with their limits; high 0 means none.
var wholeNumbers = []struct {
	field     string
	low, high int
}{
	{"min_instances", 0, 3},
	{"max_instances", 1, 10},
	{"queue_size", 0, 0},
	{"keep_warm_duration_in_seconds", 0, 0},
}

type refusal struct {
	name   string
	method string
	body   string
	want   []string // "loc/loc type" of every problem, in order
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := append(refusals(), bodyRefusals()...)
	tests = append(tests, wholeNumberRefusals()...)
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, sandbox.Options{})
			stored := s.Put(tokenA, sample(exampleID, "stored"))
			path := base
			if tt.method == "PATCH" {
				path += "/" + exampleID
			}

			got := s.do(t, tt.method, path, tt.body)

			if got.status != http.StatusUnprocessableEntity {
				t.Fatalf("status %d, want 422: %s", got.status, got.body)
			}
			answer := got.object(t)
			if answer["error_code"] != 422001.0 || answer["error_message"] != "Validation error" {
				t.Errorf("error_code %v, error_message %v", answer["error_code"], answer["error_message"])
			}
			if diff := cmp.Diff(tt.want, problems(t, answer)); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]sandbox.Deployment{stored}, s.Deployments(tokenA)); diff != "" {
				t.Errorf("a refused request changed something:\n%s", diff)
			}
			if last := s.Calls()[0]; last.Applied {
				t.Error("the call counts as applied")
			}
		})
	}
}

// problems flattens the detail array; it fails on an element without words.
func problems(t *testing.T, answer map[string]any) []string {
	t.Helper()
	var out []string
	detail, _ := answer["detail"].([]any)
	for _, item := range detail {
		p := item.(map[string]any)
		var loc []string
		for _, part := range p["loc"].([]any) {
			loc = append(loc, fmt.Sprint(part))
		}
		if msg, _ := p["msg"].(string); msg == "" {
			t.Errorf("problem without msg: %v", p)
		}
		out = append(out, strings.Join(loc, "/")+" "+fmt.Sprint(p["type"]))
	}
	return out
}

func refusals() []refusal {
	post := func(name, field, value string, want ...string) refusal {
		return refusal{name, "POST", createBody(map[string]string{field: value}), want}
	}
	patch := func(name, body string, want ...string) refusal { return refusal{name, "PATCH", body, want} }
	return []refusal{
		{"nothing at all", "POST", `{}`, []string{
			"body/name missing", "body/workflow_id missing", "body/workflow_version missing", "body/hardware missing",
			"body/min_instances missing", "body/max_instances missing", "body/queue_size missing",
			"body/keep_warm_duration_in_seconds missing",
		}},
		post("no name", "name", "", "body/name missing"),
		post("null name", "name", "null", "body/name string_type"),
		post("number as name", "name", "7", "body/name string_type"),
		post("empty name", "name", `""`, "body/name string_too_short"),
		post("blank name", "name", `" \t"`, "body/name string_too_short"),
		post("empty version", "workflow_version", `""`, "body/workflow_version string_too_short"),
		post("version list", "workflow_version", `["v1"]`, "body/workflow_version string_type"),
		post("short uuid", "workflow_id", `"00000000-0000-0000-0000-00000000111"`, "body/workflow_id uuid_parsing"),
		post("uuid with a letter past f", "workflow_id", `"g0000000-0000-0000-0000-000000001111"`, "body/workflow_id uuid_parsing"),
		post("uuid with more behind it", "workflow_id", `"00000000-0000-0000-0000-000000001111\n"`, "body/workflow_id uuid_parsing"),
		post("uuid number", "workflow_id", `1111`, "body/workflow_id uuid_parsing"),
		post("hardware string", "hardware", `"AMPERE_48"`, "body/hardware list_type"),
		post("hardware null", "hardware", `null`, "body/hardware list_type"),
		post("no hardware", "hardware", `[]`, "body/hardware value_error"),
		post("two kinds of hardware", "hardware", `["AMPERE_24","AMPERE_48"]`, "body/hardware value_error"),
		post("unknown hardware", "hardware", `["AMPERE_96"]`, "body/hardware enum"),
		post("hardware in lower case", "hardware", `["ampere_48"]`, "body/hardware enum"),
		post("hardware number", "hardware", `[48]`, "body/hardware enum"),
		{
			"min above max", "POST", createBody(map[string]string{"min_instances": "3", "max_instances": "2"}),
			[]string{"body/max_instances value_error"},
		},
		{
			"several at once", "POST", createBody(map[string]string{"name": `""`, "hardware": `[]`, "queue_size": `-1`}),
			[]string{"body/name string_too_short", "body/hardware value_error", "body/queue_size greater_than_equal"},
		},
		{
			"min above max is not said of a wrong max", "POST", createBody(map[string]string{"min_instances": "3", "max_instances": `"2"`}),
			[]string{"body/max_instances int_type"},
		},

		patch("null name", `{"name":null}`, "body/name string_type"),
		patch("empty name", `{"name":""}`, "body/name string_too_short"),
		patch("null hardware", `{"hardware":null}`, "body/hardware list_type"),
		patch("is_enabled null", `{"is_enabled":null}`, "body/is_enabled bool_type"),
		patch("is_enabled number", `{"is_enabled":1}`, "body/is_enabled bool_type"),
		patch("is_enabled string", `{"is_enabled":"true"}`, "body/is_enabled bool_type"),
		patch("min above the stored max", `{"min_instances":3}`, "body/min_instances value_error"),
		patch("min above max, both sent", `{"min_instances":3,"max_instances":1}`, "body/max_instances value_error"),
		patch("several at once", `{"name":1,"is_enabled":0,"min_instances":4}`,
			"body/name string_type", "body/min_instances less_than_equal", "body/is_enabled bool_type"),
	}
}

func bodyRefusals() []refusal {
	var out []refusal
	for _, method := range []string{"POST", "PATCH"} {
		for name, c := range map[string]struct{ body, want string }{
			"empty":           {"", "body missing"},
			"blanks":          {" \n", "body missing"},
			"cut":             {`{"name":"x"`, "body json_invalid"},
			"two values":      {`{} {}`, "body json_invalid"},
			"trailing comma":  {`{"name":"x",}`, "body json_invalid"},
			"not utf-8":       {"{\"name\":\"\xff\"}", "body json_invalid"},
			"a list":          {`[]`, "body dict_type"},
			"null":            {`null`, "body dict_type"},
			"a string":        {`"{}"`, "body dict_type"},
			"a form":          {`name=x`, "body json_invalid"},
			"byte order mark": {"\ufeff{}", "body json_invalid"},
		} {
			out = append(out, refusal{name, method, c.body, []string{c.want}})
		}
	}
	return out
}

func wholeNumberRefusals() []refusal {
	var out []refusal
	for _, w := range wholeNumbers {
		values := map[string]string{
			`"1"`: "int_type", `1.0`: "int_type", `1e0`: "int_type", `true`: "int_type", `null`: "int_type", `[1]`: "int_type",
			fmt.Sprint(w.low - 1): "greater_than_equal", "-99999999999999999999": "greater_than_equal",
			"99999999999999999999": "less_than_equal",
		}
		if w.high > 0 {
			values[fmt.Sprint(w.high+1)] = "less_than_equal"
		}
		for value, kind := range values {
			want := []string{"body/" + w.field + " " + kind}
			out = append(out,
				refusal{w.field + " " + value, "POST", createBody(map[string]string{w.field: value}), want},
				refusal{w.field + " " + value, "PATCH", `{"` + w.field + `":` + value + `}`, want})
		}
	}
	return out
}

// TestAccepted holds the edges that must not be refused.
func TestAccepted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, body string
		field              string
		want               any
	}{
		{"least", "POST", createBody(map[string]string{"max_instances": "1"}), "max_instances", 1.0},
		{"most", "POST", createBody(map[string]string{"min_instances": "3", "max_instances": "10"}), "max_instances", 10.0},
		{"min equal to max", "POST", createBody(map[string]string{"min_instances": "3"}), "min_instances", 3.0},
		{"queue 0", "POST", createBody(map[string]string{"queue_size": "0"}), "queue_size", 0.0},
		{"keep warm 0", "POST", createBody(map[string]string{"keep_warm_duration_in_seconds": "0"}), "keep_warm_duration_in_seconds", 0.0},
		{"long keep warm", "POST", createBody(map[string]string{"keep_warm_duration_in_seconds": "604800"}), "keep_warm_duration_in_seconds", 604800.0},
		{"upper-case uuid", "POST", createBody(map[string]string{"workflow_id": `"ABCDEF00-0000-0000-0000-000000001111"`}), "workflow_id", "abcdef00-0000-0000-0000-000000001111"},
		{"unknown field", "POST", strings.Replace(createBody(nil), "{", `{"colour":"red",`, 1), "name", "image-to-video"},
		{"is_enabled is no create field", "POST", strings.Replace(createBody(nil), "{", `{"is_enabled":false,`, 1), "is_enabled", true},
		{"markup in the name", "POST", createBody(map[string]string{"name": `"<b>&\u00fc\ud83d\ude00"`}), "name", "<b>&ü😀"},
		{"nothing", "PATCH", `{}`, "name", "stored"},
		{"name alone", "PATCH", `{"name":"new"}`, "name", "new"},
		{"max down to the stored min", "PATCH", `{"max_instances":1}`, "max_instances", 1.0},
		{"min up to the stored max", "PATCH", `{"min_instances":2}`, "min_instances", 2.0},
		{"pause", "PATCH", `{"is_enabled":false}`, "is_enabled", false},
		{"workflow_id is not updatable", "PATCH", `{"workflow_id":"x"}`, "workflow_id", exampleWorkflow},
		{"id is not updatable", "PATCH", `{"id":7}`, "id", exampleID},
		{"status is not updatable", "PATCH", `{"status":"x"}`, "status", "standby"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, sandbox.Options{})
			s.Put(tokenA, sample(exampleID, "stored"))
			path := base
			if tt.method == "PATCH" {
				path += "/" + exampleID
			}

			got := s.do(t, tt.method, path, tt.body)

			if got.status != http.StatusOK {
				t.Fatalf("status %d: %s", got.status, got.body)
			}
			answer := got.object(t)
			if answer[tt.field] != tt.want {
				t.Errorf("%s = %v, want %v", tt.field, answer[tt.field], tt.want)
			}
			read := s.do(t, "GET", base+"/"+answer["id"].(string), "")
			if diff := cmp.Diff(answer, read.object(t)); diff != "" {
				t.Errorf("answer and what is read afterwards differ:\n%s", diff)
			}
			if !s.Calls()[0].Applied {
				t.Error("the call does not count as applied")
			}
		})
	}
}

func TestRequireName(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{RequireName: true})
	s.Put(tokenA, sample(exampleID, "stored"))

	got := s.do(t, "PATCH", base+"/"+exampleID, `{"max_instances":5}`)
	if got.status != 422 || got.object(t)["error_message"] != "Deployment name is required" {
		t.Errorf("without name: %d %s", got.status, got.body)
	}
	got = s.do(t, "PATCH", base+"/"+exampleID, `{"name":"stored","max_instances":5}`)
	if got.status != 200 || got.object(t)["max_instances"] != 5.0 {
		t.Errorf("with name: %d %s", got.status, got.body)
	}
}

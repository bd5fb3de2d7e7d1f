package apiclient

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// agree fails the test when a snapshot of body and decodeList differ in anything, read in one go or in halves. It returns the
// snapshot, or nil when both refuse the body.
func agree(t *testing.T, body []byte) *Snapshot {
	t.Helper()
	agreeFrom(t, body, 0)
	return agreeFrom(t, body, len(body)+1)
}

// agreeFrom reads in halves what is as long as long.
func agreeFrom(t *testing.T, body []byte, long int) *Snapshot {
	t.Helper()
	list, want := decodeList(body)
	before := bytes.Clone(body)
	sc := newScanner(bytes.Clone(body))
	sc.long = long
	s, err := sc.read()
	if fmt.Sprint(err) != fmt.Sprint(want) {
		t.Fatalf("snapshot of %q: error = %v, want as for a list: %v", body, err, want)
	}
	if err != nil {
		return nil
	}
	if s.Len() != len(list) {
		t.Fatalf("snapshot of %q: %d deployments, want %d", before, s.Len(), len(list))
	}
	for i, d := range list {
		if diff := cmp.Diff(d, s.At(i)); diff != "" {
			t.Errorf("%q: At(%d) (-list +snapshot):\n%s", before, i, diff)
		}
		if diff := cmp.Diff(columnsOf(d), columnsAt(s, i)); diff != "" {
			t.Errorf("%q: columns of row %d (-list +snapshot):\n%s", before, i, diff)
		}
		if again, err := decodeList([]byte("[" + s.Raw(i) + "]")); err != nil || !cmp.Equal([]Deployment{d}, again) {
			t.Errorf("%q: Raw(%d) is read as %+v, %v", before, i, again, err)
		}
		if row, ok := s.Row(d.ID); row != i || !ok {
			t.Errorf("%q: Row(%s) = %d, %v, want %d", before, d.ID, row, ok, i)
		}
	}
	return s
}

// columns are the values that a snapshot gives without decoding.
type columns struct {
	ID, Name, WorkflowID, Version, Status, SKU string
	MoreHardware                               bool
	Min, Max, Queue, KeepWarm                  Optional[int64]
	Enabled                                    Optional[bool]
	CreatedAt, UpdatedAt                       Timestamp
}

func columnsOf(d Deployment) columns {
	c := columns{
		ID: d.ID, Name: d.Name, WorkflowID: d.WorkflowID, Version: d.WorkflowVersion, Status: d.Status,
		Min: d.MinInstances, Max: d.MaxInstances, Queue: d.QueueSize, KeepWarm: d.KeepWarmDurationInSeconds,
		Enabled: d.IsEnabled, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, MoreHardware: len(d.Hardware) > 1,
	}
	if len(d.Hardware) > 0 {
		c.SKU = d.Hardware[0]
	}
	return c
}

func columnsAt(s *Snapshot, i int) columns {
	return columns{
		ID: s.ID(i), Name: s.Name(i), WorkflowID: s.WorkflowID(i), Version: s.Version(i), Status: s.Status(i), SKU: s.SKU(i),
		Min: s.Min(i), Max: s.Max(i), Queue: s.Queue(i), KeepWarm: s.KeepWarm(i), Enabled: s.Enabled(i),
		CreatedAt: s.CreatedAt(i), UpdatedAt: s.UpdatedAt(i), MoreHardware: s.MoreHardware(i),
	}
}

// element is a deployment with the test's id and the given members after it.
func element(members string) string {
	return `{"id":"` + testID + `"` + strings.TrimSuffix(","+members, ",") + `}`
}

// oddMembers are members of a deployment in every shape that was seen or feared; some make the answer invalid.
var oddMembers = []string{
	``, `"name":"a"`, `"name":"a \"b\" \\ \u00e4 \ud83d\ude00\n"`, `"n\u0061me":"a"`, `"n\u0061me":"a","name":"b"`, `"name":"a","name":"b"`,
	`"name":"ä☃😀"`, `"name":7`, `"name":-0`, `"name":1.5`, `"name":1e2`, `"name":01`, `"name":-`, `"name":true`, `"name":null`, `"name":nul`,
	`"name":["a"]`, `"name":{"a":1}`, `"Name":"a"`, `"ſtatus":"a"`, `"status":"a","ſtatuses":1`, `"name":"\ud83d"`, `"name":"\x"`, `"name":"` + "\xff" + `"`,
	`"name":"` + "\x01" + `"`, `"` + "\xff" + `":1`, `"x":` + "\x00", `"x":+1`, `"x":.5`, `"x":"y`, `"x" "y"`, `"x":1 "y":2`, `"x":1,`, `"x"`, `,`,
	`"min_instances":0,"max_instances":-7,"queue_size":999999999999999999,"keep_warm_duration_in_seconds":-0`,
	`"min_instances":9223372036854775807`, `"min_instances":9223372036854775808`, `"min_instances":18446744073709551617`, `"min_instances":-01`,
	`"min_instances":9223372036854775808,"max_instances":1e0,"queue_size":"3","keep_warm_duration_in_seconds":null`,
	`"min_instances":true,"max_instances":[1],"queue_size":{},"keep_warm_duration_in_seconds":-9223372036854775808`,
	`"is_enabled":true`, `"is_enabled":false`, `"is_enabled":null`, `"is_enabled":"true"`, `"is_enabled":1`, `"is_enabled":[]`,
	`"hardware":["A"]`, `"hardware": [ "A" ] `, `"hardware":[]`, `"hardware":[ ]`, `"hardware":"A"`, `"hardware":["A","B"]`, `"hardware":["A",]`,
	`"hardware":["A",null,7,["B"],{"c":"C"}]`, `"hardware":null`, `"hardware":{}`, `"hardware":7`, `"hardware":["\u0041"]`, `"hardware":["A"`,
	`"created_at":"2025-09-08T11:00:07.864492Z","updated_at":"2025-09-08T04:00:07-07:00"`, `"created_at":"2025-09-08T11:00:07","updated_at":1757329207`,
	`"created_at":null,"updated_at":"yesterday"`, `"created_at":{},"updated_at":["x"]`,
	`"readme":"# Hi\n","payload":{"workflow_api_json":{"1":[18446744073709551615]},"overrides":{},"object_info_url":"u"}`,
	`"readme":null,"payload":null`, `"readme":"","payload":""`, `"payload":{"a":1,"a":2}`, `"payload":{"overrides":{"a":{"b":1,"b":2}}}`,
	`"error_code":10001,"error":"boom","success":false`, `"ERROR":1`, `"error_codes":1`,
	`"type":"lora","new":{"deep":[{"er":"x"}]},"instances":3,"tags":["a","b"]`, `"a":1,"a":2`, `"a":1,"\u0061":2`, `"a":"\"","b":"\\"`,
	` "name" : "a" , "x" : null `, "\n\t\"name\"\r:\"a\"", "\f\"name\":\"a\"", `"x":"` + strings.Repeat("long ", 40) + `"`,
	`"x":[` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `]`, `"x":]`, `"x":}`, `"x":[}]`, `"":1`, `"":1,"":2`,
}

func TestSnapshot_agreesWithListOnEveryShape(t *testing.T) {
	t.Parallel()
	for _, members := range oddMembers {
		one := element(members)
		for _, body := range []string{
			`[` + one + `]`, `{"deployments":[` + one + `]}`, ` [ ` + one + ` ] `,
			`[{"name":"first","id":"` + otherID + `"},` + one + `]`, `[` + one + `,{"id":"` + otherID + `"}]`,
			`[` + one + `]]`, `[` + one + `,]`, `[` + one + `]{}`, one, `[` + one,
		} {
			agree(t, []byte(body))
		}
	}
}

func TestSnapshot_agreesWithListOnEveryEnvelope(t *testing.T) {
	t.Parallel()
	one := element(`"name":"a"`)
	for _, format := range []string{
		``, ` `, `null`, `[]`, ` [ ] `, `{}`, `{"deployments":[]}`, `{"deployments":null}`, `{"deployments":{}}`, `{"Deployments":[%s]}`,
		`{"deployments":[%s],"deployments":[]}`, `{"deployments":1,"deployments":[%s]}`, `{"x":[1,{"y":"]}"}],"deployments":[%s]}`,
		`{"x":{"deployments":[%s]}}`, `{"x":{"deployments":[1]},"deployments":[%s]}`, `{"\u0064eployments":[%s]}`, `{"deployments" : [%s] }`,
		`{"total":1,"deployments":[%s],"next":null,"error":null}`, `{"deployments":[%s],"error":"boom"}`, `{"error_code":5,"deployments":[%s]}`,
		`{"success":false,"deployments":[%s]}`, `{"deployments":[%s],"x":{"a":1,"a":2}}`, `{"x":1,"x":2,"deployments":[%s]}`, `{"deployments":[%s]`,
		`{"deployments":[%s]}}`, `{"deployments":[%s],}`, `{,"deployments":[%s]}`, `{"x" 1,"deployments":[%s]}`, `{"x":1 2,"deployments":[%s]}`,
		`{"x":tru,"deployments":[%s]}`, `{"x":"\q","deployments":[%s]}`, `{"x\q":1,"deployments":[%s]}`, `{"deployments":[%s]}[]`, `[[%s]]`, `[{}]`, `[%s,{"id":"x"}]`, `[{"id":null}]`, `[{"id":"A1B2C3D4-1111-2222-3333-ABCDEFABCDEF"}]`, `[1]`, `["a"]`, `[null]`,
		`[%s][`, `[%s %[1]s]`, `[,%s]`, "\ufeff[%s]", `<html>`, `"x"`, `{"x":"[","deployments":[%s]}`, `{"x":"y","deployments":[%s],"z":"]"}`, `[%s,%[1]s]`,
		`{"error_code":404001,"error_message":"m"}`, `{"x":[,"deployments":[%s]}`, `{"x":],"deployments":[%s]}`, `{"x":"deployments":[%s]}`, `[%s`, `{"deployments":[`,
	} {
		if strings.Contains(format, "%") {
			format = fmt.Sprintf(format, one)
		}
		agree(t, []byte(format))
	}
}

// Depth is limited, and an element that is looked at alone must not get more of it.
func TestSnapshot_depthIsThatOfTheList(t *testing.T) {
	t.Parallel()
	for _, wrap := range []string{`[%s]`, `{"deployments":[%s]}`} {
		accepted := 0
		for depth := 9990; depth < 10_005; depth++ {
			deep := strings.Repeat("[", depth) + strings.Repeat("]", depth)
			if agree(t, fmt.Appendf(nil, wrap, element(`"x":`+deep))) != nil {
				accepted++
			}
		}
		if accepted == 0 || accepted == 15 {
			t.Errorf("%s: %d of 15 depths accepted, want some on each side of the limit", wrap, accepted)
		}
	}
}

func TestSnapshot_truncatedAnywhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"list.json", "list_ids_details.json"} {
		body := testdata(t, name)
		if s := agree(t, []byte(body)); s == nil || s.Len() == 0 {
			t.Fatalf("%s was refused", name)
		}
		for end := range len(strings.TrimSpace(body)) {
			if s := agree(t, []byte(body[:end])); s != nil {
				t.Errorf("%s cut to %d bytes was accepted", name, end)
			}
		}
	}
}

// What looks like the beginning of an element in the middle of a long list may be something else.
func TestSnapshot_halves(t *testing.T) {
	t.Parallel()
	one := func(n int, members string) string {
		return fmt.Sprintf(`{"id":"a1b2c3d4-1111-2222-3333-%012d"%s}`, n, members)
	}
	long := strings.Repeat("x", 200)
	for name, body := range map[string]string{
		"two halves":                 `[` + one(1, "") + `,` + one(2, "") + `,` + one(3, "") + `,` + one(4, "") + `]`,
		"blanks between":             `[ ` + one(1, "") + ` , ` + one(2, "") + ` , ` + one(3, "") + ` , ` + one(4, "") + ` ] `,
		"texts written otherwise":    `[` + one(1, `,"name":"\u0061"`) + `,` + one(2, `,"name":"\u0062"`) + `,` + one(3, `,"name":"\u0063"`) + `,` + one(4, `,"name":7,"status":"\u0064"`) + `]`,
		"texts of the decoder":       `[` + one(1, `,"x":{},"name":"a"`) + `,` + one(2, `,"x":{},"name":"b"`) + `,` + one(3, `,"x":{},"name":"c","hardware":["A","B"]`) + `,` + one(4, `,"x":{},"name":"d"`) + `]`,
		"in a text":                  `[` + one(1, `,"name":"`+long+`},{`+long+`"`) + `,` + one(2, "") + `]`,
		"an element in a text":       `[` + one(1, `,"readme":"`+long+`},`+strings.ReplaceAll(one(3, ""), `"`, `\"`)+`,`+long+`"`) + `,` + one(2, "") + `]`,
		"in a nested list":           `[` + one(1, `,"x":[{"a":"`+long+`"},{"b":"`+long+`"}]`) + `,` + one(2, "") + `]`,
		"elements in a nested list":  `[` + one(1, `,"x":[`+one(3, "")+`,`+one(4, "")+`]`) + `]`,
		"behind the list":            `{"deployments":[` + one(1, "") + `],"x":[{"a":"` + long + `"},{"b":1}]}`,
		"twice, in both halves":      `[` + one(1, "") + `,` + one(2, "") + `,` + one(3, "") + `,` + one(1, "") + `]`,
		"an end without an element":  `[` + one(1, "") + `,` + one(2, "") + `,` + one(3, "") + `,]`,
		"no end":                     `[` + one(1, "") + `,` + one(2, "") + `,` + one(3, "") + `,`,
		"nonsense in the first half": `[` + one(1, "") + `,{"id":7},` + one(2, "") + `,` + one(3, "") + `,` + one(4, "") + `]`,
		"nonsense in the second":     `[` + one(1, "") + `,` + one(2, "") + `,` + one(3, "") + `,` + one(4, `,"x":tru`) + `]`,
		"another list in the second": `[` + one(1, "") + `,` + one(2, "") + `,` + one(3, "") + `],` + one(4, "") + `]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agree(t, []byte(body))
		})
	}
	sc := newScanner(listBody(10_000))
	if guess := sc.guess(); guess < len(sc.body)*2/5 || guess > len(sc.body)*3/5 {
		t.Errorf("of %d bytes the second half begins at %d", len(sc.body), guess)
	}
	if s, err := sc.read(); err != nil || s.Len() != 10_000 {
		t.Errorf("a long list: %v", err)
	}
}

// More names than the scanner tells apart must go to the decoder and not be mixed up.
func TestSnapshot_manyNames(t *testing.T) {
	t.Parallel()
	var members, again []string
	for i := range 2 * maxKeys {
		members = append(members, fmt.Sprintf(`"x%d":%d`, i, i))
		again = append(again, fmt.Sprintf(`"x%d":"%d"`, i, i))
	}
	body := `[` + element(strings.Join(members, ",")) + `,{"id":"` + otherID + `",` + strings.Join(again, ",") + `,"name":"n"}]`
	if s := agree(t, []byte(body)); s == nil || s.Name(1) != "n" {
		t.Errorf("snapshot = %v, want two rows", s)
	}
	agree(t, []byte(strings.Replace(body, `"x127":"127"`, `"x126":"127"`, 1)))
}

func TestSnapshot_rowsById(t *testing.T) {
	t.Parallel()
	s := agree(t, listBody(3_000))
	for _, id := range []string{"", testID, otherID, "a1b2c3d4-1111-2222-3333-0000000003e9 "} {
		if i, ok := s.Row(id); ok {
			t.Errorf("Row(%q) = %d, want none", id, i)
		}
	}
	if empty := agree(t, []byte(`[]`)); empty.Len() != 0 {
		t.Errorf("Len() = %d, want 0", empty.Len())
	} else if i, ok := empty.Row(testID); ok {
		t.Errorf("Row() of an empty snapshot = %d", i)
	}
}

// The memory that a snapshot says it holds is what bounds a cache of them.
func TestSnapshot_bytes(t *testing.T) {
	t.Parallel()
	body := listBody(10_000)
	s := agree(t, body)
	if s.AnswerBytes() != int64(len(body)) {
		t.Errorf("AnswerBytes() = %d, want %d", s.AnswerBytes(), len(body))
	}
	if got, most := s.Bytes(), 2*s.AnswerBytes(); got < s.AnswerBytes() || got > most {
		t.Errorf("Bytes() = %d, want between the answer's %d and %d", got, s.AnswerBytes(), most)
	}
	tiny := agree(t, []byte(`[`+element(`"x":"`+strings.Repeat("x", 1<<20)+`"`)+`]`))
	if got := tiny.Bytes() - tiny.AnswerBytes(); got > 1_000 {
		t.Errorf("one row takes %d bytes beside its answer, want no more than it needs", got)
	}
}

package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// skus are the hardware values of the document.
var skus = []string{
	"TURING_16", "AMPERE_24", "AMPERE_48", "ADA_48_PLUS", "AMPERE_80", "ADA_80_PLUS", "HOPPER_141",
}

// The documented limits. noLimit is for fields that only must not be negative.
const (
	maxMinInstances = 3
	maxMaxInstances = 10
	noLimit         = 1<<63 - 1
)

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// fields reads a request body field by field and collects every problem on the way.
type fields struct {
	values   map[string]json.RawMessage
	required bool
	problems []problem
}

// patchRules are what a PATCH depends on beside its body.
type patchRules struct {
	nameRequired bool
	ignore       string // field that is checked but not applied
}

// readCreate reads the body of a POST, or says everything that is wrong with it.
func readCreate(body []byte) (Deployment, []problem) {
	f, ok := parseFields(body)
	if !ok {
		return Deployment{}, f.problems
	}
	f.required = true
	var d Deployment
	f.readInto(&d)
	return d, f.problems
}

// readPatch reads the body of a PATCH over the stored deployment, or says everything that is wrong with it.
func readPatch(body []byte, d Deployment, rules patchRules) (Deployment, []problem) {
	f, ok := parseFields(body)
	if !ok {
		return Deployment{}, f.problems
	}
	if _, sent := f.values["name"]; !sent && rules.nameRequired {
		f.report("name", "missing", nameRequired)
	}
	stored := d
	f.readInto(&d)
	if f.problems == nil && rules.ignore != "" {
		delete(f.values, rules.ignore)
		d = stored
		f.readInto(&d)
		f.problems = nil // what is left of an accepted body may no longer agree with itself
	}
	return d, f.problems
}

// readInto reads the fields of a POST (those that are required) or of a PATCH in the order of the document.
func (f *fields) readInto(d *Deployment) {
	f.text("name", &d.Name)
	if f.required {
		f.uuid("workflow_id", &d.WorkflowID)
	}
	f.text("workflow_version", &d.WorkflowVersion)
	f.hardware("hardware", &d.Hardware)
	low := f.whole("min_instances", 0, maxMinInstances, &d.MinInstances)
	high := f.whole("max_instances", 1, maxMaxInstances, &d.MaxInstances)
	f.whole("queue_size", 0, noLimit, &d.QueueSize)
	f.whole("keep_warm_duration_in_seconds", 0, noLimit, &d.KeepWarm)
	if !f.required {
		f.boolean("is_enabled", &d.IsEnabled)
	}
	if d.MinInstances <= d.MaxInstances || low == wrong || high == wrong {
		return
	}
	// A field that was not sent counts with its stored value, and the blame goes to the one that was.
	if high == taken {
		f.report("max_instances", "value_error", "max_instances must be greater than or equal to min_instances")
	} else if low == taken {
		f.report("min_instances", "value_error", "min_instances must be less than or equal to max_instances")
	}
}

func parseFields(body []byte) (*fields, bool) {
	f := &fields{}
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		f.problems = []problem{{Loc: []any{"body"}, Msg: "Field required", Type: "missing"}}
	case !json.Valid(body) || !utf8.Valid(body):
		f.problems = []problem{{Loc: []any{"body"}, Msg: "JSON decode error", Type: "json_invalid"}}
	case body[0] != '{' || json.Unmarshal(body, &f.values) != nil:
		f.problems = []problem{{Loc: []any{"body"}, Msg: "Input should be a valid dictionary", Type: "dict_type"}}
	}
	return f, f.problems == nil
}

// outcome says what became of one field.
type outcome int

const (
	absent outcome = iota // not sent, and that is allowed
	taken
	wrong
)

// find returns the value of a field if it was sent; if not, the outcome stands.
func (f *fields) find(name string) (json.RawMessage, outcome) {
	value, sent := f.values[name]
	if sent {
		return value, taken
	}
	if f.required {
		return nil, f.report(name, "missing", "Field required")
	}
	return nil, absent
}

func (f *fields) report(name, kind, format string, args ...any) outcome {
	f.problems = append(f.problems, problem{Loc: []any{"body", name}, Msg: fmt.Sprintf(format, args...), Type: kind})
	return wrong
}

func (f *fields) text(name string, to *string) {
	value, state := f.find(name)
	if state != taken {
		return
	}
	s := decodeString(value)
	switch {
	case value[0] != '"':
		f.report(name, "string_type", "Input should be a valid string")
	case strings.TrimSpace(s) == "":
		f.report(name, "string_too_short", "String should have at least 1 character")
	default:
		*to = s
	}
}

func (f *fields) uuid(name string, to *string) outcome {
	value, state := f.find(name)
	if state != taken {
		return state
	}
	id, ok := canonicalID(decodeString(value))
	if !ok {
		return f.report(name, "uuid_parsing", "Input should be a valid UUID")
	}
	*to = id
	return taken
}

func (f *fields) hardware(name string, to *[]string) outcome {
	value, state := f.find(name)
	if state != taken {
		return state
	}
	var items []json.RawMessage
	if value[0] != '[' || json.Unmarshal(value, &items) != nil {
		return f.report(name, "list_type", "Input should be a valid list")
	}
	if len(items) != 1 {
		return f.report(name, "value_error", "List should have exactly 1 item, not %d", len(items))
	}
	sku := decodeString(items[0])
	if !slices.Contains(skus, sku) {
		return f.report(name, "enum", "Input should be one of %s", strings.Join(skus, ", "))
	}
	*to = []string{sku}
	return taken
}

func (f *fields) whole(name string, low, high int64, to *int64) outcome {
	value, state := f.find(name)
	if state != taken {
		return state
	}
	if !wholeNumber.Match(value) {
		return f.report(name, "int_type", "Input should be a valid integer")
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	switch {
	case n < low: // ParseInt gives the nearest number to one out of its range
		return f.report(name, "greater_than_equal", "Input should be greater than or equal to %d", low)
	case err != nil || n > high:
		return f.report(name, "less_than_equal", "Input should be less than or equal to %d", high)
	}
	*to = n
	return taken
}

func (f *fields) boolean(name string, to *bool) outcome {
	value, state := f.find(name)
	if state != taken {
		return state
	}
	if s := string(value); s != "true" && s != "false" {
		return f.report(name, "bool_type", "Input should be a valid boolean")
	}
	*to = value[0] == 't'
	return taken
}

// decodeString returns the text of a JSON string, "" for any other value.
func decodeString(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

func badUUID(loc ...any) problem {
	return problem{Loc: loc, Msg: "Input should be a valid UUID", Type: "uuid_parsing"}
}

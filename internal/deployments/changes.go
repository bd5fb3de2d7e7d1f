package deployments

import (
	"slices"
	"strconv"
	"strings"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// changes lists the updatable fields a person changed: typed differs from base, or from current where there is no base. A
// field that already has the typed value needs no change.
func changes(typed, base, current Draft) []string {
	var out []string
	for _, f := range UpdateFields() {
		value, onForm := typed[f]
		if !onForm {
			continue
		}
		// White space is compared as a text field keeps it: without line breaks.
		if from, ok := base[f]; ok && oneLine(value) == oneLine(from) {
			continue
		}
		if oneLine(value) != oneLine(current[f]) {
			out = append(out, f)
		}
	}
	return out
}

// merged lists what somebody else changed since base was read, and the form leaves alone.
func merged(base, current Draft, changed []string) []journal.Change {
	var out []journal.Change
	for _, f := range UpdateFields() {
		if from, ok := base[f]; ok && !slices.Contains(changed, f) && oneLine(from) != oneLine(current[f]) {
			out = append(out, journal.Change{Field: f, From: from, To: current[f]})
		}
	}
	return out
}

// checkStoredPair holds min <= max when one of the two changes, with the stored value of the other.
func (s *Service) checkStoredPair(v values, changed []string, now Deployment, wrong map[string]string) {
	low, high := now.MinInstances.Value, now.MaxInstances.Value
	lowKnown, highKnown := now.MinInstances.Known, now.MaxInstances.Known
	blame := ""
	if slices.Contains(changed, FieldMaxInstances) {
		high, highKnown, blame = v.numbers[FieldMaxInstances], true, FieldMaxInstances
	}
	if slices.Contains(changed, FieldMinInstances) {
		low, lowKnown, blame = v.numbers[FieldMinInstances], true, FieldMinInstances
	}
	if blame != "" && lowKnown && highKnown {
		checkPair(low, high, wrong, blame)
	}
}

// put copies one checked value into the request.
func (v values) put(r *apiclient.UpdateRequest, field string) {
	text, n, enabled := v.text[field], v.numbers[field], v.enabled
	switch field {
	case FieldName:
		r.Name = &text
	case FieldWorkflowVersion:
		r.WorkflowVersion = &text
	case FieldHardware:
		r.Hardware = &text
	case FieldMinInstances:
		r.MinInstances = &n
	case FieldMaxInstances:
		r.MaxInstances = &n
	case FieldQueueSize:
		r.QueueSize = &n
	case FieldKeepWarm:
		r.KeepWarmDurationInSeconds = &n
	case FieldIsEnabled:
		r.IsEnabled = &enabled
	}
}

// asked lists what was asked for, as text, in the order of fields.
func asked(v values, fields []string) []Difference {
	out := make([]Difference, 0, len(fields))
	for _, f := range fields {
		want := v.text[f]
		if n, ok := v.numbers[f]; ok {
			want = strconv.FormatInt(n, 10)
		}
		if f == FieldIsEnabled {
			want = strconv.FormatBool(v.enabled)
		}
		out = append(out, Difference{Field: f, Asked: want})
	}
	return out
}

// compare returns the fields of want that a deployment does not have, with the value it has instead.
func compare(d Deployment, want []Difference) []Difference {
	current := DraftOf(d)
	var out []Difference
	for _, w := range want {
		if got := current[w.Field]; strings.TrimSpace(got) != w.Asked {
			out = append(out, Difference{Field: w.Field, Asked: w.Asked, Got: got})
		}
	}
	return out
}

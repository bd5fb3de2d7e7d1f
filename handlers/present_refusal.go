package handlers

import (
	"maps"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/notes"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/views"
)

// maxSaid bounds the sentence of a failure, in characters: the API's own words are in it.
const maxSaid = 600

// problem says above a form what went wrong, with the request id unless a rule of ours refused a value. beside are the fields
// that show themselves what is wrong with them.
func (s *Site) problem(c echo.Context, f *fault.Error, beside ...string) views.Notice {
	n := views.Notice{Kind: "error", Text: Said(f), RequestID: RequestID(c), Detail: Complaints(f, beside...)}
	if f.Kind == fault.Unknown || f.Kind == fault.Conflict {
		n.Kind = "warning"
	}
	if len(f.Fields) > 0 && f.Kind == fault.Invalid && f.Err == nil {
		n.RequestID = ""
	}
	return n
}

// Said is the sentence of a failure, fit to be read.
func Said(f *fault.Error) string { return visible.Clip(f.Message, maxSaid) }

// Complaints are what is wrong field by field, but for the fields beside which it stands already.
func Complaints(f *fault.Error, beside ...string) []string {
	var out []string
	for _, field := range slices.Sorted(maps.Keys(f.Fields)) {
		if !slices.Contains(beside, field) {
			out = append(out, clean(label(field)+": "+f.Fields[field]))
		}
	}
	return out
}

// The fields beside which the forms for settings say what is wrong with them.
func createBeside() []string { return append(deployments.CreateFields(), deployments.FieldReason) }
func editBeside() []string   { return append(deployments.UpdateFields(), deployments.FieldReason) }
func deleteBeside() []string { return []string{deployments.FieldConfirmName, deployments.FieldReason} }

// label names a field for people.
func label(field string) string {
	switch field {
	case deployments.FieldName:
		return "Name"
	case notes.FieldText:
		return "Note"
	case notes.FieldOwner:
		return "Owner"
	case notes.FieldTags:
		return "Tags"
	case deployments.FieldWorkflowID:
		return "Workflow id"
	case deployments.FieldWorkflowVersion:
		return "Workflow version"
	case deployments.FieldHardware:
		return "Hardware"
	case deployments.FieldMinInstances:
		return "Minimum instances"
	case deployments.FieldMaxInstances:
		return "Maximum instances"
	case deployments.FieldQueueSize:
		return "Queue size"
	case deployments.FieldKeepWarm:
		return "Keep warm"
	case deployments.FieldIsEnabled:
		return "State"
	case deployments.FieldReason:
		return "Why"
	default:
		return clean(field)
	}
}

package handlers

import (
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// columns are the headings of the table. Each sorts by its column; the one that does so now turns the order round.
func columns(state paths.ListQuery) []views.Column {
	out := []views.Column{
		{Label: "Name", Field: deployments.FieldName},
		{Label: "State", Field: deployments.FieldIsEnabled},
		{Label: "Hardware", Field: deployments.FieldHardware},
		{Label: "Instances", Field: deployments.FieldMinInstances, Hint: "Minimum and maximum instances"},
		{Label: "Queue", Field: deployments.FieldQueueSize, Hint: "Requests waiting per instance before another one starts", Number: true},
		{Label: "Keep warm", Field: deployments.FieldKeepWarm, Hint: "How long an instance stays after its last job", Number: true},
		{Label: "Version", Field: deployments.FieldWorkflowVersion},
		{Label: "Updated", Field: "updated_at"},
	}
	for i := range out {
		c := &out[i]
		next := state
		next.Page, next.Sort, next.Descending = 0, c.Field, false
		if c.Field == deployments.FieldName {
			next.Sort = ""
		}
		if next.Sort == state.Sort {
			c.Order, next.Descending = "ascending", !state.Descending
			if state.Descending {
				c.Order = "descending"
			}
		}
		c.Href = paths.List(next)
	}
	return out
}

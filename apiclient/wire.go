package apiclient

import "github.com/go-json-experiment/json"

// createBody is CreateRequest on the wire.
type createBody struct {
	Name                      string   `json:"name"`
	WorkflowID                string   `json:"workflow_id"`
	WorkflowVersion           string   `json:"workflow_version"`
	Hardware                  []string `json:"hardware"`
	MinInstances              int64    `json:"min_instances"`
	MaxInstances              int64    `json:"max_instances"`
	QueueSize                 int64    `json:"queue_size"`
	KeepWarmDurationInSeconds int64    `json:"keep_warm_duration_in_seconds"`
}

// updateBody is UpdateRequest on the wire. What sending a null does is undocumented, so a nil field leaves no key.
type updateBody struct {
	Name                      *string  `json:"name,omitzero"`
	WorkflowVersion           *string  `json:"workflow_version,omitzero"`
	Hardware                  []string `json:"hardware,omitzero"`
	MinInstances              *int64   `json:"min_instances,omitzero"`
	MaxInstances              *int64   `json:"max_instances,omitzero"`
	QueueSize                 *int64   `json:"queue_size,omitzero"`
	KeepWarmDurationInSeconds *int64   `json:"keep_warm_duration_in_seconds,omitzero"`
	IsEnabled                 *bool    `json:"is_enabled,omitzero"`
}

// MarshalJSON is the body that Create sends.
func (r CreateRequest) MarshalJSON() ([]byte, error) {
	return json.Marshal(createBody{
		Name: r.Name, WorkflowID: r.WorkflowID, WorkflowVersion: r.WorkflowVersion, Hardware: []string{r.Hardware},
		MinInstances: r.MinInstances, MaxInstances: r.MaxInstances,
		QueueSize: r.QueueSize, KeepWarmDurationInSeconds: r.KeepWarmDurationInSeconds,
	})
}

// MarshalJSON is the body that Update sends.
func (r UpdateRequest) MarshalJSON() ([]byte, error) {
	body := updateBody{
		Name: r.Name, WorkflowVersion: r.WorkflowVersion, MinInstances: r.MinInstances, MaxInstances: r.MaxInstances,
		QueueSize: r.QueueSize, KeepWarmDurationInSeconds: r.KeepWarmDurationInSeconds, IsEnabled: r.IsEnabled,
	}
	if r.Hardware != nil {
		body.Hardware = []string{*r.Hardware}
	}
	return json.Marshal(body)
}

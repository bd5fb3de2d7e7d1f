package sandbox

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// emptyPayload is what the document shows for a deployment whose workflow is not known.
const emptyPayload = `{"workflow_api_json":{},"overrides":{},"object_info_url":""}`

// Deployment is one deployment as the sandbox holds it.
type Deployment struct {
	ID              string
	Name            string
	WorkflowID      string
	WorkflowVersion string
	Hardware        []string
	MinInstances    int64
	MaxInstances    int64
	QueueSize       int64
	KeepWarm        int64 // seconds
	Status          string
	IsEnabled       bool
	CreatedAt       time.Time
	UpdatedAt       time.Time
	Readme          string          // Markdown
	Payload         json.RawMessage // answered exactly as written here; nil means the empty payload
	// Raw, if set, is answered verbatim wherever this deployment would be. It is for odd-answer tests.
	Raw json.RawMessage
}

// wire is the summary of a deployment in the order of the document.
type wire struct {
	ID              string   `json:"id"`
	CreatedAt       string   `json:"created_at"`
	UpdatedAt       string   `json:"updated_at"`
	Name            string   `json:"name"`
	WorkflowID      string   `json:"workflow_id"`
	WorkflowVersion string   `json:"workflow_version"`
	Hardware        []string `json:"hardware"`
	MinInstances    int64    `json:"min_instances"`
	MaxInstances    int64    `json:"max_instances"`
	QueueSize       int64    `json:"queue_size"`
	KeepWarm        int64    `json:"keep_warm_duration_in_seconds"`
	Status          string   `json:"status"`
	IsEnabled       bool     `json:"is_enabled"`
}

// record is a deployment with its summary encoded once, since lists of thousands are measured. It is never changed
// after newRecord: a write replaces it.
type record struct {
	Deployment
	sample  int // generated deployment whose payload and readme are made when asked for; 0: they are in Deployment
	summary []byte
}

func newRecord(d Deployment) *record { return newSample(d, 0) }

func newSample(d Deployment, sample int) *record {
	d.Hardware = slices.Clone(d.Hardware)
	d.Payload = slices.Clone(d.Payload)
	d.Raw = slices.Clone(d.Raw)
	r := &record{Deployment: d, sample: sample, summary: d.Raw}
	if d.Raw == nil {
		r.summary = encode(wire{
			ID: d.ID, CreatedAt: stamp(d.CreatedAt), UpdatedAt: stamp(d.UpdatedAt), Name: d.Name,
			WorkflowID: d.WorkflowID, WorkflowVersion: d.WorkflowVersion, Hardware: d.Hardware,
			MinInstances: d.MinInstances, MaxInstances: d.MaxInstances, QueueSize: d.QueueSize, KeepWarm: d.KeepWarm,
			Status: d.Status, IsEnabled: d.IsEnabled,
		})
	}
	return r
}

// full returns a copy with payload and readme in place.
func (r *record) full() Deployment {
	d := r.Deployment
	d.Hardware, d.Raw = slices.Clone(d.Hardware), slices.Clone(d.Raw)
	d.Payload, d.Readme = r.content()
	d.Payload = slices.Clone(d.Payload)
	return d
}

func (r *record) content() (payload json.RawMessage, readme string) {
	if r.sample != 0 {
		return sampleContent(r.sample)
	}
	if r.Payload == nil {
		return json.RawMessage(emptyPayload), r.Readme
	}
	return r.Payload, r.Readme
}

// extras are the two fields that an answer carries only at times.
type extras struct{ payload, readme bool }

// appendTo writes the deployment with the extras asked for. The payload keeps its text byte for byte, which
// json.Marshal would not do.
func (r *record) appendTo(buf []byte, e extras) []byte {
	if r.Raw != nil || e == (extras{}) {
		return append(buf, r.summary...)
	}
	payload, readme := r.content()
	buf = append(buf, r.summary[:len(r.summary)-1]...)
	if e.payload {
		buf = append(append(buf, `,"payload":`...), payload...)
	}
	if e.readme {
		buf = append(append(buf, `,"readme":`...), encode(readme)...)
	}
	return append(buf, '}')
}

// encode is json.Marshal without the escapes for HTML, which the service does not write.
func encode(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // only plain strings, numbers and lists of them come here
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

// stamp writes a time as the document does: microseconds, left out when they are zero, and Z.
func stamp(t time.Time) string {
	t = t.UTC()
	if t.Nanosecond()/1000 == 0 {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}

func newID() string {
	var b [16]byte
	rand.Read(b[:])
	return formatID(b)
}

// formatID writes 16 bytes as a version 4 UUID.
func formatID(b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

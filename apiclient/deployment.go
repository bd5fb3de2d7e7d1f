package apiclient

import "time"

// Include names an optional part of a deployment ("Common query parameters").
type Include string

// The parts that can be asked for. The service may send them unasked, and may leave them out when asked.
const (
	IncludeReadme  Include = "readme"
	IncludePayload Include = "payload"
)

// ListOptions narrows a list ("List Deployments"). The zero value asks for the summary of every deployment.
type ListOptions struct {
	IDs      []string // only these deployments; each must be a [ValidID]
	Includes []Include
}

// CreateRequest holds the eight fields of "Create a Deployment", all of them required by the service.
type CreateRequest struct {
	Name, WorkflowID, WorkflowVersion string
	Hardware                          string // one SKU such as AMPERE_48; sent as an array of one
	MinInstances, MaxInstances        int64
	QueueSize                         int64 // requests per instance before another instance starts
	KeepWarmDurationInSeconds         int64
}

// UpdateRequest holds the fields of "Update a Deployment". A nil field is not sent and stays as it is.
//
// The document calls every field optional, but the service answers "Deployment name is required" without Name.
type UpdateRequest struct {
	Name, WorkflowVersion, Hardware                                  *string
	MinInstances, MaxInstances, QueueSize, KeepWarmDurationInSeconds *int64
	IsEnabled                                                        *bool
}

// Optional is a value that an answer may lack. Known is false when the field was missing, null or of another type.
type Optional[T any] struct {
	Value T
	Known bool
}

// Timestamp is a time as the service wrote it. Time is in UTC, and zero when Raw is not understood.
type Timestamp struct {
	Raw  string
	Time time.Time
}

// Deployment is one deployment as the service described it. Nothing is checked but the ID, so every text is untrusted.
// A text that was missing, null or not a text is "" (a number is kept as it was written).
type Deployment struct {
	ID                   string // a [ValidID]
	Name                 string
	WorkflowID           string
	WorkflowVersion      string
	Status               string // an open set; only "standby" is documented
	CreatedAt, UpdatedAt Timestamp
	Hardware             []string // usually one SKU; may be empty, and may hold SKUs that no document lists

	MinInstances, MaxInstances Optional[int64]
	QueueSize                  Optional[int64]
	KeepWarmDurationInSeconds  Optional[int64]
	IsEnabled                  Optional[bool]

	Readme  Optional[string] // Markdown
	Payload Payload
}

// Payload is the workflow of a deployment ("Payload Explanation"), kept as JSON text: its numbers may exceed 2^53.
type Payload struct {
	Raw []byte // exact text as received; nil when the key was absent; a null stays "null"

	WorkflowAPI   []byte // exact text of workflow_api_json, of any JSON type; nil when absent
	Overrides     []byte // exact text of overrides, of any JSON type; nil when absent
	ObjectInfoURL string // may be empty; untrusted, and never to be fetched with the token
}

// ValidID reports whether id is a lower-case UUID. The version nibble is not checked: the ids of community workflows are
// zero-padded numbers in that form.
func ValidID(id string) bool { return validID(id) }

func validID[T string | []byte](id T) bool {
	if len(id) != len(idForm) {
		return false
	}
	var wrong byte
	for i := range len(idForm) { // without a branch per byte: a list has thousands of ids
		wrong |= idClass[id[i]] ^ idForm[i]
	}
	return wrong == 0
}

// idForm is a UUID with the classes of its bytes.
const idForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

// idClass maps a byte to its class in idForm, 0 when it has no place there.
var idClass = func() (class [256]byte) {
	for _, c := range []byte("0123456789abcdef") {
		class[c] = 'x'
	}
	class['-'] = '-'
	return class
}()

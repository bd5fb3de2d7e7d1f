package workflow

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Graph is a workflow in API format with the overrides of its deployment merged in: what a request without inputs runs.
type Graph struct {
	State State
	Nodes []Node // in the order of the workflow; those that links name but that are not there come last
	Links []Link
	Unmet []Unmet // overrides that fit nothing
	// Overrides are all of them as they were written, those that fit nothing too.
	Overrides []Override
	Cut       bool // there are more nodes than MaxNodes; the others are missing here
	Circle    bool // links lead round in a circle
}

// Node is one node of a workflow.
type Node struct {
	ID, Title, Class string
	Form             Form
	Inputs           []Input
	Within           []string // the ids of the sub-graphs it stands in, the outermost first: "38" for 38:42
	Circular         bool     // a part of a circle
}

// Form says whether a node is one.
type Form string

// The forms of a node.
const (
	FormNode    Form = "node"
	FormOdd     Form = "odd"     // it is no object, or has no class_type
	FormMissing Form = "missing" // a link names it, and it is not there
)

// Input is one input of a node.
type Input struct {
	Name   string
	Value  Value
	Change Change
	Was    Value // before the override; of no kind when there was none
	Link   int   // index into Links; None for a value
}

// None is the link of an input that is a value.
const None = -1

// Value is a JSON value: Text holds numbers exactly as written, strings unquoted, objects and arrays as JSON.
type Value struct {
	Kind Kind
	Text string
}

// Change says what happened to an input.
type Change string

// What can happen to an input: by an override, or between two workflows.
const (
	Same    Change = ""
	Added   Change = "added"
	Changed Change = "changed"
	Removed Change = "removed"
)

// Link leads from an output of a node to an input of one.
type Link struct {
	From, To int // indices into Nodes
	Output   string
	Input    string
	Type     string // "MODEL"; "" when the name of the input does not tell
	Change   Change
}

// Unmet is an override that names a node or an input which the workflow does not have; the API refuses requests with such
// ones (error 10008). Input is "" when the node itself is missing, or when the override has another shape.
type Unmet struct {
	ID, Input string
	Odd       bool // no object of the documented shape
}

// Override is what the overrides of a deployment set one input of a node to.
type Override struct {
	ID, Input string
	Value     Value
}

// MaxNodes bounds what is read of one workflow.
const MaxNodes = 20_000

// ReadGraph reads the JSON text of a payload. It accepts anything; State says what it found.
func ReadGraph(payload []byte) Graph {
	g := Graph{State: Summarise(payload).State}
	if g.State != StateWorkflow && g.State != StateOdd {
		return g
	}
	var nodes, overrides jsontext.Value
	for name, value := range members(payload) {
		switch name {
		case "workflow_api_json":
			nodes = value.Clone()
		case "overrides":
			overrides = value.Clone()
		}
	}
	b := graphBuilder{Graph: g, index: map[string]int{}}
	b.read(nodes, overrides)
	return b.Graph
}

// ReadLoose reads what a person pastes: a payload, a bare workflow in API format, or the body of a request to ComfyUI.
func ReadLoose(text []byte) Graph {
	raw := jsontext.Value(text)
	for name, value := range members(text) {
		if name == "workflow_api_json" {
			return ReadGraph(text)
		}
		if name == "prompt" && value.Kind() == '{' {
			raw = value.Clone()
		}
	}
	wrapped := append(append([]byte(`{"workflow_api_json":`), raw...), '}')
	return ReadGraph(wrapped)
}

// within are the sub-graphs a node id names, the outermost first. Ids that nest deeper than people nest stay in the last one.
func within(id string) []string {
	const deepest = 4
	parts := strings.Split(id, ":")
	if slices.Contains(parts, "") {
		return nil
	}
	var out []string
	for i := range min(len(parts)-1, deepest) {
		out = append(out, strings.Join(parts[:i+1], ":"))
	}
	return out
}

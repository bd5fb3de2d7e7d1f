package workflow

import (
	"bytes"
	"errors"
)

// What can be wrong with a pasted workflow, beside a SyntaxError.
var (
	ErrNothing    = errors.New("there is no text")
	ErrEditor     = errors.New("a workflow as the editor of ComfyUI saves it, which is not the API format")
	ErrNoWorkflow = errors.New("JSON without a workflow in API format")
)

// ReadPasted is ReadLoose for a text that must hold a workflow: the error says why it does not. It is a *SyntaxError, or one of the
// errors above.
func ReadPasted(text []byte) (Graph, error) {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	if len(text) == 0 {
		return Graph{}, ErrNothing
	}
	dec := newDecoder(text)
	_, err := dec.ReadValue()
	if err := finish(text, dec, err); err != nil {
		return Graph{}, err
	}
	if fromEditor(text) {
		return Graph{}, ErrEditor
	}
	g := ReadLoose(text)
	for i := range g.Nodes {
		if g.Nodes[i].Form == FormNode {
			return g, nil
		}
	}
	return Graph{}, ErrNoWorkflow
}

// fromEditor tells the two formats apart: the editor saves lists of nodes and of links. It may be wrapped as a payload is.
func fromEditor(text []byte) bool {
	lists := 0
	for name, value := range members(text) {
		switch {
		case (name == "nodes" || name == "links") && value.Kind() == '[':
			lists++
		case (name == "workflow_api_json" || name == "workflow" || name == "prompt") && fromEditor(value):
			return true
		}
	}
	return lists == 2
}

package apiclient

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// elementReader decodes single elements of a list. It keeps its buffers from one to the next.
type elementReader struct {
	reader
	buffer bytes.Buffer
}

// read decodes an element at the depth that it has in the list, since depth is limited.
func (r *elementReader) read(element []byte, wrapped bool) (Deployment, error) {
	before, tokens := `[`, 1
	if wrapped {
		before, tokens = `{"deployments":[`, 3
	}
	r.body = append(append(r.body[:0], before...), element...)
	r.buffer = *bytes.NewBuffer(r.body)
	if r.dec == nil {
		r.dec = jsontext.NewDecoder(&r.buffer)
	} else {
		r.dec.Reset(&r.buffer)
	}
	for range tokens {
		if _, err := r.dec.ReadToken(); err != nil {
			return Deployment{}, err
		}
	}
	var d Deployment
	err := r.deployment(&d, r.skip)
	return d, err
}

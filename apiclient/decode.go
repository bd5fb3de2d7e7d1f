package apiclient

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

var (
	envelopeNames   = nameSet("error_code", "error", "success")
	listNames       = nameSet("deployments", "error_code", "error", "success")
	payloadNames    = nameSet("workflow_api_json", "overrides", "object_info_url")
	deploymentNames = nameSet("id", "name", "workflow_id", "workflow_version", "status", "created_at", "updated_at",
		"hardware", "min_instances", "max_instances", "queue_size", "keep_warm_duration_in_seconds", "is_enabled",
		"readme", "payload", "error_code", "error", "success")
)

// decodeDeployment reads an answer that must be exactly one deployment.
//
// A text may hold half of a surrogate pair as an escape, which is JSON, though it says nothing: programs cut texts in two. In a
// payload or a readme, which people want to see all the same, it is let through; in a field it would be guessed at.
func decodeDeployment(body []byte) (Deployment, error) {
	if !utf8.Valid(body) {
		return Deployment{}, errors.New("answer is not valid UTF-8")
	}
	r := newReader(body, jsontext.AllowInvalidUTF8(true))
	var d Deployment
	if err := r.finish(r.deployment(&d, r.envelope)); err != nil {
		return Deployment{}, err
	}
	return d, checkID(&d)
}

// decodeList reads an answer that must be an array of deployments, or that array under "deployments", which the
// vendor's own client tolerates.
func decodeList(body []byte) ([]Deployment, error) {
	r := newReader(body)
	var list []Deployment
	var err error
	if r.dec.PeekKind() == '[' {
		list, err = r.deployments()
	} else {
		err = r.object(listNames, func(name string) (err error) {
			if name == "deployments" && r.dec.PeekKind() == '[' {
				list, err = r.deployments()
				return err
			}
			return r.envelope(name)
		})
	}
	if err := r.finish(err); err != nil {
		return nil, err
	}
	if list == nil {
		return nil, errors.New("answer holds no list of deployments")
	}
	seen := make(map[string]bool, len(list))
	for i := range list {
		if err := checkID(&list[i]); err != nil {
			return nil, fmt.Errorf("deployment at index %d: %w", i, err)
		}
		if seen[list[i].ID] {
			return nil, errRepeated
		}
		seen[list[i].ID] = true
	}
	return list, nil
}

// errRepeated is a list that no count and no selection would survive.
var errRepeated = errors.New("answer lists a deployment twice")

// decodeDeleted reads the answer to a delete: an object, such as {"success": true}, that does not say otherwise.
func decodeDeleted(body []byte) error {
	r := newReader(body)
	return r.finish(r.object(envelopeNames, r.envelope))
}

// errHalf is a field with half of a surrogate pair.
var errHalf = errors.New("answer holds a text that is no text")

func checkID(d *Deployment) error {
	if !ValidID(d.ID) {
		return errors.New("id is missing or not a UUID")
	}
	return nil
}

// smallDeployment is about the size of a deployment without readme and payload, in bytes.
const smallDeployment = 350

// deployments reads an array of deployments, never nil.
func (r *reader) deployments() ([]Deployment, error) {
	list := make([]Deployment, 0, min(len(r.body)/smallDeployment, 16384))
	err := r.array(func() error {
		list = append(list, Deployment{})
		return r.deployment(&list[len(list)-1], r.skip)
	})
	return list, err
}

// deployment reads one deployment into d, and hands members that are none of its fields to other.
func (r *reader) deployment(d *Deployment, other func(name string) error) error {
	return r.object(deploymentNames, func(name string) error {
		switch name {
		case "payload":
			return r.payload(&d.Payload)
		case "hardware":
			return r.hardware(&d.Hardware)
		case "", "error_code", "error", "success":
			return other(name)
		}
		v, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		if name != "readme" && !v.IsValid() {
			return errHalf
		}
		d.set(name, v)
		return nil
	})
}

// set stores the value of a known field. A value of an odd type leaves the field empty or unknown.
func (d *Deployment) set(name string, v jsontext.Value) {
	switch name {
	case "id":
		d.ID = text(v)
	case "name":
		d.Name = text(v)
	case "workflow_id":
		d.WorkflowID = text(v)
	case "workflow_version":
		d.WorkflowVersion = text(v)
	case "status":
		d.Status = text(v)
	case "created_at":
		d.CreatedAt = timestamp(text(v))
	case "updated_at":
		d.UpdatedAt = timestamp(text(v))
	case "min_instances":
		d.MinInstances = integer(v)
	case "max_instances":
		d.MaxInstances = integer(v)
	case "queue_size":
		d.QueueSize = integer(v)
	case "keep_warm_duration_in_seconds":
		d.KeepWarmDurationInSeconds = integer(v)
	case "is_enabled":
		d.IsEnabled = Optional[bool]{Value: v.Kind() == 't', Known: v.Kind() == 't' || v.Kind() == 'f'}
	case "readme":
		if v.Kind() == '"' {
			d.Readme = Optional[string]{Value: text(v), Known: true}
		}
	}
}

// hardware reads the SKUs: an array, or a bare string. Elements that are not texts are left out.
func (r *reader) hardware(skus *[]string) error {
	add := func() error {
		v, err := r.dec.ReadValue()
		if err == nil && !v.IsValid() {
			return errHalf
		}
		if v.Kind() == '"' {
			*skus = append(*skus, text(v))
		}
		return err
	}
	if r.dec.PeekKind() == '[' {
		return r.array(add)
	}
	return add()
}

// payload copies the payload's text out of the body and finds its members there, without decoding any of them.
func (r *reader) payload(p *Payload) error {
	if r.dec.PeekKind() != '{' {
		v, err := r.dec.ReadValue()
		p.Raw = bytes.Clone(v)
		return err
	}
	start := r.dec.InputOffset() // after the name: a colon and blanks are left before the brace
	start += int64(bytes.IndexByte(r.body[start:], '{'))
	type span struct{ from, to int64 }
	var workflow, overrides span
	err := r.object(payloadNames, func(name string) error {
		v, err := r.dec.ReadValue()
		end := r.dec.InputOffset() - start
		at := span{end - int64(len(v)), end}
		switch name {
		case "workflow_api_json":
			workflow = at
		case "overrides":
			overrides = at
		case "object_info_url":
			p.ObjectInfoURL = text(v)
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Raw = bytes.Clone(r.body[start:r.dec.InputOffset()])
	member := func(s span) []byte {
		if s.to == 0 {
			return nil
		}
		return p.Raw[s.from:s.to:s.to]
	}
	p.WorkflowAPI, p.Overrides = member(workflow), member(overrides)
	return nil
}

// timestamp understands the three forms that the vendor's pages and clients show: Z, a numeric offset, and no zone,
// which means UTC; each with or without a fraction.
func timestamp(raw string) Timestamp {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, raw); err == nil {
			return Timestamp{Raw: raw, Time: t.UTC()}
		}
	}
	return Timestamp{Raw: raw}
}

func integer(v jsontext.Value) Optional[int64] {
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil {
		return Optional[int64]{}
	}
	return Optional[int64]{Value: n, Known: true}
}

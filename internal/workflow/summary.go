package workflow

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/net/idna"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// State says what kind of payload a deployment has.
type State string

// The states of a payload.
const (
	StateAbsent     State = "absent"      // the answer had no payload
	StateNull       State = "null"        // the payload is null
	StateEmpty      State = "empty"       // the payload is {}
	StateNoWorkflow State = "no-workflow" // workflow_api_json is missing, null or {}
	StateEditor     State = "editor"      // the workflow is one as the editor of ComfyUI saves it, not in API format
	StateWorkflow   State = "workflow"    // workflow_api_json has ComfyUI nodes
	StateOdd        State = "odd"         // the payload or its workflow is JSON of another shape
	StateInvalid    State = "invalid"     // not JSON, or a key is repeated
)

const (
	// objectInfoHost is where the documented object_info_url points ("Payload Explanation").
	objectInfoHost = "serverless-api-storage.runcomfy.net"

	maxClasses   = 20
	maxNameRunes = 120
	maxURLRunes  = 2000
)

// Summary is a payload in a few facts.
type Summary struct {
	State          State
	NodeCount      int          // ComfyUI nodes: members of the workflow that have a class_type
	Classes        []ClassCount // the 20 most used classes, most used first, then by name
	MoreClasses    int          // distinct classes beyond those
	Overrides      int          // nodes with overrides
	OddOverrides   bool         // the overrides are no object
	ObjectInfoURL  string       // text to show; safe as a link only when ObjectInfoLink is true
	ObjectInfoLink bool         // https and exactly the storage host of RunComfy
	ObjectInfoHost string       // the host as DNS sees it (punycode), "" when there is none
}

// ClassCount is how many nodes of a workflow have one class_type.
type ClassCount struct {
	Name  string
	Count int
}

// Summarise reads the JSON text of a payload, nil or empty when the answer had none. It accepts anything;
// State says what it found.
func Summarise(payloadRaw []byte) Summary {
	if len(bytes.TrimSpace(payloadRaw)) == 0 {
		return Summary{State: StateAbsent}
	}

	s := summariser{dec: newDecoder(payloadRaw), classes: map[string]int{}}
	if err := finish(payloadRaw, s.dec, s.payload()); err != nil {
		return Summary{State: StateInvalid}
	}
	if s.summary.State != StateWorkflow && fromEditor(payloadRaw) {
		s.summary.State = StateEditor
	}
	s.summary.Classes, s.summary.MoreClasses = ranked(s.classes)
	return s.summary
}

// summariser is one run of Summarise.
type summariser struct {
	dec     *jsontext.Decoder
	summary Summary
	classes map[string]int
}

func (s *summariser) payload() error {
	switch s.dec.PeekKind() {
	case 'n':
		s.summary.State = StateNull
		return s.dec.SkipValue()
	case '{':
	default:
		s.summary.State = StateOdd
		return s.dec.SkipValue()
	}

	s.summary.State = StateEmpty
	known, other := false, false
	err := s.object(func(name string) error {
		if s.summary.State == StateEmpty {
			s.summary.State = StateNoWorkflow
		}
		switch name {
		case "workflow_api_json":
			known = true
			return s.workflow()
		case "overrides":
			s.summary.OddOverrides = s.dec.PeekKind() != '{' && s.dec.PeekKind() != 'n'
			return s.object(func(string) error {
				s.summary.Overrides++
				return s.dec.SkipValue()
			})
		case "object_info_url":
			return s.objectInfo()
		}
		other = true
		return s.dec.SkipValue()
	})
	if s.summary.State == StateNoWorkflow && other && !known {
		s.summary.State = StateOdd // that of a deployment which runs no workflow, say
	}
	return err
}

// workflow reads workflow_api_json: an object of nodes by id.
func (s *summariser) workflow() error {
	kind := s.dec.PeekKind()
	members := 0
	err := s.object(func(string) error {
		members++
		return s.object(func(name string) error {
			if name != "class_type" {
				return s.dec.SkipValue()
			}
			class, ok, err := s.string()
			if ok {
				s.summary.NodeCount++
				s.classes[class]++
			}
			return err
		})
	})
	switch {
	case s.summary.NodeCount > 0:
		s.summary.State = StateWorkflow
	case members > 0, kind != '{' && kind != 'n':
		s.summary.State = StateOdd
	}
	return err
}

func (s *summariser) objectInfo() error {
	raw, _, err := s.string()
	s.summary.ObjectInfoURL = visible.Clip(raw, maxURLRunes)
	u, parseErr := url.Parse(raw)
	if parseErr != nil || u.Host == "" {
		return err
	}
	s.summary.ObjectInfoHost = visible.Clip(punycode(u.Hostname()), maxNameRunes)
	link := u.String()
	if u.Scheme == "https" && u.Host == objectInfoHost && u.User == nil && visible.Clip(link, maxURLRunes) == link {
		s.summary.ObjectInfoLink = true
		s.summary.ObjectInfoURL = link
	}
	return err
}

// object calls member with each name of the next value, an object; member reads the value of that name. A value
// that is no object is skipped.
func (s *summariser) object(member func(name string) error) error {
	if s.dec.PeekKind() != '{' {
		return s.dec.SkipValue()
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	for s.dec.PeekKind() != '}' {
		token, err := s.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := member(token.String()); err != nil {
			return err
		}
	}
	_, err := s.dec.ReadToken()
	return err
}

// string returns the next value if it is a string; another one is skipped.
func (s *summariser) string() (value string, ok bool, err error) {
	if s.dec.PeekKind() != '"' {
		return "", false, s.dec.SkipValue()
	}
	token, err := s.dec.ReadToken()
	if err != nil {
		return "", false, err
	}
	return token.String(), true, nil
}

func ranked(classes map[string]int) (top []ClassCount, more int) {
	all := make([]ClassCount, 0, len(classes))
	for name, count := range classes {
		all = append(all, ClassCount{visible.Clip(name, maxNameRunes), count})
	}
	slices.SortFunc(all, func(a, b ClassCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name))
	})
	n := min(len(all), maxClasses)
	return all[:n:n], len(all) - n
}

// punycode returns the host a browser would look up. A host that no browser accepts is still spelled in ASCII,
// so that one that only looks like another cannot pass for it.
func punycode(host string) string {
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	if ascii, err := idna.Punycode.ToASCII(host); err == nil {
		return ascii
	}
	return host
}

package apiclient

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// errRejected marks a 2xx answer in which the service says that it did not do what was asked.
var errRejected = errors.New("answer carries an error")

// reader reads one JSON answer token by token. jsontext refuses what encoding/json lets pass: repeated keys at any depth
// and invalid UTF-8.
type reader struct {
	dec      *jsontext.Decoder
	body     []byte
	rejected bool // the top-level object says that the service refused
}

func newReader(body []byte, options ...jsontext.Options) *reader {
	return &reader{dec: jsontext.NewDecoder(bytes.NewBuffer(body), options...), body: body}
}

// finish returns the error of the whole answer: err, or what follows the value, or the service's refusal.
func (r *reader) finish(err error) error {
	if err == nil {
		switch _, end := r.dec.ReadToken(); {
		case end == nil:
			err = errors.New("answer holds more than one value")
		case !errors.Is(end, io.EOF):
			err = end
		case r.rejected:
			err = errRejected
		}
	}
	// A syntax error quotes the answer, which must not get into logs.
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return fmt.Errorf("%w near byte %d", ErrRepeatedKey, syntax.ByteOffset)
		}
		if syntax.Err != nil && syntax.Err.Error() == maxDepth {
			return fmt.Errorf("%w near byte %d", ErrTooDeep, syntax.ByteOffset)
		}
		return fmt.Errorf("answer is not valid JSON near byte %d", syntax.ByteOffset)
	}
	if errors.Is(err, io.EOF) {
		return errors.New("answer is empty")
	}
	return err
}

// maxDepth is what jsontext says of more than 10,000 levels; it exports no error for it.
const maxDepth = "exceeded max depth"

// object reads an object and calls member after each name, with the name if it is one of known and else with "".
// member must read exactly the value.
func (r *reader) object(known names, member func(name string) error) error {
	if r.dec.PeekKind() != '{' {
		if err := r.dec.SkipValue(); err != nil {
			return err
		}
		return errors.New("answer holds another JSON type where an object belongs")
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	for r.dec.PeekKind() != '}' {
		raw, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		name, err := known.find(raw)
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

// array reads an array and calls element before each element; element must read exactly one value.
func (r *reader) array(element func() error) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	for r.dec.PeekKind() != ']' {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

// skip reads and checks a value of no interest. Unknown fields are never an error.
func (r *reader) skip(string) error { return r.dec.SkipValue() }

// envelope reads a top-level member that is not a deployment's: the service reports some errors with HTTP 200 and
// {"error_code": …, "error_message": …}, and the end of a delete with {"success": …}.
func (r *reader) envelope(name string) error {
	v, err := r.dec.ReadValue()
	switch name {
	case "error_code", "error":
		r.rejected = r.rejected || !empty(v)
	case "success":
		r.rejected = r.rejected || v.Kind() == 'f'
	}
	return err
}

// names is a set of member names, each mapped to itself so that a lookup by bytes yields a string without a copy.
type names map[string]string

func nameSet(list ...string) names {
	set := make(names, len(list))
	for _, name := range list {
		set[name] = name
	}
	return set
}

// find returns the name that the JSON string raw spells, or "" when it is not in the set. A name that differs in case
// only is an error: other decoders of the same answer would take it for the field.
func (n names) find(raw jsontext.Value) (string, error) {
	unquoted := raw[1 : len(raw)-1]
	if bytes.IndexByte(unquoted, '\\') >= 0 {
		unquoted, _ = jsontext.AppendUnquote(nil, raw)
	}
	if name, ok := n[string(unquoted)]; ok {
		return name, nil
	}
	for name := range n {
		if bytes.EqualFold(unquoted, []byte(name)) {
			return "", fmt.Errorf("answer spells the key %q in another case", name)
		}
	}
	return "", nil
}

// text returns a JSON string, or a number as it was written, or "".
func text(v jsontext.Value) string {
	switch v.Kind() {
	case '"':
		if inner := v[1 : len(v)-1]; bytes.IndexByte(inner, '\\') < 0 {
			return string(inner)
		}
		unquoted, _ := jsontext.AppendUnquote(nil, v)
		return string(unquoted)
	case '0':
		return string(v)
	default:
		return ""
	}
}

// empty reports whether v says nothing, as the error of an answer without one does.
func empty(v jsontext.Value) bool {
	switch string(v) {
	case "", "null", "false", "0", `""`, "[]", "{}":
		return true
	}
	return false
}

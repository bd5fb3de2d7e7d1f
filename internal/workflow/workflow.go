// Package workflow turns the payload of a deployment into view data: a tree of values, indented text and a
// summary. The payload is untrusted; everything here is text for an escaping template, never markup, and no
// URL found in it is fetched. The package knows nothing of HTTP or of the store.
//
// The payload is described in the Deployment API, "Payload Explanation".
package workflow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// SyntaxError says where bytes stop being one JSON value with unique keys.
type SyntaxError struct {
	Line   int // from 1
	Column int // from 1, in characters
	Err    error
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("not valid JSON at line %d, column %d: %v", e.Line, e.Column, e.Err)
}

// Unwrap returns the cause; jsontext.ErrDuplicateName is one.
func (e *SyntaxError) Unwrap() error { return e.Err }

var errTrailing = errors.New("more text after the value")

// syntaxError places err in raw: where jsontext says, or else at offset.
func syntaxError(raw []byte, offset int64, err error) *SyntaxError {
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		offset, err = syntactic.ByteOffset, syntactic.Err
	}
	if errors.Is(err, io.EOF) {
		offset, err = int64(len(raw)), io.ErrUnexpectedEOF
	}
	before := raw[:min(int(offset), len(raw))]
	return &SyntaxError{
		Line:   bytes.Count(before, []byte("\n")) + 1,
		Column: utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1,
		Err:    err,
	}
}

// newDecoder reads raw token by token. A string with a lone surrogate or broken UTF-8 is shown with U+FFFD in
// its place: the rest of the payload is still worth seeing, and the raw download has every byte. A bytes.Buffer is read where it
// is, without a copy.
func newDecoder(raw []byte, more ...jsontext.Options) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(raw), append(more, jsontext.AllowInvalidUTF8(true))...)
}

// finish ends the reading of raw: err is what went wrong so far; nothing but white space may be left.
func finish(raw []byte, dec *jsontext.Decoder, err error) error {
	end := dec.InputOffset()
	if err != nil {
		return syntaxError(raw, end, err)
	}
	if _, err := dec.ReadToken(); errors.Is(err, io.EOF) {
		return nil
	}
	rest := bytes.TrimLeft(raw[end:], " \t\r\n")
	return syntaxError(raw, int64(len(raw)-len(rest)), errTrailing)
}

// ErrTooDeep is the error of Indent for what is nested so deeply that the blanks would be most of it.
var ErrTooDeep = errors.New("nested too deeply to be indented")

// Indent returns raw with one member or element a line, indented by two spaces, in at most so many bytes. Numbers, strings and the
// order of members stay exactly as written, repeated keys too. The error is a *SyntaxError or ErrTooDeep.
func Indent(raw []byte, most int) ([]byte, error) {
	if blanks(raw, most) > most-len(raw) {
		return nil, ErrTooDeep
	}
	out, err := jsontext.AppendFormat(nil, raw,
		jsontext.Multiline(true), jsontext.WithIndent("  "), jsontext.PreserveRawStrings(true),
		jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if err != nil {
		return nil, syntaxError(raw, 0, err)
	}
	return out, nil
}

// blanks is at least what indenting adds, counted up to most: with the depth of a payload it grows as its square, so that 20 kB of
// brackets would become 200 MB.
func blanks(raw []byte, most int) int {
	dec, n := newDecoder(raw, jsontext.AllowDuplicateNames(true)), 0
	for n <= most {
		if _, err := dec.ReadToken(); err != nil {
			break // of what is no JSON, whoever indents it says where
		}
		n += 1 + 2*dec.StackDepth()
	}
	return n
}

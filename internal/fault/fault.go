// Package fault holds the one error type from which the text a person reads is made. It knows HTTP status codes, but
// neither a request nor the API; anything that is not a fault is an internal error with a fixed sentence.
package fault

import (
	"errors"
	"net/http"
	"time"
)

// Kind is what went wrong, as the person in front of the screen has to deal with it.
type Kind string

// The kinds, each with the HTTP status it is answered with (see Status).
const (
	Invalid      Kind = "invalid"      // 422: a value was refused, by us or by the API
	Unauthorized Kind = "unauthorized" // 401: no session, or the API refuses the token
	Forbidden    Kind = "forbidden"    // 403: the token may not do this
	NotFound     Kind = "not-found"    // 404: nothing here for this account
	Conflict     Kind = "conflict"     // 409: someone else changed it in between
	TooLarge     Kind = "too-large"    // 413: more was sent than any form here needs
	RateLimited  Kind = "rate-limited" // 429: asked too often, by the API or by us
	Internal     Kind = "internal"     // 500: a defect here
	Upstream     Kind = "upstream"     // 502: the API answered something that is not its own
	Unknown      Kind = "unknown"      // 502: a write was sent and nobody can say yet whether it happened
	Unavailable  Kind = "unavailable"  // 503: something this server needs is out of reach
	Timeout      Kind = "timeout"      // 504: the API did not answer in time
	BadRequest   Kind = "bad-request"  // 400: the request itself is malformed
	NotAllowed   Kind = "not-allowed"  // 405: the address exists, but not for this method
)

var statuses = map[Kind]int{
	Invalid:      http.StatusUnprocessableEntity,
	Unauthorized: http.StatusUnauthorized,
	Forbidden:    http.StatusForbidden,
	NotFound:     http.StatusNotFound,
	Conflict:     http.StatusConflict,
	TooLarge:     http.StatusRequestEntityTooLarge,
	RateLimited:  http.StatusTooManyRequests,
	Internal:     http.StatusInternalServerError,
	Upstream:     http.StatusBadGateway,
	Unknown:      http.StatusBadGateway,
	Unavailable:  http.StatusServiceUnavailable,
	Timeout:      http.StatusGatewayTimeout,
	BadRequest:   http.StatusBadRequest,
	NotAllowed:   http.StatusMethodNotAllowed,
}

// Error is a failure a person is told about.
type Error struct {
	Kind Kind
	// Message is the only text a person sees: what happened and what to do next, in full sentences.
	Message string
	// Fields holds what is wrong per form field, keyed by the API's field name. Only Invalid and Conflict use it.
	Fields map[string]string
	// RetryAfter says how long to wait before another try makes sense; 0 when that is not known.
	RetryAfter time.Duration
	// Hidden says that the API itself keeps this from the account: with another one it may be visible.
	Hidden bool
	// UpstreamID is the API's own id of the request, when it sent one, for a question to its support.
	UpstreamID string
	// Err is the cause; it is logged and never shown.
	Err error
}

// Error is the text for logs.
func (e *Error) Error() string {
	if e.Err != nil {
		return string(e.Kind) + ": " + e.Err.Error()
	}
	return string(e.Kind) + ": " + e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Status is the HTTP status the failure is answered with.
func (e *Error) Status() int {
	if s, ok := statuses[e.Kind]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// New makes an error of a kind with its sentence.
func New(kind Kind, message string) *Error { return &Error{Kind: kind, Message: message} }

// Wrap makes an error of a kind with its sentence and the cause for the log.
func Wrap(kind Kind, message string, err error) *Error {
	return &Error{Kind: kind, Message: message, Err: err}
}

// From returns the fault inside err, or an internal one with the fixed sentence.
func From(err error) *Error {
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return &Error{Kind: Internal, Message: "Something went wrong on this server. If you were changing something, look whether it happened before you repeat it. If this comes again, tell the operator the request id.", Err: err}
}

// Is tells whether err is a fault of the kind.
func Is(err error, kind Kind) bool {
	var f *Error
	return errors.As(err, &f) && f.Kind == kind
}

// Fields returns what is wrong per field, or nil when err is not about fields.
func Fields(err error) map[string]string {
	var f *Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return f.Fields
	}
	return nil
}

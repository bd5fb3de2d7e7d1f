package apiclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Reasons why a call was not sent or its answer not read. They are found with errors.Is in an [Error].
var (
	ErrInvalidID      = errors.New("deployment id is not a lower-case UUID")
	ErrInvalidToken   = errors.New("token is empty, too long or holds characters that no header may carry")
	ErrInvalidRequest = errors.New("request is not one that this client sends")
	ErrTooLarge       = errors.New("answer is larger than allowed")
	ErrRepeatedKey    = errors.New("answer repeats a key")
	ErrTooDeep        = errors.New("answer is nested too deeply")
)

// Outcome says what is known about the effect of a failed call. It matters for writes.
type Outcome int

// The outcomes of a failed call.
const (
	Refused Outcome = iota // the service answered and did not do it
	NotSent                // the request never left
	Unknown                // it may have happened: no answer, a server fault, or an answer that cannot be trusted
)

// String names the outcome for logs.
func (o Outcome) String() string {
	switch o {
	case Refused:
		return "refused"
	case NotSent:
		return "not sent"
	default:
		return "outcome unknown"
	}
}

// Error is the error of every method of [Client].
type Error struct {
	Op         string        // "list", "get", "create", "update" or "delete"
	Status     int           // HTTP status; 0 when no answer arrived
	Code       int           // error_code of the service; 0 when none
	Message    string        // the service's own words, untrusted, at most 300 characters; "" when none
	Detail     []FieldError  // what a validation error says about single fields
	RetryAfter time.Duration // how long the service asks to wait, at most 60 s: what a program pauses; 0 when it does not say
	Beyond     time.Duration // what it asks for above that, at most a week: with RetryAfter, what to tell a person
	RequestID  string        // the service's name for this answer, at most 64 printable characters
	Outcome    Outcome
	Err        error // the cause on this side; nil when the service refused
}

// FieldError is one entry of a validation error. Field is the API's name of the field, or "" when it concerns no
// single one. Both are untrusted.
type FieldError struct{ Field, Message string }

// Error describes the failure for logs. It holds neither the token nor the answer's body.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "runcomfy %s: %s", e.Op, e.Outcome)
	if e.Status != 0 {
		fmt.Fprintf(&b, ", status %d", e.Status)
	}
	if e.Code != 0 {
		fmt.Fprintf(&b, ", code %d", e.Code)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, ", request %s", e.RequestID)
	}
	if e.Message != "" {
		fmt.Fprintf(&b, ", message %q", e.Message)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns the cause on this side.
func (e *Error) Unwrap() error { return e.Err }

// Codes of the service that stand for an HTTP status (https://docs.runcomfy.com/serverless/error-codes). They also come
// with HTTP 200, so they outrank the status.
const (
	codeUnauthorized = 401001
	codeForbidden    = 403003
	codeNotFound     = 404001
	codeInvalid      = 422001
	codeInternal     = 500001
	codeInternalJob  = 10000
)

// status returns the HTTP status that the answer means.
func (e *Error) status() int {
	switch e.Code {
	case codeUnauthorized:
		return http.StatusUnauthorized
	case codeForbidden:
		return http.StatusForbidden
	case codeNotFound:
		return http.StatusNotFound
	case codeInvalid:
		return http.StatusUnprocessableEntity
	case codeInternal, codeInternalJob:
		return http.StatusInternalServerError
	default:
		return e.Status
	}
}

// IsNotFound reports whether the service says that the deployment does not exist.
func IsNotFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// IsUnauthorized reports whether the service did not accept the token.
func IsUnauthorized(err error) bool { return hasStatus(err, http.StatusUnauthorized) }

// IsForbidden reports whether the service says that the deployment belongs to another account.
func IsForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

// IsRateLimited reports whether the service asks to slow down; see Error.RetryAfter.
func IsRateLimited(err error) bool { return hasStatus(err, http.StatusTooManyRequests) }

// IsInvalid reports whether the service did not accept the values sent; see Error.Message and Error.Detail.
func IsInvalid(err error) bool {
	return hasStatus(err, http.StatusUnprocessableEntity) || hasStatus(err, http.StatusBadRequest)
}

// IsUnknown reports whether a write that failed may have happened all the same.
func IsUnknown(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Outcome == Unknown
}

// IsTimeout reports whether time ran out on this side before a whole answer arrived.
func IsTimeout(err error) bool {
	if _, ok := errors.AsType[*Error](err); !ok {
		return false
	}
	ne, ok := errors.AsType[net.Error](err)
	return ok && ne.Timeout() // so does context.DeadlineExceeded
}

// IsUnavailable reports whether the service gave no usable answer: none at all, a server fault, a redirect, or an answer
// that is not the API's (HTML, truncated, wrong id). A call that the caller cancelled or misused is none of these.
func IsUnavailable(err error) bool {
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return false
	case e.Status == 0:
		return !errors.Is(err, ErrInvalidID) && !errors.Is(err, ErrInvalidToken) && !errors.Is(err, ErrInvalidRequest) &&
			!errors.Is(err, context.Canceled)
	case e.Status < 300:
		return e.Outcome == Unknown && !errors.Is(err, context.Canceled)
	default:
		return e.status() >= 500 || e.Status < 400
	}
}

func hasStatus(err error, status int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.status() == status
}

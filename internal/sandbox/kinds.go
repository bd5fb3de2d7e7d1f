package sandbox

import (
	"net/http"
	"strconv"
)

// argument says what the ARG of a fault is.
type argument int

const (
	noArg argument = iota
	durationArg
	bytesArg
	fieldArg  // a field of a request body
	headerArg // text for a header
)

// bodyFields can be named by a fault.
var bodyFields = []string{
	"name", "workflow_id", "workflow_version", "hardware", "min_instances", "max_instances", "queue_size",
	"keep_warm_duration_in_seconds", "is_enabled",
}

// kind is what a fault does. Exactly one of instead, alter and around is set.
type kind struct {
	name     string
	arg      argument
	standard string // the argument when none is given
	// instead answers in place of the service; with -after the service has done its work unseen.
	instead func(*exchange, Fault)
	// alter changes the answer of the service.
	alter func(answer) answer
	// around decides itself when the service does its work and how the answer is sent.
	around func(*exchange, Fault)
}

// strike answers the call as the fault wants it.
func (f Fault) strike(x *exchange) {
	switch {
	case f.kind.alter != nil:
		x.send(f.kind.alter(x.act()))
	case f.kind.around != nil:
		f.kind.around(x, f)
	default:
		if f.after {
			x.act()
		}
		f.kind.instead(x, f)
	}
}

const htmlPage = `<!DOCTYPE html><html><head><title>Just a moment...</title></head>` +
	`<body><h1>This page is not the API</h1></body></html>`

// kinds are in the order of the package documentation, which explains them.
var kinds = []kind{
	{name: "hang", instead: func(x *exchange, _ Fault) { x.hang() }},
	{name: "reset", instead: func(x *exchange, _ Fault) { x.reset() }},
	fixed("html", answer{status: http.StatusOK, contentType: "text/html", body: []byte(htmlPage)}),
	fixed("html502", answer{status: http.StatusBadGateway, contentType: "text/html", body: []byte(htmlPage)}),
	fixed("error200", refuse(http.StatusOK, codeFunds, "InsufficientFunds")),
	fixed("400", refuse(http.StatusBadRequest, 0, "Bad Request")),
	fixed("401", refuse(http.StatusUnauthorized, codeUnauthorized, "Unauthorized")),
	fixed("402", refuse(http.StatusPaymentRequired, codeFunds, "InsufficientFunds")),
	fixed("403", refuse(http.StatusForbidden, codeForbidden, "Forbidden")),
	fixed("404", refuse(http.StatusNotFound, codeNotFound, "Not Found")),
	fixed("409", refuse(http.StatusConflict, 0, "Conflict")),
	{name: "422", arg: fieldArg, standard: "name", instead: func(x *exchange, f Fault) {
		x.send(invalid([]problem{{Loc: []any{"body", f.text}, Msg: "Value is not accepted", Type: "value_error"}}))
	}},
	{name: "422-twice", arg: fieldArg, standard: "name", instead: func(x *exchange, f Fault) {
		loc := []any{"body", f.text}
		x.send(invalid([]problem{{Loc: loc, Msg: "Value is taken", Type: "value_error"}, {Loc: loc, Msg: "Value is too long", Type: "value_error"}}))
	}},
	fixed("422-body", answer{status: http.StatusUnprocessableEntity, body: []byte(`{"detail":[{"loc":["body"],"msg":"Values do not agree","type":"value_error"}]}`)}),
	fixed("422-texts", answer{status: http.StatusUnprocessableEntity, body: []byte(`{"detail":["Name taken","Quota exceeded"]}`)}),
	throttle(http.StatusTooManyRequests, "2", "Too Many Requests"),
	fixed("500", refuse(http.StatusInternalServerError, codeInternal, "Internal Error")),
	fixed("502", refuse(http.StatusBadGateway, 0, "Bad Gateway")),
	throttle(http.StatusServiceUnavailable, "", "Service Unavailable"),
	fixed("504", refuse(http.StatusGatewayTimeout, 0, "Gateway Timeout")),
	{name: "redirect", arg: headerArg, standard: "/elsewhere", instead: func(x *exchange, f Fault) {
		x.send(answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {f.text}}})
	}},
	fixed("delete-false", answer{status: http.StatusOK, body: []byte(`{"success":false}`)}),

	{name: "truncate", around: func(x *exchange, _ Fault) { x.truncate(x.act()) }},
	{name: "slow-body", arg: durationArg, standard: "30s", around: func(x *exchange, f Fault) { x.dribble(x.act(), f.pause) }},
	{name: "huge", arg: bytesArg, standard: "64MiB", around: func(x *exchange, f Fault) { x.pad(x.act(), f.size) }},
	{name: "gzip-bomb", arg: bytesArg, standard: "256MiB", around: func(x *exchange, f Fault) { x.bomb(x.act(), f.size) }},
	{name: "ignore-field", arg: fieldArg, standard: "min_instances", around: func(x *exchange, f Fault) {
		x.ignore = f.text
		x.send(x.act())
	}},
	{name: "empty", alter: func(a answer) answer { a.body = nil; return a }},
	{name: "null", alter: func(a answer) answer { a.body = []byte("null"); return a }},
	{name: "wrapped", alter: wrap},
	{name: "wrong-id", alter: rewriting(changeID)},
	{name: "no-id", alter: rewriting(func(d object) { delete(d, "id") })},
	{name: "unknown-status", alter: rewriting(setting("status", `"rebalancing"`))},
	{name: "unknown-hardware", alter: rewriting(setting("hardware", `["BLACKWELL_288"]`))},
	{name: "no-payload", alter: rewriting(func(d object) { delete(d, "payload") })},
	{name: "null-payload", alter: rewriting(setting("payload", `null`))},
	{name: "duplicate-key", alter: prefixing(`"min_instances":97,`)},
	{name: "case-key", alter: prefixing(`"MIN_INSTANCES":97,`)},
}

func kindNames() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// fixed is a kind that always sends the same answer.
func fixed(name string, a answer) kind {
	return kind{name: name, instead: func(x *exchange, _ Fault) { x.send(a) }}
}

// throttle is a kind with a Retry-After header unless the argument is "".
func throttle(status int, standard, message string) kind {
	return kind{name: strconv.Itoa(status), arg: headerArg, standard: standard, instead: func(x *exchange, f Fault) {
		a := refuse(status, 0, message)
		if f.text != "" {
			a.header = http.Header{"Retry-After": {f.text}}
		}
		x.send(a)
	}}
}

package sandbox

import (
	_ "embed"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

const (
	basePath = "/prod/v2/deployments"
	maxBody  = 1 << 20
)

//go:embed openapi.yaml
var openAPI []byte

// operation is one of the five endpoints.
type operation string

const (
	opList   operation = "list"
	opGet    operation = "get"
	opCreate operation = "create"
	opUpdate operation = "update"
	opDelete operation = "delete"
)

var collectionMethods = map[string]operation{http.MethodGet: opList, http.MethodPost: opCreate}

var itemMethods = map[string]operation{
	http.MethodGet: opGet, http.MethodPatch: opUpdate, http.MethodDelete: opDelete,
}

// route finds the endpoint of a request; its refusal, if there is none, has a status.
func route(r *http.Request) (op operation, id string, refusal answer) {
	rest, ok := strings.CutPrefix(r.URL.Path, basePath)
	methods, allow := collectionMethods, "GET, POST"
	if rest != "" {
		id, methods, allow = strings.TrimPrefix(rest, "/"), itemMethods, "GET, PATCH, DELETE"
		ok = ok && rest[0] == '/' && id != "" && !strings.Contains(id, "/")
	}
	if !ok {
		return "", "", refuse(http.StatusNotFound, codeNotFound, "Not Found")
	}
	op, ok = methods[r.Method]
	if !ok {
		refusal = refuse(http.StatusMethodNotAllowed, 0, "Method Not Allowed")
		refusal.header = http.Header{"Allow": {allow}}
	}
	return op, id, refusal
}

// ServeHTTP answers one request.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begin := time.Now()
	w.Header().Set("X-Request-Id", newID())
	if r.URL.Path == "/openapi.yaml" && r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(openAPI)
		return
	}
	body, readErr := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	call := &Call{
		Method: r.Method, Path: r.URL.Path, RawQuery: r.URL.RawQuery,
		Header: r.Header.Clone(), Body: body, Token: bearer(r),
	}
	s.calls.add(call)
	x := &exchange{s: s, w: w, r: r, call: call}
	defer func() {
		s.log.Info("call", "method", call.Method, "path", call.Path, "status", call.Status, "applied", call.Applied,
			"took", time.Since(begin))
	}()
	defer x.recover()

	var refusal answer
	x.op, x.id, refusal = route(r)
	var tooBig *http.MaxBytesError
	switch {
	case refusal.status != 0:
		x.send(refusal)
	case errors.As(readErr, &tooBig):
		x.send(refuse(http.StatusRequestEntityTooLarge, 0, "The request body is larger than 1 MiB"))
	case readErr != nil:
		x.send(refuse(http.StatusBadRequest, 0, "The request body did not arrive"))
	default:
		x.serve()
	}
}

// serve answers a call of an endpoint, or lets the fault that is due have it.
func (x *exchange) serve() {
	fault, latency := x.s.plan.next(x.op)
	if !x.wait(latency) {
		panic(http.ErrAbortHandler)
	}
	if fault.kind == nil {
		x.send(x.act())
		return
	}
	fault.strike(x)
}

// recover answers 500 to a panic of our own and lets a wanted abort through.
func (x *exchange) recover() {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way
		panic(cause)
	}
	x.s.log.Error("panic", slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
	x.send(refuse(http.StatusInternalServerError, codeInternal, "Internal Error"))
}

// bearer returns the token of the request, "" if it has none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

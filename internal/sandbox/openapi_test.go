package sandbox_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// described is a sandbox whose requests and answers are held against openapi.yaml.
type described struct {
	box    http.Handler
	router routers.Router
}

// breach is what was not as described; either may be nil.
type breach struct{ request, answer error }

func describe(t *testing.T, box http.Handler) described {
	t.Helper()
	rec := httptest.NewRecorder()
	box.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), "GET", "/openapi.yaml", nil))
	file, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/yaml" || !bytes.Equal(rec.Body.Bytes(), file) {
		t.Fatalf("GET /openapi.yaml: %d %q", rec.Code, rec.Header().Get("Content-Type"))
	}
	doc, err := openapi3.NewLoader().LoadFromData(rec.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil // the sandbox has another address
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return described{box, router}
}

// serve passes a request on and returns the answer with what was wrong.
func (d described) serve(r *http.Request) (*httptest.ResponseRecorder, breach) {
	body, _ := io.ReadAll(r.Body)
	route, params, err := d.router.FindRoute(r)
	if err != nil {
		return nil, breach{request: err}
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc, // whether a token is valid is for the sandbox to say
			IncludeResponseStatus: true,
			MultiError:            true,
		},
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var b breach
	b.request = openapi3filter.ValidateRequest(r.Context(), input)
	r.Body = io.NopCloser(bytes.NewReader(body))
	rec := httptest.NewRecorder()
	d.box.ServeHTTP(rec, r)
	b.answer = openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: rec.Code, Header: rec.Header(),
		Body: io.NopCloser(bytes.NewReader(rec.Body.Bytes())), Options: input.Options,
	})
	return rec, b
}

// beyondSchema finds what the sandbox refuses but JSON Schema takes for an integer.
var beyondSchema = regexp.MustCompile(`:(1\.0|1e0|9{20})[,}]`)

// TestDescription sends good and bad requests: the description must accept and refuse what the sandbox does, and know every
// answer.
func TestDescription(t *testing.T) {
	t.Parallel()
	s := start(t, sandbox.Options{Tokens: []string{tokenA, tokenB}, Demo: true, Deployments: 60})
	d := describe(t, s)
	own, other := s.Deployments(tokenA)[0].ID, s.Deployments(tokenB)[0].ID
	tests := []struct {
		token, method, path, body string
		status                    int
	}{
		{tokenA, "GET", base, "", 200},
		{tokenA, "GET", base + "?includes=payload&includes=readme", "", 200},
		{tokenA, "GET", base + "?ids=" + own + "&ids=" + unknownID, "", 200},
		{tokenA, "GET", base + "?ids=x", "", 422},
		{"x", "GET", base, "", 401},
		{tokenA, "GET", base + "/" + own + "?includes=readme", "", 200},
		{tokenA, "GET", base + "/" + other, "", 403},
		{tokenA, "GET", base + "/" + unknownID, "", 404},
		{tokenA, "GET", base + "/new", "", 422},
		{tokenA, "POST", base, createBody(nil), 200},
		{tokenA, "POST", base, `{"name":`, 422},
		{tokenA, "PATCH", base + "/" + own, `{"name":"new","is_enabled":false}`, 200},
		{tokenA, "DELETE", base + "/" + own, "", 200},
		{tokenA, "DELETE", base + "/" + own, "", 404},
	}
	for _, r := range wholeNumberRefusals() {
		if beyondSchema.MatchString(r.body) {
			continue
		}
		path := base
		if r.method == "PATCH" {
			path += "/" + s.Deployments(tokenA)[3].ID
		}
		tests = append(tests, struct {
			token, method, path, body string
			status                    int
		}{tokenA, r.method, path, r.body, 422})
	}
	for _, tt := range tests {
		req := httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, bytes.NewReader([]byte(tt.body)))
		req.Header.Set("Authorization", "Bearer "+tt.token)
		if tt.body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		rec, b := d.serve(req)
		if rec == nil || rec.Code != tt.status || b.answer != nil {
			t.Errorf("%s %s %s: not as described: %v", tt.method, tt.path, tt.body, errors.Join(b.request, b.answer))
			continue
		}
		if (b.request != nil) != (tt.status == 422) {
			t.Errorf("%s %s %s: sandbox says %d, description says %v", tt.method, tt.path, tt.body, rec.Code, b.request)
		}
	}
}

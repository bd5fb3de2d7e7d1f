package apiclient

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	testToken = "token-for-tests-0123456789-abcdefghij"
	testID    = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
	otherID   = "b5c6d7e8-4444-5555-6666-123412341234"
)

// fakeTransport answers requests in memory, so that a test can own the clock.
type fakeTransport func(*http.Request) (*http.Response, error)

func (f fakeTransport) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// reply returns a transport that answers every request alike; headers are name, value pairs.
func reply(status int, body string, headers ...string) fakeTransport {
	return func(*http.Request) (*http.Response, error) { return response(status, body, headers...), nil }
}

func response(status int, body string, headers ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{
		StatusCode: status, Header: h, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}
}

func newTestClient(t testing.TB, rt http.RoundTripper, o Options) *Client {
	t.Helper()
	o.Transport = rt
	c, err := New(DefaultBaseURL, o)
	if err != nil {
		t.Fatalf("New() error = %v", err)
	}
	return c
}

func testdata(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// operation is one of the five methods, with arguments filled in.
type operation struct {
	name string
	call func(*testing.T, *Client) error
}

var (
	listOp = operation{"list", func(t *testing.T, c *Client) error {
		_, err := c.List(t.Context(), testToken, ListOptions{})
		return err
	}}
	getOp = operation{"get", func(t *testing.T, c *Client) error {
		_, err := c.Get(t.Context(), testToken, testID)
		return err
	}}
	createOp = operation{"create", func(t *testing.T, c *Client) error {
		_, err := c.Create(t.Context(), testToken, CreateRequest{Name: "image-to-video", Hardware: "AMPERE_48"})
		return err
	}}
	updateOp = operation{"update", func(t *testing.T, c *Client) error {
		_, err := c.Update(t.Context(), testToken, testID, UpdateRequest{Name: new("image-to-video")})
		return err
	}}
	deleteOp = operation{"delete", func(t *testing.T, c *Client) error {
		return c.Delete(t.Context(), testToken, testID)
	}}

	reads      = []operation{listOp, getOp}
	writes     = []operation{createOp, updateOp, deleteOp}
	operations = []operation{listOp, getOp, createOp, updateOp, deleteOp}
)

// wantError returns err as the package's error, or fails the test.
func wantError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("error = %v (%T), want an *Error", err, err)
	}
	if strings.Contains(e.Error(), testToken) || strings.Contains(e.Message, testToken) {
		t.Errorf("error repeats the token: %v", e)
	}
	return e
}

// withLength overrides the length that answers state.
func withLength(rt fakeTransport, n int64) fakeTransport {
	return func(req *http.Request) (*http.Response, error) {
		resp, err := rt(req)
		resp.ContentLength = n
		return resp, err
	}
}

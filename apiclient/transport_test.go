package apiclient

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// SR-31: whatever the rest of the package builds, five shapes of requests leave and nothing else.
func TestGuard(t *testing.T) {
	t.Parallel()
	base, err := parseBaseURL("https://api.runcomfy.net")
	if err != nil {
		t.Fatal(err)
	}
	const list, item = "https://api.runcomfy.net/prod/v2/deployments", "https://api.runcomfy.net/prod/v2/deployments/" + testID
	for request, allowed := range map[string]bool{
		"GET " + list: true, "GET " + list + "?includes=readme&includes=payload&ids=" + testID: true, "POST " + list: true,
		"GET " + item: true, "GET " + item + "?includes=payload": true, "PATCH " + item: true, "DELETE " + item: true,

		"DELETE " + list: false, "PATCH " + list: false, "PUT " + list: false, "HEAD " + list: false, "POST " + item: false,
		"OPTIONS " + item: false, "PUT " + item: false,
		"POST " + list + "?a=b": false, "PATCH " + item + "?includes=readme": false, "DELETE " + item + "?force=1": false,
		"GET " + list + "?limit=1": false, "GET " + list + "?includes=secrets": false, "GET " + list + "?ids=1": false,
		"GET " + item + "?ids=" + testID: false, "GET " + list + "?a=%zz": false, "GET " + list + "?a=1;b=2": false,
		"GET " + list + "/": false, "GET " + item + "/": false, "GET " + item + "/instances": false, "GET " + list + "x": false,
		"GET https://api.runcomfy.net/prod/v2/balance":                                false,
		"GET https://api.runcomfy.net/prod/v2/deployments/..%2fbalance":               false,
		"GET https://api.runcomfy.net/prod/v2/deployments/../balance":                 false,
		"GET https://api.runcomfy.net/prod/v2/%64eployments":                          false,
		"GET https://api.runcomfy.net/x/prod/v2/deployments":                          false,
		"GET http://api.runcomfy.net/prod/v2/deployments":                             false,
		"GET https://api.runcomfy.net:444/prod/v2/deployments":                        false,
		"GET https://serverless-api-storage.runcomfy.net/prod/v2/deployments":         false,
		"GET https://user@api.runcomfy.net/prod/v2/deployments":                       false,
		"GET https://api.runcomfy.net/prod/v2/deployments#x":                          false,
		"GET https://api.runcomfy.net/prod/v2/deployments/" + "A1B2C3D4" + testID[8:]: false,
	} {
		t.Run(request, func(t *testing.T) {
			t.Parallel()
			method, target, _ := strings.Cut(request, " ")
			sent := 0
			g := guard{base: base, token: testToken, next: fakeTransport(func(req *http.Request) (*http.Response, error) {
				sent++
				if got := req.Header.Get("Authorization"); got != "Bearer "+testToken {
					t.Errorf("Authorization = %q, want the token", got)
				}
				return response(200, ""), nil
			})}
			req, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			body := &closeWatch{Reader: req.Body}
			req.Body = body
			_, err = g.RoundTrip(req)
			if allowed != (err == nil) || allowed != (sent == 1) {
				t.Errorf("error = %v and %d requests left, want allowed %v", err, sent, allowed)
			}
			if !allowed && (!errors.Is(err, ErrInvalidRequest) || !body.closed) {
				t.Errorf("error = %v, body closed %v, want ErrInvalidRequest and true", err, body.closed)
			}
			if req.Header.Get("Authorization") != "" {
				t.Error("the caller's request was changed")
			}
		})
	}
}

type closeWatch struct {
	io.Reader
	closed bool
}

func (c *closeWatch) Close() error { c.closed = true; return nil }

// A Host field of its own would send the token to another virtual host.
func TestGuard_host(t *testing.T) {
	t.Parallel()
	base, _ := parseBaseURL(DefaultBaseURL)
	for _, hosts := range [][2]string{{"api.runcomfy.net", "evil.test"}, {"evil.test", "api.runcomfy.net"}, {"evil.test", ""}} {
		req := httptest.NewRequest("GET", "https://"+hosts[0]+collection, nil)
		req.Host = hosts[1]
		if err := (guard{base: base, token: testToken}).check(req); !errors.Is(err, ErrInvalidRequest) {
			t.Errorf("URL and Host %q: check() = %v, want ErrInvalidRequest", hosts, err)
		}
	}
}

// noSend fails the test when a request leaves.
func noSend(t *testing.T) fakeTransport {
	return func(req *http.Request) (*http.Response, error) {
		t.Errorf("%s %s left", req.Method, req.URL)
		return nil, io.EOF
	}
}

func TestClient_invalidToken(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "a b", "a\n", "a\r\nX-Evil: 1", "a\x00", "a\x7f", "ä", strings.Repeat("a", 4097)} {
		c := newTestClient(t, noSend(t), Options{})
		_, err := c.List(t.Context(), token, ListOptions{})
		if e, ok := errors.AsType[*Error](err); !ok || !errors.Is(err, ErrInvalidToken) || e.Outcome != NotSent || kinds(err) != "" {
			t.Errorf("token %q: error = %v (%s), want ErrInvalidToken, not sent", token, err, kinds(err))
		}
	}
	for _, token := range []string{"!", "~", strings.Repeat("a", 4096)} {
		if _, err := newTestClient(t, reply(200, "[]"), Options{}).List(t.Context(), token, ListOptions{}); err != nil {
			t.Errorf("token of %d bytes: error = %v, want none", len(token), err)
		}
	}
}

func TestClient_invalidID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"", "..", "..%2f" + testID, testID + "\x00", testID + ";a", testID + "/", strings.ToUpper(testID),
		"a1b2c3d4-1111-2222-3333-abcdefabcde", "a1b2c3d4-1111-2222-3333-abcdefabcde\u0661", "a1b2c3d4+1111-2222-3333-abcdefabcdef",
		strings.Repeat("a", 1<<20),
	} {
		c := newTestClient(t, noSend(t), Options{})
		_, get := c.Get(t.Context(), testToken, id)
		_, update := c.Update(t.Context(), testToken, id, UpdateRequest{})
		_, list := c.List(t.Context(), testToken, ListOptions{IDs: []string{testID, id}})
		for _, err := range []error{get, update, list, c.Delete(t.Context(), testToken, id)} {
			if e := wantError(t, err); !errors.Is(err, ErrInvalidID) || e.Outcome != NotSent || kinds(err) != "" {
				t.Errorf("id %.50q: error = %v (%s), want ErrInvalidID, not sent", id, err, kinds(err))
			}
		}
	}
}

func TestClient_invalidRequest(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, noSend(t), Options{})
	_, text := c.Create(t.Context(), testToken, CreateRequest{Name: "\xff"})
	_, include := c.Get(t.Context(), testToken, testID, "secrets")
	for _, err := range []error{text, include} {
		if e := wantError(t, err); !errors.Is(err, ErrInvalidRequest) || e.Outcome != NotSent || kinds(err) != "" {
			t.Errorf("error = %v (%s), want ErrInvalidRequest, not sent", err, kinds(err))
		}
	}
}

// RR-01: the stages end before the deadlines of the whole calls do.
func TestTransport_deadlinesNest(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, nil, Options{})
	rt := c.transport.(*http.Transport)
	chain := []time.Duration{rt.TLSHandshakeTimeout, rt.ResponseHeaderTimeout, c.options.ReadTimeout, c.options.WriteTimeout}
	for i, want := range []time.Duration{5 * time.Second, 10 * time.Second, 12 * time.Second, 25 * time.Second} {
		if chain[i] != want {
			t.Errorf("stage %d = %v, want %v", i, chain[i], want)
		}
	}
	if rt.Proxy != nil {
		t.Error("the transport takes a proxy from the environment")
	}
}

// A service that offers HTTP/2 gets HTTP/1.1, whose rules about replays are the ones that this package relies on.
func TestTransport_speaksHTTP1(t *testing.T) {
	t.Parallel()
	var proto string
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proto = r.Proto
		io.WriteString(w, "[]")
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	rt := newTransport()
	rt.TLSClientConfig = srv.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	rt.TLSClientConfig.NextProtos = nil
	t.Cleanup(rt.CloseIdleConnections)
	c, err := New(srv.URL, Options{Transport: rt})
	if err != nil {
		t.Fatal(err)
	}
	if err := listOp.call(t, c); err != nil || proto != "HTTP/1.1" {
		t.Errorf("List() error = %v over %q, want HTTP/1.1", err, proto)
	}
}

func TestNew_baseURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		DefaultBaseURL:                    DefaultBaseURL,
		DefaultBaseURL + "/":              DefaultBaseURL,
		"https://gateway.example/comfy":   "https://gateway.example/comfy",
		"http://127.0.0.1:9090":           "http://127.0.0.1:9090",
		"http://[::1]:9090/":              "http://[::1]:9090",
		"http://localhost":                "http://localhost",
		"http://api.runcomfy.net":         "",
		"http://127.0.0.1.evil.test":      "",
		"ftp://127.0.0.1":                 "",
		"https://":                        "",
		"https:api.runcomfy.net":          "",
		"api.runcomfy.net":                "",
		"":                                "",
		"https://u:p@api.runcomfy.net":    "",
		"https://api.runcomfy.net/?":      "",
		"https://api.runcomfy.net/?a=1":   "",
		"https://api.runcomfy.net/#":      "",
		"https://api.runcomfy.net/#x":     "",
		"https://api.runcomfy.net/a/../b": "",
		"https://api.runcomfy.net/a%2fb":  "",
		"https://u:secret@%zz":            "",
	} {
		t.Run(raw, func(t *testing.T) {
			t.Parallel()
			c, err := New(raw, Options{})
			switch {
			case want == "" && err == nil:
				t.Errorf("New(%q) = %q, want an error", raw, c.BaseURL())
			case want == "" && strings.Contains(err.Error(), "secret"):
				t.Errorf("New(%q) error repeats the password: %v", raw, err)
			case want != "" && (err != nil || c.BaseURL() != want):
				t.Errorf("New(%q) = %v, %v, want %q", raw, c, err, want)
			}
		})
	}
}

func TestNew_options(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"user agent": {UserAgent: "a\r\nX: b"}, "read timeout": {ReadTimeout: -1}, "write timeout": {WriteTimeout: -1},
		"item size": {MaxItemBytes: -1}, "list size": {MaxListBytes: -1},
	} {
		if c, err := New(DefaultBaseURL, o); err == nil {
			t.Errorf("%s: New() = %v, want an error", name, c)
		}
	}
}

// A base URL with a path is a gateway; its prefix is kept.
func TestClient_pathPrefix(t *testing.T) {
	t.Parallel()
	var path string
	c, err := New("https://gateway.example/comfy/", Options{Transport: fakeTransport(func(r *http.Request) (*http.Response, error) {
		path = r.URL.Path
		return response(200, "[]"), nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	if err := listOp.call(t, c); err != nil || path != "/comfy/prod/v2/deployments" {
		t.Errorf("List() error = %v, path = %q, want the prefix kept", err, path)
	}
}

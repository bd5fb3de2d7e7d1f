package apiclient

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// parseBaseURL checks raw and returns it without a trailing slash.
func parseBaseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The parse error quotes raw, which may hold a password.
		return nil, fmt.Errorf("apiclient: base URL is not a URL")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("apiclient: base URL must start with https://")
	case u.Hostname() == "" || u.Opaque != "":
		return nil, fmt.Errorf("apiclient: base URL has no host")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(raw, "#"):
		return nil, fmt.Errorf("apiclient: base URL must not have user info, a query or a fragment")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("apiclient: base URL must be https; http is for loopback hosts only")
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	if u.RawPath != "" || u.Path != "" && path.Clean(u.Path) != u.Path {
		return nil, fmt.Errorf("apiclient: base URL has an unusual path")
	}
	return u, nil
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// newTransport returns the production transport. Its stages end before the deadline of the whole call does, so that an
// error names the stage. It takes no proxy from the environment: a proxy would see which account talks.
//
// HTTP/2 stays off because its transport replays requests by rules of its own; with HTTP/1.1 a request without GetBody
// whose first byte was written is replayed only when it is a GET.
func newTransport() *http.Transport {
	t := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  10 * time.Second,
		IdleConnTimeout:        30 * time.Second, // shorter than the 60 s of common load balancers: we close first
		MaxIdleConnsPerHost:    32,
		MaxResponseHeaderBytes: 64 << 10,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	return t
}

// guard is the only place that sets the Authorization header, and the only way out: it lets pass the five calls of the
// API and nothing else, whatever the rest of the package builds.
type guard struct {
	base  *url.URL
	token string
	next  http.RoundTripper
}

// RoundTrip sends a copy of req with the token, or fails with [ErrInvalidToken] or [ErrInvalidRequest].
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	err := g.check(req)
	if err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, err
	}
	out := req.Clone(req.Context())
	out.Header.Set("Authorization", "Bearer "+g.token)
	return g.next.RoundTrip(out)
}

func (g guard) check(req *http.Request) error {
	if !validToken(g.token) {
		return ErrInvalidToken
	}
	u := req.URL
	if u.Scheme != g.base.Scheme || u.Host != g.base.Host || u.User != nil || u.RawPath != "" || u.Fragment != "" ||
		req.Host != "" && req.Host != g.base.Host {
		return fmt.Errorf("%w: foreign origin", ErrInvalidRequest)
	}
	rest, ok := strings.CutPrefix(u.Path, g.base.Path+collection)
	id, item := strings.CutPrefix(rest, "/")
	if !ok || !item && rest != "" || item && !ValidID(id) {
		return fmt.Errorf("%w: foreign path", ErrInvalidRequest)
	}
	switch {
	case req.Method == http.MethodGet:
		return checkQuery(u.RawQuery, !item)
	case u.RawQuery != "":
		return fmt.Errorf("%w: query on a write", ErrInvalidRequest)
	case !item && req.Method == http.MethodPost, item && (req.Method == http.MethodPatch || req.Method == http.MethodDelete):
		return nil
	default:
		return fmt.Errorf("%w: foreign method", ErrInvalidRequest)
	}
}

// checkQuery lets pass the two documented query parameters; ids belongs to the list.
func checkQuery(raw string, ids bool) error {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return fmt.Errorf("%w: malformed query", ErrInvalidRequest)
	}
	for name, values := range query {
		for _, v := range values {
			switch {
			case name == "ids" && ids && ValidID(v):
			case name == "includes" && (v == string(IncludeReadme) || v == string(IncludePayload)):
			default:
				return fmt.Errorf("%w: foreign query parameter", ErrInvalidRequest)
			}
		}
	}
	return nil
}

// validToken bounds a token to what a header carries unchanged: printable ASCII without blanks, at most 4,096 bytes.
func validToken(token string) bool {
	return token != "" && len(token) <= 4096 && !strings.Contains(token, " ") && printable(token)
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

package apiclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// maxProblemBytes bounds what is read of an error answer: enough for every field of a validation error.
const maxProblemBytes = 64 << 10

// call is one call of the API, before it is a request.
type call struct {
	op, method string
	id         string // the deployment asked for; "" on the collection
	path       string // below the base URL
	query      url.Values
	content    any    // of a create or update
	body       []byte // content as JSON
	limit      int64  // of the answer, in bytes after decompression
}

func (k call) write() bool { return k.method != http.MethodGet }

// answer is a complete 2xx answer whose body is still to be judged.
type answer struct {
	op     string
	token  string // to be removed from the service's words
	status int
	header http.Header
	body   []byte
}

// do makes the call within its deadline: once for a write, up to three times for a read.
func (c *Client) do(ctx context.Context, token string, k call) (*answer, error) {
	timeout := c.options.ReadTimeout
	if k.write() {
		timeout = c.options.WriteTimeout
	} else {
		c.budget.earn()
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for retries := 0; ; retries++ {
		a, err := c.attempt(ctx, token, k)
		if err == nil {
			return a, nil
		}
		if k.write() || c.once || retries == maxRetries || !err.retryable() || !c.pause(ctx, err.RetryAfter) {
			return nil, err
		}
	}
}

// attempt sends the call once.
func (c *Client) attempt(ctx context.Context, token string, k call) (*answer, *Error) {
	resp, failure := c.send(ctx, token, k)
	if failure != nil {
		return nil, failure
	}
	defer resp.Body.Close()
	a := &answer{op: k.op, token: token, status: resp.StatusCode, header: resp.Header}
	if a.status < 200 || a.status > 299 {
		a.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxProblemBytes)) // the status alone is an answer
		return nil, a.problem()
	}
	var err error
	if a.body, err = readBody(resp, k.limit); err != nil {
		return nil, a.fault(err)
	}
	return a, nil
}

// send makes the request of a call and returns the beginning of the answer. Whoever calls it closes the body.
func (c *Client) send(ctx context.Context, token string, k call) (*http.Response, *Error) {
	if err := ctx.Err(); err != nil {
		return nil, &Error{Op: k.op, Outcome: NotSent, Err: err}
	}
	var conn connTrace
	req, err := c.request(conn.watch(ctx), k)
	if err != nil {
		return nil, &Error{Op: k.op, Outcome: NotSent, Err: err}
	}
	// A RoundTripper and not an http.Client: it follows no redirect, keeps no cookie and repeats no URL in its errors.
	resp, err := guard{base: c.base, token: token, next: c.transport}.RoundTrip(req)
	if err != nil {
		outcome := conn.outcome(err)
		if outcome == Unknown {
			err = quiet(err, token)
		}
		return nil, &Error{Op: k.op, Outcome: outcome, Err: err}
	}
	return resp, nil
}

// request builds the request with its fixed set of headers; the guard adds the token. Accept-Encoding is left to the
// transport, which then also decompresses, so that limits count decoded bytes.
func (c *Client) request(ctx context.Context, k call) (*http.Request, error) {
	u := c.base.JoinPath(k.path)
	u.RawQuery = k.query.Encode()
	req, err := http.NewRequestWithContext(ctx, k.method, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidRequest, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.options.UserAgent)
	if k.body != nil {
		// Set by hand to leave GetBody nil: without it net/http cannot send the body a second time. For the same reason
		// no Idempotency-Key may ever be set, which would make net/http replay writes.
		req.Body = io.NopCloser(bytes.NewReader(k.body))
		req.ContentLength = int64(len(k.body))
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// readBody reads a whole body of at most limit bytes after decompression.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	if 0 < resp.ContentLength && resp.ContentLength <= limit {
		buf.Grow(int(resp.ContentLength) + bytes.MinRead) // MinRead spares the last doubling of ReadFrom
	}
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, err
	case n > limit:
		return nil, ErrTooLarge
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && len(bytes.TrimSpace(buf.Bytes())) > 0:
		return nil, errors.New("answer is an HTML page")
	}
	return buf.Bytes(), nil
}

// connTrace watches whether a request got a connection. Without one nothing can have been sent.
type connTrace struct{ asked, got atomic.Bool }

func (t *connTrace) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { t.got.Store(true) },
	})
}

// outcome judges a round trip that failed with err. A transport that reports no connections is not trusted to have
// sent nothing.
func (t *connTrace) outcome(err error) Outcome {
	local := errors.Is(err, ErrInvalidToken) || errors.Is(err, ErrInvalidRequest)
	if local || t.asked.Load() && !t.got.Load() {
		return NotSent
	}
	return Unknown
}

// quiet replaces an error that quotes the peer: net/http repeats a whole status line that it does not understand.
func quiet(err error, token string) error {
	if text := err.Error(); len(text) > maxMessage || strings.Contains(text, token) {
		return errors.New("answer is not HTTP")
	}
	return err
}

// fault is the error of a 2xx answer that cannot be taken for success.
func (a *answer) fault(err error) *Error {
	if errors.Is(err, errRejected) {
		return a.problem()
	}
	return &Error{Op: a.op, Status: a.status, Outcome: Unknown, RequestID: requestID(a.header), Err: err}
}

// problem is the error that the service put into its answer.
func (a *answer) problem() *Error {
	p := readProblem(a.body, a.token)
	e := &Error{
		Op: a.op, Status: a.status, Code: p.code, Message: p.message, Detail: p.detail,
		RequestID: requestID(a.header),
	}
	e.RetryAfter, e.Beyond = retryAfter(a.header, time.Now())
	// A server fault may come after the work was done, and so may a redirect that does not ask for the same request again:
	// 303 is even meant for that.
	if a.status < 300 && e.status() >= 500 || a.status >= 500 || a.status/100 == 3 && a.status != 307 && a.status != 308 {
		e.Outcome = Unknown
	}
	return e
}

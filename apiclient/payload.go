package apiclient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// ErrNoPayload is the error of [Client.CopyPayload] when the answer has none.
var ErrNoPayload = errors.New("answer holds no payload")

// CopyPayload writes the JSON text of a deployment's payload to w, byte for byte, while it arrives: no limit of size applies and
// nothing of it is kept. The call ends with ctx, which needs a deadline, and is not made a second time. An error after the first
// byte means that what was written is not the whole payload. The error is [ErrNoPayload] when there is none.
func (c *Client) CopyPayload(ctx context.Context, token, id string, w io.Writer) error {
	k := call{op: "get", method: http.MethodGet, id: id, path: collection + "/" + id, query: includesQuery([]Include{IncludePayload})}
	if !ValidID(id) {
		return &Error{Op: k.op, Outcome: NotSent, Err: ErrInvalidID}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	slow := time.AfterFunc(c.options.ReadTimeout, func() { cancel(context.DeadlineExceeded) })
	resp, failure := c.send(ctx, token, k)
	slow.Stop() // what has begun may take its time
	if failure != nil {
		return failure
	}
	defer resp.Body.Close()
	a := &answer{op: k.op, token: token, status: resp.StatusCode, header: resp.Header}
	if a.status < 200 || a.status > 299 {
		a.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxProblemBytes))
		return a.problem()
	}
	var head limited
	s := copier{in: bufio.NewReaderSize(io.TeeReader(resp.Body, &head), 32<<10)}
	err := s.deployment(id, w)
	if errors.Is(err, ErrNoPayload) && s.rejected {
		a.body, err = head.buf.Bytes(), errRejected
	}
	if err != nil {
		return a.fault(err)
	}
	return nil
}

// copier reads a JSON object as it arrives, without keeping it. It finds where values end; whether a payload is good JSON is for
// those to say who read it.
type copier struct {
	in       *bufio.Reader
	seen     map[string]bool // names, in lower case
	rejected bool            // one of them says that the service refused
}

// longestName is the longest member name that is looked at.
const longestName = 64

var errTorn = errors.New("answer ends early, or is not JSON")

// deployment copies the payload of the object that follows.
func (s *copier) deployment(id string, w io.Writer) error {
	if c, err := s.next(); err != nil || c != '{' {
		return errTorn
	}
	s.seen = map[string]bool{}
	for {
		name, more, err := s.name()
		switch {
		case err != nil:
			return err
		case !more && !s.seen["payload"]:
			return ErrNoPayload
		case !more:
			return s.end()
		}
		if err := s.member(name, id, w); err != nil {
			return err
		}
	}
}

// member reads the value of a member; two whose names differ in nothing but case are one too many.
func (s *copier) member(name, id string, w io.Writer) error {
	if known := strings.ToLower(name); deploymentNames[known] != "" {
		switch {
		case known != name:
			return fmt.Errorf("answer spells the key %q in another case", known)
		case s.seen[known]:
			return ErrRepeatedKey
		}
		s.seen[known] = true
	}
	switch name {
	case "payload":
		out := bufio.NewWriterSize(w, 32<<10)
		return errors.Join(s.value(out), out.Flush())
	case "id":
		var is limited
		out := bufio.NewWriter(&is)
		if err := errors.Join(s.value(out), out.Flush()); err != nil {
			return err
		}
		if is.buf.String() != `"`+id+`"` {
			return fmt.Errorf("answer is about another deployment")
		}
		return nil
	case "error_code", "error":
		s.rejected = true
	}
	return s.value(nil)
}

// name reads on to the next member's value; more is false at the end of the object. A long name comes back as "".
func (s *copier) name() (name string, more bool, err error) {
	c, err := s.next()
	if err == nil && c == ',' {
		c, err = s.next()
	}
	switch {
	case err != nil:
		return "", false, errTorn
	case c == '}':
		return "", false, nil
	case c != '"':
		return "", false, errTorn
	}
	var b bytes.Buffer
	for {
		c, err := s.in.ReadByte()
		switch {
		case err != nil:
			return "", false, errTorn
		case c == '"':
			colon, err := s.next()
			if err != nil || colon != ':' {
				return "", false, errTorn
			}
			return b.String(), true, nil
		case c == '\\': // no name that matters is written with an escape
			_, _ = s.in.ReadByte()
			b.Reset()
			b.WriteString("\\")
		case b.Len() < longestName:
			b.WriteByte(c)
		}
	}
}

// next returns the next byte that is no white space.
func (s *copier) next() (byte, error) {
	for {
		c, err := s.in.ReadByte()
		if err != nil || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c, err
		}
	}
}

// value reads one value, and copies it to out when there is one.
func (s *copier) value(out *bufio.Writer) error {
	c, err := s.next()
	if err != nil {
		return errTorn
	}
	depth, text := 0, false
	for {
		if out != nil {
			if err := out.WriteByte(c); err != nil {
				return err
			}
		}
		switch {
		case text && c == '\\':
			c, err = s.in.ReadByte()
			if err != nil {
				return errTorn
			}
			if out != nil {
				_ = out.WriteByte(c) // a failure stays in the writer
			}
		case c == '"':
			text = !text
		case !text && (c == '{' || c == '['):
			depth++
		case !text && (c == '}' || c == ']'):
			depth--
		}
		scalar := depth == 0 && !text && c != '"' && c != '}' && c != ']'
		if depth == 0 && !text && !scalar {
			return nil
		}
		if c, err = s.in.ReadByte(); err != nil {
			return errTorn
		}
		if scalar && bytes.IndexByte([]byte(", \n\r\t}]"), c) >= 0 {
			return s.in.UnreadByte()
		}
	}
}

// end holds that nothing follows.
func (s *copier) end() error {
	if _, err := s.next(); !errors.Is(err, io.EOF) {
		return errTorn
	}
	return nil
}

// limited keeps the beginning of what is written.
type limited struct{ buf bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	l.buf.Write(p[:min(len(p), max(0, maxProblemBytes-l.buf.Len()))])
	return len(p), nil
}

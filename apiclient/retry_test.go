package apiclient

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// script answers the first requests as told and every later one with an empty list, and notes when each arrived.
type script struct {
	first []func() (*http.Response, error)
	seen  []time.Time
}

func (s *script) RoundTrip(*http.Request) (*http.Response, error) {
	s.seen = append(s.seen, time.Now())
	if n := len(s.seen) - 1; n < len(s.first) {
		return s.first[n]()
	}
	return response(200, "[]"), nil
}

func status(code int, headers ...string) func() (*http.Response, error) {
	return func() (*http.Response, error) { return response(code, "", headers...), nil }
}

func failure(err error) func() (*http.Response, error) {
	return func() (*http.Response, error) { return nil, err }
}

func TestRetry(t *testing.T) {
	t.Parallel()
	type answers = []func() (*http.Response, error)
	dial := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	dialTimeout := &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
	for name, tc := range map[string]struct {
		first    answers
		attempts int
		ok       bool
	}{
		"first try":             {nil, 1, true},
		"connect error":         {answers{failure(dial)}, 2, true},
		"connect timeout":       {answers{failure(dialTimeout)}, 2, true},
		"reset before headers":  {answers{failure(syscall.ECONNRESET), failure(io.EOF)}, 3, true},
		"broken pipe":           {answers{failure(syscall.EPIPE)}, 2, true},
		"third failure":         {answers{status(502), status(503), status(504)}, 3, false},
		"429":                   {answers{status(429)}, 2, true},
		"429 that fits":         {answers{status(429, "Retry-After", "10")}, 2, true},
		"429 that does not fit": {answers{status(429, "Retry-After", "12")}, 1, false},
		"503 that does not fit": {answers{status(503, "Retry-After", "60")}, 1, false},
		"second does not fit":   {answers{status(503, "Retry-After", "7"), status(503, "Retry-After", "7")}, 2, false},
		"500":                   {answers{status(500)}, 1, false},
		"530":                   {answers{status(530)}, 1, false},
		"400":                   {answers{status(400)}, 1, false},
		"401":                   {answers{status(401)}, 1, false},
		"404":                   {answers{status(404)}, 1, false},
		"302":                   {answers{status(302)}, 1, false},
		"not the API":           {answers{status(200)}, 1, false},
		"certificate":           {answers{failure(x509.UnknownAuthorityError{})}, 1, false},
		"read timeout":          {answers{failure(&net.OpError{Op: "read", Err: syscall.ETIMEDOUT})}, 1, false},
		"other error":           {answers{failure(errors.New("malformed answer"))}, 1, false},
		"200 with an error":     {answers{func() (*http.Response, error) { return response(200, `{"error_code":500001}`), nil }}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{first: tc.first}
				err := listOp.call(t, newTestClient(t, s, Options{}))
				if (err == nil) != tc.ok || len(s.seen) != tc.attempts {
					t.Errorf("error = %v after %d attempts, want success %v after %d", err, len(s.seen), tc.ok, tc.attempts)
				}
			})
		})
	}
}

func TestRetry_pauses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first    func() (*http.Response, error)
		min, max time.Duration
	}{
		"jitter":          {status(503), 100 * time.Millisecond, 800 * time.Millisecond},
		"retry after":     {status(429, "Retry-After", "5"), 5 * time.Second, 5 * time.Second},
		"bad retry after": {status(503, "Retry-After", "-1"), 5 * time.Second, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pauses := map[time.Duration]bool{}
				for range 50 {
					s := &script{first: []func() (*http.Response, error){tc.first}}
					if err := listOp.call(t, newTestClient(t, s, Options{})); err != nil || len(s.seen) != 2 {
						t.Fatalf("error = %v after %d attempts, want success after 2", err, len(s.seen))
					}
					pause := s.seen[1].Sub(s.seen[0])
					if pause < tc.min || pause > tc.max {
						t.Fatalf("pause = %v, want %v to %v", pause, tc.min, tc.max)
					}
					pauses[pause] = true
				}
				if tc.min != tc.max && len(pauses) < 25 {
					t.Errorf("%d different pauses in 50, want jitter", len(pauses))
				}
			})
		})
	}
}

// A burst of failures is not answered with three times the load: past the reserve of ten, one retry per ten reads.
func TestRetry_budget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		down := true
		c := newTestClient(t, fakeTransport(func(*http.Request) (*http.Response, error) {
			sent++
			if down {
				return response(502, ""), nil
			}
			return response(200, "[]"), nil
		}), Options{})
		const reads = 1000
		for range reads {
			if err := listOp.call(t, c); !IsUnavailable(err) {
				t.Fatalf("List() error = %v, want unavailable", err)
			}
		}
		if retries := sent - reads; retries < reads/10 || retries > reads/10+10 {
			t.Errorf("%d retries of %d reads, want a tenth and the reserve of ten", retries, reads)
		}

		down = false
		for range 200 { // more than fills the reserve, which must not grow past ten
			if err := listOp.call(t, c); err != nil {
				t.Fatalf("List() error = %v", err)
			}
		}
		down, sent = true, 0
		for range 10 {
			_ = listOp.call(t, c)
		}
		if retries := sent - 10; retries != 10 {
			t.Errorf("%d retries after a quiet time, want the reserve of ten", retries)
		}
	})
}

func TestRetry_neverForWrites(t *testing.T) {
	t.Parallel()
	for _, op := range writes {
		for _, first := range []func() (*http.Response, error){
			status(429), status(502), status(503, "Retry-After", "1"), status(504), failure(syscall.ECONNRESET), failure(io.EOF),
			failure(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}),
		} {
			s := &script{first: []func() (*http.Response, error){first}}
			if err := op.call(t, newTestClient(t, s, Options{})); err == nil || len(s.seen) != 1 {
				t.Errorf("%s: error = %v after %d attempts, want an error after 1", op.name, err, len(s.seen))
			}
		}
	}
}

// A server fault on a write may come after the work was done.
func TestWrites_serverFaultIsUnknown(t *testing.T) {
	t.Parallel()
	for _, op := range writes {
		for _, code := range []int{500, 501, 502, 503, 504, 530, 599} {
			if err := op.call(t, newTestClient(t, reply(code, "<html>"), Options{})); kinds(err) != "unknown, unavailable" {
				t.Errorf("%s, status %d = %v (%s), want unknown, unavailable", op.name, code, err, kinds(err))
			}
		}
	}
}

// A caller that gives up during the pause gets the last failure at once.
func TestRetry_cancelledPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := &script{first: []func() (*http.Response, error){status(503, "Retry-After", "9")}}
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := newTestClient(t, s, Options{}).List(ctx, testToken, ListOptions{})
		if wantError(t, err).Status != 503 || len(s.seen) != 1 || time.Since(start) != time.Second {
			t.Errorf("List() error = %v after %d attempts and %v, want the 503 after 1 and 1s", err, len(s.seen), time.Since(start))
		}
	})
}

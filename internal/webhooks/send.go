package webhooks

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// steps are the pauses between tries; after the last the delivery has failed.
var steps = []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// maxWait bounds what a receiver may ask for.
const maxWait = 6 * time.Hour

// sender sends one message once.
type sender struct {
	guard   Guard
	tls     *tls.Config
	timeout time.Duration
	now     func() time.Time
}

// answer is what came back.
type answer struct {
	Result
	gone bool // the receiver wants no more, ever
}

// send makes one try. It returns within the timeout, whatever ctx says.
func (s sender) send(ctx context.Context, h Hook, d Delivery, m message) answer {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	defer cancel()
	began := time.Now()
	status, said, after, err := s.exchange(ctx, h, d, m)
	a := answer{Result: Result{Status: status, Took: time.Since(began), Said: said}}
	switch {
	case err == nil && status >= 200 && status < 300:
		a.State = Delivered
		return a
	case err == nil && status == http.StatusGone:
		a.State, a.gone = Failed, true
		a.Message = "The receiver answered 410: it wants no more messages. The webhook is paused."
		return a
	case err != nil:
		a.Message = sentence(err)
		if _, refused := refusal(err); refused || errors.Is(err, errSealed) {
			a.State = Failed
			return a
		}
	case status >= 300 && status < 400:
		a.Message = "The receiver answered with a redirect (" + strconv.Itoa(status) + "), which is not followed: enter the address that it leads to."
	default:
		a.Message = strings.TrimSpace("The receiver answered "+strconv.Itoa(status)+" "+http.StatusText(status)) + "."
	}
	a.State = Failed
	if d.Line != "" && d.Round <= len(steps) {
		a.State, a.Wait = Waiting, max(jittered(steps[max(d.Round, 1)-1]), after)
	}
	return a
}

// jittered spreads tries that failed together.
func jittered(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64())) //nolint:gosec // no secret
}

// exchange sends a message and reads the beginning of the answer.
func (s sender) exchange(ctx context.Context, h Hook, d Delivery, m message) (status int, said string, after time.Duration, err error) {
	target, err := s.guard.Target(h.target)
	if err != nil {
		return 0, "", 0, err
	}
	at := s.now()
	body, err := m.body(h, at)
	if err != nil {
		return 0, "", 0, err
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	signature, err := sign(h.secret, d.ID, stamp, body)
	if err != nil {
		return 0, "", 0, err
	}
	ctx = context.WithValue(ctx, plainKey{}, strings.HasPrefix(target, "http:"))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0, "", 0, err
	}
	r.Header = http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"comfydeck"},
		"Webhook-Id": {d.ID}, "Webhook-Timestamp": {stamp}, "Webhook-Signature": {signature}, "Webhook-Attempt": {strconv.Itoa(d.Tries)},
	}
	transport := s.guard.transport()
	transport.TLSClientConfig = s.tls
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(r) // follows no redirect and keeps no cookie
	if err != nil {
		return 0, "", 0, err
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer)) // one that breaks off has its status all the same
	return res.StatusCode, visible.Clip(strings.TrimSpace(string(text)), maxSaid), retryAfter(res.Header.Get("Retry-After"), at), nil
}

// retryAfter is what a receiver asks for, within bounds.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(max(seconds, 0), int(maxWait/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), 0), maxWait)
	}
	return 0
}

// sentence words why no answer came. What the error itself says may hold the address.
func sentence(err error) string {
	if refused, ok := refusal(err); ok {
		return string(refused)
	}
	var (
		certificate *tls.CertificateVerificationError
		name        *net.DNSError
		network     net.Error
	)
	switch {
	case errors.Is(err, errSealed):
		return "The address cannot be read with the keys of this server. Enter it again."
	case errors.As(err, &certificate):
		return "The receiver's certificate is not valid for this address."
	case errors.As(err, &name) && !name.IsTimeout:
		return "The name of the receiver cannot be resolved."
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "The receiver did not answer in time."
	default:
		return "The connection to the receiver failed."
	}
}

package deployments

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Ask says on whose behalf a write is made, from which form, and whether what it does was seen before.
type Ask struct {
	Token       string // of the API
	Account     string // whose it is, as session.Session.Account
	Session     string // its name in logs
	Person      string // as typed at sign-in, may be empty
	Fingerprint string // of the token, as session.Session.Fingerprint
	Request     string // id of the request
	Reason      string // why, as typed; may be empty
	// Key names the form: however often it is sent, and to however many servers, it makes one write. A script that sends none
	// has one write per request.
	Key string
	// Confirm is what the review gave out that the person has seen, "" before it.
	Confirm string
	// Reviewed says that the person has seen elsewhere what the write does, as in the review of many at once.
	Reviewed bool
	// Look asks for the review of whatever it is, and sends nothing.
	Look bool
	// Strict holds even a pause to its lease and its record: of a run over many, no write leaves that a later look could miss.
	Strict bool
}

// NewKey makes the key of a form.
func NewKey() string { return strings.ToLower(rand.Text()) }

// ValidKey tells whether a form's key may be one that NewKey made.
func ValidKey(key string) bool {
	return len(key) == 26 && !strings.ContainsFunc(key, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '2' || r > '7') })
}

// digest stands for the values of a form: the same key with another digest is another wish.
func digest(action journal.Action, id string, typed Draft) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%q %q", action, id)
	for _, f := range slices.Concat(CreateFields(), []string{FieldIsEnabled}) {
		if value, ok := typed[f]; ok {
			_, _ = fmt.Fprintf(h, " %q=%q", f, oneLine(value))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// entry is what the journal says of a write that is about to leave.
func (a Ask) entry(action journal.Action, d Deployment, digest string, changes []journal.Change) journal.Entry {
	return journal.Entry{
		ID: NewKey(), Account: a.Account, Session: a.Session, Person: a.Person, Key: a.Key, Digest: digest, Action: action,
		Deployment: d.ID, Name: clip(d.Name, maxText), Version: d.UpdatedAt.Raw, Changes: changes, Request: a.Request, Reason: oneLine(a.Reason),
	}
}

// recorded sends a write between two entries of the journal. What needs a record is not sent without; what lowers cost and
// nothing else does not, so that nothing but the API itself stands between a person and the meter (SR-38).
func (s *Service) recorded(ctx context.Context, ask Ask, e journal.Entry, needed bool, send func() (Result, error)) (Result, error) {
	s.reach(BeforeRecord)
	begun, fresh, err := s.journal.Begin(ctx, e)
	switch {
	case err != nil && (needed || ask.Strict):
		return Result{}, fault.Wrap(fault.Unavailable, "This server cannot record the change right now, and sends nothing that it cannot record. Nothing was sent: try again in a moment.", err)
	case err != nil:
		s.o.Logger.ErrorContext(ctx, "a write goes ahead without a record", "action", e.Action, "deployment", e.Deployment, "request", e.Request, "error", err)
		e.ID = ""
		done, err := s.outdating(ask, send)
		done.Written = e
		return done, err
	case !fresh:
		return s.again(ctx, ask, begun, e.Digest)
	}
	s.reach(AfterRecord)
	done, err := s.outdating(ask, send)
	s.reach(BeforeOutcome)
	s.conclude(ctx, begun, done, err)
	s.reach(AfterOutcome)
	done.Written = begun
	return done, err
}

// outdating sends a write and no longer trusts the lists that do not show it: one whose reading began before the write had ended,
// too.
func (s *Service) outdating(ask Ask, send func() (Result, error)) (Result, error) {
	defer s.lists.Outdate(ask.Account)
	return send()
}

// conclude records what came of a write. The write's own budget may be spent by now; the record has one of its own.
func (s *Service) conclude(ctx context.Context, e journal.Entry, done Result, err error) {
	o := journal.Outcome{State: journal.Done, Deployment: done.Deployment.ID, Settled: done.Settled}
	for _, d := range done.Differences {
		o.Got = append(o.Got, journal.Change{Field: d.Field, From: d.Asked, To: d.Got})
	}
	if err != nil {
		o = journal.Outcome{State: journal.Refused, Message: withReasons(fault.From(err))}
		if fault.Is(err, fault.Unknown) {
			o.State = journal.Unknown
		}
	}
	if o.State == journal.Unknown {
		s.quiet.Delete(e.Account)
	}
	if err := s.journal.End(context.WithoutCancel(ctx), e.ID, o); err != nil {
		s.o.Logger.ErrorContext(ctx, "the outcome of a write is not recorded and will be looked up", "entry", e.ID, "state", o.State, "error", err)
	}
}

// earlier answers a form that was sent before. ok is false for one that was not, and when the journal does not answer: the
// record of the write itself then decides.
func (s *Service) earlier(ctx context.Context, ask Ask, digest string) (done Result, ok bool, err error) {
	if ask.Key == "" {
		return Result{}, false, nil
	}
	e, found, err := s.journal.ByKey(ctx, ask.Account, ask.Key)
	if err != nil || !found {
		return Result{}, false, nil //nolint:nilerr // see above
	}
	done, err = s.again(ctx, ask, e, digest)
	return done, true, err
}

// again answers a form that has made its write: with what came of that, never with another one.
func (s *Service) again(ctx context.Context, ask Ask, e journal.Entry, digest string) (Result, error) {
	if e.Digest != digest {
		return Result{}, fault.New(fault.Conflict, "This form was sent before, with other values. Nothing was sent now: look at the values, then send the form again.")
	}
	e, err := s.ended(ctx, ask, e)
	if err != nil {
		return Result{}, err
	}
	switch e.State {
	case journal.Done:
		return s.repeated(ctx, ask, e)
	case journal.Refused:
		return Result{}, fault.New(fault.Conflict, "This form was sent before, and nothing came of it: "+e.Message+" Look at the values, then send the form again.")
	default:
		return s.lookAgain(ctx, ask, e)
	}
}

// ended waits for a write under way, which another tab or another server makes.
func (s *Service) ended(ctx context.Context, ask Ask, e journal.Entry) (journal.Entry, error) {
	for e.State == journal.Open {
		select {
		case <-ctx.Done():
			return e, fault.New(fault.Conflict, "This form is being carried out already, and is not done yet. Nothing was sent a second time. Look again in a moment.")
		case <-time.After(s.o.Poll):
		}
		next, found, err := s.journal.ByKey(ctx, ask.Account, ask.Key)
		if err == nil && found {
			e = next
		}
		if s.o.Now().Sub(e.AskedAt) > s.o.WriteBudget+time.Second && e.State == journal.Open {
			e.State = journal.Unknown // whoever made it is gone
		}
	}
	return e, nil
}

// repeated is the result of a write that this form has made before.
func (s *Service) repeated(ctx context.Context, ask Ask, e journal.Entry) (Result, error) {
	out := Result{Deployment: Deployment{ID: e.Deployment, Name: e.Name}, Written: e, Settled: e.Settled, Repeated: true}
	for _, g := range e.Got {
		out.Differences = append(out.Differences, Difference{Field: g.Field, Asked: g.From, Got: g.To})
	}
	if e.Action == journal.Delete {
		return out, nil
	}
	now, err := s.read(ctx, ask.Token, e.Deployment)
	if err == nil {
		out.Deployment = now
	}
	return out, nil
}

// Points a write passes, in order, for tests that end the process there (RR-06).
const (
	BeforeRecord  = "before record"
	AfterRecord   = "after record"
	AfterAnswer   = "after answer"
	BeforeOutcome = "before outcome"
	AfterOutcome  = "after outcome"
)

func (s *Service) reach(point string) {
	if s.o.Reached != nil {
		s.o.Reached(point)
	}
}

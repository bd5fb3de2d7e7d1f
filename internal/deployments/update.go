package deployments

import (
	"context"
	"strings"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Update sends what a person changed: the fields of typed that differ from base, the values the form was made from. Without
// a base, from a script, everything typed that differs from the deployment as it is now counts as changed. A *Conflict names
// the fields somebody else changed since base was read.
func (s *Service) Update(ctx context.Context, ask Ask, id string, typed, base Draft) (Result, error) {
	return s.change(ctx, ask, journal.Update, id, typed, func(now Deployment) (edit, error) {
		current := DraftOf(now)
		changed := changes(typed, base, current)
		v, wrong := typed.check(s.o.Limits, changed)
		s.checkStoredPair(v, changed, now, wrong)
		checkReason(ask, wrong)
		if err := invalid(wrong); err != nil {
			return edit{}, err
		}
		if c := conflictOf(typed, base, current, changed); c != nil {
			c.Makers = s.makers(ctx, ask.Account, id, c)
			return edit{}, &fault.Error{Kind: fault.Conflict, Message: conflictMessage, Fields: c.fields(), Err: c}
		}
		return edit{v: v, changed: changed, merged: merged(base, current, changed)}, nil
	})
}

// SetEnabled switches a deployment on or off.
func (s *Service) SetEnabled(ctx context.Context, ask Ask, id string, on bool) (Result, error) {
	want, action, value := Paused, journal.Disable, "false"
	if on {
		want, action, value = Enabled, journal.Enable, "true"
	}
	return s.change(ctx, ask, action, id, Draft{FieldIsEnabled: value}, func(now Deployment) (edit, error) {
		if PowerOf(now) == want {
			return edit{}, nil
		}
		return edit{v: values{enabled: on}, changed: []string{FieldIsEnabled}}, nil
	})
}

// edit is what a change comes to, given the deployment as it is.
type edit struct {
	v       values
	changed []string // nothing is sent when there is none
	merged  []journal.Change
}

// change makes one write to a deployment: once per form, with the lease on it, from what it is now, and after the review when
// it can raise cost.
func (s *Service) change(ctx context.Context, ask Ask, action journal.Action, id string, typed Draft, decide func(now Deployment) (edit, error)) (Result, error) {
	whole, send, cancel, err := s.begin(ctx)
	if err != nil {
		return Result{}, err
	}
	defer cancel()
	stop := action == journal.Disable && !ask.Strict
	wish := digest(action, id, typed)
	release, unleased := s.lease(send, id, stop)
	defer release()
	if done, sent, err := s.earlier(whole, ask, wish); sent {
		return done, err
	}
	if unleased != nil && (ask.Strict || !fault.Is(unleased, fault.Unavailable)) {
		return Result{}, s.refused(whole, ask, action, Deployment{ID: id}, unleased)
	}
	now, err := s.readToChange(send, ask.Token, id, stop)
	if err != nil && stop && !final(err) {
		return s.pauseUnread(whole, send, ask, id, wish)
	}
	if err != nil {
		return Result{}, explainUnsent(err)
	}
	e, err := decide(now)
	if err != nil {
		return Result{}, s.refused(whole, ask, action, now, err)
	}
	if len(e.changed) == 0 {
		return Result{Deployment: now, Merged: e.merged, Unchanged: true}, nil
	}
	return s.carryOut(whole, send, ask, action, now, e, wish, unleased)
}

// carryOut sends a change that is decided, after its review. Without a lease, because the database does not answer, only what
// lowers cost is sent.
func (s *Service) carryOut(whole, send context.Context, ask Ask, action journal.Action, now Deployment, e edit, wish string, unleased error) (Result, error) {
	after := preview(now, e.v, e.changed)
	lines := difference(DraftOf(now), DraftOf(after), e.changed)
	mayCost := s.mayCost(now, after)
	needsRecord := mayCost || !lowering(e.changed)
	if unleased != nil && needsRecord {
		return Result{}, unleased
	}
	if mayCost || ask.Look {
		if review := s.review(ask, action, now, after, lines); review != nil {
			review.Request = e.v.update(now.Name, e.changed)
			return Result{Review: review, Deployment: now, Merged: e.merged}, nil
		}
	}
	done, err := s.recorded(whole, ask, ask.entry(action, now, wish, lines), needsRecord, func() (Result, error) {
		done, err := s.patch(whole, send, ask.Token, now, e.v, e.changed)
		done.Before = now
		return done, err
	})
	done.Merged = append(e.merged, done.Merged...)
	return done, err
}

// update is the request for the changed fields: those and the name, which the service insists on. Where none is known none is
// sent: a blank one is refused by every service, a missing one only by some.
func (v values) update(name string, changed []string) apiclient.UpdateRequest {
	request := apiclient.UpdateRequest{Name: &name}
	if strings.TrimSpace(name) == "" {
		request.Name = nil
	}
	for _, f := range changed {
		v.put(&request, f)
	}
	return request
}

// patch sends the changed fields and the name, which the service insists on, and reads the result back.
func (s *Service) patch(whole, send context.Context, token string, now Deployment, v values, changed []string) (Result, error) {
	after, err := s.api.Update(send, token, now.ID, v.update(now.Name, changed))
	s.reach(AfterAnswer)
	want := asked(v, changed)
	if apiclient.IsUnknown(err) {
		return s.settle(whole, token, now.ID, want, err)
	}
	if err != nil {
		return Result{}, explainWrite(err)
	}
	done, err := s.readBack(whole, token, after, want)
	if err == nil { // what else is not as it was a moment ago, somebody outside has changed between our look and our write
		done.Merged = merged(DraftOf(now), DraftOf(done.Deployment), changed)
	}
	return done, nil
}

// settle finds out by reading whether an unconfirmed change is in place.
func (s *Service) settle(ctx context.Context, token, id string, want []Difference, cause error) (Result, error) {
	got, err := s.get(ctx, token, id)
	switch {
	case err != nil:
		return Result{}, unknown(readUnknown, cause)
	case len(compare(got, want)) > 0:
		return Result{}, unknown(updateUnknown, cause)
	default:
		return Result{Deployment: got, Settled: true}, nil
	}
}

// readBack reads a deployment after a confirmed write and compares. When that read fails, which the error says, the write
// still counts: the answer to it is what is left to compare with.
func (s *Service) readBack(ctx context.Context, token string, answered Deployment, want []Difference) (Result, error) {
	got, err := s.get(ctx, token, answered.ID)
	if err != nil {
		got = answered
	}
	return Result{Deployment: got, Differences: compare(got, want)}, err
}

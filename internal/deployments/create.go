package deployments

import (
	"context"
	"slices"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Create makes a deployment from a draft of CreateFields. A fault of kind Invalid names the fields; one of kind Unknown
// means that it may exist.
func (s *Service) Create(ctx context.Context, ask Ask, d Draft) (Result, error) {
	v, wrong := d.check(s.o.Limits, CreateFields())
	checkPair(v.numbers[FieldMinInstances], v.numbers[FieldMaxInstances], wrong, FieldMinInstances)
	checkReason(ask, wrong)
	if err := invalid(wrong); err != nil {
		return Result{}, s.refused(ctx, ask, journal.Create, Deployment{Name: oneLine(d[FieldName])}, err)
	}
	whole, send, cancel, err := s.begin(ctx)
	if err != nil {
		return Result{}, err
	}
	defer cancel()
	wish := digest(journal.Create, "", d)
	if done, sent, err := s.earlier(whole, ask, wish); sent {
		return done, err
	}
	made := preview(Deployment{IsEnabled: apiclient.Optional[bool]{Value: true, Known: true}}, v, CreateFields())
	changes := difference(Draft{}, DraftOf(made), CreateFields())
	if review := s.review(ask, journal.Create, Deployment{}, made, changes); review != nil {
		review.Request = v.create()
		return Result{Review: review}, nil
	}
	// The list from before is what an unconfirmed create is settled against; without it a repeat could bill twice.
	before, err := s.api.List(send, ask.Token, apiclient.ListOptions{})
	if err != nil {
		return Result{}, explainUnsent(err)
	}
	e := ask.entry(journal.Create, Deployment{Name: made.Name}, wish, changes)
	return s.recorded(whole, ask, e, true, func() (Result, error) { return s.create(whole, send, ask.Token, before, v) })
}

// create is the request for a checked draft.
func (v values) create() apiclient.CreateRequest {
	return apiclient.CreateRequest{
		Name: v.text[FieldName], WorkflowID: v.text[FieldWorkflowID], WorkflowVersion: v.text[FieldWorkflowVersion],
		Hardware: v.text[FieldHardware], MinInstances: v.numbers[FieldMinInstances], MaxInstances: v.numbers[FieldMaxInstances],
		QueueSize: v.numbers[FieldQueueSize], KeepWarmDurationInSeconds: v.numbers[FieldKeepWarm],
	}
}

// create sends the request and finds out what came of it.
func (s *Service) create(whole, send context.Context, token string, before []Deployment, v values) (Result, error) {
	made, err := s.api.Create(send, token, v.create())
	s.reach(AfterAnswer)
	if apiclient.IsUnknown(err) {
		return s.settleCreated(whole, token, before, v, err)
	}
	if err != nil {
		return Result{}, explainWrite(err)
	}
	done, err := s.readBack(whole, token, made, asked(v, CreateFields()))
	if apiclient.IsNotFound(err) { // the answer named an id that leads nowhere
		return s.settleCreated(whole, token, before, v, err)
	}
	return done, nil
}

// settleCreated finds out by the list whether an unconfirmed deployment exists.
func (s *Service) settleCreated(ctx context.Context, token string, before []Deployment, v values, cause error) (Result, error) {
	found, err := s.findCreated(ctx, token, before, v, cause)
	if err != nil {
		return Result{}, explainWrite(err)
	}
	done, _ := s.readBack(ctx, token, found, asked(v, CreateFields()))
	done.Settled = true
	return done, nil
}

// findCreated looks for the one deployment that is new since before and is what was asked for.
func (s *Service) findCreated(ctx context.Context, token string, before []Deployment, v values, cause error) (Deployment, error) {
	after, err := s.api.List(ctx, token, apiclient.ListOptions{})
	if err != nil {
		return Deployment{}, unknown("RunComfy did not confirm the new deployment, and its list cannot be read right now. Look at the list before you create it again: a second one would cost money too.", cause)
	}
	var found []Deployment
	for _, d := range after {
		isNew := !slices.ContainsFunc(before, func(b Deployment) bool { return b.ID == d.ID })
		if isNew && len(compare(d, asked(v, CreateFields()))) == 0 {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 0:
		return Deployment{}, unknown(createUnknown, cause)
	case 1:
		return found[0], nil
	default:
		return Deployment{}, unknown("RunComfy did not confirm the new deployment, and several new ones look like it. Compare them in the list before you create it again.", cause)
	}
}

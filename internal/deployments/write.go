package deployments

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// Result is a write that is known to have happened.
type Result struct {
	Deployment Deployment // as read back afterwards
	// Differences are fields that are not what was asked for, although the API accepted the write.
	Differences []Difference
	Settled     bool // the API did not confirm, reading it back did
	Unchanged   bool // nothing had to be sent
}

// Difference is one field whose value after a write is not the one asked for.
type Difference struct {
	Field, Asked, Got string
}

// The sentences for a write nobody can vouch for. Unknown is never called failed, and each says what not to do.
const (
	createUnknown = "RunComfy did not confirm the new deployment, and it is not in the list yet. It may still appear. Look at the list in a minute before you create it again: a second one would cost money too."
	updateUnknown = "RunComfy did not confirm the change, and the deployment does not show it yet. It may still take effect. Read the deployment again in a moment before you repeat it."
	readUnknown   = "RunComfy did not confirm the change, and reading the deployment back did not work either. Nobody can say yet whether it happened. Open the deployment in a moment and look before you repeat it."
	deleteUnknown = "RunComfy did not confirm the deletion, and the deployment is still there. It may still go. Open it again in a moment before you repeat this."
)

// begin detaches a write from the browser, so that a closed tab does not cut it in half, and gives it its own deadlines:
// the whole for everything, send for the write itself.
func (s *Service) begin(ctx context.Context) (whole, send context.Context, cancel func(), err error) {
	if s.o.ReadOnly {
		return nil, nil, nil, fault.New(fault.Forbidden, "This server is read-only: it shows deployments and changes none. Nothing was sent.")
	}
	start := time.Now()
	whole, cancelWhole := context.WithDeadline(context.WithoutCancel(ctx), start.Add(s.o.WriteBudget))
	send, cancelSend := context.WithDeadline(whole, start.Add(s.o.SendBudget))
	return whole, send, func() { cancelSend(); cancelWhole() }, nil
}

// Create makes a deployment from a draft of CreateFields. A fault of kind Invalid names the fields; one of kind Unknown
// means that it may exist.
func (s *Service) Create(ctx context.Context, token string, d Draft) (Result, error) {
	v, wrong := d.check(s.o.Limits, CreateFields())
	checkPair(v.numbers[FieldMinInstances], v.numbers[FieldMaxInstances], wrong, FieldMinInstances)
	if err := invalid(wrong); err != nil {
		return Result{}, err
	}
	whole, send, cancel, err := s.begin(ctx)
	if err != nil {
		return Result{}, err
	}
	defer cancel()
	// The list from before is what an unconfirmed create is settled against; without it a repeat could bill twice.
	before, err := s.api.List(send, token, apiclient.ListOptions{})
	if err != nil {
		return Result{}, explainUnsent(err)
	}
	made, err := s.api.Create(send, token, apiclient.CreateRequest{
		Name: v.text[FieldName], WorkflowID: v.text[FieldWorkflowID], WorkflowVersion: v.text[FieldWorkflowVersion],
		Hardware: v.text[FieldHardware], MinInstances: v.numbers[FieldMinInstances], MaxInstances: v.numbers[FieldMaxInstances],
		QueueSize: v.numbers[FieldQueueSize], KeepWarmDurationInSeconds: v.numbers[FieldKeepWarm],
	})
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

// Update sends what a person changed: the fields of typed that differ from base, the values the form was made from. Without
// a base, from a script, everything typed that differs from the deployment as it is now counts as changed. A fault of kind
// Conflict names fields somebody else changed since base was read.
func (s *Service) Update(ctx context.Context, token, id string, typed, base Draft) (Result, error) {
	whole, send, cancel, err := s.begin(ctx)
	if err != nil {
		return Result{}, err
	}
	defer cancel()
	now, err := s.read(send, token, id)
	if err != nil {
		return Result{}, explainUnsent(err)
	}
	current := DraftOf(now)
	changed := changes(typed, base, current)
	v, wrong := typed.check(s.o.Limits, changed)
	s.checkStoredPair(v, changed, now, wrong)
	if err := invalid(wrong); err != nil {
		return Result{}, err
	}
	if clashes := conflicts(typed, base, current, changed); clashes != nil {
		return Result{}, &fault.Error{Kind: fault.Conflict, Fields: clashes, Message: "Someone else changed this deployment after you opened it. Nothing was sent. Your values are still here: save again to put them over the newer ones."}
	}
	if len(changed) == 0 {
		return Result{Deployment: now, Unchanged: true}, nil
	}
	return s.patch(whole, send, token, now, v, changed)
}

// SetEnabled switches a deployment on or off.
func (s *Service) SetEnabled(ctx context.Context, token, id string, on bool) (Result, error) {
	whole, send, cancel, err := s.begin(ctx)
	if err != nil {
		return Result{}, err
	}
	defer cancel()
	now, err := s.read(send, token, id)
	if err != nil {
		return Result{}, explainUnsent(err)
	}
	want := Paused
	if on {
		want = Enabled
	}
	if PowerOf(now) == want {
		return Result{Deployment: now, Unchanged: true}, nil
	}
	return s.patch(whole, send, token, now, values{enabled: on}, []string{FieldIsEnabled})
}

// patch sends the changed fields and the name, which the service insists on, and reads the result back.
func (s *Service) patch(whole, send context.Context, token string, now Deployment, v values, changed []string) (Result, error) {
	request := apiclient.UpdateRequest{Name: &now.Name}
	for _, f := range changed {
		v.put(&request, f)
	}
	after, err := s.api.Update(send, token, now.ID, request)
	want := asked(v, changed)
	if apiclient.IsUnknown(err) {
		return s.settle(whole, token, now.ID, want, err)
	}
	if err != nil {
		return Result{}, explainWrite(err)
	}
	done, _ := s.readBack(whole, token, after, want)
	return done, nil
}

// settle finds out by reading whether an unconfirmed change is in place.
func (s *Service) settle(ctx context.Context, token, id string, want []Difference, cause error) (Result, error) {
	got, err := s.api.Get(ctx, token, id)
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
	got, err := s.api.Get(ctx, token, answered.ID)
	if err != nil {
		got = answered
	}
	return Result{Deployment: got, Differences: compare(got, want)}, err
}

// Delete removes a deployment for good. confirm must be its ConfirmText.
func (s *Service) Delete(ctx context.Context, token, id, confirm string) (Deployment, error) {
	whole, send, cancel, err := s.begin(ctx)
	if err != nil {
		return Deployment{}, err
	}
	defer cancel()
	now, err := s.read(send, token, id)
	if err != nil {
		return Deployment{}, explainUnsent(err)
	}
	if oneLine(confirm) != ConfirmText(now) {
		return now, &fault.Error{Kind: fault.Invalid, Message: "The name does not match. Nothing was deleted.", Fields: map[string]string{FieldConfirmName: "Type the name exactly as it is shown above."}}
	}
	err = s.api.Delete(send, token, id)
	if apiclient.IsUnknown(err) {
		switch _, look := s.api.Get(whole, token, id); {
		case apiclient.IsNotFound(look):
			return now, nil
		case look != nil:
			return now, unknown(readUnknown, err)
		default:
			return now, unknown(deleteUnknown, err)
		}
	}
	if err != nil && !apiclient.IsNotFound(err) { // not found: somebody else was faster, and it is gone as asked
		return now, explainWrite(err)
	}
	return now, nil
}

// ConfirmText is what has to be typed to delete a deployment: its name, or its id when the name is blank, very long, or holds
// characters that cannot be seen and typed.
func ConfirmText(d Deployment) string {
	name := oneLine(d.Name)
	typable := func(r rune) bool { return unicode.IsGraphic(r) && r != utf8.RuneError }
	if name == "" || utf8.RuneCountInString(name) > maxText || strings.ContainsFunc(name, func(r rune) bool { return !typable(r) }) {
		return d.ID
	}
	return name
}

// oneLine folds white space as a browser does when it shows a text.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func unknown(message string, cause error) *fault.Error {
	f := explain(cause)
	return &fault.Error{Kind: fault.Unknown, Message: message, UpstreamID: f.UpstreamID, Err: cause}
}

// explainWrite is for a write that is known not to have happened.
func explainWrite(err error) error {
	if fault.Is(err, fault.Unknown) {
		return err
	}
	return addUnsent(explain(err))
}

// explainUnsent is for a look-up before a write: the write itself never left.
func explainUnsent(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f // the domain's own read has explained itself already
	}
	return addUnsent(explain(err))
}

func addUnsent(f *fault.Error) *fault.Error {
	switch f.Kind {
	case fault.Upstream, fault.Unavailable, fault.Timeout, fault.RateLimited:
		f.Message += " Nothing was changed."
	default:
	}
	return f
}

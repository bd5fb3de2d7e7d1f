package deployments

import (
	"context"
	"strings"
	"sync"

	"github.com/comfydeck/comfydeck/internal/fault"
)

// Setting is one setting of two deployments, as text. A value that is not known is "".
type Setting struct {
	Field   string // of the API
	A, B    string
	Differs bool
}

// CompareSettings sets everything a form can change side by side, in the order of the forms.
func CompareSettings(a, b Deployment) []Setting {
	x, y := DraftOf(a), DraftOf(b)
	x[FieldHardware], y[FieldHardware] = strings.Join(a.Hardware, ", "), strings.Join(b.Hardware, ", ")
	fields := append(CreateFields(), FieldIsEnabled)
	out := make([]Setting, 0, len(fields))
	for _, f := range fields {
		out = append(out, Setting{Field: f, A: x[f], B: y[f], Differs: x[f] != y[f]})
	}
	return out
}

// Full returns one deployment with its readme and its payload.
func (s *Service) Full(ctx context.Context, account, token, id string) (Deployment, error) {
	d, err := s.Get(ctx, token, id)
	if err != nil {
		return Deployment{}, err
	}
	d.Payload, err = s.PayloadOf(ctx, account, token, d)
	return d, err
}

// Two returns two deployments as Full does, both payloads at the same time. An error that is about one of them says which, in its
// text and as side, 0 or 1; side is -1 when it is about the account, or there is no error.
func (s *Service) Two(ctx context.Context, account, token string, ids [2]string) (both [2]Deployment, side int, err error) {
	if ids[0] == ids[1] {
		d, err := s.Full(ctx, account, token, ids[0])
		return [2]Deployment{d, d}, sideOf(err, 0), about(err, "both sides", ids[0])
	}
	var errs [2]error
	var wait sync.WaitGroup
	wait.Go(func() { both[1], errs[1] = s.Full(ctx, account, token, ids[1]) })
	both[0], errs[0] = s.Full(ctx, account, token, ids[0])
	wait.Wait()
	for i, name := range []string{"the first one", "the second one"} {
		if errs[i] != nil {
			return both, sideOf(errs[i], i), about(errs[i], name, ids[i])
		}
	}
	return both, -1, nil
}

// sideOf is the side that an error is about; -1 when it is about the account or there is none.
func sideOf(err error, side int) int {
	if err == nil || fault.Is(err, fault.Unauthorized) {
		return -1
	}
	return side
}

// about adds to an error which deployment it is about.
func about(err error, which, id string) error {
	if err == nil {
		return nil
	}
	f := *fault.From(err)
	if f.Kind != fault.Unauthorized {
		f.Message = "About " + which + " (" + clip(id, maxText) + "): " + f.Message
	}
	return &f
}

package deployments

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Result is a write that is known to have happened, or the review that has to be seen before it may.
type Result struct {
	// Review is nil unless nothing was sent yet.
	Review     *Review
	Deployment Deployment // as read back afterwards
	Before     Deployment // a changed one, as it was; zero when this form had made its write before
	// Written is the record of the write, with what it asked for. It has no ID where none could be kept.
	Written journal.Entry
	// Differences are fields that are not what was asked for, although the API accepted the write.
	Differences []Difference
	// Merged are fields that somebody else changed since the form was made, and that stay as they are now.
	Merged    []journal.Change
	Settled   bool   // the API did not confirm, reading it back did
	Unchanged bool   // nothing had to be sent
	Unread    bool   // a pause that was sent although the deployment could not be read first
	Unkept    string // what the log could not keep of what was deleted, "" for nothing
	Repeated  bool   // this form had made its write before; this is what came of it
}

// Difference is one field whose value after a write is not the one asked for.
type Difference struct {
	Field, Asked, Got string
}

// Came are the changes that came out as asked.
func (r Result) Came() []journal.Change {
	return slices.DeleteFunc(slices.Clone(r.Written.Changes), func(c journal.Change) bool {
		return slices.ContainsFunc(r.Differences, func(d Difference) bool { return d.Field == c.Field })
	})
}

// FloorChange is what a change does to the cost while idle, per hour. ok is false where that stays as it is, and where no price
// is known.
func (r Result) FloorChange(p Plan) (from, to Money, ok bool) {
	before, after := CostOf(r.Before, p), CostOf(r.Deployment, p)
	return before.Floor, after.Floor, before.Known && after.Known && before.Floor != after.Floor
}

// The sentences for a write nobody can vouch for. Unknown is never called failed, and each says what not to do.
const (
	createUnknown    = "RunComfy did not confirm the new deployment, and it is not in the list yet. It may still appear. Look at the list in a minute before you create it again: a second one would cost money too."
	updateUnknown    = "RunComfy did not confirm the change, and the deployment does not show it yet. It may still take effect. Read the deployment again in a moment before you repeat it."
	readUnknown      = "RunComfy did not confirm the change, and reading the deployment back did not work either. Nobody can say yet whether it happened. Open the deployment in a moment and look before you repeat it."
	overtakenUnknown = "RunComfy did not confirm the change, and a later one has set the same since: nobody can say any more what came of this one. Open the deployment to see how it is set now."
	deleteUnknown    = "RunComfy did not confirm the deletion, and the deployment is still there. It may still go. Open it again in a moment before you repeat this."
)

// writable refuses everything that would change something on a server that changes nothing.
func (s *Service) writable() error {
	if s.o.ReadOnly {
		return fault.New(fault.Forbidden, "This server is read-only: it shows deployments and changes none. Nothing was sent.")
	}
	return nil
}

// begin detaches a write from the browser, so that a closed tab does not cut it in half, and gives it its own deadlines:
// the whole for everything, send for the write itself.
func (s *Service) begin(ctx context.Context) (whole, send context.Context, cancel func(), err error) {
	if err := s.writable(); err != nil {
		return nil, nil, nil, err
	}
	start := time.Now()
	whole, cancelWhole := context.WithDeadline(context.WithoutCancel(ctx), start.Add(s.o.WriteBudget))
	send, cancelSend := context.WithDeadline(whole, start.Add(s.o.SendBudget))
	return whole, send, func() { cancelSend(); cancelWhole() }, nil
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
		return addUnsent(f) // the domain's own read has explained itself already
	}
	return addUnsent(explain(err))
}

const nothingChanged = " Nothing was changed."

func addUnsent(f *fault.Error) *fault.Error {
	switch f.Kind {
	case fault.Upstream, fault.Unavailable, fault.Timeout, fault.RateLimited, fault.Forbidden:
		if !strings.Contains(f.Message, nothingChanged) {
			f.Message += nothingChanged
		}
	default:
	}
	return f
}

package deployments

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// stopReads is how long a pause waits to read the deployment before it goes ahead without (SR-38).
const stopReads = 4 * time.Second

// readToChange reads a deployment before a write to it. A pause does not wait for long.
func (s *Service) readToChange(ctx context.Context, token, id string, stop bool) (Deployment, error) {
	if stop {
		short, cancel := context.WithTimeout(ctx, min(stopReads, s.o.SendBudget/4))
		defer cancel()
		ctx = short
	}
	return s.read(ctx, token, id)
}

// final tells whether a failed read says that there is nothing to write to, or nobody to write for.
func final(err error) bool {
	switch fault.From(err).Kind {
	case fault.NotFound, fault.Unauthorized, fault.Forbidden:
		return true
	default:
		return false
	}
}

// pauseUnread pauses a deployment that cannot be read right now: nothing but the API itself stands between a person and the
// meter (SR-38, RR-38). The service insists on a name in every change; it gets the last one known here.
func (s *Service) pauseUnread(whole, send context.Context, ask Ask, id, wish string) (Result, error) {
	now := Deployment{ID: id, Name: s.LastName(send, ask.Account, id)}
	v, changed := values{enabled: false}, []string{FieldIsEnabled}
	lines := []journal.Change{{Field: FieldIsEnabled, To: "false"}}
	done, err := s.recorded(whole, ask, ask.entry(journal.Disable, now, wish, lines), false, func() (Result, error) {
		return s.patch(whole, send, ask.Token, now, v, changed)
	})
	done.Merged, done.Unread = nil, true // nothing is known of before
	return done, err
}

// LastName is the name that a deployment last had: in the list that is held, else in the journal; "" when neither knows.
func (s *Service) LastName(ctx context.Context, account, id string) string {
	if held, ok := s.lists.Held(account); ok {
		if row, ok := held.Index.Snapshot().Row(id); ok {
			return held.Index.Snapshot().Name(row)
		}
	}
	short, cancel := context.WithTimeout(ctx, stopWaits)
	defer cancel()
	known, err := s.journal.Of(short, account, id, 1)
	if err != nil || len(known) == 0 || utf8.RuneCountInString(known[0].Name) >= maxText {
		return "" // what the journal has clipped is another name
	}
	name := known[0].Name
	for _, c := range known[0].Changes {
		if c.Field == FieldName && known[0].State == journal.Done {
			name = c.To
		}
	}
	return name
}

// lowering tells whether fields can only lower what a deployment costs, once it is known that they do not raise it.
func lowering(changed []string) bool {
	return !slices.ContainsFunc(changed, func(f string) bool {
		return !slices.Contains([]string{FieldMinInstances, FieldMaxInstances, FieldKeepWarm, FieldIsEnabled}, f)
	})
}

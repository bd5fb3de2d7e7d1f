package deployments_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// TestPause_Unread: a pause leaves although the deployment cannot be read first, with the name last known here (SR-38, RR-38).
func TestPause_Unread(t *testing.T) {
	t.Parallel()
	fromList := func(t *testing.T, d *deck) {
		t.Helper()
		if _, err := d.Fleet(t.Context(), seen(token).Account, token, deployments.Newest); err != nil {
			t.Fatal(err)
		}
	}
	fromJournal := func(t *testing.T, d *deck) {
		t.Helper()
		if _, err := d.Update(t.Context(), token, id, deployments.Draft{"name": "renamed"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name  string
		known func(*testing.T, *deck)
		fault string
		want  string
	}{
		{"the read errs, the list is held", fromList, "500@get", `{"name":"image-to-video","is_enabled":false}`},
		{"the read hangs", fromList, "hang@get", `{"name":"image-to-video","is_enabled":false}`},
		{"the API asks to wait with reads", fromList, "429@get=60", `{"name":"image-to-video","is_enabled":false}`},
		{"only the journal knows it", fromJournal, "reset@get", `{"name":"renamed","is_enabled":false}`},
		{"nobody knows its name", func(*testing.T, *deck) {}, "html@get", `{"is_enabled":false}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{SendBudget: 4 * time.Second, WriteBudget: 30 * time.Second})
			d.box.Put(token, example())
			tt.known(t, d)
			d.box.ResetCalls()
			d.fail(tt.fault + ":1-4")
			done, err := d.SetEnabled(t.Context(), token, id, false)
			wantBodies(t, d.sent(http.MethodPatch), tt.want)
			if strings.Contains(tt.name, "nobody") { // the service insists on a name, and says so
				if err == nil || fault.Is(err, fault.Unknown) {
					t.Errorf("error %v, want the refusal", err)
				}
				return
			}
			if err != nil || !done.Unread || d.stored(t).IsEnabled {
				t.Errorf("result %+v, error %v, enabled %v", done, err, d.stored(t).IsEnabled)
			}
			if list, err := d.journal.Of(t.Context(), seen(token).Account, id, 1); err != nil || len(list) != 1 || list[0].Action != journal.Disable || list[0].State != journal.Done {
				t.Errorf("the journal says %+v, %v", list, err)
			}
		})
	}
}

// TestPause_NothingToPause: where the read says that there is nothing to pause, or nobody to pause for, nothing is sent; and
// enabling never goes without its read.
func TestPause_NothingToPause(t *testing.T) {
	t.Parallel()
	for _, f := range []string{"404@get", "401@get", "403@get"} {
		d := newDeck(t, deployments.Options{}, f)
		d.box.Put(token, example())
		if _, err := d.SetEnabled(t.Context(), token, id, false); err == nil || d.writes() != 0 {
			t.Errorf("%s: error %v and %d writes, want none sent", f, err, d.writes())
		}
	}
	d := newDeck(t, deployments.Options{}, "500@get")
	d.box.Put(token, example())
	if _, err := d.SetEnabled(t.Context(), token, id, true); err == nil || d.writes() != 0 {
		t.Errorf("enabling unread: error %v and %d writes", err, d.writes())
	}
}

// deadJournal is a database that answers nothing.
type deadJournal struct{ journal.Store }

var errDead = errors.New("the disk is full")

func (deadJournal) Begin(context.Context, journal.Entry) (journal.Entry, bool, error) {
	return journal.Entry{}, false, errDead
}

func (deadJournal) ByKey(context.Context, string, string) (journal.Entry, bool, error) {
	return journal.Entry{}, false, errDead
}

func (deadJournal) Lease(context.Context, string, string, time.Duration) (bool, error) {
	return false, errDead
}

func (deadJournal) Of(context.Context, string, string, int) ([]journal.Entry, error) {
	return nil, errDead
}

// losesJournal is a database that is lost between the lease and the record.
type losesJournal struct{ journal.Store }

func (losesJournal) Begin(context.Context, journal.Entry) (journal.Entry, bool, error) {
	return journal.Entry{}, false, errDead
}

// TestLowering_DatabaseGone: what lowers cost is sent without lease and record; what raises it, or might overwrite what somebody
// else has typed, is not, whether the database was gone already or is lost after the lease (SR-38, RR-06).
func TestLowering_DatabaseGone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typed deployments.Draft
		leave bool
	}{
		{deployments.Draft{"min_instances": "0"}, true},
		{deployments.Draft{"max_instances": "2", "keep_warm_duration_in_seconds": "0"}, true},
		{deployments.Draft{"is_enabled": "false"}, true},
		{deployments.Draft{"min_instances": "2"}, false},
		{deployments.Draft{"min_instances": "0", "workflow_version": "v2"}, false},
		{deployments.Draft{"name": "other"}, false},
	}
	for _, lost := range []func(journal.Store) journal.Store{
		func(j journal.Store) journal.Store { return deadJournal{j} }, func(j journal.Store) journal.Store { return losesJournal{j} },
	} {
		for _, tt := range tests {
			d := newDeck(t, deployments.Options{})
			d.box.Put(token, example())
			s := deployments.New(d.api, lost(d.journal), deployments.Options{Limits: documented})
			_, err := s.Update(t.Context(), seen(token), id, tt.typed, nil)
			if (err == nil) != tt.leave || (d.writes() == 1) != tt.leave {
				t.Errorf("%v: error %v with %d writes, want it sent: %v", tt.typed, err, d.writes(), tt.leave)
			}
			if err != nil && !fault.Is(err, fault.Unavailable) {
				t.Errorf("%v: %v", tt.typed, err)
			}
		}
	}
	d := newDeck(t, deployments.Options{}, "500@get:1-4")
	d.box.Put(token, example())
	s := deployments.New(d.api, deadJournal{d.journal}, deployments.Options{Limits: documented})
	if _, err := s.Fleet(t.Context(), seen(token).Account, token, deployments.Newest); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetEnabled(t.Context(), seen(token), id, false); err != nil || d.stored(t).IsEnabled {
		t.Errorf("neither database nor read: error %v, enabled %v", err, d.stored(t).IsEnabled)
	}
}

// TestUpdate_ChangedWhileSending: what somebody outside changes between our look and our write stays, and is said (RR-09).
func TestUpdate_ChangedWhileSending(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	d.box.Put(token, example())
	d.meanwhile(http.MethodPatch, func() {
		theirs := example()
		theirs.KeepWarm = 90
		d.box.Put(token, theirs)
	})
	done, err := d.Update(t.Context(), token, id, deployments.Draft{"queue_size": "5"}, nil)
	if err != nil || len(done.Merged) != 1 || done.Merged[0] != (journal.Change{Field: "keep_warm_duration_in_seconds", From: "60", To: "90"}) {
		t.Errorf("result %+v, error %v, want what somebody else changed", done, err)
	}
}

package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/session"
)

// owned is a new session of an account that holds others beside it.
func owned(hash, account string, held ...string) session.NewRow {
	n := row(hash)
	n.By = session.Trace{ID: "id-" + hash, Account: account, Device: "Firefox on Linux", Address: "192.0.2.7"}
	n.Name, n.Idle = "name of "+account, idle
	for _, h := range held {
		n.Held = append(n.Held, session.Held{Account: h, Name: "name of " + h, Sealed: []byte("sealed " + hash + h)})
	}
	return n
}

// renewal goes on with the session of a hash.
func renewal(hash, of, account string, held ...string) session.NewRow {
	n := owned(hash, account, held...)
	n.Replaces, n.Renews = of, true
	return n
}

// listed are the sessions of an account by their ids.
func listed(t *testing.T, s session.Store, account string) []string {
	t.Helper()
	list, err := s.List(t.Context(), account, idle)
	must(t, err)
	out := []string{}
	for _, l := range list {
		out = append(out, l.ID)
	}
	slices.Sort(out)
	return out
}

func wantListed(t *testing.T, b Backend, account string, want ...string) {
	t.Helper()
	for _, s := range []session.Store{b.Sessions, b.Replica} {
		if diff := cmp.Diff(want, listed(t, s, account), cmp.Transformer("none", func(l []string) []string { return append([]string{}, l...) })); diff != "" {
			t.Errorf("sessions of %q (-want +got):\n%s", account, diff)
		}
	}
}

func lists(t *testing.T, b Backend) {
	made := create(t, b.Sessions, owned("a", "aa11"))
	create(t, b.Sessions, owned("b", "bb22", "aa11", "cc33"))
	create(t, b.Sessions, owned("c", "cc33"))
	create(t, b.Sessions, owned("ended", "aa11"))
	must(t, b.Sessions.End(t.Context(), "ended"))
	create(t, b.Sessions, row("of an older version"))
	wantListed(t, b, "aa11", "id-a", "id-b")
	wantListed(t, b, "aa", "id-a", "id-b")
	wantListed(t, b, "bb22", "id-b")
	wantListed(t, b, "a1")
	wantListed(t, b, "%")
	wantListed(t, b, "", "", "id-a", "id-b", "id-c")

	b.Shift(time.Minute)
	by := session.Trace{ID: "id-a", Account: "aa11", Device: "curl", Address: "2001:db8::1"}
	must(t, b.Replica.Touch(t.Context(), "a", idle, by))
	list, err := b.Sessions.List(t.Context(), "aa11", idle)
	must(t, err)
	if len(list) != 2 || list[0].Trace != by || list[0].Name != "name of aa11" || list[1].Name != "name of aa11" || list[1].Held != 2 || list[1].Account != "bb22" {
		t.Errorf("listed are %+v", list)
	}
	if !list[0].SignedInAt.Equal(made.CreatedAt) || list[0].LastSeenAt.Sub(list[0].SignedInAt) < time.Minute || !list[0].ExpiresAt.Equal(made.ExpiresAt) {
		t.Errorf("times are %+v", list[0])
	}
	must(t, b.Sessions.Touch(t.Context(), "of an older version", idle, session.Trace{ID: "old", Account: "aa11"}))
	wantListed(t, b, "aa11", "id-a", "id-b", "old")
	b.Shift(idle + time.Second)
	wantListed(t, b, "")
}

func holds(t *testing.T, b Backend) {
	n := owned("a", "aa11", "cc33", "bb22")
	create(t, b.Sessions, n)
	held, err := b.Replica.Held(t.Context(), "a", idle)
	must(t, err)
	want := []session.Held{n.Held[1], n.Held[0]}
	if diff := cmp.Diff(want, held); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
	must(t, b.Sessions.End(t.Context(), "a"))
	if held, err := b.Replica.Held(t.Context(), "a", idle); err != nil || len(held) != 0 {
		t.Errorf("an ended session holds %v, %v", held, err)
	}
}

// renews: the new session has the beginning and the end of the old one, which is dead.
func renews(t *testing.T, b Backend) {
	first := create(t, b.Sessions, owned("a", "aa11", "bb22"))
	b.Shift(10 * time.Minute)
	next := create(t, b.Replica, renewal("b", "a", "bb22", "aa11"))
	if !next.CreatedAt.Equal(first.CreatedAt) || !next.ExpiresAt.Equal(first.ExpiresAt) {
		t.Errorf("renewed at %v until %v, want %v until %v", next.CreatedAt, next.ExpiresAt, first.CreatedAt, first.ExpiresAt)
	}
	wantAlive(t, b.Sessions, "a", false)
	if quiet := wantAlive(t, b.Sessions, "b", true).Quiet; quiet > time.Minute {
		t.Errorf("the new session is quiet for %v", quiet)
	}
	wantListed(t, b, "aa11", "id-b")
	for name, dead := range map[string]string{"renewed": "a", "unknown": "x"} {
		if _, err := b.Sessions.Create(t.Context(), renewal("c "+name, dead, "aa11")); !errors.Is(err, session.ErrNone) {
			t.Errorf("renewing a session that is %s: %v", name, err)
		}
		wantAlive(t, b.Sessions, "c "+name, false)
	}
	b.Shift(idle + time.Second)
	if _, err := b.Sessions.Create(t.Context(), renewal("d", "b", "aa11")); !errors.Is(err, session.ErrNone) {
		t.Errorf("renewing an idle session: %v", err)
	}
}

// endsRenewed: whoever ends a session that goes on under another id ends that one.
func endsRenewed(t *testing.T, b Backend) {
	create(t, b.Sessions, owned("a", "aa11"))
	create(t, b.Sessions, renewal("b", "a", "aa11"))
	create(t, b.Sessions, renewal("c", "b", "aa11"))
	must(t, b.Replica.End(t.Context(), "a"))
	wantAlive(t, b.Sessions, "c", false)
	wantRows(t, b, 3, 0)
}

func endsMany(t *testing.T, b Backend) {
	for _, n := range []session.NewRow{owned("a", "aa11"), owned("b", "bb22", "aa11"), owned("c", "aa11"), owned("d", "cc33")} {
		create(t, b.Sessions, n)
	}
	for _, step := range []struct {
		which session.Which
		want  int
		left  []string
	}{
		{session.Which{Account: "cc33", ID: "id-a"}, 0, []string{"id-a", "id-b", "id-c", "id-d"}},
		{session.Which{Account: "aa11", ID: "id-c"}, 1, []string{"id-a", "id-b", "id-d"}},
		{session.Which{Account: "aa11", ID: "id-c"}, 0, []string{"id-a", "id-b", "id-d"}},
		{session.Which{Account: "aa11", Except: "id-a"}, 1, []string{"id-a", "id-d"}},
		{session.Which{}, 2, []string{}},
	} {
		n, err := b.Replica.EndAll(t.Context(), step.which)
		if err != nil || n != step.want {
			t.Errorf("%+v ended %d, %v, want %d", step.which, n, err, step.want)
		}
		wantListed(t, b, "", step.left...)
	}
	wantRows(t, b, 4, 0)
	if _, err := b.Sessions.Create(t.Context(), row("a")); err == nil {
		t.Error("Create brought an ended session back")
	}
}

// keepsTheNewest: an account has at most so many sessions, and loses the oldest.
func keepsTheNewest(t *testing.T, b Backend) {
	create(t, b.Sessions, owned("other", "bb22"))
	for i := range 5 {
		n := owned(fmt.Sprint(i), "aa11")
		n.Most = 3
		create(t, b.Sessions, n)
		b.Shift(time.Second)
	}
	wantListed(t, b, "", "id-2", "id-3", "id-4", "id-other")
	wantAlive(t, b.Replica, "1", false)
}

// renewalRaces lets one process go on with a session under a new id while another ends it, in every way there is: afterwards
// nothing of it is alive.
func renewalRaces(t *testing.T, b Backend) {
	for i := range 60 {
		hash := fmt.Sprint("round ", i)
		create(t, b.Sessions, owned(hash, "aa11", "bb22"))
		end := []func() error{
			func() error { return b.Replica.End(t.Context(), hash) },
			func() error { _, err := b.Replica.EndAll(t.Context(), session.Which{Account: "aa11"}); return err },
			func() error { _, err := b.Replica.EndAll(t.Context(), session.Which{Account: "bb22"}); return err },
		}[i%3]
		start := make(chan struct{})
		var running sync.WaitGroup
		for _, step := range []func() error{end, func() error {
			_, err := b.Sessions.Create(t.Context(), renewal(hash+" next", hash, "bb22", "aa11"))
			if errors.Is(err, session.ErrNone) {
				return nil
			}
			return err
		}} {
			running.Go(func() {
				<-start
				if err := step(); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		running.Wait()
		wantAlive(t, b.Sessions, hash, false)
		wantAlive(t, b.Replica, hash+" next", false)
	}
}

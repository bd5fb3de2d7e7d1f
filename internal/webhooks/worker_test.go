package webhooks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// The child of TestKilled learns from these what to do; see TestMain.
const (
	childPoint = "WEBHOOKS_TEST_POINT"
	childDB    = "WEBHOOKS_TEST_DB"
)

func TestMain(m *testing.M) {
	if os.Getenv(childPoint) != "" {
		child()
		os.Exit(3) // it should not have come this far
	}
	goleak.VerifyTestMain(tests{m})
}

// tests take the database away that theirs were copied from.
type tests struct{ m *testing.M }

func (t tests) Run() int { return pgtest.Main(t.m) }

// child ends a write and is killed: at once, or while its message is on its way.
func child() {
	ctx := context.Background()
	s, err := store.Open(ctx, os.Getenv(childDB))
	if err != nil {
		panic(err)
	}
	e := update()
	e.ID, e.Account = "line", account
	_, _, begun := s.Journal().Begin(ctx, e)
	if err := errors.Join(begun, s.Journal().End(ctx, "line", journal.Outcome{State: journal.Done})); err != nil {
		panic(err)
	}
	if os.Getenv(childPoint) == "before" {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	d := newDesk(s, nil)
	_, _ = d.Round(ctx)
	select {} // the receiver has the process killed
}

// TestKilled: a process that is killed after a write has ended, or while it tells of it, loses nothing; what is told twice has
// one id.
func TestKilled(t *testing.T) {
	t.Parallel()
	for point, tries := range map[string]int{"before": 1, "during": 2} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			var process *os.Process
			reached := make(chan struct{})
			r := receive(t, nil)
			url := migrated.SQLite(t)
			d := newDesk(open(t, url), r)
			id, _ := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
			ready := make(chan struct{})
			r.then(func(_ http.ResponseWriter, in *http.Request) {
				<-ready
				_ = process.Kill()
				close(reached)
				<-in.Context().Done()
			})
			// The child has no certificate to trust: it reaches the receiver far enough only when the handshake is over, so that it is
			// told to trust what the parent says.
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), childPoint+"="+point, childDB+"="+url, "SSL_CERT_FILE="+r.certificateFile(t), "SSL_CERT_DIR=/nowhere")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			process = cmd.Process
			close(ready)
			_ = cmd.Wait()
			if point == "during" {
				<-reached
			}
			r.then(nil)
			d.store.ShiftClock(time.Minute)
			d.round(t, 1)
			got := d.log(t, id)
			if len(got) != 1 || got[0].State != webhooks.Delivered || got[0].Tries != tries {
				t.Errorf("the log says %+v", got)
			}
			requests := r.requests()
			if len(requests) != tries {
				t.Errorf("%d requests, want %d", len(requests), tries)
			}
			for _, q := range requests {
				if q.Header.Get("webhook-id") != got[0].ID {
					t.Errorf("a request has the id %q, want %q", q.Header.Get("webhook-id"), got[0].ID)
				}
			}
		})
	}
}

// TestRun_TwoServers: of two servers on one database, each sends its part and no try is sent twice; both stop cleanly.
func TestRun_TwoServers(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{"sqlite": migrated.SQLite(t), "postgres": migrated.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const lines, hooks = 12, 3
			r := receive(t, nil)
			r.then(func(w http.ResponseWriter, _ *http.Request) {
				if n := len(r.requests()); n%5 == 0 {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
			})
			one, two := newDesk(open(t, url), r), newDesk(open(t, url), r)
			for range hooks {
				one.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
			}
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{}, 2)
			for _, d := range []*desk{one, two} {
				go func() { d.Run(ctx); done <- struct{}{} }()
			}
			for i := range lines {
				d := []*desk{one, two}[i%2]
				d.wrote(t, fmt.Sprint("line", i), update(), journal.Outcome{State: journal.Done})
			}
			delivered := func() (n int) {
				list, err := one.Of(t.Context(), account)
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range list {
					for _, l := range one.log(t, h.ID) {
						if l.State == webhooks.Delivered {
							n++
						}
					}
				}
				return n
			}
			// The clock moves on to the next tries once nothing has been under way for a while: a message that is must not
			// seem to be lost.
			const quiet = 2 * time.Second
			asked, since := 0, time.Now()
			for deadline := time.Now().Add(2 * time.Minute); delivered() < lines*hooks; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%d of %d delivered", delivered(), lines*hooks)
				}
				if n := len(r.requests()); n != asked {
					asked, since = n, time.Now()
				} else if time.Since(since) > quiet {
					since = time.Now()
					one.store.ShiftClock(time.Hour)
					two.store.ShiftClock(time.Hour)
				}
			}
			stop()
			<-done
			<-done
			seen := map[string]int{}
			for _, q := range r.requests() {
				seen[q.Header.Get("webhook-id")+" "+q.Header.Get("webhook-attempt")]++
			}
			for try, n := range seen {
				if n != 1 {
					t.Errorf("%s was sent %d times", try, n)
				}
			}
			if len(seen) < lines*hooks {
				t.Errorf("%d tries, want %d at least", len(seen), lines*hooks)
			}
		})
	}
}

// TestRun_Stops: a server that stops lets the message under way finish, and begins no other.
func TestRun_Stops(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	id, _ := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	r.then(func(w http.ResponseWriter, _ *http.Request) {
		stop()
		select {
		case <-over:
			t.Error("it was over before its message was")
		case <-time.After(100 * time.Millisecond):
		}
		w.WriteHeader(http.StatusAccepted)
	})
	d.wrote(t, "one", update(), journal.Outcome{State: journal.Done})
	d.store.ShiftClock(time.Second)
	d.wrote(t, "two", update(), journal.Outcome{State: journal.Done})
	d.Run(ctx)
	close(over)
	got := d.log(t, id)
	if len(got) != 2 || got[1].State != webhooks.Delivered || got[1].Status != 202 || got[0].State != webhooks.Waiting || got[0].Tries != 0 {
		t.Errorf("the log says %+v", got)
	}
}

// TestEveryLine: there is no line of the change log that no webhook can tell of.
func TestEveryLine(t *testing.T) {
	t.Parallel()
	known := every()
	for _, k := range []journal.Kind{
		journal.SignedIn, journal.SignInRefused, journal.SignedOut, journal.WriteRefused, journal.Locked, journal.Unlocked, journal.RunBegun,
		journal.RunEnded, journal.RunStopped, journal.Outside, journal.HookAdded, journal.HookChanged, journal.HookPaused, journal.HookRemoved,
		journal.Shared, journal.ShareSeen, journal.ShareRevoked, journal.SessionsEnded, "something_new",
	} {
		if got := webhooks.KindOfEvent(k); !slices.Contains(known, got) || (got == webhooks.KindOther) != (k == "something_new") {
			t.Errorf("an event %s is of kind %q", k, got)
		}
	}
	cost := map[string]bool{}
	for name, tt := range map[string]struct {
		action journal.Action
		change journal.Change
	}{
		"create": {journal.Create, journal.Change{}}, "enable": {journal.Enable, journal.Change{}}, "pause": {journal.Disable, journal.Change{}},
		"note":   {journal.Annotate, journal.Change{Field: "note", To: "x"}},
		"delete": {journal.Delete, journal.Change{}}, "rename": {journal.Update, journal.Change{Field: "name", To: "x"}},
		"hardware": {journal.Update, journal.Change{Field: "hardware", From: "A", To: "B"}}, "more": {journal.Update, journal.Change{Field: "max_instances", From: "9", To: "10"}},
		"less": {journal.Update, journal.Change{Field: "min_instances", From: "10", To: "9"}},
	} {
		for _, s := range []journal.State{journal.Done, journal.Refused, journal.Unknown} {
			if kinds := webhooks.KindsOfWrite(tt.action, s, []journal.Change{tt.change}); len(kinds) == 0 {
				t.Errorf("%s, %s is of no kind", name, s)
			} else if s == journal.Done {
				cost[name] = slices.Contains(kinds, webhooks.KindCost)
			}
		}
	}
	for name, want := range map[string]bool{"create": true, "enable": true, "pause": false, "note": false, "delete": false, "rename": false, "hardware": true, "more": true, "less": false} {
		if cost[name] != want {
			t.Errorf("%s raises cost: %v", name, cost[name])
		}
	}
}

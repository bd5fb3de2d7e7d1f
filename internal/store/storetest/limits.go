package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
)

func idleLimit(t *testing.T, b Backend) {
	create(t, b.Sessions, row("a"))
	b.Shift(idle - time.Second)
	wantAlive(t, b.Sessions, "a", true)
	b.Shift(2 * time.Second)
	wantAlive(t, b.Sessions, "a", false)
	wantAlive(t, b.Replica, "a", false)
}

func absoluteLimit(t *testing.T, b Backend) {
	create(t, b.Sessions, row("a"))
	for range int(lifetime/idle)*2 - 1 {
		b.Shift(idle / 2)
		must(t, b.Sessions.Touch(t.Context(), "a", idle, session.Trace{}))
	}
	b.Shift(idle/2 - time.Second)
	wantAlive(t, b.Sessions, "a", true)
	b.Shift(2 * time.Second)
	wantAlive(t, b.Sessions, "a", false)
}

func touchRevivesNothing(t *testing.T, b Backend) {
	create(t, b.Sessions, row("idle"))
	b.Shift(idle + time.Second)
	must(t, b.Sessions.Touch(t.Context(), "idle", idle, session.Trace{}))
	wantAlive(t, b.Sessions, "idle", false)
}

func reportsQuiet(t *testing.T, b Backend) {
	create(t, b.Sessions, row("a"))
	near := func(want time.Duration) {
		t.Helper()
		if got := wantAlive(t, b.Replica, "a", true).Quiet; got < want || got > want+30*time.Second {
			t.Errorf("quiet for %v, want about %v", got, want)
		}
	}
	near(0)
	b.Shift(10 * time.Minute)
	near(10 * time.Minute)
	must(t, b.Sessions.Touch(t.Context(), "a", idle, session.Trace{}))
	near(0)
}

func sweeps(t *testing.T, b Backend) {
	for i := range 5 {
		create(t, b.Sessions, row(fmt.Sprint(i)))
	}
	must(t, b.Sessions.End(t.Context(), "0"))
	b.Shift(lifetime - time.Second)
	sweep(t, b, 0)
	wantRows(t, b, 5, 4)
	create(t, b.Sessions, row("young"))
	b.Shift(2 * time.Second)
	for _, want := range []int{2, 2, 1, 0} {
		sweep(t, b, want)
	}
	wantRows(t, b, 1, 1)
	wantAlive(t, b.Sessions, "young", true)
}

// sweepsIdle: a session that nobody used goes with its token; one that was ended stays, so that its hash cannot come back.
func sweepsIdle(t *testing.T, b Backend) {
	for _, hash := range []string{"used", "idle", "ended"} {
		create(t, b.Sessions, row(hash))
	}
	must(t, b.Sessions.End(t.Context(), "ended"))
	b.Shift(idle - time.Second)
	must(t, b.Sessions.Touch(t.Context(), "used", idle, session.Trace{}))
	b.Shift(2 * time.Second)
	if n, err := b.Sessions.Sweep(t.Context(), idle, 10); err != nil || n != 1 {
		t.Errorf("Sweep deleted %d rows, %v, want 1", n, err)
	}
	wantRows(t, b, 2, 1)
	wantAlive(t, b.Sessions, "used", true)
}

func sweep(t *testing.T, b Backend, want int) {
	t.Helper()
	got, err := b.Sessions.Sweep(t.Context(), lifetime, 2)
	must(t, err)
	if got != want {
		t.Errorf("Sweep deleted %d rows, want %d", got, want)
	}
}

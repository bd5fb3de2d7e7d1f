// Package storetest says, as tests, what a database behind the store package must
// do. Every backend runs the same suite. It is for tests only.
package storetest

import (
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/session"
)

// Backend is one empty database, opened twice.
type Backend struct {
	Sessions session.Store
	Replica  session.Store                      // the same database, as a second process sees it
	Shift    func(by time.Duration)             // moves the database's clock, for both
	Rows     func() (sessions, credentials int) // counts what is stored
	Break    func()                             // makes the database unreachable, for both
}

const (
	idle     = 30 * time.Minute
	lifetime = 12 * time.Hour
)

// Sessions runs the suite. open is called once for every test in it.
func Sessions(t *testing.T, open func(t *testing.T) Backend) {
	tests := []struct {
		name string
		run  func(*testing.T, Backend)
	}{
		{"keeps a session and its credential", keeps},
		{"hides what is not there", hidesUnknown},
		{"inserts only", insertsOnly},
		{"replaces in one step", replaces},
		{"a failed replacement ends nothing", failedReplacement},
		{"ends for good, on every replica", endsForGood},
		{"ends a session at the idle limit", idleLimit},
		{"ends a session at the absolute limit", absoluteLimit},
		{"a touch revives nothing", touchRevivesNothing},
		{"reports the time since the last touch", reportsQuiet},
		{"sweeps in batches, after the end", sweeps},
		{"sweeps what nobody uses", sweepsIdle},
		{"survives every order of end, touch and create", interleavings},
		{"lists sessions by account", lists},
		{"holds further accounts", holds},
		{"goes on under a new id", renews},
		{"ends what a session goes on as", endsRenewed},
		{"ends many at once", endsMany},
		{"keeps the newest of an account", keepsTheNewest},
		{"an end outruns every renewal", renewalRaces},
		{"an answer is never a guess", broken},
		{"obeys the context", obeysContext},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

func row(hash string) session.NewRow {
	return session.NewRow{Hash: hash, Data: []byte("data " + hash), Sealed: []byte("sealed " + hash), Lifetime: lifetime}
}

func create(t *testing.T, s session.Store, n session.NewRow) session.Row {
	t.Helper()
	created, err := s.Create(t.Context(), n)
	if err != nil {
		t.Fatalf("Create(%q): %v", n.Hash, err)
	}
	return created
}

func wantAlive(t *testing.T, s session.Store, hash string, want bool) session.Row {
	t.Helper()
	found, ok, err := s.Find(t.Context(), hash, idle)
	if err != nil {
		t.Fatalf("Find(%q): %v", hash, err)
	}
	if ok != want {
		t.Fatalf("Find(%q): found is %v, want %v", hash, ok, want)
	}
	if !ok && (found.Data != nil || found.Sealed != nil) {
		t.Fatalf("Find(%q): not found, but with a row: %+v", hash, found)
	}
	return found
}

func wantRows(t *testing.T, b Backend, sessions, credentials int) {
	t.Helper()
	gotSessions, gotCredentials := b.Rows()
	if gotSessions != sessions || gotCredentials != credentials {
		t.Errorf("stored are %d sessions and %d credentials, want %d and %d",
			gotSessions, gotCredentials, sessions, credentials)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

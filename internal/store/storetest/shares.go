package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/shares"
)

// SharesBackend is one empty database, opened twice.
type SharesBackend struct {
	Shares  shares.Store
	Replica shares.Store           // the same database, as a second process sees it
	Shift   func(by time.Duration) // moves the database's clock, for both
	Break   func()                 // makes the database unreachable, for both
}

// Shares runs the suite. open is called once for every test in it.
func Shares(t *testing.T, open func(t *testing.T) SharesBackend) {
	tests := []struct {
		name string
		run  func(*testing.T, SharesBackend)
	}{
		{"keeps a link whole", keepsShare},
		{"one link per form", oncePerForm},
		{"there is room for so many live ones", roomForShares},
		{"ends by the database's clock", shareEnds},
		{"a revoked link is shut everywhere at once", revokesShare},
		{"revokes all of an account", revokesShares},
		{"an account has its own", sharesApart},
		{"never more views than the limit", viewsLimited},
		{"a wrong secret counts nothing", wrongSecret},
		{"drops what has ended", sweepsShares},
		{"an answer is never a guess", sharesBroken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

const dayLong = 24 * time.Hour

func shareRow(id string) shares.Row {
	return shares.Row{
		Share: shares.Share{
			ID: id, Deployment: target, Name: "“video” ü", Parts: shares.Parts{Settings: true, Workflow: true}, Person: "Zoë", Note: "for the demo",
		},
		Account: mine, Key: "key-" + id, Hash: "hash-" + id, Content: []byte{0, 1, 255}, Lifetime: dayLong,
	}
}

func addShare(t *testing.T, s shares.Store, r shares.Row) {
	t.Helper()
	if err := s.AddShare(t.Context(), r, shares.MaxLive); err != nil {
		t.Fatalf("AddShare(%s): %v", r.ID, err)
	}
}

func listShares(t *testing.T, s shares.Store, account string) []shares.Share {
	t.Helper()
	list, err := s.Shares(t.Context(), account, 10)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// seen tells whether a link shows its copy, and whether a view of it is counted.
func seen(t *testing.T, s shares.Store, id string) (shown, counted bool) {
	t.Helper()
	found, shown, err := s.Frozen(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if shown != (len(found.Content) > 0) {
		t.Errorf("link %s: shown %t with %d bytes", id, shown, len(found.Content))
	}
	_, counted, err = s.CountView(t.Context(), id, "hash-"+id)
	if err != nil {
		t.Fatal(err)
	}
	return shown, counted
}

func wantSeen(t *testing.T, when string, s shares.Store, id string, wantShown, wantCounted bool) {
	t.Helper()
	if shown, counted := seen(t, s, id); shown != wantShown || counted != wantCounted {
		t.Errorf("%s: shown %t, counted %t; want %t, %t", when, shown, counted, wantShown, wantCounted)
	}
}

func keepsShare(t *testing.T, b SharesBackend) {
	r := shareRow("a")
	r.Limit = 3
	addShare(t, b.Shares, r)
	found, ok, err := b.Replica.Frozen(t.Context(), "a")
	if err != nil || !ok || found.Hash != r.Hash || !cmp.Equal(found.Content, r.Content) || found.ExpiresAt.Sub(found.Now) > dayLong || found.ExpiresAt.Sub(found.Now) < dayLong-time.Hour {
		t.Errorf("found %+v", found)
	}
	if hash, err := b.Replica.HashOf(t.Context(), "a"); err != nil || hash != r.Hash {
		t.Errorf("HashOf = %q, %v", hash, err)
	}
	want := r.Share
	want.State = shares.Live
	got := listShares(t, b.Replica, mine)
	if diff := cmp.Diff([]shares.Share{want}, got, cmpopts.IgnoreFields(shares.Share{}, "CreatedAt", "ExpiresAt")); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	wantSeen(t, "at first", b.Replica, "a", true, true)
	if got := listShares(t, b.Shares, mine)[0]; got.Views != 1 || got.LastSeenAt.Before(got.CreatedAt) {
		t.Errorf("after a view: %+v", got)
	}
}

func oncePerForm(t *testing.T, b SharesBackend) {
	addShare(t, b.Shares, shareRow("a"))
	again := shareRow("b")
	again.Key = "key-a"
	wantError(t, "the same form", b.Replica.AddShare(t.Context(), again, 9), shares.ErrRepeated)
	again.Account = theirs
	must(t, b.Replica.AddShare(t.Context(), again, 9))
}

func roomForShares(t *testing.T, b SharesBackend) {
	for _, id := range []string{"a", "b"} {
		must(t, b.Shares.AddShare(t.Context(), shareRow(id), 2))
	}
	wantError(t, "one too many", b.Replica.AddShare(t.Context(), shareRow("c"), 2), shares.ErrFull)
	must(t, b.Shares.RevokeShare(t.Context(), mine, "a"))
	must(t, b.Replica.AddShare(t.Context(), shareRow("c"), 2))
	b.Shift(dayLong) // those have ended
	must(t, b.Replica.AddShare(t.Context(), shareRow("d"), 1))
}

// shareEnds: a second before its end a link works, a second after it does not, whatever the clocks of the servers say.
func shareEnds(t *testing.T, b SharesBackend) {
	addShare(t, b.Shares, shareRow("a"))
	b.Shift(dayLong - 30*time.Second)
	wantSeen(t, "before the end", b.Replica, "a", true, true)
	found, _, err := b.Replica.Frozen(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	b.Shift(found.ExpiresAt.Sub(found.Now))
	wantSeen(t, "at the end", b.Shares, "a", false, false)
	wantSeen(t, "at the end, on the other server", b.Replica, "a", false, false)
	if got := listShares(t, b.Shares, mine)[0].State; got != shares.Expired {
		t.Errorf("listed as %s", got)
	}
	must(t, b.Shares.RevokeShare(t.Context(), mine, "a")) // says nothing new
	if got := listShares(t, b.Shares, mine)[0].State; got != shares.Expired {
		t.Errorf("listed as %s after revoking what has ended", got)
	}
}

func revokesShare(t *testing.T, b SharesBackend) {
	addShare(t, b.Shares, shareRow("a"))
	addShare(t, b.Shares, shareRow("b"))
	must(t, b.Shares.RevokeShare(t.Context(), mine, "a"))
	wantSeen(t, "revoked", b.Replica, "a", false, false)
	wantSeen(t, "the other one", b.Replica, "b", true, true)
	must(t, b.Replica.RevokeShare(t.Context(), mine, "a")) // twice is no error
	wantError(t, "revoking nothing", b.Replica.RevokeShare(t.Context(), mine, "z"), shares.ErrNone)
	for _, s := range listShares(t, b.Replica, mine) {
		if want := map[string]shares.State{"a": shares.Revoked, "b": shares.Live}[s.ID]; s.State != want {
			t.Errorf("%s is listed as %s, want %s", s.ID, s.State, want)
		}
	}
}

func revokesShares(t *testing.T, b SharesBackend) {
	for _, id := range []string{"a", "b", "c"} {
		addShare(t, b.Shares, shareRow(id))
	}
	other := shareRow("d")
	other.Account = theirs
	addShare(t, b.Shares, other)
	must(t, b.Shares.RevokeShare(t.Context(), mine, "a"))
	if n, err := b.Replica.RevokeShares(t.Context(), mine); err != nil || n != 2 {
		t.Errorf("revoked %d, %v; want the 2 that were live", n, err)
	}
	wantSeen(t, "revoked", b.Shares, "b", false, false)
	wantSeen(t, "another account's", b.Shares, "d", true, true)
}

func sharesApart(t *testing.T, b SharesBackend) {
	addShare(t, b.Shares, shareRow("a"))
	wantError(t, "revoking another account's", b.Shares.RevokeShare(t.Context(), theirs, "a"), shares.ErrNone)
	if n, err := b.Shares.RevokeShares(t.Context(), theirs); err != nil || n != 0 {
		t.Errorf("revoked %d of nobody, %v", n, err)
	}
	if list := listShares(t, b.Shares, theirs); len(list) != 0 {
		t.Errorf("another account lists %v", list)
	}
	wantSeen(t, "after all that", b.Shares, "a", true, true)
}

// viewsLimited: of fifty at once, over two servers, as many are counted as there are views.
func viewsLimited(t *testing.T, b SharesBackend) {
	for _, limit := range []int64{1, 7} {
		id := fmt.Sprint("a", limit)
		r := shareRow(id)
		r.Limit = limit
		addShare(t, b.Shares, r)
		var counted atomic.Int64
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				s := []shares.Store{b.Shares, b.Replica}[i%2]
				_, ok, err := s.CountView(context.WithoutCancel(t.Context()), id, "hash-"+id)
				if err != nil {
					t.Errorf("CountView: %v", err)
				}
				if ok {
					counted.Add(1)
				}
			})
		}
		all.Wait()
		if counted.Load() != limit {
			t.Errorf("%d views were counted, want %d", counted.Load(), limit)
		}
		wantSeen(t, "used up, for whoever is in", b.Shares, id, true, false)
	}
	for _, s := range listShares(t, b.Shares, mine) {
		if s.Views != s.Limit || s.State != shares.UsedUp {
			t.Errorf("%s: %d of %d views, %s", s.ID, s.Views, s.Limit, s.State)
		}
	}
}

func wrongSecret(t *testing.T, b SharesBackend) {
	addShare(t, b.Shares, shareRow("a"))
	for id, hash := range map[string]string{"a": "", "b": "hash-a", "": "", "A": "hash-a"} {
		if _, ok, err := b.Shares.CountView(t.Context(), id, hash); ok || err != nil {
			t.Errorf("%q with %q: counted %t, %v", id, hash, ok, err)
		}
	}
	if hash, err := b.Shares.HashOf(t.Context(), "b"); hash != "" || err != nil {
		t.Errorf("HashOf nothing = %q, %v", hash, err)
	}
	if _, ok, err := b.Shares.Frozen(t.Context(), "b"); ok || err != nil {
		t.Errorf("Frozen of nothing: %t, %v", ok, err)
	}
	if got := listShares(t, b.Shares, mine)[0].Views; got != 0 {
		t.Errorf("%d views were counted", got)
	}
}

func sharesBroken(t *testing.T, b SharesBackend) {
	addShare(t, b.Shares, shareRow("a"))
	b.Break()
	_, list := b.Shares.Shares(t.Context(), mine, 9)
	_, hash := b.Shares.HashOf(t.Context(), "a")
	_, _, counted := b.Shares.CountView(t.Context(), "a", "hash-a")
	_, _, found := b.Shares.Frozen(t.Context(), "a")
	_, all := b.Shares.RevokeShares(t.Context(), mine)
	_, swept := b.Shares.SweepShares(t.Context(), 0, 9)
	for what, err := range map[string]error{
		"Shares": list, "HashOf": hash, "CountView": counted, "Frozen": found, "RevokeShares": all,
		"AddShare": b.Shares.AddShare(t.Context(), shareRow("b"), 9), "RevokeShare": b.Shares.RevokeShare(t.Context(), mine, "a"),
		"SweepShares": swept,
	} {
		if err == nil || errors.Is(err, shares.ErrFull) || errors.Is(err, shares.ErrRepeated) || errors.Is(err, shares.ErrNone) {
			t.Errorf("%s without a database: %v", what, err)
		}
	}
}

package shares_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/store"
)

var (
	key   = bytes.Repeat([]byte{1}, 32)
	other = bytes.Repeat([]byte{2}, 32)
)

func database(t *testing.T) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), migrated.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	db.JournalTimeout = time.Minute
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func desk(db shares.Store, keys ...[]byte) *shares.Desk {
	return shares.New(db, shares.Options{Keys: keys, Longest: 7 * 24 * time.Hour, Logger: slog.New(slog.DiscardHandler)})
}

func example() shares.Source {
	return shares.Source{Deployment: "d", Name: "video", Readme: "# Hello", Workflow: []byte(`{"3":{"class_type":"KSampler"}}`)}
}

func wish() shares.Wish {
	return shares.Wish{Account: "mine", Person: "Zoë", Parts: shares.Parts{Readme: true, Workflow: true}, Lifetime: "1d", Note: " for\tthe demo\u200b ", Key: "k"}
}

// share makes a link, with its review.
func share(t *testing.T, d *shares.Desk, w shares.Wish) shares.Offer {
	t.Helper()
	offer, err := d.Share(t.Context(), w, example())
	if err != nil || offer.Made || offer.Secret != "" {
		t.Fatalf("the review: %+v, %v", offer, err)
	}
	w.Confirm = offer.Confirm
	made, err := d.Share(t.Context(), w, example())
	if err != nil || !made.Made || made.Changed {
		t.Fatalf("confirmed: %+v, %v", made, err)
	}
	return made
}

// TestShare: what was reviewed is what a visitor sees, and all that the list knows is about it.
func TestShare(t *testing.T) {
	t.Parallel()
	db := database(t)
	d := desk(db.Shares(), key)
	made := share(t, d, wish())

	visit, err := d.Door().Enter(t.Context(), made.ID, "https://deck.example/s/"+made.ID+"#"+made.Secret)
	if err != nil {
		t.Fatal(err)
	}
	look, err := d.Door().Look(t.Context(), made.ID, visit)
	if diff := cmp.Diff(made.Copy, look.Copy); err != nil || diff != "" {
		t.Errorf("the visitor sees, error %v (-made +seen):\n%s", err, diff)
	}
	if look.Expires.Before(time.Now().Add(23*time.Hour)) || look.Expires.After(time.Now().Add(25*time.Hour)) {
		t.Errorf("it ends %s", look.Expires)
	}
	list, err := d.List(t.Context(), "mine")
	if err != nil || len(list) != 1 || list[0].Note != "for the demo" || list[0].Views != 1 || list[0].State != shares.Live || list[0].Person != "Zoë" {
		t.Errorf("the list: %+v, %v", list, err)
	}
}

// TestShare_confirmed: only exactly what was reviewed is shared.
func TestShare_confirmed(t *testing.T) {
	t.Parallel()
	d := desk(database(t).Shares(), key)
	offer, err := d.Share(t.Context(), wish(), example())
	if err != nil {
		t.Fatal(err)
	}
	changed := example()
	changed.Readme = "# Secret plans"
	for name, try := range map[string]func(w *shares.Wish) shares.Source{
		"the readme changed": func(*shares.Wish) shares.Source { return changed },
		"another part":       func(w *shares.Wish) shares.Source { w.Parts.Workflow = false; return example() },
		"another end":        func(w *shares.Wish) shares.Source { w.Lifetime = "7d"; return example() },
		"another limit":      func(w *shares.Wish) shares.Source { w.Limit = "5"; return example() },
		"another note":       func(w *shares.Wish) shares.Source { w.Note = "x"; return example() },
	} {
		w := wish()
		w.Confirm = offer.Confirm
		src := try(&w)
		if got, err := d.Share(t.Context(), w, src); err != nil || got.Made || !got.Changed || got.Secret != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	share(t, d, wish())
	w := wish()
	w.Confirm = offer.Confirm
	if _, err := d.Share(t.Context(), w, example()); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same form again: %v", err)
	}
}

func TestShare_refuses(t *testing.T) {
	t.Parallel()
	d := desk(database(t).Shares(), key)
	for name, tt := range map[string]struct {
		change func(*shares.Wish)
		field  string
	}{
		"nothing":             {func(w *shares.Wish) { w.Parts = shares.Parts{} }, shares.FieldParts},
		"overrides alone":     {func(w *shares.Wish) { w.Parts = shares.Parts{Overrides: true} }, shares.FieldParts},
		"overrides, settings": {func(w *shares.Wish) { w.Parts = shares.Parts{Overrides: true, Settings: true} }, shares.FieldParts},
		"no end":              {func(w *shares.Wish) { w.Lifetime = "" }, shares.FieldLifetime},
		"for ever":            {func(w *shares.Wish) { w.Lifetime = "999d" }, shares.FieldLifetime},
		"longer than allowed": {func(w *shares.Wish) { w.Lifetime = "30d" }, shares.FieldLifetime},
		"limit of none":       {func(w *shares.Wish) { w.Limit = "0" }, shares.FieldLimit},
		"limit in words":      {func(w *shares.Wish) { w.Limit = "many" }, shares.FieldLimit},
		"limit too high":      {func(w *shares.Wish) { w.Limit = "10001" }, shares.FieldLimit},
		"long note":           {func(w *shares.Wish) { w.Note = strings.Repeat("ü", 201) }, shares.FieldNote},
	} {
		w := wish()
		tt.change(&w)
		if _, err := d.Share(t.Context(), w, example()); len(fault.Fields(err)) != 1 || fault.Fields(err)[tt.field] == "" {
			t.Errorf("%s: %v", name, fault.Fields(err))
		}
	}
	huge := example()
	huge.Readme = strings.Repeat("x", 8<<20)
	if _, err := d.Share(t.Context(), wish(), huge); !strings.Contains(fault.Fields(err)[shares.FieldParts], "too large") {
		t.Errorf("too large: %v", err)
	}
	off := shares.New(database(t).Shares(), shares.Options{Keys: [][]byte{key}})
	if _, err := off.Share(t.Context(), wish(), example()); !fault.Is(err, fault.Forbidden) || len(off.Lifetimes()) != 0 {
		t.Errorf("switched off: %v", err)
	}
}

// TestDoor_shut: whatever is wrong with a link, the visitor is told the same (SR-46).
func TestDoor_shut(t *testing.T) {
	t.Parallel()
	db := database(t)
	d := desk(db.Shares(), key)
	door := d.Door()
	make1 := func(form, limit string) shares.Offer {
		w := wish()
		w.Key, w.Limit = form, limit
		return share(t, d, w)
	}
	live, revoked, used := make1("1", ""), make1("2", ""), make1("3", "1")
	w := wish()
	w.Key, w.Lifetime = "4", "1h"
	expired := share(t, d, w)
	visits := map[string]string{}
	for _, o := range []shares.Offer{live, revoked, used, expired} {
		visit, err := door.Enter(t.Context(), o.ID, o.Secret)
		if err != nil {
			t.Fatal(err)
		}
		visits[o.ID] = visit
	}
	if err := d.Revoke(t.Context(), "mine", revoked.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := door.Look(t.Context(), used.ID, visits[used.ID]); err != nil {
		t.Errorf("the last view goes on: %v", err)
	}
	db.ShiftClock(time.Hour)
	wantShut := func(name string, err error) {
		t.Helper()
		if f := fault.From(err); f.Kind != fault.NotFound || f.Message != shares.Shut || f.Err != nil || len(f.Fields) > 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	for name, try := range map[string][2]string{
		"revoked": {revoked.ID, revoked.Secret}, "used up": {used.ID, used.Secret}, "expired": {expired.ID, expired.Secret},
		"another link's secret": {live.ID, revoked.Secret}, "no such link": {"abcdefghijklmnop", live.Secret}, "no secret": {live.ID, ""},
		"a prefix": {live.ID, live.Secret[:42]}, "more": {live.ID, live.Secret + "A"}, "a pattern": {":id", ":key"}, "like": {live.ID, strings.Repeat("%", 43)},
		"upper case": {strings.ToUpper(live.ID), live.Secret}, "other bits at the end": {live.ID, sameBytes(live.Secret)},
	} {
		_, err := door.Enter(t.Context(), try[0], try[1])
		wantShut("entering: "+name, err)
	}
	for _, o := range []shares.Offer{revoked, expired} {
		_, err := door.Look(t.Context(), o.ID, visits[o.ID])
		wantShut("looking", err)
	}
	for name, try := range map[string][2]string{
		"the view is over": {live.ID, visits[live.ID]}, "another link's visit": {used.ID, visits[live.ID]}, "nothing": {live.ID, ""},
		"nonsense": {live.ID, "%%%"}, "the secret itself": {live.ID, live.Secret},
	} {
		if _, err := door.Look(t.Context(), try[0], try[1]); !errors.Is(err, shares.ErrNoVisit) {
			t.Errorf("looking: %s: %v", name, err)
		}
	}
	if _, err := door.Enter(t.Context(), live.ID, live.Secret); err != nil {
		t.Errorf("the one that lives: %v", err)
	}
}

// sameBytes is another spelling of a secret's bytes, in the bits that base64 leaves over.
func sameBytes(secret string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, secret[len(secret)-1])
	return secret[:len(secret)-1] + string(alphabet[last^1])
}

// TestDoor_limit: of a hundred at once, one gets the one view (SR-48).
func TestDoor_limit(t *testing.T) {
	t.Parallel()
	d := desk(database(t).Shares(), key)
	w := wish()
	w.Limit = "1"
	made := share(t, d, w)
	var in atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if _, err := d.Door().Enter(context.WithoutCancel(t.Context()), made.ID, made.Secret); err == nil {
				in.Add(1)
			} else if !fault.Is(err, fault.NotFound) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d got in, want 1", in.Load())
	}
}

// TestSealed: the database alone, and the database with the server's key, show nothing; a new key in front leaves links alive.
func TestSealed(t *testing.T) {
	t.Parallel()
	db := database(t)
	made := share(t, desk(db.Shares(), key), wish())
	row, _, err := db.Shares().Frozen(t.Context(), made.ID)
	if err != nil || bytes.Contains(row.Content, []byte("Hello")) || bytes.Contains(row.Content, []byte(made.Secret)) || row.Hash == made.Secret {
		t.Errorf("stored: %q, %v", row.Content, err)
	}
	raw, _ := base64.RawURLEncoding.DecodeString(made.Secret)
	if len(raw) != 32 {
		t.Errorf("the secret has %d bytes", len(raw))
	}
	for name, tt := range map[string]struct {
		keys [][]byte
		want bool
	}{"a new key in front": {[][]byte{other, key}, true}, "the old key is gone": {[][]byte{other}, false}} {
		door := desk(db.Shares(), tt.keys...).Door()
		visit, err := door.Enter(t.Context(), made.ID, made.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := door.Look(t.Context(), made.ID, visit); (err == nil) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// broken is a store that cannot be reached.
type broken struct{ shares.Store }

var errDown = errors.New("down")

func (broken) HashOf(context.Context, string) (string, error) { return "", errDown }
func (broken) Shares(context.Context, string, int) ([]shares.Share, error) {
	return nil, errDown
}
func (broken) RevokeShares(context.Context, string) (int64, error) { return 0, errDown }
func (broken) RevokeShare(context.Context, string, string) error   { return shares.ErrNone }
func (broken) AddShare(context.Context, shares.Row, int) error     { return shares.ErrFull }

func TestFaults(t *testing.T) {
	t.Parallel()
	d := desk(broken{}, key)
	_, entered := d.Door().Enter(t.Context(), "a", "b")
	_, listed := d.List(t.Context(), "mine")
	_, all := d.RevokeAll(t.Context(), "mine")
	w := wish()
	offer, err := d.Share(t.Context(), w, example())
	if err != nil {
		t.Fatal(err)
	}
	w.Confirm = offer.Confirm
	_, full := d.Share(t.Context(), w, example())
	for name, tt := range map[string]struct {
		err  error
		kind fault.Kind
	}{
		"entering": {entered, fault.Unavailable}, "listing": {listed, fault.Unavailable}, "revoking all": {all, fault.Unavailable},
		"revoking nothing": {d.Revoke(t.Context(), "mine", "a"), fault.NotFound}, "one too many": {full, fault.Conflict},
	} {
		if !fault.Is(tt.err, tt.kind) {
			t.Errorf("%s: %v", name, tt.err)
		}
	}
	if text := fmt.Sprint(fault.From(full).Message); !strings.Contains(text, "100 links") {
		t.Errorf("full says %q", text)
	}
}

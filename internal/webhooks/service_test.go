package webhooks_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// TestAdd: a form makes one webhook however often it is sent, its secret is told once, and the change log says so.
func TestAdd(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	typed := webhooks.Typed{Name: "  night   shift ", Target: " " + r.URL + "/hunter2-secret ", Format: webhooks.FormatSlack, Kinds: []string{"locks", "cost"}}
	id := webhooks.NewID()
	secret, err := d.Add(t.Context(), by(), id, typed)
	if err != nil || !strings.HasPrefix(secret, "whsec_") {
		t.Fatalf("secret %q, error %v", secret, err)
	}
	if again, err := d.Add(t.Context(), by(), id, typed); err != nil || again != "" {
		t.Errorf("sent twice: secret %q, error %v", again, err)
	}
	stranger := by()
	stranger.Account = "account-2"
	if _, err := d.Add(t.Context(), stranger, id, typed); !fault.Is(err, fault.NotFound) {
		t.Errorf("another account's id: %v", err)
	}
	if _, err := d.Add(t.Context(), by(), "../x", typed); !fault.Is(err, fault.Invalid) {
		t.Errorf("an id of nobody: %v", err)
	}
	list, err := d.Of(t.Context(), account)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	h := list[0]
	if h.Name != "night shift" || h.Where != strings.TrimPrefix(r.URL, "https://")+"/…cret" || h.Person != "Night shift" || strings.Join(h.Kinds, " ") != "cost locks" {
		t.Errorf("%q at %q by %q tells %q", h.Name, h.Where, h.Person, h.Kinds)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		if text := fmt.Sprintf(verb, h); strings.Contains(text, "hunter2") || strings.Contains(text, "whsec") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
	if len(d.events.got) != 1 || d.events.got[0].Kind != journal.HookAdded || !strings.Contains(d.events.got[0].Words, "raises cost, locks") || d.events.got[0].Person != "Night shift" {
		t.Errorf("the change log says %+v", d.events.got)
	}
	for i := range webhooks.Max {
		_, err = d.Add(t.Context(), by(), webhooks.NewID(), typed)
		if full := err != nil; full != (i == webhooks.Max-1) {
			t.Errorf("webhook %d: %v", i+2, err)
		}
	}
}

// TestAdd_Refused: every field that is no good is named, and nothing is kept.
func TestAdd_Refused(t *testing.T) {
	t.Parallel()
	d := desktop(t, nil)
	_, err := d.Add(t.Context(), by(), webhooks.NewID(), webhooks.Typed{Name: " ", Target: "x", Format: "xml", Kinds: []string{"nonsense"}})
	for _, field := range []string{webhooks.FieldName, webhooks.FieldTarget, webhooks.FieldFormat, webhooks.FieldKinds} {
		if fault.Fields(err)[field] == "" {
			t.Errorf("nothing is said about %s: %v", field, fault.Fields(err))
		}
	}
	if list, err := d.Of(t.Context(), account); err != nil || len(list) != 0 || len(d.events.got) != 0 {
		t.Errorf("kept: %v, %v, %v", list, err, d.events.got)
	}
}

// TestChange: the address stays unless another is typed, a new secret replaces the old, and each is an event.
func TestChange(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	id, secret := d.add(t, r, webhooks.FormatJSON, "locks")
	before, _ := d.Find(t.Context(), account, id)
	typed := webhooks.Typed{Name: "other", Format: webhooks.FormatSlack, Kinds: []string{"power"}}
	if err := d.Change(t.Context(), by(), id, typed); err != nil {
		t.Fatal(err)
	}
	after, err := d.Find(t.Context(), account, id)
	if err != nil || after.Where != before.Where || after.Name != "other" || after.Body != webhooks.FormatSlack || after.Kinds[0] != "power" {
		t.Errorf("%q at %q, %v", after.Name, after.Where, err)
	}
	typed.Target = r.URL + "/another-path"
	if err := d.Change(t.Context(), by(), id, typed); err != nil {
		t.Fatal(err)
	}
	if fresh, err := d.NewSecret(t.Context(), by(), id); err != nil || fresh == secret || fresh == "" {
		t.Errorf("a new secret: %q, %v", fresh, err)
	}
	errs := errors.Join(d.Pause(t.Context(), by(), id, true), d.Pause(t.Context(), by(), id, true))
	if res, err := d.Test(t.Context(), by(), id); err != nil || res.State != webhooks.Delivered || r.requests()[0].Path != "/another-path" {
		t.Errorf("a test while it is paused: %+v, %v", res, err)
	}
	if _, err := d.Test(t.Context(), by(), id); !fault.Is(err, fault.RateLimited) {
		t.Errorf("a second test at once: %v", err)
	}
	if err := d.Again(t.Context(), by(), id, d.log(t, id)[0].ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("again while it is paused: %v", err)
	}
	if errs = errors.Join(errs, d.Pause(t.Context(), by(), id, false), d.Remove(t.Context(), by(), id)); errs != nil {
		t.Error(errs)
	}
	if err := d.Remove(t.Context(), by(), id); !fault.Is(err, fault.NotFound) {
		t.Errorf("removing it again: %v", err)
	}
	var got []string
	for _, e := range d.events.got[1:] {
		got = append(got, string(e.Kind)+" "+e.Words)
	}
	want := "webhook_changed It tells of: paused or enabled.|webhook_changed It tells of: paused or enabled. It goes to another address.|" +
		"webhook_changed It has a new signing secret.|webhook_paused Paused.|webhook_paused Resumed.|webhook_removed "
	if strings.Join(got, "|") != want {
		t.Errorf("the change log says %q", got)
	}
}

// TestSealed: neither the database nor a log has the address or the secret; a new server key in front opens and seals again what
// an older one sealed; without any of its keys the address is asked for anew.
func TestSealed(t *testing.T) {
	t.Parallel()
	r := receive(t, status(500, "boom"))
	var logs strings.Builder
	noisy := func(o *webhooks.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	d := desktop(t, r, noisy)
	id, secret := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
	d.wrote(t, "line", update(), journal.Outcome{State: journal.Done})
	d.round(t, 1)
	raw, _, err := d.store.Webhooks().FindHook(t.Context(), account, id)
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"the row": string(raw.Sealed), "the log": logs.String()} {
		if strings.Contains(text, "hunter2") || strings.Contains(text, strings.TrimPrefix(secret, "whsec_")) || text == "" {
			t.Errorf("%s: %q", where, text)
		}
	}
	moved := raw // the same bytes in another row open nothing
	moved.ID = webhooks.NewID()
	if err := d.store.Webhooks().AddHook(t.Context(), moved, 10); err != nil {
		t.Fatal(err)
	}
	if h, err := d.Find(t.Context(), account, moved.ID); err != nil || h.Where != "" {
		t.Errorf("moved: %q, %v", h.Where, err)
	}

	second := []byte("another key of 32 bytes for test")
	rotated := newDesk(d.store, r, func(o *webhooks.Options) { o.Keys = session.WebhookKeys([][]byte{second, serverKey}) })
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { rotated.Run(ctx); close(done) }()
	for deadline := time.Now().Add(time.Minute); ; {
		if h, _, err := d.store.Webhooks().FindHook(t.Context(), account, id); err == nil && string(h.Sealed) != string(raw.Sealed) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it stays sealed with the old key")
		}
	}
	stop()
	<-done
	only := newDesk(d.store, r, func(o *webhooks.Options) { o.Keys = session.WebhookKeys([][]byte{second}) })
	if h, err := only.Find(t.Context(), account, id); err != nil || !strings.HasSuffix(h.Where, "…cret") {
		t.Errorf("with the new key alone: %q, %v", h.Where, err)
	}
	if h, err := d.Find(t.Context(), account, id); err != nil || h.Where != "" {
		t.Errorf("with the old key alone: %q, %v", h.Where, err)
	}
	d.store.ShiftClock(time.Hour)
	if res, err := d.Test(t.Context(), by(), id); err != nil || !strings.Contains(res.Message, "Enter it again") {
		t.Errorf("a test: %+v, %v", res, err)
	}
	if err := d.Change(t.Context(), by(), id, webhooks.Typed{Name: "x", Format: webhooks.FormatJSON, Kinds: every()}); fault.Fields(err)[webhooks.FieldTarget] == "" {
		t.Errorf("saved without an address: %v", err)
	}
}

// TestForget: the log of a webhook goes back 30 days.
func TestForget(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	id, _ := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
	d.wrote(t, "old", update(), journal.Outcome{State: journal.Done})
	d.store.ShiftClock(29 * 24 * time.Hour)
	d.wrote(t, "new", update(), journal.Outcome{State: journal.Done})
	if n, err := d.Forget(t.Context(), 10); err != nil || n != 0 {
		t.Errorf("forgot %d, %v", n, err)
	}
	d.store.ShiftClock(25 * time.Hour)
	if n, err := d.Forget(t.Context(), 10); err != nil || n != 1 || d.log(t, id)[0].Line != "new" {
		t.Errorf("forgot %d, %v", n, err)
	}
}

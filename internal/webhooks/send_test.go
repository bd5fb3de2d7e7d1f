package webhooks_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/webhooks"
)

// TestSend_Signed: a receiver that knows nothing of this package verifies the signature as Standard Webhooks says.
func TestSend_Signed(t *testing.T) {
	t.Parallel()
	r := receive(t, status(200, "thanks"))
	d := desktop(t, r)
	id, secret := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges, webhooks.KindCost)
	d.wrote(t, "line", update(), journal.Outcome{State: journal.Done})
	d.round(t, 1)
	got := r.requests()
	if len(got) != 1 || got[0].Method != http.MethodPost || got[0].Path != "/services/T0/B0/hunter2-secret" {
		t.Fatalf("the receiver got %+v", got)
	}
	h := got[0].Header
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) != 32 {
		t.Fatalf("the secret is %q", secret)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", h.Get("webhook-id"), h.Get("webhook-timestamp"), got[0].Body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); h.Get("webhook-signature") != want {
		t.Errorf("signature %q, want %q", h.Get("webhook-signature"), want)
	}
	at, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if age := time.Since(time.Unix(at, 0)); err != nil || age < 0 || age > time.Minute {
		t.Errorf("the timestamp is %q", h.Get("webhook-timestamp"))
	}
	if h.Get("webhook-id") != webhooks.DeliveryID(id, "line", "done") || strings.Contains(h.Get("webhook-id"), ".") {
		t.Errorf("the id is %q", h.Get("webhook-id"))
	}
	l := d.log(t, id)[0]
	if l.State != webhooks.Delivered || l.Status != 200 || l.Said != "thanks" || l.Tries != 1 {
		t.Errorf("the log says %+v", l)
	}
}

// TestSend_Body: JSON says what happened, old and new of settings alone, and where to look; Slack gets a text that mentions nobody.
func TestSend_Body(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
	d.wrote(t, "bcdefghijklmnopqrstuvwxyz2", update(), journal.Outcome{State: journal.Done})
	d.round(t, 1)
	var got map[string]any
	if err := json.Unmarshal([]byte(r.requests()[0].Body), &got); err != nil {
		t.Fatal(err)
	}
	about, _ := got["data"].(map[string]any)
	for _, field := range []string{"at", "webhook"} {
		if about[field] == "" {
			t.Errorf("no %s", field)
		}
		delete(about, field)
	}
	delete(got, "timestamp")
	want := map[string]any{
		"type": "deployment.changed",
		"text": "Night shift changed image & <video>. maximum instances 3 → 5, overrides. Why: the launch",
		"data": map[string]any{
			"entry": "bcdefghijklmnopqrstuvwxyz2", "url": public + "/activity/bcdefghijklmnopqrstuvwxyz2", "person": "Night shift",
			"deployment": map[string]any{"id": target, "name": "image & <video>", "url": public + "/deployments/" + target},
			"action":     "update", "state": "done", "reason": "the launch",
			"changes": []any{map[string]any{"field": "max_instances", "from": "3", "to": "5"}, map[string]any{"field": "overrides"}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}

	slack := receive(t, nil)
	d = desktop(t, slack)
	d.add(t, slack, webhooks.FormatSlack, every()...)
	e := update()
	e.Name = "<!channel> & co"
	d.round(t, 1) // the webhook itself was an event
	d.wrote(t, "a", e, journal.Outcome{State: journal.Unknown})
	d.round(t, 1)
	body := slack.requests()[1].Body
	var text struct{ Text string }
	if err := json.Unmarshal([]byte(body), &text); err != nil {
		t.Fatal(err)
	}
	if want := "Night shift wanted to change &lt;!channel&gt; &amp; co, and nobody can say whether it happened."; !strings.HasPrefix(text.Text, want) {
		t.Errorf("Slack gets %q, want %q", text.Text, want)
	}
	if !strings.HasSuffix(text.Text, " <"+public+"/activity/a|Change log> <"+public+"/deployments/"+target+"|Deployment>") {
		t.Errorf("the links of %q", text.Text)
	}
}

// TestSend_Outside: what others changed is told with what differs, and as what raises cost when it does.
func TestSend_Outside(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	d.add(t, r, webhooks.FormatJSON, webhooks.KindCost)
	for id, to := range map[string]string{"more": "9", "less": "1"} {
		e := journal.Event{ID: id, Account: account, Kind: journal.Outside, Deployment: target, Name: "upscaler", Words: "Changed elsewhere, not by ComfyDeck."}
		e.Changes = []journal.Change{{Field: "min_instances", From: "3", To: to}}
		if _, err := d.store.Journal().AddEvent(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	d.round(t, 1)
	if body := r.requests()[0].Body; !strings.Contains(body, `"upscaler: minimum instances 3 → 9. Changed elsewhere, not by ComfyDeck."`) || !strings.Contains(body, `"type":"outside"`) {
		t.Errorf("told: %s", body)
	}
}

// TestSend_Notes: a change of notes is told by its fields, never by what they say.
func TestSend_Notes(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	d.add(t, r, webhooks.FormatJSON, webhooks.KindNotes)
	e := journal.Entry{Person: "Night shift", Action: journal.Annotate, Deployment: target, Name: "upscaler"}
	e.Changes = []journal.Change{{Field: "note", To: "the launch is secret"}, {Field: "tags", From: "eu", To: "prod"}}
	d.wrote(t, "line", e, journal.Outcome{State: journal.Done})
	d.round(t, 1)
	body := r.requests()[0].Body
	if !strings.Contains(body, `"Night shift changed the notes of upscaler. note, tags."`) || !strings.Contains(body, `"type":"deployment.noted"`) {
		t.Errorf("told: %s", body)
	}
	if strings.Contains(body, "secret") || strings.Contains(body, "prod") {
		t.Errorf("what the notes say is told: %s", body)
	}
}

// TestSend_Events: every event is told in a sentence.
func TestSend_Events(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	d.add(t, r, webhooks.FormatJSON, webhooks.KindShares)
	for _, e := range []journal.Event{
		{Kind: journal.Shared, Deployment: target, Name: "upscaler", Words: "Settings, for 1 day."},
		{Kind: journal.ShareRevoked, Words: "One link."},
	} {
		e.Account, e.Person = account, "Night shift"
		d.events.Record(t.Context(), e)
		d.round(t, 1)
	}
	for i, want := range []string{"Night shift made a share link of upscaler. Settings, for 1 day.", "Night shift revoked share links. One link."} {
		if body := r.requests()[i].Body; !strings.Contains(body, `"`+want+`"`) {
			t.Errorf("told: %s, want %q", body, want)
		}
	}
}

// TestSend_Faults: whatever a receiver does, the log says it in a sentence, and it is tried again when that may help.
func TestSend_Faults(t *testing.T) {
	t.Parallel()
	hang := func(w http.ResponseWriter, in *http.Request) { <-in.Context().Done() }
	reset := func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = c.(interface{ NetConn() net.Conn }).NetConn().(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}
	drip := func(w http.ResponseWriter, in *http.Request) {
		w.WriteHeader(200)
		_, _ = w.Write([]byte("so far"))
		w.(http.Flusher).Flush()
		<-in.Context().Done()
	}
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		state  webhooks.State
		status int
		says   string
		least  time.Duration // until the next try
	}{
		"hang":                {hang, webhooks.Waiting, 0, "did not answer in time", 8 * time.Second},
		"reset":               {reset, webhooks.Waiting, 0, "connection to the receiver failed", 8 * time.Second},
		"500":                 {status(500, "boom"), webhooks.Waiting, 500, "answered 500 Internal Server Error", 8 * time.Second},
		"redirect":            {status(302, "", "Location", "https://127.0.0.1:1/"), webhooks.Waiting, 302, "redirect (302), which is not followed", 8 * time.Second},
		"retry-after":         {status(429, "", "Retry-After", "900"), webhooks.Waiting, 429, "429 Too Many Requests", 900 * time.Second},
		"retry-after, a date": {status(503, "", "Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)), webhooks.Waiting, 503, "503", 59 * time.Minute},
		"for ever":            {status(429, "", "Retry-After", "99999999999"), webhooks.Waiting, 429, "429", 5 * time.Hour},
		"410":                 {status(410, ""), webhooks.Failed, 410, "wants no more messages", 0},
		"endless":             {drip, webhooks.Delivered, 200, "", 0},
		"a large answer":      {status(200, strings.Repeat("x", 1<<20)), webhooks.Delivered, 200, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := receive(t, tt.answer)
			d := desktop(t, r, func(o *webhooks.Options) {
				if name == "hang" || name == "endless" {
					o.Timeout = 300 * time.Millisecond
				}
			})
			id, _ := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
			d.wrote(t, "line", update(), journal.Outcome{State: journal.Done})
			began := time.Now()
			d.round(t, 1)
			got := d.log(t, id)[0]
			if got.State != tt.state || got.Status != tt.status || !strings.Contains(got.Message, tt.says) || len(got.Said) > 400 {
				t.Errorf("the log says %+v", got)
			}
			if strings.Contains(got.Message+got.Said, "hunter2") {
				t.Errorf("the log holds the address: %+v", got)
			}
			if wait := got.DueAt.Sub(began); tt.state == webhooks.Waiting && (wait < tt.least-time.Second || wait > 7*time.Hour) {
				t.Errorf("tried again after %v, want at least %v", wait, tt.least)
			}
			d.round(t, 0)
			if n := len(r.requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// TestSend_Flood: of an answer without end the beginning is read.
func TestSend_Flood(t *testing.T) {
	t.Parallel()
	const whole = 64 << 20
	sent := make(chan int, 1)
	r := receive(t, func(w http.ResponseWriter, _ *http.Request) {
		n := 0
		for piece := make([]byte, 64<<10); n < whole; n += len(piece) {
			if _, err := w.Write(piece); err != nil {
				break
			}
		}
		sent <- n
	})
	d := desktop(t, r)
	id, _ := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
	if got, err := d.Test(t.Context(), by(), id); err != nil || got.State != webhooks.Delivered {
		t.Errorf("%+v, %v", got, err)
	}
	if n := <-sent; n >= whole {
		t.Errorf("%d bytes were read", n)
	}
}

// TestSend_Retries: seven tries over nine hours, then it has failed; asked for, it is sent again with the same id.
func TestSend_Retries(t *testing.T) {
	t.Parallel()
	r := receive(t, status(500, ""))
	d := desktop(t, r)
	id, _ := d.add(t, r, webhooks.FormatJSON, webhooks.KindChanges)
	d.wrote(t, "line", update(), journal.Outcome{State: journal.Done})
	for try := 1; try <= 7; try++ {
		d.round(t, 1)
		got := d.log(t, id)[0]
		if want := map[bool]webhooks.State{true: webhooks.Waiting, false: webhooks.Failed}[try < 7]; got.State != want || got.Tries != try {
			t.Fatalf("after try %d: %+v", try, got)
		}
		d.store.ShiftClock(8 * time.Hour)
	}
	d.round(t, 0)
	r.then(status(200, ""))
	if err := d.Again(t.Context(), by(), id, d.log(t, id)[0].ID); err != nil {
		t.Fatal(err)
	}
	d.round(t, 1)
	if got := d.log(t, id)[0]; got.State != webhooks.Delivered || got.Tries != 8 {
		t.Errorf("asked for: %+v", got)
	}
	ids := map[string]bool{}
	for i, q := range r.requests() {
		ids[q.Header.Get("webhook-id")] = true
		if q.Header.Get("webhook-attempt") != strconv.Itoa(i+1) {
			t.Errorf("request %d says it is try %s", i+1, q.Header.Get("webhook-attempt"))
		}
	}
	if len(ids) != 1 {
		t.Errorf("the tries have the ids %v, want one", ids)
	}
}

// TestSend_Gone: a receiver that wants no more pauses its webhook, and the change log says so.
func TestSend_Gone(t *testing.T) {
	t.Parallel()
	r := receive(t, status(410, ""))
	d := desktop(t, r)
	id, _ := d.add(t, r, webhooks.FormatJSON, every()...)
	d.round(t, 1) // tells of itself
	h, err := d.Find(t.Context(), account, id)
	if err != nil || !h.Paused || !strings.Contains(h.Note, "410") {
		t.Errorf("%v: paused %v, note %q, error %v", h, h.Paused, h.Note, err)
	}
	last := d.events.got[len(d.events.got)-1]
	if last.Kind != journal.HookPaused || last.Account != account || last.Ref != id || !strings.Contains(last.Words, "410") {
		t.Errorf("the change log says %+v", last)
	}
	d.wrote(t, "line", update(), journal.Outcome{State: journal.Done})
	d.round(t, 0)
}

// TestSend_Settled: an unknown outcome that was found out before anybody heard of it is told once, as what it is.
func TestSend_Settled(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	d := desktop(t, r)
	id, _ := d.add(t, r, webhooks.FormatJSON, webhooks.KindUnknown, webhooks.KindChanges)
	d.wrote(t, "line", update(), journal.Outcome{State: journal.Unknown})
	if err := d.store.Journal().End(t.Context(), "line", journal.Outcome{State: journal.Done, Settled: true}); err != nil {
		t.Fatal(err)
	}
	d.round(t, 2)
	if got := r.requests(); len(got) != 1 || !strings.Contains(got[0].Body, `"deployment.changed"`) {
		t.Errorf("the receiver got %+v", got)
	}
	states := map[string]webhooks.State{}
	for _, l := range d.log(t, id) {
		states[l.Outcome] = l.State
	}
	if diff := cmp.Diff(map[string]webhooks.State{"unknown": webhooks.Left, "done": webhooks.Delivered}, states); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

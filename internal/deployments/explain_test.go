package deployments_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// The sentences, without what a read or a write adds to them.
const (
	badToken    = "This cannot be an API token: it holds characters that no token has. Copy it again from your RunComfy profile."
	refused     = "RunComfy does not accept this API token. It may have been replaced: copy the current one from your RunComfy profile and sign in with it."
	forbidden   = "RunComfy does not let this account do that. It says: Forbidden."
	notFound    = "RunComfy has no such deployment for the account you are signed in with."
	tooMany     = "RunComfy is getting too many requests from this account. Try again in 60 s."
	late        = "RunComfy's API did not answer in time."
	unreachable = "RunComfy's API cannot be reached from this server."
	notTheAPI   = "What came back is not an answer of RunComfy's API: it may be a proxy or a page in between."
	twice       = "RunComfy's answer says something twice, and nobody can tell which of the two counts, so that this server shows neither. In a payload, it is a key that a workflow or its overrides repeat."
	tooLarge    = "RunComfy's answer is larger than this server reads (10 MB for a deployment, 64 MB for a list)."
	noID        = "This is not the address of a deployment: its id is malformed. Check the link you followed."

	again  = " Nothing was changed. Try again in a moment."
	unsent = " Nothing was changed."
)

func trouble(status, says string) string {
	return "RunComfy's API has a problem (it answered with status " + status + ")." + says
}

// TestExplain_Reads: what a person is told about each way in which a list and a get can fail.
func TestExplain_Reads(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault string
		kind  fault.Kind
		want  string
	}{
		{"401", fault.Unauthorized, refused},
		{"403", fault.Forbidden, forbidden},
		{"429=60", fault.RateLimited, tooMany},
		{"400", fault.Invalid, "RunComfy refused this. It says: Bad Request."},
		{"402", fault.Upstream, "RunComfy answered with an error. It says: InsufficientFunds." + again},
		{"409", fault.Upstream, "RunComfy answered with an error. It says: Conflict." + again},
		{"error200", fault.Upstream, "RunComfy answered with an error. It says: InsufficientFunds." + again},
		{"500", fault.Upstream, trouble("500", " It says: Internal Error.") + again},
		{"503=60", fault.Upstream, trouble("503", " It says: Service Unavailable.") + again},
		{"html502", fault.Upstream, trouble("502", "") + again},
		{"html", fault.Upstream, notTheAPI + again},
		{"redirect", fault.Upstream, notTheAPI + again},
		{"truncate", fault.Upstream, notTheAPI + again},
		{"empty", fault.Upstream, notTheAPI + again},
		{"null", fault.Upstream, notTheAPI + again},
		{"duplicate-key", fault.Upstream, twice + unsent},
		{"no-id", fault.Upstream, notTheAPI + again},
		{"gzip-bomb=2MiB", fault.Upstream, tooLarge + unsent},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{}, tt.fault)
			d.box.Put(token, example())
			_, err := d.Fleet(t.Context(), "account of "+token, token, deployments.Newest)
			wantFault(t, err, tt.kind, tt.want)
			_, err = d.Get(t.Context(), token, id)
			wantFault(t, err, tt.kind, tt.want)
		})
	}
}

// TestExplain_Writes: what a person is told about each way in which a write can be refused. Those whose outcome is not known
// are the subject of the tests about settling.
func TestExplain_Writes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault  string
		kind   fault.Kind
		want   string
		fields map[string]string
	}{
		{"401", fault.Unauthorized, refused, nil},
		{"403", fault.Forbidden, forbidden + unsent, nil},
		{"429=60", fault.RateLimited, tooMany + unsent, nil},
		{"400", fault.Invalid, "RunComfy refused this. It says: Bad Request.", nil},
		{"402", fault.Upstream, "RunComfy answered with an error. It says: InsufficientFunds." + unsent, nil},
		{"409", fault.Upstream, "RunComfy answered with an error. It says: Conflict." + unsent, nil},
		{"error200", fault.Upstream, "RunComfy answered with an error. It says: InsufficientFunds." + unsent, nil},
		{"redirect", fault.Upstream, notTheAPI + unsent, nil},
		{"422", fault.Invalid, "RunComfy refused this. It says: Validation error.", map[string]string{"name": "RunComfy says: Value is not accepted."}},
		{"422=hardware", fault.Invalid, "RunComfy refused this. It says: Validation error.", map[string]string{"hardware": "RunComfy says: Value is not accepted."}},
		{"422-body", fault.Invalid, "RunComfy refused this. It says: Values do not agree.", nil},
		{"422-texts", fault.Invalid, "RunComfy refused this. It says: Name taken. Quota exceeded.", nil},
		{"422-twice=hardware", fault.Invalid, "RunComfy refused this. It says: Validation error.", map[string]string{"hardware": "RunComfy says: Value is taken. Value is too long."}},
	}
	for _, tt := range tests {
		for _, w := range writes() {
			t.Run(tt.fault+"/"+w.route, func(t *testing.T) {
				t.Parallel()
				d := newDeck(t, deployments.Options{}, at(tt.fault, w.route))
				d.box.Put(token, example())
				err := w.do(t.Context(), d)
				wantFault(t, err, tt.kind, tt.want)
				if diff := cmp.Diff(tt.fields, fault.Fields(err)); diff != "" {
					t.Errorf("fields (-want +got):\n%s", diff)
				}
				if got := d.writes(); got != 1 {
					t.Errorf("%d writes, want 1: a write is sent at most once", got)
				}
				for _, c := range d.box.Calls() {
					if c.Applied {
						t.Errorf("%s changed something although the fault says that nothing was changed", c.Method)
					}
				}
			})
		}
	}
}

// write is one way to change something, with everything right about it.
type write struct {
	route string
	do    func(context.Context, *deck) error
}

func writes() []write {
	return []write{
		{"create", func(ctx context.Context, d *deck) error { _, err := d.Create(ctx, token, validDraft()); return err }},
		{"update", func(ctx context.Context, d *deck) error {
			_, err := d.Update(ctx, token, id, deployments.Draft{"queue_size": "7"}, nil)
			return err
		}},
		{"delete", func(ctx context.Context, d *deck) error {
			_, err := d.Delete(ctx, token, id, "image-to-video")
			return err
		}},
	}
}

// TestExplain_DeleteFalse: an API that says in so many words that it did not delete is believed.
func TestExplain_DeleteFalse(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "delete-false@delete")
	d.box.Put(token, example())
	_, err := d.Delete(t.Context(), token, id, "image-to-video")
	wantFault(t, err, fault.Upstream, "RunComfy answered with an error."+unsent)
}

// TestExplain_BeforeTheWrite: when the look before a write fails, the write was never sent, and the sentence says so.
func TestExplain_BeforeTheWrite(t *testing.T) {
	t.Parallel()
	for _, w := range writes() {
		t.Run(w.route, func(t *testing.T) {
			t.Parallel()
			for kind, want := range map[string]string{"500": trouble("500", " It says: Internal Error."), "html": notTheAPI, "hang": late, "403": forbidden, "429=60": tooMany} {
				d := newDeck(t, deployments.Options{SendBudget: 300 * time.Millisecond, WriteBudget: 30 * time.Second}, at(kind, "list"), at(kind, "get"))
				d.box.Put(token, example())
				err := w.do(t.Context(), d)
				var f *fault.Error
				if !errors.As(err, &f) || !strings.HasPrefix(f.Message, want+" Nothing was changed") || strings.Count(f.Message, "Nothing") != 1 {
					t.Errorf("%s: error = %v, message = %q", kind, err, fault.From(err).Message)
				}
				if got := d.writes(); got != 0 {
					t.Errorf("%s: %d writes, want 0", kind, got)
				}
			}
		})
	}
}

func TestExplain_Unreachable(t *testing.T) {
	t.Parallel()
	api, err := apiclient.New("http://127.0.0.1:1", apiclient.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := deployments.New(api, newStore(t).Journal(), deployments.Options{Limits: documented, SendBudget: 2 * time.Second})
	_, err = d.Create(t.Context(), seen(token), validDraft())
	wantFault(t, err, fault.Unavailable, unreachable+unsent)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	wantFault(t, tried(ctx, d, token), fault.Unavailable, unreachable+again)
}

func TestExplain_Hang(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "hang")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := d.Fleet(ctx, "account of "+token, token, deployments.Newest)
	wantFault(t, err, fault.Timeout, late+again)
}

// TestExplain_Waiting: how long to wait is passed on, and so is the service's name for the answer.
func TestExplain_Waiting(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "429=60")
	_, err := d.Fleet(t.Context(), "account of "+token, token, deployments.Newest)
	wantFault(t, err, fault.RateLimited, tooMany)
	if f := fault.From(err); f.RetryAfter != time.Minute || f.UpstreamID == "" {
		t.Errorf("retry after %v, upstream id %q, want a minute and an id", f.RetryAfter, f.UpstreamID)
	}

	for asked, words := range map[string]string{"119": "in 119 s.", "120": "in 2 min.", "121": "in 3 min.", "3600": "in 60 min.", "3601": "later."} {
		d := newDeck(t, deployments.Options{}, "429="+asked)
		_, err := d.Fleet(t.Context(), "account of "+token, token, deployments.Newest)
		wantFault(t, err, fault.RateLimited, strings.Replace(tooMany, "in 60 s.", words, 1))
		if want, _ := time.ParseDuration(asked + "s"); fault.From(err).RetryAfter != want {
			t.Errorf("retry after %v, want %v", fault.From(err).RetryAfter, want)
		}
	}

	d = newDeck(t, deployments.Options{}, "429@update=")
	d.box.Put(token, example())
	_, err = d.SetEnabled(t.Context(), token, id, false)
	wantFault(t, err, fault.RateLimited, "RunComfy is getting too many requests from this account. Wait a little before you try again."+unsent)
}

// TestExplain_Unknown: the service's name for the answer is in a fault about an unknown outcome too, and so is the cause.
func TestExplain_Unknown(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{}, "500@update")
	d.box.Put(token, example())
	_, err := d.SetEnabled(t.Context(), token, id, false)
	wantFault(t, err, fault.Unknown, updateUnknown)
	if f := fault.From(err); f.UpstreamID == "" || !apiclient.IsUnknown(f.Err) {
		t.Errorf("upstream id %q, cause %v", f.UpstreamID, f.Err)
	}
}

// TestExplain_NameRequired: the real service words this refusal without a list of fields; it reaches its field all the same.
func TestExplain_NameRequired(t *testing.T) {
	t.Parallel()
	box := newDeck(t, deployments.Options{}).box
	nameless := example()
	nameless.Raw = []byte(`{"id":"` + id + `","is_enabled":true}`)
	box.Put(token, nameless)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"detail":"Deployment name is required."}`))
			return
		}
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	api, err := apiclient.New(server.URL, apiclient.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = deployments.New(api, newStore(t).Journal(), deployments.Options{Limits: documented}).SetEnabled(t.Context(), seen(token), id, false)
	wantFault(t, err, fault.Invalid, "RunComfy refused this. It says: Deployment name is required. This server knows no name to send along: give the deployment one in its edit form, then try again.")
	if diff := cmp.Diff(map[string]string{"name": "RunComfy says: Deployment name is required."}, fault.Fields(err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	if _, err := d.CheckToken(t.Context(), token); err != nil {
		t.Errorf("CheckToken() error = %v", err)
	}
	wantFault(t, tried(t.Context(), d.Service, "some-other-token-0123456789-abcdefghij"), fault.Unauthorized, refused)
	d.box.ResetCalls()
	for _, bad := range []string{"", "a b", "a\r\nX-Evil: 1", "tökén", "\x00"} {
		wantFault(t, tried(t.Context(), d.Service, bad), fault.Unauthorized, badToken)
	}
	if calls := d.box.Calls(); len(calls) != 0 {
		t.Errorf("%d calls with what cannot be a token, want 0", len(calls))
	}
}

// TestToken_OneCall: what is worth another try to a list is told at once to whoever signs in.
func TestToken_OneCall(t *testing.T) {
	t.Parallel()
	for _, failure := range []string{"429", "502", "503", "504", "reset"} {
		d := newDeck(t, deployments.Options{}, failure)
		if _, err := d.CheckToken(t.Context(), token); err == nil {
			t.Errorf("%s: CheckToken() error = nil", failure)
		}
		if n := len(d.box.Calls()); n != 1 {
			t.Errorf("%s: %d calls, want 1", failure, n)
		}
	}
}

// TestGet_MalformedID: what cannot be an id is not found, without a call.
func TestGet_MalformedID(t *testing.T) {
	t.Parallel()
	d := newDeck(t, deployments.Options{})
	for _, bad := range []string{"", "new", "..", strings.ToUpper(id), id + "/", id + "?x", "%2e%2e", "a1b2c3d4111122223333abcdefabcdef"} {
		_, err := d.Get(t.Context(), token, bad)
		wantFault(t, err, fault.NotFound, noID)
		_, err = d.Delete(t.Context(), token, bad, "x")
		wantFault(t, err, fault.NotFound, noID)
	}
	if calls := d.box.Calls(); len(calls) != 0 {
		t.Errorf("%d calls, want 0", len(calls))
	}
	d.box.Put(otherToken, example())
	_, err := d.Get(t.Context(), token, id)
	wantFault(t, err, fault.Forbidden, forbidden)
	_, err = d.Get(t.Context(), token, otherID)
	wantFault(t, err, fault.NotFound, notFound)
}

// technical is what belongs into a log and not in front of a person.
var technical = regexp.MustCompile(`https?:|127\.0\.0\.1|localhost|dial|EOF|tcp|context|deadline|connection|JSON|json|invalid|runcomfy |%!|nil|<|` + token)

// speaksPlainly checks that a sentence holds no Go error, no address and no token, and that it ends as a sentence does.
func speaksPlainly(t *testing.T, f *fault.Error) {
	t.Helper()
	if found := technical.FindString(f.Message); found != "" {
		t.Errorf("message %q holds %q", f.Message, found)
	}
	if !strings.HasSuffix(f.Message, ".") || strings.Contains(f.Message, "..") || strings.Contains(f.Message, "  ") {
		t.Errorf("message %q is not made of sentences", f.Message)
	}
	if strings.Contains(f.Error(), token) {
		t.Error("the error for the log holds the token")
	}
}

// tried is what came of trying a token.
func tried(ctx context.Context, s *deployments.Service, token string) error {
	_, err := s.CheckToken(ctx, token)
	return err
}

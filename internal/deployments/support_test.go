package deployments_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/store"
)

const (
	token      = "token-for-tests-0123456789-abcdefghij"
	otherToken = "token-of-others-0123456789-abcdefghij"
	id         = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
	otherID    = "b5c6d7e8-4444-5555-6666-123412341234"
	workflowID = "00000000-0000-0000-0000-000000001111"
)

// documented are the limits of the document.
var documented = deployments.Limits{MinInstances: 3, MaxInstances: 10}

// deck is a service over the real client and a sandbox on a port.
type deck struct {
	*deployments.Service
	api     *apiclient.Client
	box     *sandbox.Sandbox
	db      *store.Store
	journal *store.Journal
	replica *deployments.Service // another one over the same journal
	// arrival, if set, is called with every request before the sandbox sees it. It is for what happens in the meantime.
	arrival atomic.Pointer[func(*http.Request)]
}

// newDeck starts a sandbox in which the given faults are in force. A zero Options.Limits means the documented ones.
func newDeck(t *testing.T, o deployments.Options, faults ...string) *deck {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Tokens: []string{token, otherToken}, RequireName: true})
	if err != nil {
		t.Fatal(err)
	}
	d := &deck{box: box}
	d.fail(faults...)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if arrived := d.arrival.Load(); arrived != nil {
			(*arrived)(r)
		}
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { // the sandbox first: it ends hanging calls, which the server waits for
		_ = box.Close()
		server.Close()
	})
	api, err := apiclient.New(server.URL, apiclient.Options{MaxItemBytes: 1 << 20, MaxListBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if o.Limits == (deployments.Limits{}) {
		o.Limits = documented
	}
	d.db, d.api = newStore(t), api
	d.journal = d.db.Journal()
	d.Service, d.replica = deployments.New(api, d.journal, o), deployments.New(api, d.journal, o)
	return d
}

// clone is a service of another process: nothing ends it.
func (d *deck) clone(t *testing.T) *deployments.Service {
	t.Helper()
	return deployments.New(d.api, d.journal, deployments.Options{Limits: documented, WriteBudget: time.Second, SendBudget: time.Second, Poll: time.Millisecond})
}

// newStore is an empty database in memory.
func newStore(t *testing.T) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), migrated.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	db.JournalTimeout = time.Minute // a busy machine is no finding
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// seen is a wish whose effect was reviewed elsewhere, from no form.
func seen(token string) deployments.Ask {
	return deployments.Ask{Token: token, Account: "account of " + token, Session: "session", Request: "request", Reviewed: true}
}

// The writes, for the tests of what is sent and what comes back: those of the review use the service itself.

func (d *deck) Create(ctx context.Context, token string, typed deployments.Draft) (deployments.Result, error) {
	return d.Service.Create(ctx, seen(token), typed)
}

func (d *deck) Update(ctx context.Context, token, id string, typed, base deployments.Draft) (deployments.Result, error) {
	return d.Service.Update(ctx, seen(token), id, typed, base)
}

func (d *deck) SetEnabled(ctx context.Context, token, id string, on bool) (deployments.Result, error) {
	return d.Service.SetEnabled(ctx, seen(token), id, on)
}

func (d *deck) Delete(ctx context.Context, token, id, confirm string) (deployments.Deployment, error) {
	done, err := d.Service.Delete(ctx, seen(token), id, confirm)
	return done.Deployment, err
}

// impatient are budgets for a service that hangs: long enough for a busy machine, short enough for a test.
func impatient() deployments.Options {
	return deployments.Options{SendBudget: time.Second, WriteBudget: 30 * time.Second}
}

func (d *deck) fail(faults ...string) {
	parsed := make([]sandbox.Fault, len(faults))
	for i, f := range faults {
		parsed[i] = sandbox.MustFault(f)
	}
	d.box.SetFaults(parsed...)
}

// meanwhile runs do once, when the first request with the method arrives.
func (d *deck) meanwhile(method string, do func()) {
	var done atomic.Bool
	arrived := func(r *http.Request) {
		if r.Method == method && done.CompareAndSwap(false, true) {
			do()
		}
	}
	d.arrival.Store(&arrived)
}

// sent returns the bodies of the requests with the method that reached the sandbox.
func (d *deck) sent(method string) []string {
	bodies := []string{}
	for _, c := range d.box.Calls() {
		if c.Method == method {
			bodies = append(bodies, string(c.Body))
		}
	}
	return bodies
}

// writes returns how many requests that may change something reached the sandbox.
func (d *deck) writes() int {
	return len(d.sent(http.MethodPost)) + len(d.sent(http.MethodPatch)) + len(d.sent(http.MethodDelete))
}

// stored returns the deployment as the sandbox has it.
func (d *deck) stored(t *testing.T) sandbox.Deployment {
	t.Helper()
	got, ok := d.box.Deployment(token, id)
	if !ok {
		t.Fatal("the deployment is gone")
	}
	return got
}

// example is the deployment of the document.
func example() sandbox.Deployment {
	at := time.Date(2025, 9, 8, 11, 0, 7, 864492000, time.UTC)
	return sandbox.Deployment{
		ID: id, Name: "image-to-video", WorkflowID: workflowID, WorkflowVersion: "v1", Hardware: []string{"AMPERE_48"},
		MinInstances: 1, MaxInstances: 3, QueueSize: 1, KeepWarm: 60, Status: "standby", IsEnabled: true, CreatedAt: at, UpdatedAt: at,
	}
}

// validDraft is a create form of which every value is fine.
func validDraft() deployments.Draft {
	return deployments.Draft{
		deployments.FieldName: "image-to-video", deployments.FieldWorkflowID: workflowID, deployments.FieldWorkflowVersion: "v1",
		deployments.FieldHardware: "AMPERE_48", deployments.FieldMinInstances: "0", deployments.FieldMaxInstances: "3",
		deployments.FieldQueueSize: "1", deployments.FieldKeepWarm: "60",
	}
}

// wantFault checks that err is a fault of the kind with exactly this sentence, and that it is fit for people.
func wantFault(t *testing.T, err error, kind fault.Kind, message string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatalf("error = %v, want a fault of kind %s", err, kind)
	}
	if f.Kind != kind {
		t.Errorf("kind = %s, want %s (%v)", f.Kind, kind, err)
	}
	if f.Message != message {
		t.Errorf("message = %q\n          want %q", f.Message, message)
	}
	speaksPlainly(t, f)
}

// wantBodies compares JSON texts without regard to the order of members.
func wantBodies(t *testing.T, got []string, want ...string) {
	t.Helper()
	parse := func(texts []string) []any {
		values := make([]any, len(texts))
		for i, text := range texts {
			if err := json.Unmarshal([]byte(text), &values[i]); err != nil {
				t.Fatalf("body %q: %v", text, err)
			}
		}
		return values
	}
	if diff := cmp.Diff(parse(want), parse(got)); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}

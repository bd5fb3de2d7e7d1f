package deployments_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/store"
)

// The child of TestKilled learns from these what to do; see TestMain.
const (
	childPoint = "DEPLOYMENTS_TEST_POINT"
	childKind  = "DEPLOYMENTS_TEST_KIND"
	childAPI   = "DEPLOYMENTS_TEST_API"
	childDB    = "DEPLOYMENTS_TEST_DB"
	childKey   = "DEPLOYMENTS_TEST_KEY"
)

// bg is for the child, which has no test to ask for a context.
var bg = context.Background()

// inFlight is the point at which the request is with the service and the process is not any more.
const inFlight = "in flight"

func TestMain(m *testing.M) {
	if os.Getenv(childPoint) != "" {
		child()
		os.Exit(3) // it should not have come this far
	}
	os.Exit(m.Run())
}

// child makes one write and dies at the point it was told.
func child() {
	api, err := apiclient.New(os.Getenv(childAPI), apiclient.Options{})
	if err != nil {
		panic(err)
	}
	point := os.Getenv(childPoint)
	s := serviceOver(os.Getenv(childDB), api, deployments.Options{Limits: documented, Lease: time.Second, Reached: func(at string) {
		if at == point {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	a := seen(token)
	a.Key = os.Getenv(childKey)
	_, _ = send(s, os.Getenv(childKind), a)
	if point == inFlight {
		select {} // the parent ends it
	}
}

func serviceOver(url string, api *apiclient.Client, o deployments.Options) *deployments.Service {
	db, err := store.Open(bg, url)
	if err != nil {
		panic(err)
	}
	return deployments.New(api, db.Journal(), o)
}

func send(s *deployments.Service, kind string, a deployments.Ask) (deployments.Result, error) {
	switch kind {
	case "create":
		return s.Create(bg, a, validDraft())
	case "delete":
		return s.Delete(bg, a, id, "image-to-video")
	default:
		return s.Update(bg, a, id, deployments.Draft{"queue_size": "5"}, nil)
	}
}

// TestKilled kills the process with SIGKILL at all six points of a write (RR-06). Whatever had left is in the journal; the same
// form sent again makes no second write; and looking afterwards finds out what came of it.
func TestKilled(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"create", "update", "delete"} {
		for _, point := range []string{deployments.BeforeRecord, deployments.AfterRecord, inFlight, deployments.AfterAnswer, deployments.BeforeOutcome, deployments.AfterOutcome} {
			t.Run(kind+" "+point, func(t *testing.T) {
				t.Parallel()
				killed(t, kind, point)
			})
		}
	}
}

func killed(t *testing.T, kind, point string) {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Tokens: []string{token}, RequireName: true})
	if err != nil {
		t.Fatal(err)
	}
	box.Put(token, example())
	// The service ends the process with its request in hand, and carries the request out all the same.
	started, carriedOut := make(chan *os.Process, 1), make(chan struct{})
	var inHand atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if point == inFlight && r.Method != http.MethodGet && inHand.CompareAndSwap(false, true) {
			defer close(carriedOut)
			_ = (<-started).Kill()
		}
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { _ = box.Close(); server.Close() })
	db, key := "sqlite:"+filepath.Join(t.TempDir(), "deck.db"), deployments.NewKey()
	victim := exec.CommandContext(t.Context(), os.Args[0])
	victim.Env = append(os.Environ(), childPoint+"="+point, childKind+"="+kind, childAPI+"="+server.URL, childDB+"="+db, childKey+"="+key)
	var said bytes.Buffer
	victim.Stdout, victim.Stderr = &said, &said
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	started <- victim.Process
	if err := victim.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended with %v: %s", err, &said)
	}
	if point == inFlight {
		<-carriedOut
	}
	left := count(box) // what the service has done by now
	want := 1
	if point == deployments.BeforeRecord || point == deployments.AfterRecord {
		want = 0
	}
	if left != want {
		t.Errorf("%d writes had left, want %d", left, want)
	}
	api, err := apiclient.New(server.URL, apiclient.Options{})
	if err != nil {
		t.Fatal(err)
	}
	later := func() time.Time { return time.Now().Add(time.Minute) }
	s := serviceOver(db, api, deployments.Options{Limits: documented, WriteBudget: 15 * time.Second, SendBudget: 12 * time.Second, Now: later})
	a := seen(token)
	a.Key = key
	done, err := send(s, kind, a)
	switch {
	case left == 1 && err != nil:
		t.Errorf("it happened, and the form sent again is told %v", err)
	case left == 1 && !done.Repeated:
		t.Errorf("the form sent again says that it made the write itself: %+v", done)
	case left == 0 && point == deployments.BeforeRecord && (err != nil || count(box) != 1):
		t.Errorf("nothing was recorded and nothing had left, and the form sent again gives %v with %d writes", err, count(box))
	case left == 0 && point != deployments.BeforeRecord && !fault.Is(err, fault.Unknown):
		t.Errorf("nobody can know what came of it, and the form sent again is told %v", err)
	}
	if n := count(box); n > 1 {
		t.Errorf("%d writes, want at most one", n)
	}
	checkJournal(t, db, key, count(box) == 1)
}

// checkJournal holds the record to the truth.
func checkJournal(t *testing.T, url, key string, happened bool) {
	t.Helper()
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	e, found, err := db.Journal().ByKey(t.Context(), seen(token).Account, key)
	if err != nil || !found {
		t.Fatalf("the journal does not have the write: %v", err)
	}
	if (e.State == journal.Done) != happened {
		t.Errorf("the journal says %s; it happened: %v", e.State, happened)
	}
}

// count is how many writes the service carried out.
func count(box *sandbox.Sandbox) int {
	n := 0
	for _, c := range box.Calls() {
		if c.Method != http.MethodGet && c.Applied {
			n++
		}
	}
	return n
}

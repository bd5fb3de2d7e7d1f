package web_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

var sequences = flag.Int("sequences", 6, "how many random sequences TestGenerated runs over each database; make soak runs 10,000")

// troubles are the faults that TestGenerated draws from, for any kind of call.
var troubles = []string{
	"hang", "hang-after", "reset", "reset-after", "html", "html-after", "html502", "error200", "403", "404", "409", "500", "500-after", "503", "504-after",
	"422", "429=0", "redirect", "delete-false", "truncate", "empty", "null", "wrong-id", "no-id", "unknown-status", "unknown-hardware", "duplicate-key", "wrapped",
}

// town is two people in two browsers, in front of two server processes that share a database, with one account.
type town struct {
	box      *sandbox.Sandbox
	journal  *store.Journal
	account  string
	replicas [2]*webtest.Deck
	browsers [2]*webtest.Browser
	serial   int
}

// TestGenerated drives random sequences of edits by two people in two browsers over two server processes that share a database,
// with every fault of the sandbox, changes from outside, forms sent twice and both at once. Afterwards the claim on the screen,
// the journal and the service's own truth must agree for every write.
func TestGenerated(t *testing.T) {
	t.Parallel()
	for name, database := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTown(t, database(t))
			told := map[string]int{}
			for seed := range uint64(times(*sequences, 2)) {
				t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
					q := &sequence{town: c, t: t, r: rand.New(rand.NewPCG(seed, 7)), id: anyID(), claims: map[string]string{}, base: map[string]string{}, others: map[int]string{}}
					q.run()
					for _, said := range q.claims {
						told[said]++
					}
				})
			}
			t.Logf("forms by what the screen said: %v", told)
			if told["done"] == 0 || told["unknown"] == 0 || told["nothing"] == 0 {
				t.Errorf("not every outcome occurred: %v", told)
			}
		})
	}
}

func newTown(t *testing.T, database string) *town {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Tokens: []string{webtest.Token}, RequireName: true})
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(box)
	t.Cleanup(func() { _ = box.Close(); api.CloseClientConnections(); api.Close() })
	db, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	db.JournalTimeout, db.SessionTimeout = time.Minute, time.Minute
	t.Cleanup(func() { _ = db.Close() })
	c := &town{box: box, journal: db.Journal(), serial: 1000} // beyond the sizes that deployments begin with
	for i := range c.replicas {
		c.replicas[i] = startReplica(t, api.URL, database)
	}
	for i := range c.browsers {
		c.browsers[i] = c.replicas[i].Browser(t)
		c.browsers[i].SignIn(webtest.Token)
	}
	c.account = accountOf(t, database, c.browsers[0])
	return c
}

// accountOf is the name that the database knows the account of a browser by.
func accountOf(t *testing.T, database string, b *webtest.Browser) string {
	t.Helper()
	return accountBehind(t, database, b.Cookie("__Host-comfydeck"))
}

func accountBehind(t *testing.T, database, cookie string) string {
	t.Helper()
	db, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SessionTimeout = time.Minute
	sessions, err := session.New(db.Sessions(), session.Options{Keys: [][]byte{[]byte("a server key for tests, 32 bytes")}, Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, site, nil)
	r.AddCookie(&http.Cookie{Name: "__Host-comfydeck", Value: cookie})
	who, err := sessions.Load(r, true)
	if err != nil {
		t.Fatal(err)
	}
	return who.Account
}

// sequence is what happens to one deployment.
type sequence struct {
	*town
	t     *testing.T
	r     *rand.Rand
	id    string
	forms [2]form

	mu     sync.Mutex
	claims map[string]string // by form key: what the screen said
	base   map[string]string // by form key: the queue size that the form was made from
	others map[int]string    // changes from outside, by how many calls came before
}

// form is a form in somebody's browser, filled in.
type form struct {
	action string
	typed  url.Values
	key    string
}

func (q *sequence) run() {
	q.box.Put(webtest.Token, webtest.Filled(sandbox.Deployment{ID: q.id}, time.Now()))
	q.box.ResetCalls()
	for range 4 + q.r.IntN(5) {
		q.box.SetFaults()
		q.box.SetLatency(0)
		for i := range q.forms {
			if q.forms[i].key == "" || q.r.IntN(3) == 0 {
				q.open(i)
			}
		}
		if d, ok := q.box.Deployment(webtest.Token, q.id); ok && q.r.IntN(6) == 0 { // a change that nobody made here
			q.serial++
			d.QueueSize, d.UpdatedAt = int64(q.serial), time.Now()
			q.box.Put(webtest.Token, d)
			q.others[len(q.box.Calls())] = strconv.Itoa(q.serial)
		}
		q.trouble()
		q.send()
	}
	q.box.SetFaults()
	q.box.SetLatency(0)
	q.check()
	for _, d := range q.box.Deployments(webtest.Token) {
		q.box.Remove(webtest.Token, d.ID) // a long list would only make the next one slow
	}
}

// trouble is up to three faults, mostly on writes and on the looks after them, and a service that takes its time.
func (q *sequence) trouble() {
	var faults []sandbox.Fault
	for range q.r.IntN(4) {
		op := pick(q.r, "get", "list", "update", "update", "create", "create")
		faults = append(faults, sandbox.MustFault(pick(q.r, troubles...)+"@"+op+":"+pick(q.r, "1", "2", "1-2", "2-", "1-")))
	}
	q.box.SetFaults(faults...)
	q.box.SetLatency(time.Duration(q.r.IntN(4)) * time.Millisecond)
}

// open gives a person a fresh form: mostly to edit the deployment, now and then to make another.
func (q *sequence) open(i int) {
	b := q.browsers[i].On(q.t).Via(pick(q.r, q.replicas[:]...))
	q.serial++
	f := form{action: "/deployments/" + q.id}
	page, fields := f.action+"/edit", map[string]string{"queue_size": strconv.Itoa(q.serial)} // names the write wherever it shows up
	if q.r.IntN(8) == 0 {
		f.action, page = "/deployments", "/deployments/new"
		fields = map[string]string{"name": fmt.Sprint("made ", q.serial), "workflow_id": "00000000-0000-0000-0000-000000001111", "workflow_version": "v1"}
	} else if q.r.IntN(3) == 0 {
		fields["min_instances"] = strconv.Itoa(q.r.IntN(3))
	}
	q.forms[i] = form{}
	if b.Get(page).Status != http.StatusOK {
		return
	}
	f.typed = b.Form(f.action)
	f.key = f.typed.Get("form_key")
	q.base[f.key] = f.typed.Get("base_queue_size")
	for name, value := range fields {
		f.typed.Set(name, value)
	}
	q.forms[i] = f
}

// send lets one or both send their forms, some twice, to any server.
func (q *sequence) send() {
	var wait sync.WaitGroup
	for i, f := range q.forms {
		if f.key == "" || i == 1 && q.r.IntN(3) == 0 {
			continue
		}
		for range 1 + q.r.IntN(2) {
			b := q.browsers[i].On(q.t).Via(pick(q.r, q.replicas[:]...))
			wait.Go(func() { q.claim(f.key, b.Write(f.action, f.typed)) })
		}
	}
	wait.Wait()
}

// claim notes what the screen said of a form. Done and unknown outweigh what a second send of it may have been told.
func (q *sequence) claim(key string, r *webtest.Response) {
	q.mu.Lock()
	defer q.mu.Unlock()
	said := "nothing"
	switch {
	case r.Status == http.StatusSeeOther && strings.HasPrefix(r.Location(), "/deployments/"):
		said = "done"
	case r.Status == http.StatusInternalServerError || r.Status == http.StatusSeeOther || r.Status == http.StatusUnauthorized:
		q.t.Errorf("answered %d to %q: %s", r.Status, r.Location(), r.Text())
	case strings.Contains(r.Text(), "did not confirm"):
		said = "unknown"
	}
	if before := q.claims[key]; before == "done" || before == "unknown" && said == "nothing" {
		return
	}
	q.claims[key] = said
}

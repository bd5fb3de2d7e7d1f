package deployments_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/store"
)

var sequences = flag.Int("sequences", 60, "how many random sequences TestGenerated runs")

// troubles are the faults that TestGenerated draws from, for any kind of call.
var troubles = []string{
	"hang", "hang-after", "reset", "reset-after", "html", "html-after", "html502", "error200", "403", "404", "409", "500", "500-after", "503", "504-after",
	"422", "429=0", "redirect", "delete-false", "truncate", "empty", "null", "wrong-id", "no-id", "unknown-status", "unknown-hardware", "duplicate-key", "wrapped",
}

// TestGenerated drives random sequences of edits by two people over two servers that share a database, with every fault of the
// sandbox, changes from outside, forms sent twice and both at once. Package web has the same with browsers and server processes;
// this one finds races between goroutines. Afterwards the claim on the screen, the journal and the
// service's own truth must agree for every write.
func TestGenerated(t *testing.T) {
	t.Parallel()
	url := migrated.SQLite(t)
	journals := [2]*store.Journal{}
	for i := range journals {
		db, err := store.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		db.JournalTimeout = time.Minute
		t.Cleanup(func() { _ = db.Close() })
		journals[i] = db.Journal()
	}
	told := map[string]int{}
	n := *sequences
	if testing.Short() {
		n = 8
	}
	for seed := range uint64(n) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			c := newTown(t, journals, seed)
			c.run()
			for _, said := range c.claims {
				told[said]++
			}
		})
	}
	t.Logf("forms by what the screen said: %v", told)
	if told["done"] == 0 || told["unknown"] == 0 || told["nothing"] == 0 {
		t.Errorf("not every outcome occurred: %v", told)
	}
}

// town is one sequence: two people, two servers, one account.
type town struct {
	t       *testing.T
	seed    uint64
	r       *rand.Rand
	deck    *deck
	account string
	servers [2]*deployments.Service
	people  [2]person
	journal *store.Journal

	mu     sync.Mutex
	claims map[string]string // by form key: what the screen said
	base   map[string]string // by form key: the queue size that the form was made from
	others map[int]string    // changes from outside, by how many calls came before
	serial int
}

// person is somebody with a form open.
type person struct {
	base  deployments.Draft
	typed deployments.Draft
	key   string
}

func newTown(t *testing.T, journals [2]*store.Journal, seed uint64) *town {
	t.Helper()
	o := deployments.Options{
		ConfirmKey: []byte("k"), SendBudget: 250 * time.Millisecond, WriteBudget: 600 * time.Millisecond, Poll: time.Millisecond, Lease: 2 * time.Second,
	}
	c := &town{
		t: t, seed: seed, r: rand.New(rand.NewPCG(seed, 7)), account: fmt.Sprint("account ", seed),
		claims: map[string]string{}, base: map[string]string{}, others: map[int]string{}, serial: int(seed) * 1000,
	}
	c.deck, c.journal = newDeck(t, o), journals[0]
	for i := range c.servers {
		c.servers[i] = deployments.New(c.deck.api, journals[i], o)
	}
	return c
}

func (c *town) run() {
	c.deck.box.Put(token, example())
	for range 4 + c.r.IntN(5) {
		c.deck.fail()
		for i := range c.people {
			if c.people[i].key == "" || c.r.IntN(3) == 0 {
				c.open(i)
			}
		}
		if c.r.IntN(6) == 0 {
			c.outside()
		}
		c.trouble()
		c.send()
	}
	c.deck.fail()
	c.check()
}

// trouble is up to three faults, mostly on writes and on the looks after them, and a service that takes its time.
func (c *town) trouble() {
	var faults []string
	for range c.r.IntN(4) {
		op := []string{"get", "list", "update", "update", "create", "create"}[c.r.IntN(6)]
		count := []string{"1", "2", "1-2", "2-", "1-"}[c.r.IntN(5)]
		faults = append(faults, troubles[c.r.IntN(len(troubles))]+"@"+op+":"+count)
	}
	c.deck.fail(faults...)
	c.deck.box.SetLatency(time.Duration(c.r.IntN(4)) * time.Millisecond)
}

// open gives a person a fresh form.
func (c *town) open(i int) {
	d, err := c.servers[i].Settings(c.t.Context(), token, id)
	if err != nil {
		c.people[i] = person{}
		return
	}
	c.serial++
	p := person{base: deployments.DraftOf(d), typed: deployments.DraftOf(d), key: deployments.NewKey()}
	p.typed["queue_size"] = strconv.Itoa(c.serial) // names the write wherever it shows up
	if c.r.IntN(3) == 0 {
		p.typed["min_instances"] = strconv.Itoa(c.r.IntN(3))
	}
	c.people[i] = p
	c.base[p.key] = p.base["queue_size"]
}

// outside is a change that nobody made here.
func (c *town) outside() {
	if d, ok := c.deck.box.Deployment(token, id); ok {
		c.serial++
		d.QueueSize, d.UpdatedAt = int64(c.serial), time.Now()
		c.deck.box.Put(token, d)
		c.others[len(c.deck.box.Calls())] = strconv.Itoa(c.serial)
	}
}

// send lets one or both send their forms, some twice, to any server.
func (c *town) send() {
	var wait sync.WaitGroup
	for i, p := range c.people {
		if p.key == "" || i == 1 && c.r.IntN(3) == 0 {
			continue
		}
		if c.r.IntN(8) == 0 {
			p = person{key: deployments.NewKey(), typed: validDraft()}
			c.serial++
			p.typed["name"] = fmt.Sprint("made ", c.serial)
		}
		for range 1 + c.r.IntN(2) {
			server := c.servers[c.r.IntN(2)]
			wait.Go(func() { c.claim(p, c.submit(server, p)) })
		}
	}
	wait.Wait()
}

// submit sends a form and confirms its review.
func (c *town) submit(s *deployments.Service, p person) error {
	ask := seen(token)
	ask.Reviewed, ask.Account, ask.Key = false, c.account, p.key
	send := func() (deployments.Result, error) {
		if p.base == nil {
			return s.Create(c.t.Context(), ask, p.typed)
		}
		return s.Update(c.t.Context(), ask, id, p.typed, p.base)
	}
	done, err := send()
	if err == nil && done.Review != nil {
		ask = confirm(ask, done.Review)
		done, err = send()
	}
	switch {
	case err != nil:
		return err
	case done.Review != nil:
		return fault.New(fault.Conflict, "shown again")
	case done.Unchanged:
		return fault.New(fault.Invalid, "unchanged")
	}
	return nil
}

// claim notes what the screen said of a form. Done and unknown outweigh what a second send of it may have been told.
func (c *town) claim(p person, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := "nothing"
	switch {
	case err == nil:
		said = "done"
	case fault.Is(err, fault.Unknown):
		said = "unknown"
	case fault.Is(err, fault.Internal):
		c.t.Errorf("a defect of ours: %v", err)
	}
	if before := c.claims[p.key]; before == "done" || before == "unknown" && said == "nothing" {
		return
	}
	c.claims[p.key] = said
}

// carried is what the service did, by the queue size or the name that names a write.
type carried struct {
	times int
	over  string // the queue size that it replaced
}

// replay goes through what the service did, in order: with a lease, writes to one deployment do not overlap.
func (c *town) replay() map[string]carried {
	out := map[string]carried{}
	size := strconv.FormatInt(example().QueueSize, 10)
	for i, call := range c.deck.box.Calls() {
		if other, ok := c.others[i]; ok {
			size = other
		}
		if call.Method == http.MethodGet || !call.Applied {
			continue
		}
		var body struct {
			Name      string      `json:"name"`
			QueueSize json.Number `json:"queue_size"`
		}
		if err := json.Unmarshal(call.Body, &body); err != nil {
			c.t.Fatal(err)
		}
		marker := body.Name
		if call.Method == http.MethodPatch {
			marker = body.QueueSize.String()
		}
		out[marker] = carried{times: out[marker].times + 1, over: size}
		if call.Method == http.MethodPatch {
			size = marker
		}
	}
	return out
}

// check compares claims, journal and truth.
func (c *town) check() {
	truth := c.replay()
	for key, said := range c.claims {
		e, recorded, err := c.journal.ByKey(c.t.Context(), c.account, key)
		if err != nil {
			c.t.Fatal(err)
		}
		if !recorded {
			if said == "done" || said == "unknown" {
				c.t.Errorf("a form was said to be %s, and the journal has nothing of it", said)
			}
			continue
		}
		at := slices.IndexFunc(e.Changes, func(x journal.Change) bool { return x.Field == "queue_size" || x.Field == "name" })
		if e.Action == journal.Create {
			at = slices.IndexFunc(e.Changes, func(x journal.Change) bool { return x.Field == "name" })
		}
		marker := e.Changes[at].To
		was := truth[marker]
		times := was.times
		delete(truth, marker)
		if times > 1 {
			c.t.Errorf("%s was carried out %d times", marker, times)
		}
		if e.State == journal.Done && times != 1 || e.State == journal.Refused && times != 0 || e.State == journal.Open {
			c.t.Errorf("%s is %s in the journal and was carried out %d times (%s)", marker, e.State, times, e.Message)
		}
		if said == "done" && e.State != journal.Done || said == "nothing" && e.State == journal.Done {
			c.t.Errorf("%s is %s in the journal and was said to be %s", marker, e.State, said)
		}
		if e.Action == journal.Update && times == 1 && was.over != c.base[key] {
			c.t.Errorf("%s replaced %s, and its form was made from %s: an update is lost", marker, was.over, c.base[key])
		}
	}
	for marker := range truth {
		c.t.Errorf("%s was carried out, and the journal has nothing of it", marker)
	}
}

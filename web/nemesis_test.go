package web_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

var (
	nemesisRounds = flag.Int("nemesis", 1, "how many rounds of TestNemesis there are; make nemesis does an hour of them")
	nemesisSeed   = flag.Uint64("nemesis-seed", uint64(time.Now().UnixNano()), "what the first round of TestNemesis draws its troubles from")
)

// roundTime is how long the troubles of a round go on: the sandbox remembers so many calls.
const roundTime = 12 * time.Second

// troubled is two servers over one PostgreSQL and one API, with a link between each two of them.
type troubled struct {
	t        *testing.T
	seed     uint64
	box      *sandbox.Sandbox
	database string
	front    [2]*cable // from people to a server
	back     [2]*cable // from a server to the API
	store    [2]*cable // from a server to the database
	servers  [2]*replica
	apis     [2]string
	urls     [2]string
	mu       sync.Mutex
	done     map[string]string // versions and names that people were told are saved, and what their form was made from
	tried    map[string]string // all that were sent, with what their form was made from
	counts   map[string]int
}

// TestNemesis has people sign in, edit, pause, create, share, revoke and sign out on two servers, while the connections between
// all parts are slowed, frozen and cut and servers are killed (RR-32). Afterwards: nothing was sent twice or without a line in
// the log, no update is lost, what was ended or revoked stayed so, and no account had anything of the other.
func TestNemesis(t *testing.T) {
	long(t)
	for i := range uint64(*nemesisRounds) {
		t.Run(fmt.Sprint("seed ", *nemesisSeed+i), func(t *testing.T) { newTroubled(t, *nemesisSeed+i).run() })
	}
}

func (n *troubled) run() {
	stop := make(chan struct{})
	var people sync.WaitGroup
	for i, token := range []string{webtest.Token, webtest.Token, webtest.Token, webtest.OtherToken} {
		people.Go(func() { n.live(newPerson(n, token, i), stop) })
	}
	r := rand.New(rand.NewPCG(n.seed, 0))
	for end := time.Now().Add(roundTime); time.Now().Before(end) && !n.t.Failed(); {
		n.trouble(r)
	}
	close(stop)
	people.Wait()
	n.check()
}

func newTroubled(t *testing.T, seed uint64) *troubled {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Tokens: []string{webtest.Token, webtest.OtherToken}, RequireName: true})
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(box)
	t.Cleanup(func() { _ = box.Close(); api.CloseClientConnections(); api.Close() })
	n := &troubled{t: t, seed: seed, box: box, database: pgtest.URL(t), done: map[string]string{}, tried: map[string]string{}, counts: map[string]int{}}
	for i := range n.servers {
		n.back[i] = newCable(t, to(strings.TrimPrefix(api.URL, "http://")))
		n.apis[i] = "http://" + n.back[i].address()
		n.store[i], n.urls[i] = toPostgres(t, n.database)
		n.front[i] = newCable(t, to("127.0.0.1:1"))
		n.begin(i)
	}
	t.Cleanup(func() {
		for _, s := range n.servers {
			s.kill()
		}
	})
	return n
}

// begin starts a server that gives up on its database as one in use does.
func (n *troubled) begin(i int) {
	n.t.Helper()
	for range 20 { // it needs its database at the start
		p := spawn(n.t, n.apis[i], n.urls[i], replicaHasty+"=1")
		if p.serving() {
			n.servers[i] = p
			n.front[i].leadTo(strings.TrimPrefix(p.URL, "http://"))
			return
		}
		p.kill()
	}
	n.t.Fatal("a server does not start")
}

// trouble is one or two things that go wrong for a moment.
func (n *troubled) trouble(r *rand.Rand) {
	i := r.IntN(2)
	if r.IntN(8) == 0 {
		n.servers[i].kill()
		time.Sleep(time.Duration(r.IntN(300)) * time.Millisecond)
		n.begin(i)
		n.count("kill")
		return
	}
	cables := []*cable{n.front[i], n.back[i], n.store[i], n.store[1-i], n.back[1-i]}
	var hit []*cable
	for range 1 + r.IntN(2) {
		l, m := cables[r.IntN(len(cables))], mode(1+r.IntN(3))
		l.set(m)
		hit = append(hit, l)
		n.count([]string{"", "slow", "frozen", "cut"}[m])
	}
	time.Sleep(time.Duration(50+r.IntN(900)) * time.Millisecond)
	for _, l := range hit {
		l.set(whole)
	}
	time.Sleep(time.Duration(r.IntN(600)) * time.Millisecond)
}

func (n *troubled) count(what string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.counts[what]++
}

// live is what a person does until everything has ended.
func (n *troubled) live(p *person, stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		if p.session == "" && !p.signIn() {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		switch p.r.IntN(12) {
		case 0:
			p.create()
		case 1, 2:
			p.share()
		case 3:
			p.pause()
		case 4:
			p.signOut()
		default:
			p.edit()
		}
	}
}

// check compares what people were told with what the service did and what the log says.
func (n *troubled) check() {
	t := n.t
	sent, over := n.sent()
	logged := map[string]journal.Entry{}
	for _, token := range []string{webtest.Token, webtest.OtherToken} {
		p := newPerson(n, token, 99)
		for deadline := time.Now().Add(time.Minute); !p.signIn(); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the servers do not recover")
			}
		}
		for _, e := range logOf(t, n.database, p.account()) {
			for _, c := range e.Changes {
				if c.Field == "workflow_version" && e.Action == journal.Update || c.Field == "name" && e.Action == journal.Create {
					logged[c.To] = e
				}
			}
		}
	}
	for value, times := range sent {
		if e, ok := logged[value]; !ok || times != 1 || e.State == journal.Refused {
			t.Errorf("%s was carried out %d times, in the log: %t, %s", value, times, ok, e.State)
		}
		// One whose answer was lost may have been on its way for long; the service knows no condition to send with it.
		if e, base := logged[value], n.tried[value]; e.State == journal.Done && !e.Settled && base != "" && base != over[value] {
			t.Errorf("%s replaced %s, and its form was made from %s: an update is lost", value, over[value], base)
		}
	}
	for value, e := range logged {
		if _, ours := n.tried[value]; ours && e.State == journal.Done && sent[value] != 1 {
			t.Errorf("%s is done in the log and was carried out %d times", value, sent[value])
		}
	}
	for value := range n.done {
		// An outcome that could not be recorded is found out by looking, later.
		if state := logged[value].State; state != journal.Done && state != journal.Open || sent[value] != 1 {
			t.Errorf("%s was said to be saved: it is %q in the log and was carried out %d times", value, logged[value].State, sent[value])
		}
	}
	t.Logf("%d writes tried, %d carried out, %d said to be saved; %v", len(n.tried), len(sent), len(n.done), n.counts)
	for _, what := range []string{"edit", "create", "pause", "seen", "revoked", "signed out"} {
		if n.counts[what] == 0 && *nemesisRounds == 1 {
			t.Errorf("no %s: this proves too little", what)
		}
	}
}

// sent are the writes that the service carried out, how often, and what each replaced. Each call has the token of whose
// deployment it is about.
func (n *troubled) sent() (times map[string]int, over map[string]string) {
	times, over = map[string]int{}, map[string]string{}
	version := map[string]string{}
	theirs := map[string]string{}
	for _, token := range []string{webtest.Token, webtest.OtherToken} {
		for _, d := range n.box.Deployments(token) {
			theirs[d.ID] = token
		}
	}
	for _, c := range n.box.Calls() {
		id := c.Path[strings.LastIndex(c.Path, "/")+1:]
		if owner, ok := theirs[id]; ok && owner != c.Token {
			n.t.Errorf("%s %s was sent with the token of another account", c.Method, c.Path)
		}
		if c.Method == http.MethodGet || !c.Applied {
			continue
		}
		var body struct {
			Name    string `json:"name"`
			Version string `json:"workflow_version"`
		}
		if err := json.Unmarshal(c.Body, &body); err != nil {
			n.t.Fatal(err)
		}
		switch {
		case c.Method == http.MethodPost:
			times[body.Name]++
		case body.Version != "":
			times[body.Version]++
			over[body.Version] = or(version[id], "v1")
			version[id] = body.Version
		}
	}
	return times, over
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// hasty gives a server the deadlines that one in use has.
func hasty(d *webtest.Deck) {
	if os.Getenv(replicaHasty) != "" {
		d.Store.SessionTimeout, d.Store.JournalTimeout = 500*time.Millisecond, 2*time.Second
	}
}

// deploymentsOf are three of each account, which the people of one account share.
func (n *troubled) deploymentsOf(token string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var ids []string
	for i := range 3 {
		ids = append(ids, fmt.Sprintf("%08x-0000-4000-8000-%012x", i+1, len(token)))
	}
	there := n.box.Deployments(token)
	for _, id := range ids {
		if !slices.ContainsFunc(there, func(d sandbox.Deployment) bool { return d.ID == id }) {
			n.box.Put(token, webtest.Filled(sandbox.Deployment{ID: id}, time.Now()))
		}
	}
	return ids
}

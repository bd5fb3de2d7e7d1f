package web_test

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/webtest"
)

// A process that is a server of its own learns from these where its API and its database are; see TestReplica.
const (
	replicaAPI = "WEB_TEST_REPLICA_API"
	replicaDB  = "WEB_TEST_REPLICA_DB"
	// replicaHasty has it give up on its database as soon as one in use does.
	replicaHasty = "WEB_TEST_REPLICA_HASTY"
)

// site is the address that all replicas go by.
const site = "https://deck.example"

// TestReplica is no test: started by startReplica it serves until its standard input ends.
func TestReplica(t *testing.T) {
	if os.Getenv(replicaAPI) == "" {
		return
	}
	d := webtest.Start(t, webtest.Options{
		PublicURL: site, APIURL: os.Getenv(replicaAPI), Database: os.Getenv(replicaDB), Now: time.Now,
		ReadTimeout: 250 * time.Millisecond, SendBudget: 250 * time.Millisecond, WriteBudget: 600 * time.Millisecond,
	})
	hasty(d)
	_, _ = fmt.Fprintf(os.Stdout, "\nserving %s\n", d.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	if strings.Contains(d.Logs.String(), `"level":"ERROR"`) {
		t.Error(d.Logs)
	}
}

// replica is a server in a process of its own.
type replica struct {
	*webtest.Deck // knows the addresses, and nothing else of it
	process       *exec.Cmd
	stdin         io.Closer
	out           *bufio.Reader
	rest          chan string // what it said at its end
}

// startReplica starts a server that ends well with the test.
func startReplica(t *testing.T, api, db string) *webtest.Deck {
	t.Helper()
	p := spawn(t, api, db)
	d := p.Deck
	if !p.serving() {
		t.Fatal("a replica did not start")
	}
	t.Cleanup(func() {
		_ = p.stdin.Close()
		said := <-p.rest
		if err := p.process.Wait(); err != nil && t.Context().Err() == nil {
			t.Errorf("a replica ended with %v: %s", err, said)
		}
	})
	return d
}

// spawn starts the process of a server, which may not serve yet.
func spawn(t *testing.T, api, db string, more ...string) *replica {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestReplica$", "-test.timeout=0")
	c.Env = append(os.Environ(), replicaAPI+"="+api, replicaDB+"="+db)
	c.Env = append(c.Env, more...)
	c.Stderr = os.Stderr
	p := &replica{Deck: &webtest.Deck{APIURL: api}, process: c, rest: make(chan string, 1)}
	var err error
	if p.Public, err = url.Parse(site); err != nil {
		t.Fatal(err)
	}
	if p.stdin, err = c.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(stdout)
	return p
}

// serving waits until the process serves, and tells whether it does.
func (p *replica) serving() bool {
	for p.URL == "" {
		line, err := p.out.ReadString('\n')
		if err != nil {
			return false
		}
		if address, ok := strings.CutPrefix(strings.TrimSpace(line), "serving "); ok {
			p.URL = address
		}
	}
	go func() { said, _ := io.ReadAll(p.out); p.rest <- string(said) }()
	return true
}

// kill is a kill -9.
func (p *replica) kill() {
	_ = p.process.Process.Kill()
	_ = p.process.Wait()
}

// anyID is the id of a deployment of nobody else.
func anyID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

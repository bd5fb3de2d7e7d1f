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
	_, _ = fmt.Fprintf(os.Stdout, "\nserving %s\n", d.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	if strings.Contains(d.Logs.String(), `"level":"ERROR"`) {
		t.Error(d.Logs)
	}
}

// startReplica starts a server in a process of its own. What is returned knows its addresses, and nothing else of it.
func startReplica(t *testing.T, api, db string) *webtest.Deck {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestReplica$", "-test.timeout=0")
	c.Env = append(os.Environ(), replicaAPI+"="+api, replicaDB+"="+db)
	c.Stderr = os.Stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	d := &webtest.Deck{APIURL: api}
	for d.URL == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("a replica did not start: %v", err)
		}
		if address, ok := strings.CutPrefix(strings.TrimSpace(line), "serving "); ok {
			d.URL = address
		}
	}
	if d.Public, err = url.Parse(site); err != nil {
		t.Fatal(err)
	}
	rest := make(chan string, 1)
	go func() { said, _ := io.ReadAll(lines); rest <- string(said) }()
	t.Cleanup(func() {
		_ = stdin.Close()
		said := <-rest
		if err := c.Wait(); err != nil && t.Context().Err() == nil {
			t.Errorf("a replica ended with %v: %s", err, said)
		}
	})
	return d
}

// anyID is the id of a deployment of nobody else.
func anyID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

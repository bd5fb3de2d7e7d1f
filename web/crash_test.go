package web_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// databases are the kinds that a server can have.
var databases = map[string]func(*testing.T) string{
	"file":     func(t *testing.T) string { return migrated.SQLite(t) },
	"postgres": func(t *testing.T) string { return migrated.Postgres(t) },
}

// TestKilledWhileStarting kills servers while they make their tables: whatever the moment, the next one finds them whole
// (RR-26).
func TestKilledWhileStarting(t *testing.T) {
	t.Parallel()
	long(t)
	for name, database := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := database(t)
			for range 10 {
				p := spawn(t, "http://127.0.0.1:1", url)
				time.Sleep(time.Duration(20+rand.IntN(150)) * time.Millisecond)
				p.kill()
			}
			db, err := store.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			if err := db.Ping(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

var sentSize = regexp.MustCompile(`"queue_size":\s*(\d+)`)

// TestKilledWhileWriting kills a server over and over while people write. Afterwards each call of the API has its line in the
// log, no value was sent twice, and what the log calls done was sent (RR-06, RR-26).
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	long(t)
	for name, database := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killWriters(t, database(t))
		})
	}
}

func killWriters(t *testing.T, database string) {
	const people, kills = 3, 8
	box, err := sandbox.New(sandbox.Options{Tokens: []string{webtest.Token}, RequireName: true})
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(box)
	t.Cleanup(func() { _ = box.Close(); api.CloseClientConnections(); api.Close() })
	server := startReplica(t, api.URL, database)
	member := server.Browser(t)
	member.SignIn(webtest.Token)
	cookie := "__Host-comfydeck=" + member.Cookie("__Host-comfydeck")

	size := 1000
	for range kills {
		p := spawn(t, api.URL, database)
		if !p.serving() {
			t.Fatal("a replica did not start")
		}
		var busy sync.WaitGroup
		for range people { // each time other deployments: a lease of the killed server would only be waited for
			id := box.Put(webtest.Token, webtest.Filled(sandbox.Deployment{ID: anyID()}, time.Now())).ID
			size += 1000
			first := size
			busy.Go(func() { writeUntilCut(p.URL, cookie, id, first) })
		}
		for enough := changesIn(box) + 1 + rand.IntN(8); changesIn(box) < enough; time.Sleep(time.Millisecond) {
			if t.Context().Err() != nil {
				t.Fatal("nothing reaches the API")
			}
		}
		p.kill()
		busy.Wait()
	}

	sent := map[string]int{}
	for _, c := range box.Calls() {
		if m := sentSize.FindSubmatch(c.Body); c.Method == http.MethodPatch && m != nil {
			sent[string(m[1])]++
		}
	}
	logged := map[string]journal.State{}
	for _, e := range logOf(t, database, accountOf(t, database, member)) {
		for _, c := range e.Changes {
			if c.Field == "queue_size" {
				logged[c.To] = e.State
			}
		}
	}
	for value, times := range sent {
		if _, ok := logged[value]; !ok || times != 1 {
			t.Errorf("%s was sent %d times, in the log: %t", value, times, ok)
		}
	}
	done := 0
	for value, state := range logged {
		if state == journal.Done {
			done++
			if sent[value] == 0 {
				t.Errorf("%s is done in the log and was never sent", value)
			}
		}
	}
	t.Logf("%d writes sent, %d in the log, %d of them done", len(sent), len(logged), done)
	if done < kills/2 || len(sent) < kills {
		t.Error("too few writes to prove anything")
	}
}

// changesIn counts the changes that have reached the API.
func changesIn(box *sandbox.Sandbox) (n int) {
	for _, c := range box.Calls() {
		if c.Method == http.MethodPatch {
			n++
		}
	}
	return n
}

// writeUntilCut changes the queue size, to another value each time, until the server is gone.
func writeUntilCut(site, cookie, id string, size int) {
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	for {
		size++
		r, err := http.NewRequest(http.MethodPost, site+"/deployments/"+id, strings.NewReader(fmt.Sprintf("queue_size=%d", size)))
		if err != nil {
			return
		}
		r.Host = "deck.example"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Cookie", cookie)
		resp, err := client.Do(r)
		if err != nil {
			return
		}
		_ = resp.Body.Close()
	}
}

// logOf reads every write of an account.
func logOf(t *testing.T, database, account string) (all []journal.Entry) {
	t.Helper()
	db, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	f := journal.Filter{Kind: journal.AllWrites}
	for {
		list, err := db.Journal().Timeline(t.Context(), account, f, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			all = append(all, *l.Write)
		}
		if len(list) < 100 {
			return all
		}
		f.Before = list[len(list)-1].Mark()
	}
}

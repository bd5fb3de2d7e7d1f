package web_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/pgtest"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// onPostgres is a server with the deadlines it has in use.
func onPostgres(t *testing.T, database string) *webtest.Deck {
	t.Helper()
	d := start(t, webtest.Options{Database: database, Lists: fleet.Options{Fresh: time.Second}})
	d.Store.SessionTimeout, d.Store.JournalTimeout = 500*time.Millisecond, 3*time.Second
	return d
}

// wrote tells what came of a switch: 303 or 200 is a write that happened.
func wrote(r *webtest.Response) bool {
	return r.Status == http.StatusSeeOther || r.Status == http.StatusOK
}

// rows counts the rows that a condition on the log of writes holds for.
func rows(t *testing.T, database, where string) int {
	t.Helper()
	return count(t, database, `SELECT count(*) FROM writes WHERE `+where)
}

func count(t *testing.T, database, query string) (n int) {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// connections are those that servers hold.
func connections(t *testing.T, database string) (n int) {
	t.Helper()
	return count(t, database, `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'comfydeck'`)
}

// back waits until the server can serve again, at most the 5 seconds that RR-23 allows and what a busy machine adds.
func back(t *testing.T, b *webtest.Browser) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); b.Get("/readyz").Status != http.StatusOK; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server does not recover")
		}
	}
	b.Get("/deployments").Expect(http.StatusOK, "")
}

// away holds what people see while the database does not answer: nobody is signed out, nothing is written, the cookie stays.
func away(t *testing.T, d *webtest.Deck, b *webtest.Browser) {
	t.Helper()
	cookie := b.Cookie("comfydeck")
	before := len(d.Writes())
	for range 3 {
		for _, path := range []string{"/deployments", "/deployments/" + on} {
			if r := b.Get(path); r.Status != http.StatusServiceUnavailable || !strings.Contains(r.Text(), "you are still signed in") {
				t.Errorf("%s: %d %s", path, r.Status, r.Text())
			}
		}
		if r := b.Post("/deployments/"+on+"/disable", switchForm()); r.Status != http.StatusServiceUnavailable {
			t.Errorf("a write answers %d %s", r.Status, r.Text())
		}
	}
	if r := b.Get("/readyz"); r.Status != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d", r.Status)
	}
	b.Get("/livez").Expect(http.StatusOK, "")
	if n := len(d.Writes()) - before; n != 0 {
		t.Errorf("%d writes left without a line in the log", n)
	}
	if b.Cookie("comfydeck") != cookie {
		t.Error("the cookie changed")
	}
}

// TestPostgresStops stops and starts the database under a server with people on it (RR-23).
func TestPostgresStops(t *testing.T) {
	t.Parallel()
	long(t)
	db := pgtest.Start(t, "")
	database := db.URL()
	d := onPostgres(t, database)
	b := member(t, d)
	for _, word := range []string{"disable", "enable", "disable"} {
		db.Stop()
		away(t, d, b)
		db.Begin()
		back(t, b)
		if r := b.Post("/deployments/"+on+"/"+word, switchForm()); !wrote(r) {
			t.Errorf("afterwards a write answers %d %s", r.Status, r.Text())
		}
	}
	if sent, logged := len(d.Writes()), rows(t, database, "state = 'done'"); sent != 3 || logged != 3 {
		t.Errorf("%d writes left, %d are in the log, want 3", sent, logged)
	}
}

// TestPostgresFrozen lets the database accept and not answer: every page has its answer soon all the same, and no request
// stays behind (RR-24).
func TestPostgresFrozen(t *testing.T) {
	t.Parallel()
	long(t)
	db := pgtest.Start(t, "")
	d := onPostgres(t, db.URL())
	b := member(t, d)
	routines := runtime.NumGoroutine()
	db.Pause()
	var wait sync.WaitGroup
	for range 50 { // three times as many as there are connections
		other := d.Browser(t)
		wait.Go(func() {
			began := time.Now()
			r := other.Get("/deployments", webtest.Header("Cookie", "comfydeck="+b.Cookie("comfydeck")))
			if took := time.Since(began); r.Status != http.StatusServiceUnavailable || took > 10*time.Second {
				t.Errorf("%d after %v", r.Status, took)
			}
		})
	}
	wait.Wait()
	away(t, d, b)
	db.Resume()
	back(t, b)
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > routines+500; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), routines)
		}
	}
}

// TestPostgresFailsOver loses the database for ever; its standby takes over, with everything that was confirmed (RR-23).
func TestPostgresFailsOver(t *testing.T) {
	t.Parallel()
	long(t)
	first := pgtest.Start(t, "", "wal_level=replica")
	second := first.Standby()
	database := first.Either(first.URL(), second)
	d := onPostgres(t, database)
	b := member(t, d)
	if r := b.Post("/deployments/"+on+"/disable", switchForm()); !wrote(r) {
		t.Fatalf("a write answers %d %s", r.Status, r.Text())
	}
	first.Stop()
	away(t, d, b)
	second.Promote()
	back(t, b) // still signed in
	if r := b.Post("/deployments/"+on+"/enable", switchForm()); !wrote(r) {
		t.Errorf("afterwards a write answers %d %s", r.Status, r.Text())
	}
	if sent, logged := len(d.Writes()), rows(t, database, "state = 'done'"); sent != 2 || logged != 2 {
		t.Errorf("%d writes left, %d are in the log, want 2", sent, logged)
	}
}

// TestPostgresHerd restarts the database under five hundred open lists: they are all served again soon, over no more
// connections than the pool has (RR-28).
func TestPostgresHerd(t *testing.T) {
	t.Parallel()
	long(t)
	db := pgtest.Start(t, "")
	database := db.URL()
	d := onPostgres(t, database)
	b := member(t, d)
	cookie := webtest.Header("Cookie", "comfydeck="+b.Cookie("comfydeck"))
	const tabs = 500
	db.Stop()
	began := make(chan struct{})
	var wait sync.WaitGroup
	failed := make(chan string, tabs)
	for range tabs {
		tab := d.Browser(t)
		wait.Go(func() {
			<-began
			for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
				r := tab.Get("/deployments", cookie)
				if r.Status == http.StatusOK {
					return
				}
				if r.Status != http.StatusServiceUnavailable || time.Now().After(deadline) {
					failed <- fmt.Sprint(r.Status)
					return
				}
			}
		})
	}
	close(began)
	db.Begin()
	up := time.Now()
	most := 0
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(50 * time.Millisecond):
		}
		most = max(most, connections(t, database)) // once more when all are served: a pool keeps what it has opened for a while
	}
	t.Logf("%d tabs were served %v after the database was back, over at most %d connections", tabs, time.Since(up).Round(time.Millisecond), most)
	close(failed)
	for status := range failed {
		t.Errorf("a tab got %s", status)
	}
	if most == 0 || most > 16 {
		t.Errorf("%d connections", most)
	}
}

func switchForm() url.Values { return url.Values{"switch": {"1"}} }

package main

import (
	"encoding/base64"
	"flag"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/pgtest"
)

var enduranceFor = flag.Duration("endurance", 10*time.Second, "how long TestEndurance keeps a server busy; make endurance does it for eight hours")

const (
	enduranceChild = "TEST_ENDURANCE"
	people         = 4                // at a time
	warmUp         = 30 * time.Minute // what a server holds grows to its bounds first
	mostPerHour    = 1 << 20          // bytes that its memory may grow after that
)

// TestServe is no test: started by TestEndurance it is the program, until it is told to stop.
func TestServe(t *testing.T) {
	if os.Getenv(enduranceChild) == "" {
		return
	}
	if err := run(t.Context(), nil, os.Environ(), io.Discard, os.Stderr); err != nil {
		t.Fatal(err)
	}
}

// TestEndurance keeps a server busy with twenty requests a second, of people who come and go, over an API of which every
// hundredth call fails (RR-31). Beside the requests that met such a call, no more than one in a thousand fails; 95 of 100 are
// quick; what the server holds does not grow; and every write that somebody was told of is one call of the API.
func TestEndurance(t *testing.T) {
	t.Parallel()
	api := newWearyAPI(t)
	database := pgtest.URL(t)
	address, admin := freeAddress(t), freeAddress(t)
	stop := serveApart(t, []string{
		"COMFYDECK_ADDR=" + address, "COMFYDECK_ADMIN_ADDR=" + admin, "COMFYDECK_PUBLIC_URL=http://" + address, "COMFYDECK_API_URL=" + api.URL,
		"COMFYDECK_DATABASE_URL=" + database, "COMFYDECK_KEY=" + base64.StdEncoding.EncodeToString([]byte("a server key for tests, 32 bytes")), "COMFYDECK_LOG_LEVEL=error",
	})
	defer stop()
	for deadline := time.Now().Add(time.Minute); !ready(address); time.Sleep(probeEvery) {
		if time.Now().After(deadline) {
			t.Fatal("the program does not become ready")
		}
	}
	e := &endurance{t: t, site: "http://" + address, api: api, told: map[string]bool{}}
	e.arrive()
	before := readGauges(t, admin)
	e.keepBusy(admin)
	for _, g := range []string{"go_goroutines", "process_open_fds"} {
		after := readGauges(t, admin)[g]
		for deadline := time.Now().Add(time.Minute); after > before[g]+5 && time.Now().Before(deadline); time.Sleep(probeEvery) {
			after = readGauges(t, admin)[g] // what is behind an answer ends soon
		}
		if after > before[g]+5 {
			t.Errorf("%s: %v before, %v after", g, before[g], after)
		}
	}
	e.check(count(t, database, `SELECT count(*) FROM sessions`))
}

type endurance struct {
	t      *testing.T
	site   string
	api    *wearyAPI
	memory []sample

	mu    sync.Mutex
	told  map[string]bool // queue sizes that were said to be saved
	took  []time.Duration // of the last requests
	n     int
	fails int
	size  atomic.Int64
}

type sample struct{ at, bytes float64 }

// keepBusy sends twenty requests a second, from people of whom each stays for two hundred.
func (e *endurance) keepBusy(admin string) {
	var busy sync.WaitGroup
	end := time.Now().Add(*enduranceFor)
	for range people {
		busy.Go(func() {
			for time.Now().Before(end) && !e.t.Failed() {
				e.person(200, 200*time.Millisecond, end)
			}
		})
	}
	for began := time.Now(); time.Now().Before(end); time.Sleep(min(time.Minute, time.Until(end))) {
		e.memory = append(e.memory, sample{time.Since(began).Hours(), readGauges(e.t, admin)["process_resident_memory_bytes"]})
	}
	busy.Wait()
}

// arrive is as many people at once as come later: what is made once, such as connections that are kept, is there afterwards.
func (e *endurance) arrive() {
	var busy sync.WaitGroup
	for range people {
		busy.Go(func() { e.person(50, 0, time.Now().Add(time.Hour)) })
	}
	busy.Wait()
}

// person signs in, reads, now and then writes, and signs out.
func (e *endurance) person(requests int, pause time.Duration, end time.Time) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		e.t.Error(err)
		return
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for again := 5; !e.do(client, "/sign-in", url.Values{"token": {rollToken}}); again-- { // whoever is not in can write nothing
		if again == 0 {
			return
		}
	}
	for range requests {
		if time.Now().After(end) {
			break
		}
		id := e.api.ids[rand.IntN(len(e.api.ids))]
		switch p := rand.IntN(100); {
		case p < 4:
			value := strconv.FormatInt(1000+e.size.Add(1), 10)
			if e.do(client, "/deployments/"+id, url.Values{"queue_size": {value}}) {
				e.mu.Lock()
				e.told[value] = true
				e.mu.Unlock()
			}
		default:
			page := []string{"/deployments", "/deployments?q=image", "/deployments/" + id, "/deployments/" + id + "/edit", "/deployments/" + id + "/workflow", "/activity", "/shares", "/sessions"}[p%8]
			e.do(client, page, nil)
		}
		time.Sleep(pause)
	}
	e.do(client, "/sign-out", url.Values{})
}

// do sends a request and follows where it leads.
func (e *endurance) do(client *http.Client, path string, form url.Values) (fine bool) {
	began := time.Now()
	var resp *http.Response
	var err error
	if form != nil {
		resp, err = client.PostForm(e.site+path, form)
	} else {
		resp, err = client.Get(e.site + path)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	fine = err == nil && resp.StatusCode < 400
	e.mu.Lock()
	defer e.mu.Unlock()
	e.n++
	e.took = append(e.took, time.Since(began))
	if len(e.took) > 10_000 {
		e.took = slices.Clone(e.took[5_000:])
	}
	if !fine {
		e.fails++
	}
	return fine
}

func (e *endurance) check(sessions int) {
	t := e.t
	slices.Sort(e.took)
	slow := e.took[len(e.took)*95/100]
	t.Logf("%d requests, %d failed, 95%% within %v, %d writes, %d calls of which %d failed, %d sessions kept", e.n, e.fails, slow, len(e.told), e.api.calls.Load(), e.api.failed.Load(), sessions)
	if allowed := int(e.api.failed.Load()) + e.n/1000; e.fails > allowed {
		t.Errorf("%d of %d requests failed, at most %d may", e.fails, e.n, allowed)
	}
	if *enduranceFor > time.Hour && slow > 400*time.Millisecond {
		t.Errorf("95%% within %v", slow)
	}
	if sessions > 100 { // 50 for an account, and what the cleaner has not come to
		t.Errorf("%d sessions are kept", sessions)
	}
	e.api.mu.Lock()
	defer e.api.mu.Unlock()
	for value := range e.told {
		if e.api.sizes[value] != 1 {
			t.Errorf("%s was said to be saved and was sent %d times", value, e.api.sizes[value])
		}
	}
	for value, n := range e.api.sizes {
		if n > 1 {
			t.Errorf("%s was sent %d times", value, n)
		}
	}
	warm := slices.DeleteFunc(slices.Clone(e.memory), func(s sample) bool { return s.at < warmUp.Hours() })
	if len(warm) < 60 {
		return
	}
	if grows := slope(warm); grows > mostPerHour {
		t.Errorf("memory grows by %.0f bytes an hour", grows)
	}
}

// slope is that of the line nearest to the samples.
func slope(list []sample) float64 {
	var x, y, xx, xy float64
	n := float64(len(list))
	for _, s := range list {
		x, y, xx, xy = x+s.at, y+s.bytes, xx+s.at*s.at, xy+s.at*s.bytes
	}
	return (n*xy - x*y) / (n*xx - x*x)
}

package web_test

import (
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

func loopback(t *testing.T) []*net.IPNet {
	t.Helper()
	_, n, err := net.ParseCIDR("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	return []*net.IPNet{n}
}

// encodings are the ways in which a token might slip out.
func encodings(token string) []string {
	return []string{
		token, base64.StdEncoding.EncodeToString([]byte(token)), base64.RawURLEncoding.EncodeToString([]byte(token)),
		base64.StdEncoding.EncodeToString([]byte("Bearer " + token)), hex.EncodeToString([]byte(token)), url.QueryEscape(token),
	}
}

// TestTokenStaysHere lives through a whole session with every kind of trouble, at the most talkative log level, and looks for
// the token in everything that left the process or was kept, but for the calls of the API.
func TestTokenStaysHere(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "deck.db")
	d := start(t, webtest.Options{Database: "sqlite:" + file, ReadTimeout: 500 * time.Millisecond, WriteBudget: 2 * time.Second, SendBudget: 500 * time.Millisecond})
	b := d.Browser(t)
	var out strings.Builder
	note := func(r *webtest.Response) {
		if err := r.Header.Write(&out); err != nil {
			t.Fatal(err)
		}
		out.WriteString(r.Body)
	}
	session := func() {
		note(b.Post("/sign-in", url.Values{"token": {webtest.Token}, "display_name": {"Kim"}}))
	}
	journey := func() {
		for path := range readPages {
			note(b.Get(path))
			note(b.Get(path, webtest.HX(d.URL+"/deployments")))
		}
		note(b.Write("/deployments", newDeployment()))
		note(b.Write("/deployments/"+on, url.Values{"queue_size": {"9"}}))
		note(b.Write("/deployments/"+off+"/enable", url.Values{}))
		note(b.Write("/deployments/"+off+"/delete", url.Values{"confirm_name": {"wrong"}}))
	}
	for _, fault := range []string{"", "500", "html", "truncate", "error200", "401", "403", "422=name", "429=30", "duplicate-key", "hang@update", "500-after@create"} {
		d.Fault()
		session()
		if fault != "" {
			d.Fault(fault)
		}
		if fault != "" || b.Cookie("comfydeck") != "" {
			journey()
		}
	}
	d.Fault("500@list")
	note(b.Post("/sign-in", url.Values{"token": {webtest.Token}}))
	note(b.Post("/sign-in", url.Values{"token": {webtest.Token, webtest.Token}}))
	note(b.Post("/sign-in", url.Values{"token": {webtest.Token}}, webtest.CrossSite))
	note(b.Do(http.MethodPost, "/sign-in", "token="+webtest.Token, webtest.Header("Content-Type", "text/plain")))
	note(b.Get("/sign-in?token=" + webtest.Token))
	note(b.Get("/deployments?q=" + webtest.Token + "x")) // the search itself is shown, so that it is not searched for below
	if err := d.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	places := map[string]string{"the log": d.Logs.String()}
	for _, name := range []string{file, file + "-wal", file + "-shm"} {
		if content, err := os.ReadFile(name); err == nil {
			places["the database"] += string(content)
		}
	}
	places["an answer"] = strings.ReplaceAll(out.String(), webtest.Token+"x", "")
	for where, text := range places {
		if len(text) < 1000 {
			t.Fatalf("%s has only %d bytes: this test looks in the wrong place", where, len(text))
		}
		for _, form := range encodings(webtest.Token) {
			if i := strings.Index(text, form); i >= 0 {
				t.Errorf("%s holds the token as %q: …%q…", where, form, text[max(0, i-200):min(len(text), i+100)])
			}
		}
	}
	if cookie := b.Cookie("comfydeck"); cookie != "" && strings.Contains(d.Logs.String(), cookie) {
		t.Error("the log holds the session cookie")
	}
	if !strings.Contains(d.Logs.String(), `"route":"/deployments/:id"`) {
		t.Error("the log has no request in it")
	}
}

// innards match what no person should read: types, queries, stacks, addresses and files of the machine.
var innards = regexp.MustCompile(`\*[a-z]+\.[A-Z]|goroutine |\.go:\d+|panic|runtime error|(?i:select .* from|sqlite|sql:|insert into)|net/http|context deadline|dial tcp|connection re(set|fused)|EOF|http://127\.0\.0\.1:\d+/prod|invalid character`)

// TestFailuresTellNoInnards reads every page of a failure as a curious person would.
func TestFailuresTellNoInnards(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{ReadTimeout: 500 * time.Millisecond, Web: func(o *web.Options) { o.Ping = nil }})
	b := member(t, d)
	check := func(name string, r *webtest.Response) {
		t.Helper()
		if r.Status < 400 {
			t.Errorf("%s: answered %d, want a failure", name, r.Status)
		}
		if found := innards.FindString(r.Text()); found != "" {
			t.Errorf("%s: the page says %q: %s", name, found, r.Text())
		}
	}
	for _, fault := range []string{"hang", "reset", "500", "html", "truncate", "empty", "null", "duplicate-key", "no-id", "wrong-id", "redirect=http://127.0.0.1:1/prod", "400", "404"} {
		d.Fault(fault)
		check(fault, b.Get("/deployments/"+on))
		check(fault+", part", b.Get("/deployments/"+on, webtest.HX(d.URL)))
	}
	d.Fault("gzip-bomb=64MiB")
	check("gzip bomb", b.Get("/deployments/"+on+"/workflow"))
	check("gzip bomb, part", b.Get("/deployments/"+on+"/workflow", webtest.HX(d.URL)))
	d.Fault()
	check("panic", b.Get("/readyz"))
	check("no page", b.Get("/a/b/c"))
	check("no file", b.Get("/static/../web/server.go"))
	check("bad form", b.Post("/deployments", url.Values{"x": {"y"}}))
	check("bad escapes", b.Do(http.MethodPost, "/deployments", "name=%zz", webtest.Header("Content-Type", "application/x-www-form-urlencoded")))
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
	check("no database", b.Get("/deployments"))
	check("sign-in without database", d.Browser(t).Post("/sign-in", url.Values{"token": {webtest.Token}}))
}

// TestUpstreamHeaders sends everything a browser or an attacker might: the API sees our own headers and no other.
func TestUpstreamHeaders(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	odd := func(r *http.Request) {
		for name, value := range map[string]string{
			"Authorization": "Bearer stolen", "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "for=1.2.3.4",
			"Accept-Language": "de", "Referer": d.URL + "/deployments?secret=1", "User-Agent": "evil/1", "X-Http-Method-Override": "DELETE", "Range": "bytes=0-1",
			"If-None-Match": "*", "Te": "trailers", "Upgrade-Insecure-Requests": "1", "Traceparent": "00-1-1-01", "Baggage": "a=b", "X-Request-Id": "mine", "Dnt": "1", "Accept": "text/evil",
		} {
			r.Header.Set(name, value)
		}
	}
	b.Get("/deployments", odd)
	b.Get("/deployments/"+on, odd)
	b.Write("/deployments", newDeployment(), odd)
	b.Write("/deployments/"+on, url.Values{"queue_size": {"9"}}, odd)
	b.Write("/deployments/"+on+"/delete", url.Values{"confirm_name": {"image-to-video"}}, odd)
	calls := d.Sandbox.Calls()
	seen := map[string]bool{}
	for _, c := range calls {
		seen[c.Method] = true
		want := map[string]string{"Authorization": "Bearer " + webtest.Token, "Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "comfydeck"}
		if c.Method == http.MethodPost || c.Method == http.MethodPatch {
			want["Content-Type"] = "application/json"
		}
		got := map[string]string{}
		for name, values := range c.Header {
			if name != "Content-Length" {
				got[name] = strings.Join(values, " | ")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", webtest.Line(c), diff)
		}
	}
	if len(seen) != 4 {
		t.Errorf("saw the methods %v, want all four", seen)
	}
}

// TestNoGetChangesAnything follows every link from the list on, over every page there is, and asks every route by GET and
// HEAD: the API sees nothing but reads, and what people made stays as it is. Somebody else changes a deployment meanwhile, so that
// there is something to notice.
func TestNoGetChangesAnything(t *testing.T) {
	t.Parallel()
	file := migrated.SQLite(t)
	d := start(t, webtest.Options{Database: file})
	b := member(t, d)
	makeThings(t, b)
	d.Sandbox.ResetCalls()
	changed, _ := d.Sandbox.Deployment(webtest.Token, off)
	changed.QueueSize, changed.UpdatedAt = 77, d.Clock.Now()
	d.Sandbox.Put(webtest.Token, changed)
	before := tablesOf(t, file)
	queue := []string{"/deployments", "/sign-in", "/sign-out", "/"}
	for _, r := range web.Routes() {
		queue = append(queue, address(r.Path)+"?switch=1&confirm_name=image-to-video&queue_size=9&name=x")
	}
	seen := map[string]bool{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		b.Do(http.MethodHead, path, "")
		b.Get(path, webtest.HX(d.URL+"/deployments"))
		r := b.Get(path, webtest.Header("X-Http-Method-Override", "POST"))
		if !r.Whole() {
			continue
		}
		r.Check()
		for _, attr := range []string{"href", "hx-get", "src"} {
			for _, n := range htmlcheck.Select(r.DOM(), "["+attr+"]") {
				if to := htmlcheck.Attr(n, attr); strings.HasPrefix(to, "/") {
					queue = append(queue, to)
				}
			}
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d addresses were found: %v", len(seen), seen)
	}
	if b.Cookie("comfydeck") == "" {
		t.Error("a link signed the person out")
	}
	for _, w := range d.Writes() {
		t.Errorf("the API saw %s", webtest.Line(w))
	}
	after := tablesOf(t, file)
	lost := func(row string) bool { return !slices.Contains(after["events"], row) }
	if slices.ContainsFunc(before["events"], lost) || len(after["events"]) <= len(before["events"]) {
		t.Errorf("the events went from %q to %q: want the change that somebody else made besides", before["events"], after["events"])
	}
	for table, rows := range before {
		if diff := cmp.Diff(rows, after[table]); diff != "" && !notesWhatIsSeen[table] {
			t.Errorf("reading changed the table %s (-before +after):\n%s", table, diff)
		}
	}
}

// TestAccountsStayApart lets two accounts and a stranger work at the same time: nobody sees what is another's.
func TestAccountsStayApart(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	browsers := map[string]*webtest.Browser{}
	for _, token := range []string{webtest.Token, webtest.OtherToken} {
		browsers[token] = d.Browser(t)
		browsers[token].SignIn(token)
	}
	d.Sandbox.ResetCalls()
	own := map[string][]string{webtest.Token: {on, off}, webtest.OtherToken: {foreign}}
	var wait sync.WaitGroup
	for token, b := range browsers {
		wait.Go(func() {
			for range 20 {
				r := b.Get("/deployments")
				for _, id := range []string{on, off, foreign} {
					if strings.Contains(r.Body, id) != slices.Contains(own[token], id) {
						t.Errorf("%s: the list is another account's: %s", token, r.Text())
					}
				}
				if other := b.Get("/deployments/" + map[string]string{webtest.Token: foreign, webtest.OtherToken: on}[token]); other.Status != http.StatusForbidden {
					t.Errorf("%s: another account's deployment answers %d", token, other.Status)
				}
			}
		})
	}
	wait.Wait()
	for _, c := range d.Sandbox.Calls() {
		if c.Token != webtest.Token && c.Token != webtest.OtherToken {
			t.Errorf("a call with the token %q", c.Token)
		}
	}
}

package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// dial opens a connection to the server under test.
func dial(t *testing.T, d *webtest.Deck) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(d.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestFraming sends requests that two servers in a row might read differently, byte by byte: each is refused, the
// connection ends, and what was smuggled behind it is never carried out.
func TestFraming(t *testing.T) {
	t.Parallel()
	const form = "Content-Type: application/x-www-form-urlencoded\r\n"
	// What stands behind each request on the same connection: a write of a member.
	const smuggled = "POST /deployments/" + on + "/disable HTTP/1.1\r\nHost: HOST\r\nCookie: comfydeck=COOKIE\r\n" + form + "Content-Length: 0\r\n\r\n"
	tests := []struct {
		name, request string
		want          int
	}{
		{"chunked", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\n" + form + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
		{"chunked and a length", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\n" + form + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
		{"chunked get", "GET /livez HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
		{"unknown coding", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
		{"two codings", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 501},
		{"two lengths", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\n" + form + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n", 400},
		{"a length below zero", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\n" + form + "Content-Length: -1\r\n\r\n", 400},
		{"a length with a sign", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\n" + form + "Content-Length: +5\r\n\r\ntoken", 400},
		{"no host", "GET /livez HTTP/1.1\r\n\r\n", 400},
		{"two hosts", "GET /livez HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n", 400},
		{"a blank before the colon", "GET /livez HTTP/1.1\r\nHost : HOST\r\n\r\n", 400},
		{"a folded coding", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\n" + form + "Content-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 411},
		{"a control character in a header", "GET /livez HTTP/1.1\r\nHost: HOST\r\nX-A: b\x00c\r\n\r\n", 400},
		{"PUT", "PUT /deployments HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n", 405},
		{"DELETE", "DELETE /deployments/" + on + " HTTP/1.1\r\nHost: HOST\r\n\r\n", 405},
		{"PATCH", "PATCH /deployments/" + on + " HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n", 405},
		{"TRACE", "TRACE / HTTP/1.1\r\nHost: HOST\r\nX-Secret: 1\r\n\r\n", 405},
		{"CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", 405},
		{"OPTIONS", "OPTIONS /deployments HTTP/1.1\r\nHost: HOST\r\n\r\n", 405},
		{"OPTIONS of everything", "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n", 405},
		{"a made-up method", "LOOK / HTTP/1.1\r\nHost: HOST\r\n\r\n", 405},
		{"a method in lower case", "get /livez HTTP/1.1\r\nHost: HOST\r\n\r\n", 405},
		{"not HTTP", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400},
		{"HTTP/2 by itself", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 405},
		{"huge headers", "GET /livez HTTP/1.1\r\nHost: HOST\r\nX-A: " + strings.Repeat("a", 40<<10) + "\r\n\r\n", 431},
		{"a huge address", "GET /" + strings.Repeat("a", 40<<10) + " HTTP/1.1\r\nHost: HOST\r\n\r\n", 431},
		{"an oversize length", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\n" + form + "Content-Length: 99999999\r\n\r\n", 413},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b := member(t, d)
			host := d.Public.Host
			fill := strings.NewReplacer("HOST", host, "COOKIE", b.Cookie("comfydeck"))
			conn := dial(t, d)
			if _, err := io.WriteString(conn, fill.Replace(tt.request)); err != nil {
				t.Fatal(err)
			}
			// The server may have hung up by now, which is as good.
			_, _ = io.WriteString(conn, fill.Replace(smuggled))

			in := bufio.NewReader(conn)
			answer, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			why, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if ours := tt.want == 405 || tt.want == 411; ours && !strings.HasPrefix(string(why), "Nothing was carried out: ") {
				t.Errorf("the answer %q does not say that nothing was done", why)
			} else if id := answer.Header.Get("X-Request-Id"); ours && (len(id) != 16 || !strings.Contains(d.Logs.String(), id)) {
				t.Errorf("the request id is %q: want one that the log knows", id)
			}
			if answer.StatusCode != tt.want {
				t.Errorf("answered %s, want %d", answer.Status, tt.want)
			}
			if next, err := http.ReadResponse(in, nil); err == nil {
				t.Errorf("the connection lives on and answers %s", next.Status)
				next.Body.Close()
			}
			if w := d.Writes(); len(w) > 0 {
				t.Errorf("the smuggled request was carried out: %d writes", len(w))
			}
			if strings.Contains(fmt.Sprint(answer.Header), "X-Secret") {
				t.Error("the request is echoed")
			}
		})
	}
}

// TestHeaderTotal: the first line and the headers of a request are 16 kB at most, the blank line at their end included (SR-51).
func TestHeaderTotal(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	for total, want := range map[int]int{16 << 10: http.StatusOK, 16<<10 + 1: http.StatusRequestHeaderFieldsTooLarge, 18_000: http.StatusRequestHeaderFieldsTooLarge} {
		before, after := "GET /livez HTTP/1.1\r\nHost: "+d.Public.Host+"\r\nX-A: ", "\r\n\r\n"
		conn := dial(t, d)
		if _, err := io.WriteString(conn, before+strings.Repeat("a", total-len(before)-len(after))+after); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%d bytes: no answer: %v", total, err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%d bytes: answered %s, want %d", total, answer.Status, want)
		}
	}
}

// TestSmuggledIsReal shows that the request behind each of the above would work on a connection of its own.
func TestSmuggledIsReal(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	conn := dial(t, d)
	_, err := fmt.Fprintf(conn, "POST /deployments/%s/disable HTTP/1.1\r\nHost: %s\r\nCookie: comfydeck=%s\r\nContent-Length: 0\r\n\r\n", on, d.Public.Host, b.Cookie("comfydeck"))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || len(d.Writes()) != 1 {
		t.Errorf("answered %s with %d writes, want 303 with 1", answer.Status, len(d.Writes()))
	}
}

// TestHost holds under which names the site answers, and that no token is taken where others may read it.
func TestHost(t *testing.T) {
	t.Parallel()
	tests := []struct {
		public   string
		insecure bool // allowed by the operator
		host     string
		page     int // GET /sign-in
		signIn   int // POST /sign-in
	}{
		{"", false, "SELF", 200, 303},
		{"", false, "localhost:PORT", 200, 303},
		{"", false, "127.0.0.1", 200, 303},
		{"", false, "127.8.9.10:99", 200, 303},
		{"", false, "[::1]:PORT", 200, 303},
		{"", false, "LOCALHOST:PORT", 403, 403},
		{"", false, "10.0.0.5:PORT", 403, 403},
		{"", false, "deck.example", 403, 403},
		{"", false, "127.0.0.1.evil.example", 403, 403},
		{"", false, "localhost.evil.example:PORT", 403, 403},
		{"", true, "10.0.0.5:PORT", 403, 403},
		{"http://10.0.0.5:8080", true, "evil.example:8080", 403, 403},
		{"http://10.0.0.5:8080", true, "127.0.0.1:PORT", 200, 303},
		{"http://10.0.0.5:8080", false, "10.0.0.5:8080", 403, 403},
		{"http://10.0.0.5:8080", true, "10.0.0.5:8080", 200, 303},
		{"https://deck.example", false, "deck.example", 200, 303},
		{"https://deck.example", false, "DECK.Example", 200, 303},
		{"https://deck.example", false, "deck.example:8443", 403, 403},
		{"https://deck.example", false, "evil.example", 403, 403},
		{"https://deck.example", false, "SELF", 403, 403},
		{"https://deck.example", false, "localhost", 403, 403},
		{"https://deck.example", false, "deck.example.evil.example", 403, 403},
		{"https://deck.example:8443", false, "deck.example:8443", 200, 303},
		{"https://deck.example:8443", false, "deck.example", 403, 403},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %s %v", tt.public, tt.host, tt.insecure), func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{PublicURL: tt.public, AllowInsecureHTTP: tt.insecure})
			self := strings.TrimPrefix(d.URL, "http://")
			_, port, err := net.SplitHostPort(self)
			if err != nil {
				t.Fatal(err)
			}
			host := strings.NewReplacer("SELF", self, "PORT", port).Replace(tt.host)
			as := func(r *http.Request) {
				r.Host = host
				r.Header.Del("Origin")
				r.Header.Set("X-Forwarded-Proto", "https")
				r.Header.Set("X-Forwarded-Host", d.Public.Host)
			}
			b := d.Browser(t)
			page := b.Get("/sign-in", as)
			page.Expect(tt.page, "")
			page.Check()
			r := b.Post("/sign-in", url.Values{"token": {webtest.Token}}, as)
			if r.Status != tt.signIn {
				t.Errorf("sign-in answered %d, want %d", r.Status, tt.signIn)
			}
			if calls := d.Calls(); (len(calls) > 0) != (tt.signIn == 303) {
				t.Errorf("the API saw %q", calls)
			}
			if tt.page == 403 && (strings.Contains(page.Body, "evil.example") || page.Value("token") != "" || len(htmlcheck.Select(page.DOM(), "#token")) > 0) {
				t.Errorf("the page echoes the host or asks for a token: %s", page.Text())
			}
			if r := b.Get("/livez", as); r.Status != 200 {
				t.Errorf("/livez answers %d: probes come by address", r.Status)
			}
		})
	}
}

// TestInsecureSignInReadsNoBody posts a token over plain http from beyond this machine: the answer comes before the body.
func TestInsecureSignInReadsNoBody(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	conn := dial(t, d)
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil { // the server itself would wait 15 s for the body
		t.Fatal(err)
	}
	_, err := io.WriteString(conn, "POST /sign-in HTTP/1.1\r\nHost: 10.0.0.5\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil) // not a byte of the body has been sent
	if err != nil {
		t.Fatalf("no answer without the body: %v", err)
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "plain http") {
		t.Errorf("answered %s %q, %v; want the page that says why", answer.Status, body, err)
	}
}

// TestInsecureBanner holds that a page which came over an open network says so.
func TestInsecureBanner(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{AllowInsecureHTTP: true, PublicURL: "http://10.0.0.5"})
	b := member(t, d)
	far := b.Get("/deployments", webtest.Header("Host", "10.0.0.5"))
	far.Expect(200, "")
	far.Check(htmlcheck.In(".banner", says("Anyone on the way can read the token")))
	b.Get("/deployments", webtest.Header("Host", "127.0.0.1")).Check(htmlcheck.NotIn(".banner"))
}

// TestReportsAreLimited sends more reports, and larger ones, than browsers do.
func TestReportsAreLimited(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	report := func(size int) int {
		return b.Do(http.MethodPost, "/csp-report", strings.Repeat("r", size), webtest.Header("Content-Type", "application/csp-report")).Status
	}
	if got := report(17 << 10); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a report of 17 kB answers %d, want 413", got)
	}
	if got := report(100); got != http.StatusTooManyRequests {
		t.Errorf("a second report within a second answers %d, want 429", got)
	}
	if strings.Contains(d.Logs.String(), "rrrr") {
		t.Error("the log keeps what reports say")
	}
}

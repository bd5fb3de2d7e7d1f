package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCounter counts what two ends wrote by hand, headers included.
func TestCounter(t *testing.T) {
	t.Parallel()
	const request, answer = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			if _, err = io.ReadFull(conn, make([]byte, len(request))); err == nil {
				_, err = io.WriteString(conn, answer)
			}
			_ = conn.Close()
		}
		served <- err
	}()

	c := &counter{}
	conn, err := c.dial(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(conn); err != nil || string(got) != answer {
		t.Errorf("read %q, %v", got, err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if sent, received := c.sent.Load(), c.received.Load(); sent != int64(len(request)) || received != int64(len(answer)) {
		t.Errorf("counted %d sent and %d received, want %d and %d", sent, received, len(request), len(answer))
	}
}

// TestVisitor holds that a first visit fetches every file, a repeat visit only what may not be kept, and that each part's
// bytes are its own.
func TestVisitor(t *testing.T) {
	t.Parallel()
	const styleSize, scriptSize = 5_000, 9_000
	asked := map[string]int{} // one connection after the other, so that no lock is needed
	mux := http.NewServeMux()
	serve := func(path, cache, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept-Encoding") == "gzip, zstd" {
				asked[path]++
			}
			w.Header().Set("Cache-Control", cache)
			_, _ = io.WriteString(w, body)
		})
	}
	const page = `<link rel="stylesheet" href="/a.css"><script src="b.js"></script><img src="/c.png"><a href="/other">x</a>`
	serve("/page", "no-store", page)
	serve("/a.css", "public, immutable", strings.Repeat("x", styleSize))
	serve("/b.js", "public, immutable", strings.Repeat("x", scriptSize))
	serve("/c.png", "no-cache", "x")
	server := httptest.NewServer(mux)
	defer server.Close()

	v := newVisitor("a=b")
	first, err := v.visit(t.Context(), server.URL+"/page")
	if err != nil {
		t.Fatal(err)
	}
	if first.requests != 4 {
		t.Errorf("the first visit made %d requests, want 4", first.requests)
	}
	if want := int64(len(page) + styleSize); first.content != want {
		t.Errorf("page and style have %d bytes of content, want %d", first.content, want)
	}
	if over := first.styles - styleSize; over < 50 || over > 400 {
		t.Errorf("the style counts %d bytes, want %d and its headers", first.styles, styleSize)
	}
	if rest := first.received - first.document - first.styles - scriptSize; rest < 100 || rest > 1_000 {
		t.Errorf("%d bytes are neither page, style nor script, want one byte of image and two headers", rest)
	}
	repeat, err := v.visit(t.Context(), server.URL+"/page")
	if err != nil {
		t.Fatal(err)
	}
	if repeat.requests != 2 || repeat.styles != 0 || repeat.received >= scriptSize || repeat.sent <= 0 {
		t.Errorf("the repeat visit moved %+v, want the page and the image", repeat)
	}
	if diff := cmp.Diff(map[string]int{"/page": 2, "/a.css": 1, "/b.js": 1, "/c.png": 2}, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestVisitor_anErrorIsNoVisit(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	if got, err := newVisitor("").visit(t.Context(), server.URL); err == nil {
		t.Errorf("a page that is not there counts as %+v", got)
	}
}

func TestLinksOf(t *testing.T) {
	t.Parallel()
	base := &url.URL{Scheme: "http", Host: "127.0.0.1:1", Path: "/deployments"}
	got, err := linksOf(strings.NewReader(`<head><link rel="stylesheet" href="/static/a.css"><link rel="icon" href="/i.svg">
		<script src="/static/b.js"></script><script>1</script><link rel="canonical" href="/x">`), base)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"http://127.0.0.1:1/static/a.css", "http://127.0.0.1:1/static/b.js", "http://127.0.0.1:1/i.svg"}
	if diff := cmp.Diff(want, each(got, func(f file) string { return f.address })); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if !got[0].style || got[1].style || got[2].style {
		t.Errorf("style sheets are told apart wrongly: %+v", got)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"golang.org/x/net/html"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
)

// counter counts the bytes of connections as they cross the socket, headers and framing included.
type counter struct{ received, sent atomic.Int64 }

// dial is for an http.Transport.
func (c *counter) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &countingConn{Conn: conn, counter: c}, nil
}

type countingConn struct {
	net.Conn
	counter *counter
}

func (c *countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.counter.received.Add(int64(n))
	return n, err
}

func (c *countingConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.counter.sent.Add(int64(n))
	return n, err
}

// visitor loads pages as a browser does: the page, then what it links to and is not in the cache.
type visitor struct {
	client *http.Client
	bytes  *counter
	header http.Header
	cached map[string]bool // by address
}

// visit is what one page load moved, in bytes.
type visit struct {
	requests       int
	received, sent int64
	document       int64 // received for the page itself
	styles         int64 // received for its style sheets
	content        int64 // of page and style sheets, compressed, without headers and framing
}

func newVisitor(cookie string) *visitor {
	bytes := &counter{}
	client := oneConnection() // one answer after the other, so that each has its own bytes
	client.Transport = &http.Transport{MaxConnsPerHost: 1, DisableCompression: true, DialContext: bytes.dial}
	return &visitor{client: client, bytes: bytes, cached: map[string]bool{}, header: http.Header{
		"Cookie": {cookie}, "Accept-Encoding": {"gzip, zstd"}, "Accept-Language": {"en"},
		"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"},
	}}
}

// visit loads the page at an address.
func (v *visitor) visit(ctx context.Context, address string) (visit, error) {
	files, err := v.files(ctx, address)
	if err != nil {
		return visit{}, err
	}
	before, sent := v.bytes.received.Load(), v.bytes.sent.Load()
	content, err := v.fetch(ctx, address)
	if err != nil {
		return visit{}, err
	}
	out := visit{requests: 1, document: v.bytes.received.Load() - before, content: content}
	for _, f := range files {
		if v.cached[f.address] {
			continue
		}
		start := v.bytes.received.Load()
		content, err := v.fetch(ctx, f.address)
		if err != nil {
			return visit{}, err
		}
		out.requests++
		if f.style {
			out.content += content
			out.styles += v.bytes.received.Load() - start
		}
	}
	out.received, out.sent = v.bytes.received.Load()-before, v.bytes.sent.Load()-sent
	return out, nil
}

// fetch reads one answer as it comes, notes whether it may be kept, and returns the size of its content.
func (v *visitor) fetch(ctx context.Context, address string) (int64, error) {
	resp, err := get(ctx, v.client, address, v.header)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	v.cached[address] = strings.Contains(resp.Header.Get("Cache-Control"), "immutable")
	return io.Copy(io.Discard, resp.Body)
}

// get asks for an address; anything but 200 is an error.
func get(ctx context.Context, client *http.Client, address string, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header = header
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%s answered %s", address, resp.Status), resp.Body.Close())
	}
	return resp, nil
}

// file is what a page needs to be shown.
type file struct {
	address string
	style   bool
}

// files learns what a page links to from a copy of it that is neither compressed nor counted.
func (v *visitor) files(ctx context.Context, address string) ([]file, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	resp, err := get(ctx, oneConnection(), address, http.Header{"Cookie": v.header["Cookie"]})
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return linksOf(resp.Body, base)
}

// linksOf finds the styles, scripts, icons and images of a page.
func linksOf(page io.Reader, base *url.URL) ([]file, error) {
	tree, err := html.Parse(page)
	if err != nil {
		return nil, err
	}
	var out []file
	for _, kind := range []struct{ selector, attr string }{
		{styleSheet, "href"}, {"script[src]", "src"}, {"link[rel=icon]", "href"}, {"img[src]", "src"},
	} {
		for _, n := range htmlcheck.Select(tree, kind.selector) {
			ref, err := base.Parse(htmlcheck.Attr(n, kind.attr))
			if err != nil {
				return nil, err
			}
			out = append(out, file{address: ref.String(), style: kind.selector == styleSheet})
		}
	}
	return out, nil
}

const styleSheet = "link[rel=stylesheet]"

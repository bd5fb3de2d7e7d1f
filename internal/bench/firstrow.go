package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"

	"github.com/comfydeck/comfydeck/internal/paths"
)

// firstRow compares, in Chromium with nothing cached, the list with a floor: a server that reads the whole answer of the API
// too, but then sends a page made in advance. The browser's driver is a module of its own, run as a program.
func (b *bench) firstRow(ctx context.Context, r *report) error {
	for _, n := range []int{25, 10_000} {
		if err := b.firstRowOf(ctx, r, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) firstRowOf(ctx context.Context, r *report, n int) (err error) {
	s, err := b.open(ctx, n, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	floor, err := s.startFloor(ctx)
	if err != nil {
		return err
	}
	defer floor.Close()
	times, err := b.firstSeen(ctx, s.cookie, "tbody tr", b.share(40), floor.URL+paths.Deployments, s.deck.url+paths.Deployments)
	if err != nil {
		return err
	}
	mean := func(a, b float64) float64 { return (a + b) / 2 }
	r.compare(comparison{
		What: "first row visible in Chromium (bare: floor)", Deployments: n, Runs: len(times[0]),
		Bare: median(times[0], mean), Page: median(times[1], mean), MaxRatio: 1.15,
	})
	return nil
}

// firstSeen is how long, in milliseconds, Chromium takes until something on a page can be seen, for two addresses in turn.
func (b *bench) firstSeen(ctx context.Context, cookie, selector string, runs int, bare, page string) ([][]float64, error) {
	c := exec.CommandContext(ctx, "go", "run", "./firstrow", "-runs", fmt.Sprint(runs), "-cookie", cookie, "-selector", selector, bare, page) //nolint:gosec // our own arguments
	c.Dir = filepath.Join(b.root, "internal", "e2e")
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, stderr.Bytes())
	}
	var times [][]float64
	if err := json.Unmarshal(stdout.Bytes(), &times); err != nil || len(times) != 2 {
		return nil, fmt.Errorf("the browser's program answered %q: %w", stdout.Bytes(), err)
	}
	return times, nil
}

// startFloor serves the list as it is now: each load still waits for the API's last byte, but nothing is decoded, sorted or
// rendered. Files come from the dashboard.
func (s *stage) startFloor(ctx context.Context) (*httptest.Server, error) {
	page := s.page(paths.Deployments)
	resp, err := get(ctx, page.client, page.url, page.header)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	deck, err := url.Parse(s.deck.url)
	if err != nil {
		return nil, err
	}
	bare := s.bare(collection)
	mux := http.NewServeMux()
	mux.Handle("/", &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(deck) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }, // the tab was closed
	})
	mux.HandleFunc("GET "+paths.Deployments, func(w http.ResponseWriter, r *http.Request) {
		if _, err := bare.load(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		for name, values := range resp.Header {
			w.Header()[name] = values
		}
		_, _ = w.Write(body) // the browser may have gone
	})
	return httptest.NewServer(mux), nil
}

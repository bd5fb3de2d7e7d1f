package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/paths"
)

// part is one stage of the measurement. One that cannot be measured is reported and does not stop the others.
type part struct {
	name    string
	measure func(context.Context, *report) error
}

// parts is everything, in the order of the report.
func (b *bench) parts() []part {
	pages := func(n, divisor int) func(context.Context, *report) error {
		return func(ctx context.Context, r *report) error { return b.pages(ctx, r, n, b.share(divisor)) }
	}
	all := []part{
		{"pages with 25 deployments", pages(25, 1)},
		{"pages with 1,000 deployments", pages(1_000, 2)},
		{"pages with 10,000 deployments", pages(10_000, 8)},
		{"25 behind an API of 200 ms", b.slowAPI(25)},
		{"10,000 behind an API of 200 ms", b.slowAPI(promised)},
		{"readme, tree and graph", b.drawing},
		{"graphs beside dagre and elkjs", b.rivals},
		{"comparing workflows", b.comparing},
		{"page of a large payload", b.largePayload},
		{"readers of a huge payload", b.payloadMemory},
		{"bytes on the wire", b.wire},
		{"change log", b.changeLog},
		{"memory", b.memory},
		{"200 accounts", b.accounts},
		{"binary and cold start", b.starts},
	}
	for _, n := range sizes() {
		all = append(all, part{fmt.Sprintf("growth: a list of %d", n), b.size(n)})
	}
	if b.browser {
		all = append(all, part{"first visible row in Chromium", b.firstRow})
	}
	if b.profile != "" {
		all = append(all, part{"CPU profile", b.takeProfile})
	}
	return slices.DeleteFunc(all, func(p part) bool { return !strings.Contains(p.name, b.only) })
}

// pages compares the list and the detail page with their API calls.
func (b *bench) pages(ctx context.Context, r *report, n, runs int) (err error) {
	s, err := b.open(ctx, n, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	list, err := compare(ctx, runs, s.bare(collection), s.anew(paths.Deployments), nil)
	if err != nil {
		return err
	}
	first, total := list.comparisons("list, read anew", n)
	changed, err := compare(ctx, b.share(8), s.bare(collection), s.anew(paths.Deployments), s.change)
	if err != nil {
		return err
	}
	firstChanged, totalChanged := changed.comparisons("list, read anew and changed since", n)
	switch {
	case n <= 25:
		first.MaxDifference = 0.4
	case n >= 10_000:
		totalChanged.MaxRatio = 6
	}
	detail, err := compare(ctx, runs, s.bare(collection+"/"+s.id+"?includes=readme&includes=payload"), s.page(paths.Deployment(s.id)), nil)
	if err != nil {
		return err
	}
	one, whole := detail.comparisons("one deployment", n)
	one.MaxDifference = first.MaxDifference
	visited, err := compare(ctx, runs, s.bare(collection), s.page(paths.Deployments), nil)
	if err != nil {
		return err
	}
	r.compare(first, total, firstChanged, totalChanged)
	r.compare(visited.both("list, as visited", n)...)
	r.compare(one, whole)
	return nil
}

// slowAPI shows what is left to feel when the API takes 200 ms.
func (b *bench) slowAPI(n int) func(context.Context, *report) error {
	return func(ctx context.Context, r *report) (err error) {
		s, err := b.open(ctx, n, nil, "-latency", "200ms")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.close()) }()
		pairs, err := compare(ctx, b.share(20), s.bare(collection), s.anew(paths.Deployments), s.change)
		if err != nil {
			return err
		}
		first, total := pairs.comparisons("list, API of 200 ms", n)
		first.MaxRatio, total.MaxRatio = 1.04, 1.04
		first.Waits, total.Waits = true, true
		r.compare(first, total)
		return nil
	}
}

// pairs are the exchanges of one comparison.
type pairs struct{ bare, page []exchange }

// compare loads two addresses in turn. The first loads of each, which open connections and fill caches, do not count; nor does what
// comes between, if anything.
func compare(ctx context.Context, runs int, bare, page target, between func(context.Context) error) (pairs, error) {
	const warmUp = 5
	var p pairs
	for i := range warmUp + runs {
		if between != nil {
			if err := between(ctx); err != nil {
				return p, err
			}
		}
		b, err := bare.load(ctx)
		if err != nil {
			return p, err
		}
		w, err := page.load(ctx)
		if err != nil {
			return p, err
		}
		if i >= warmUp {
			p.bare, p.page = append(p.bare, b), append(p.page, w)
		}
	}
	return p, nil
}

// comparisons are those of the first byte and of the whole answer.
func (p pairs) comparisons(what string, n int) (first, total comparison) {
	of := func(pick func(exchange) time.Duration) comparison {
		return comparison{Deployments: n, Runs: len(p.bare), Bare: medianMS(each(p.bare, pick)), Page: medianMS(each(p.page, pick))}
	}
	first = of(func(x exchange) time.Duration { return x.first })
	total = of(func(x exchange) time.Duration { return x.total })
	first.What, total.What = what+", first byte", what+", total"
	return first, total
}

func (p pairs) both(what string, n int) []comparison {
	first, total := p.comparisons(what, n)
	return []comparison{first, total}
}

func each[T, R any](list []T, pick func(T) R) []R {
	out := make([]R, 0, len(list))
	for _, v := range list {
		out = append(out, pick(v))
	}
	return out
}

// wire counts what a first and a repeat visit to the list move.
func (b *bench) wire(ctx context.Context, r *report) (err error) {
	s, err := b.open(ctx, 25, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	someone := newVisitor(s.cookie)
	first, err := someone.visit(ctx, s.deck.url+paths.Deployments)
	if err != nil {
		return err
	}
	repeat, err := someone.visit(ctx, s.deck.url+paths.Deployments)
	if err != nil {
		return err
	}
	const kB = 1e3
	r.add(
		figure{What: "first visit to the list of 25, received with headers", Value: float64(first.received) / kB, Unit: "kB", Max: 40},
		figure{What: "of these, HTML and CSS, compressed", Value: float64(first.content) / kB, Unit: "kB", Max: 14},
		figure{What: "of these, HTML and CSS with their headers, which HTTP/1.1 cannot compress", Value: float64(first.document+first.styles) / kB, Unit: "kB"},
		figure{What: "of these, HTML", Value: float64(first.document) / kB, Unit: "kB"},
		figure{What: "first visit, sent", Value: float64(first.sent) / kB, Unit: "kB"},
		figure{What: "first visit, requests", Value: float64(first.requests), Unit: "requests"},
		figure{What: "repeat visit, received with headers", Value: float64(repeat.received) / kB, Unit: "kB"},
		figure{What: "repeat visit, requests", Value: float64(repeat.requests), Unit: "requests", Max: 1},
	)
	return nil
}

// memory is what the server holds before anybody came and after a thousand views of the list.
func (b *bench) memory(ctx context.Context, r *report) (err error) {
	const mb = 1e6
	s, err := b.open(ctx, 25, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	idle, err := resident(s.deck.cmd.Process.Pid)
	if err != nil {
		return err
	}
	views := 1000
	if b.quick {
		views = 100
	}
	if _, err := newVisitor(s.cookie).visit(ctx, s.deck.url+paths.Deployments); err != nil { // with the styles and scripts
		return err
	}
	page := s.page(paths.Deployments)
	for range views {
		if _, err := page.load(ctx); err != nil {
			return err
		}
	}
	after, err := resident(s.deck.cmd.Process.Pid)
	if err != nil {
		return err
	}
	r.add(
		figure{What: "resident memory after the first sign-in, idle", Value: float64(idle) / mb, Unit: "MB", Max: 40},
		figure{What: "resident memory after " + number(float64(views)) + " views of the list", Value: float64(after) / mb, Unit: "MB", Max: 40},
	)
	return nil
}

// starts measures the binary and how long it takes to its first answer, with a new and with a known database in turn.
func (b *bench) starts(ctx context.Context, r *report) error {
	info, err := os.Stat(b.comfydeck)
	if err != nil {
		return err
	}
	r.add(figure{What: "binary, stripped (" + runtime.GOOS + "/" + runtime.GOARCH + ")", Value: float64(info.Size()) / 1e6, Unit: "MB", Max: 25})
	runs := b.share(20)
	var fresh, known []time.Duration
	for range runs {
		folder, err := os.MkdirTemp(b.dir, "start-")
		if err != nil {
			return err
		}
		for _, list := range []*[]time.Duration{&fresh, &known} {
			took, err := b.coldStart(ctx, folder)
			if err != nil {
				return err
			}
			*list = append(*list, took)
		}
	}
	r.add(
		figure{What: "cold start to the sign-in page, new database and key", Runs: runs, Value: medianMS(fresh), Unit: "ms", Max: 150},
		figure{What: "cold start to the sign-in page, known database", Runs: runs, Value: medianMS(known), Unit: "ms", Max: 150},
	)
	return nil
}

// coldStart is the time from starting the process to having its first page. The API, which a start does not ask, is nowhere.
func (b *bench) coldStart(ctx context.Context, folder string) (took time.Duration, err error) {
	start := time.Now()
	deck, err := b.startDeck(ctx, "http://127.0.0.1:1", folder)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, deck.stop()) }()
	if _, err := (target{url: deck.url + paths.SignIn, client: oneConnection()}).load(ctx); err != nil {
		return 0, err
	}
	return time.Since(start), nil
}

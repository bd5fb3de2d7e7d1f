package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/comfydeck/comfydeck/internal/paths"
)

// growth is what a list of one size costs. Times are in milliseconds.
type growth struct {
	Deployments int     `json:"deployments"`
	Runs        int     `json:"runs"`
	Median      float64 `json:"kept_median_ms"` // of a page of 50 out of a list that is held, filtered, searched and sorted
	P99         float64 `json:"kept_p99_ms"`
	PerSecond   float64 `json:"kept_pages_per_s"`              // to readers on the same machine
	OnTwoCores  float64 `json:"kept_pages_per_s_on_two_cores"` // by the server's own processor time, if it had two cores for itself
	Allocations float64 `json:"allocations_per_page"`
	AllocatedKB float64 `json:"allocated_kb_per_page"`
	Bare        float64 `json:"bare_ms"`   // the API call behind a page of which nothing is held
	Anew        float64 `json:"anew_ms"`   // that page
	Behind      float64 `json:"behind_ms"` // processor time of what a first reading leaves to do behind its answers: noting what there is
	Memory      float64 `json:"memory_ratio"`
	Key         float64 `json:"key_ms,omitzero"` // from a key to the rows it finds, as cards; 0 without a browser
	// LongTask is the longest that the page answered to nothing while somebody searched, sorted, scrolled and refreshed. The
	// browser notes what takes 50 ms; 0 is less.
	LongTask float64 `json:"longest_task_ms"`
}

// The sizes of lists. One of them has targets.
const promised = 10_000

func sizes() []int { return []int{100, 1_000, promised, 50_000} }

// size measures a list of n.
func (b *bench) size(n int) func(context.Context, *report) error {
	return func(ctx context.Context, r *report) (err error) {
		admin, err := freeAddress(ctx)
		if err != nil {
			return err
		}
		s, err := b.open(ctx, n, []string{"COMFYDECK_ADMIN_ADDR=" + admin})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.close()) }()
		s.admin = admin
		rows, err := fiftyRows(ctx, s)
		if err != nil {
			return err
		}
		s.cookie += "; " + rows
		g := growth{Deployments: n}
		if err := b.keptPages(ctx, s, &g); err != nil {
			return err
		}
		if err := b.pacer.note(); err != nil {
			return err
		}
		pairs, err := compare(ctx, b.share(20), s.bare(collection), s.anew(paths.List(paths.ListQuery{Words: "a", Sort: "updated_at"})), s.change)
		if err != nil {
			return err
		}
		_, total := pairs.comparisons("", n)
		g.Bare, g.Anew = total.Bare, total.Page
		if g.Memory, err = s.memoryRatio(ctx); err != nil {
			return err
		}
		if b.browser {
			g.Key, g.LongTask, err = b.felt(ctx, s, narrow)
		}
		r.Growth = append(r.Growth, g)
		r.add(g.figures(b.browser)...)
		if err == nil && b.browser && n == promised {
			err = b.feltWide(ctx, s, r)
		}
		return err
	}
}

// figures are those of the size that has targets.
func (g growth) figures(browser bool) []figure {
	if g.Deployments != promised {
		return nil
	}
	what := "kept list of 10,000, page of 50 filtered, searched and sorted, "
	out := []figure{
		{What: what + "median", Runs: g.Runs, Value: g.Median, Unit: "ms", Max: 1},
		{What: what + "99th percentile", Runs: g.Runs, Value: g.P99, Unit: "ms", Max: 3},
		{What: what + "four readers at once, who share the machine", Value: g.PerSecond, Unit: "pages/s", Min: 2_000},
		{What: what + "two cores of the server's processor time", Value: g.OnTwoCores, Unit: "pages/s"},
		{What: what + "allocations", Runs: g.Runs, Value: g.Allocations, Unit: "per page"},
		{What: what + "allocated", Runs: g.Runs, Value: g.AllocatedKB, Unit: "kB per page"},
		{What: "kept list of 10,000, processor time of what its first reading leaves to do behind the answers", Value: g.Behind, Unit: "ms"},
		{What: "one kept account of 10,000, memory against the API's JSON", Value: g.Memory, Unit: "×", Max: 3},
	}
	if browser {
		out = append(out,
			figure{What: "list of 10,000 in Chromium, 800 pixels wide (cards), from a key to the rows it finds, without the wait for more keys", Value: g.Key, Unit: "ms", Max: 50},
			figure{What: "the same, longest task of search, sort, scroll and refresh (0: none of 50 ms)", Value: g.LongTask, Unit: "ms", Max: 50},
		)
	}
	return out
}

// The windows in which a list is felt: as cards, and as a table.
const narrow, wide = 800, 1280

// feltWide adds what the list feels like as a table.
func (b *bench) feltWide(ctx context.Context, s *stage, r *report) error {
	key, task, err := b.felt(ctx, s, wide)
	if err != nil {
		return err
	}
	r.add(figure{What: "list of 10,000 in Chromium, 1280 pixels wide (a table), from a key to the rows it finds", Value: key, Unit: "ms", Max: 50},
		figure{What: "the same, longest task of search, sort, scroll and refresh", Value: task, Unit: "ms", Max: 50})
	return nil
}

// felt works on the list in Chromium and returns, in milliseconds, what growth calls Key and LongTask. The browser's driver is a
// module of its own, run as a program.
func (b *bench) felt(ctx context.Context, s *stage, width int) (key, task float64, err error) {
	c := exec.CommandContext(ctx, "go", "run", "./felt", "-runs", fmt.Sprint(b.share(50)), "-width", fmt.Sprint(width), "-cookie", s.cookie, s.deck.url+paths.Deployments) //nolint:gosec // our own arguments
	c.Dir = filepath.Join(b.root, "internal", "e2e")
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return 0, 0, fmt.Errorf("%w: %s", err, stderr.Bytes())
	}
	var felt struct {
		Keys  []float64
		Tasks map[string][]float64
	}
	if err := json.Unmarshal(stdout.Bytes(), &felt); err != nil || len(felt.Keys) == 0 {
		return 0, 0, fmt.Errorf("the browser's program answered %q: %w", stdout.Bytes(), err)
	}
	for _, tasks := range felt.Tasks {
		task = slices.Max(append(tasks, task))
	}
	return median(felt.Keys, func(a, b float64) float64 { return (a + b) / 2 }), task, nil
}

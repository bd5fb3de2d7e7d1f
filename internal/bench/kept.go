package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/comfydeck/comfydeck/internal/paths"
)

// kept measures pages of 50 out of a list of n that is held: searched and sorted, each with another address.
func (b *bench) kept(n int) func(context.Context, *report) error {
	return func(ctx context.Context, r *report) (err error) {
		s, err := b.open(ctx, n, nil)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.close()) }()
		rows, err := fiftyRows(ctx, s)
		if err != nil {
			return err
		}
		page := func(i int) target {
			t := s.page(paths.List(paths.ListQuery{Words: []string{"", "a", "flux", "48 gb"}[i%4], Sort: "updated_at", Descending: i%2 == 0, State: "enabled"}))
			t.header.Set("Cookie", s.cookie+"; "+rows)
			return t
		}
		took, err := oneByOne(ctx, page, b.share(4))
		if err != nil {
			return err
		}
		perSecond, err := together(ctx, page)
		if err != nil {
			return err
		}
		what := fmt.Sprintf("kept list of %d, page of 50 filtered and sorted, ", n)
		figures := []figure{
			{What: what + "median", Runs: len(took), Value: quantile(took, 0.5), Unit: "ms"},
			{What: what + "99th percentile", Runs: len(took), Value: quantile(took, 0.99), Unit: "ms"},
			{What: what + "four readers at once", Value: perSecond, Unit: "pages/s"},
		}
		if n == 10_000 {
			figures[0].Max, figures[1].Max, figures[2].Min = 1, 3, 2_000
		}
		r.add(figures...)
		return nil
	}
}

// fiftyRows is the preference for fifty rows, as the cookie that keeps it.
func fiftyRows(ctx context.Context, s *stage) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.deck.url+paths.Preferences, strings.NewReader("per_page=50"))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", s.cookie)
	resp, err := oneConnection().Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		if c.Value != "" {
			return c.Name + "=" + c.Value, nil
		}
	}
	return "", fmt.Errorf("saving preferences answered %s and no cookie", resp.Status)
}

// oneByOne loads pages in turn over one connection. The first of each kind, which compute what is then held, do not count.
func oneByOne(ctx context.Context, page func(int) target, runs int) ([]time.Duration, error) {
	client := oneConnection()
	took := make([]time.Duration, 0, runs)
	for i := range runs + 8 {
		t := page(i)
		t.client = client
		x, err := t.load(ctx)
		if err != nil {
			return nil, err
		}
		if i >= 8 {
			took = append(took, x.total)
		}
	}
	return took, nil
}

// together is how many pages a second four readers get, over some seconds.
func together(ctx context.Context, page func(int) target) (float64, error) {
	const span = 3 * time.Second
	var done atomic.Int64
	var wait sync.WaitGroup
	failed := make(chan error, 4)
	end := time.Now().Add(span)
	for reader := range 4 {
		wait.Go(func() {
			client := oneConnection()
			for i := reader; time.Now().Before(end); i++ {
				t := page(i)
				t.client = client
				if _, err := t.load(ctx); err != nil {
					failed <- err
					return
				}
				done.Add(1)
			}
		})
	}
	wait.Wait()
	select {
	case err := <-failed:
		return 0, err
	default:
		return float64(done.Load()) / span.Seconds(), nil
	}
}

// quantile of some durations, in milliseconds.
func quantile(list []time.Duration, q float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return float64(sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]) / float64(time.Millisecond)
}

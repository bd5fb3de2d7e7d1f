package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/comfydeck/comfydeck/internal/paths"
)

// question is one of 45 that a list can be asked. A server keeps the answers to the last few, and a reader comes back to none of
// them so soon: every page is searched, counted and read in its order.
func question(i int) paths.ListQuery {
	words := [...]string{"", "a", "flux", "48 gb", "video", "standby", "a6000", "prod", "v1"}
	sorts := [...]string{"updated_at", "", "hardware", "floor", "queue_size"}
	return paths.ListQuery{Words: words[i%len(words)], Sort: sorts[i%len(sorts)], Descending: i%2 == 0, State: "enabled"}
}

// keptPages loads pages of 50 out of a list that is held: filtered, searched and sorted, each as another question.
func (b *bench) keptPages(ctx context.Context, s *stage, g *growth) error {
	page := func(i int) target { return s.page(paths.List(question(i))) }
	if _, err := oneByOne(ctx, page, 1); err != nil { // what is computed once is computed
		return err
	}
	behind, err := s.settle(ctx)
	if err != nil {
		return err
	}
	g.Behind = behind * 1e3
	before, err := s.counted(ctx)
	if err != nil {
		return err
	}
	took, err := oneByOne(ctx, page, b.share(1))
	if err != nil {
		return err
	}
	after, err := s.counted(ctx)
	if err != nil {
		return err
	}
	pages := float64(len(took) + warmPages)
	g.Runs, g.Median, g.P99 = len(took), quantile(took, 0.5), quantile(took, 0.99)
	g.Allocations, g.AllocatedKB = (after.objects-before.objects)/pages, (after.bytes-before.bytes)/pages/1e3
	if before, err = s.counted(ctx); err != nil {
		return err
	}
	if g.PerSecond, err = together(ctx, page); err != nil {
		return err
	}
	after, err = s.counted(ctx)
	g.OnTwoCores = 2 * g.PerSecond * span.Seconds() / (after.processor - before.processor)
	return err
}

// fiftyRows is the preference for fifty rows, as the cookie that keeps it.
func fiftyRows(ctx context.Context, s *stage) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.deck.url+paths.Preferences, strings.NewReader("per_page=50&next="+paths.Deployments)) // as a list sends it: without a notice
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

// warmPages are the first pages of oneByOne, which compute what is then held and do not count.
const warmPages = 8

// oneByOne loads pages in turn over one connection.
func oneByOne(ctx context.Context, page func(int) target, runs int) ([]time.Duration, error) {
	client := oneConnection()
	took := make([]time.Duration, 0, runs)
	for i := range runs + warmPages {
		t := page(i)
		t.client = client
		x, err := t.load(ctx)
		if err != nil {
			return nil, err
		}
		if i >= warmPages {
			took = append(took, x.total)
		}
	}
	return took, nil
}

// span is how long readers read together.
const span = 3 * time.Second

// together is how many pages a second four readers get, who share the machine with the server.
func together(ctx context.Context, page func(int) target) (float64, error) {
	var done atomic.Int64
	var wait sync.WaitGroup
	failed := make(chan error, 4)
	end := time.Now().Add(span)
	for reader := range 4 {
		wait.Go(func() {
			client := oneConnection()
			for i := reader * 11; time.Now().Before(end); i++ { // nobody reads what another has just asked for
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

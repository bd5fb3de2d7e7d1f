package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// payloadStage is a dashboard in front of an API whose deployments differ in their payloads alone.
type payloadStage struct {
	deck   *process
	cookie string
	close  func() error
}

const smallID, largeID, hugeID = "a1b2c3d4-0000-0000-0000-000000000001", "a1b2c3d4-0000-0000-0000-000000000002", "a1b2c3d4-0000-0000-0000-000000000003"

func (b *bench) openPayloads(ctx context.Context) (_ *payloadStage, err error) {
	api, err := sandbox.New(sandbox.Options{Tokens: []string{token}})
	if err != nil {
		return nil, err
	}
	for id, nodes := range map[string]int{smallID: 6, largeID: 2150, hugeID: 20_500} {
		api.Put(token, sandbox.Deployment{
			ID: id, Name: id, WorkflowID: id, WorkflowVersion: "v1", Hardware: []string{"AMPERE_48"}, MaxInstances: 1, QueueSize: 1, Status: "standby", IsEnabled: true,
			CreatedAt: time.Now(), UpdatedAt: time.Now(), Readme: readmeOf(2000), Payload: json.RawMessage(workflowOf(nodes)),
		})
	}
	server := httptest.NewServer(api)
	s := &payloadStage{close: func() error {
		server.CloseClientConnections()
		server.Close()
		return api.Close()
	}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	folder, err := os.MkdirTemp(b.dir, "data-")
	if err != nil {
		return nil, err
	}
	if s.deck, err = b.startDeck(ctx, server.URL, folder); err != nil {
		return nil, err
	}
	s.cookie, err = signIn(ctx, s.deck.url)
	return s, err
}

func (s *payloadStage) stop() error { return errors.Join(s.deck.stop(), s.close()) }

func (s *payloadStage) page(id string) target {
	return (&stage{deck: s.deck, cookie: s.cookie}).page(paths.Deployment(id))
}

// largePayload compares the page of a deployment whose payload has 1 MB with that of one whose payload is small: what is above the
// payload comes and is seen as early.
func (b *bench) largePayload(ctx context.Context, r *report) (err error) {
	s, err := b.openPayloads(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	pages, err := compare(ctx, b.share(4), s.page(smallID), s.page(largeID), nil)
	if err != nil {
		return err
	}
	first, total := pages.comparisons("one deployment, payload of 1 MB (bare: of 3 kB)", 3)
	first.MaxRatio = 1.15
	r.compare(first, total)
	if !b.browser {
		return nil
	}
	times, err := b.firstSeen(ctx, s.cookie, "h1", b.share(20), s.deck.url+paths.Deployment(smallID), s.deck.url+paths.Deployment(largeID))
	if err != nil {
		return err
	}
	mean := func(a, b float64) float64 { return (a + b) / 2 }
	r.compare(comparison{
		What: "heading visible in Chromium, payload of 1 MB (bare: of 3 kB)", Deployments: 3, Runs: len(times[0]),
		Bare: median(times[0], mean), Page: median(times[1], mean), MaxRatio: 1.15,
	})
	return nil
}

// payloadMemory is what the server holds at most while people open a payload of 10 MB, one and then thirty at the same time, and
// while as many download it.
func (b *bench) payloadMemory(ctx context.Context, r *report) error {
	const mb, people = 1e6, 30
	var alone int64
	for _, m := range []struct {
		what   string
		people int
		target func(*payloadStage) target
	}{
		{"one person opens", 1, func(s *payloadStage) target { return s.page(hugeID) }},
		{fmt.Sprintf("%d people open", people), people, func(s *payloadStage) target { return s.page(hugeID) }},
		{fmt.Sprintf("%d people download", people), people, func(s *payloadStage) target {
			return (&stage{deck: s.deck, cookie: s.cookie}).page(paths.Payload(hugeID))
		}},
	} {
		most, err := b.memoryOf(ctx, m.people, m.target)
		if err != nil {
			return err
		}
		f := figure{What: "resident memory at most while " + m.what + " a payload of 10 MB", Value: float64(most) / mb, Unit: "MB"}
		if alone == 0 {
			alone = most
		} else {
			f.Max = float64(alone)/mb + 32
		}
		r.add(f)
	}
	return nil
}

// memoryOf starts a server of its own, so that nothing of an earlier measurement is in its memory.
func (b *bench) memoryOf(ctx context.Context, people int, of func(*payloadStage) target) (most int64, err error) {
	s, err := b.openPayloads(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	done := make(chan error)
	go func() {
		var all sync.WaitGroup
		errs := make([]error, people)
		for i := range people {
			all.Go(func() { _, errs[i] = of(s).load(ctx) })
		}
		all.Wait()
		done <- errors.Join(errs...)
	}()
	for {
		now, err := resident(s.deck.cmd.Process.Pid)
		if err != nil {
			return 0, errors.Join(err, <-done)
		}
		most = max(most, now)
		select {
		case err := <-done:
			return most, err
		case <-time.After(2 * time.Millisecond):
		}
	}
}

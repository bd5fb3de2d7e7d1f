package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
)

// counters are what a server has counted since it started.
type counters struct {
	objects, bytes float64 // allocated
	processor      float64 // seconds
}

// counted asks the server's own metrics.
func (s *stage) counted(ctx context.Context) (counters, error) {
	resp, err := get(ctx, oneConnection(), "http://"+s.admin+"/metrics", nil)
	if err != nil {
		return counters{}, err
	}
	defer resp.Body.Close()
	var c counters
	wanted := map[string]*float64{"go_memstats_mallocs_total": &c.objects, "go_memstats_alloc_bytes_total": &c.bytes, "process_cpu_seconds_total": &c.processor}
	found := 0
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		into := wanted[name]
		if into == nil {
			continue
		}
		if *into, err = strconv.ParseFloat(value, 64); err != nil {
			return c, err
		}
		found++
	}
	if err := lines.Err(); err != nil || found != len(wanted) {
		return c, fmt.Errorf("the metrics have %d of %d counters: %w", found, len(wanted), err)
	}
	return c, nil
}

// settle waits until the server has nothing left to do behind its answers, and returns the processor time that took, in seconds.
func (s *stage) settle(ctx context.Context) (float64, error) {
	const look, patience = 500 * time.Millisecond, 10 * time.Second // the change log begins a third of a second after a reading
	first, err := s.counted(ctx)
	if err != nil {
		return 0, err
	}
	for last, end := first, time.Now().Add(patience); ; {
		time.Sleep(look)
		now, err := s.counted(ctx)
		if err != nil || now.processor-last.processor <= 0.03 { // three ticks, which asking a server takes that was idle
			return now.processor - first.processor, err
		}
		if last = now; time.Now().After(end) {
			return 0, errors.New("the server does not settle")
		}
	}
}

// cache is as the server has it, with the API of the stage.
func (s *stage) cache() (*fleet.Cache, error) {
	api, err := apiclient.New(s.api.url, apiclient.Options{})
	if err != nil {
		return nil, err
	}
	return fleet.NewCache(api, fleet.Options{Words: func(sku string) string {
		h, _ := deployments.FindHardware(sku)
		return fmt.Sprintf("%s %d GB", h.GPU, h.MemoryGB)
	}}), nil
}

// memoryRatio is what one kept account holds once everything was searched and sorted, against the JSON it was read from.
func (s *stage) memoryRatio(ctx context.Context) (float64, error) {
	c, err := s.cache()
	if err != nil {
		return 0, err
	}
	defer c.Close()
	before := heap()
	view, err := c.Get(ctx, "account", token, fleet.Normal)
	if err != nil {
		return 0, err
	}
	useAll(view.Index)
	held := heap() - before
	runtime.KeepAlive(c)
	return held / float64(view.Index.Snapshot().AnswerBytes()), nil
}

// useAll makes an index compute all that it ever keeps.
func useAll(x *fleet.Index) {
	for column := fleet.Column(0); column <= fleet.ByCeiling; column++ {
		x.Find(fleet.Query{Sort: column, Words: "e 1", Descending: true})
		x.Find(fleet.Query{Sort: column})
	}
	x.WarmSince(time.Now())
}

func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // the second one frees what finalizers and pools let go of
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// accounts keeps 200 accounts of 10,000 deployments, one after the other.
func (b *bench) accounts(ctx context.Context, r *report) (err error) {
	const many, mb, bound = 200, 1e6, 256 << 20
	s, err := b.open(ctx, promised, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	c, err := s.cache()
	if err != nil {
		return err
	}
	defer c.Close()
	before := heap()
	for i := range many {
		view, err := c.Get(ctx, fmt.Sprint(i), token, fleet.Normal)
		if err != nil {
			return err
		}
		useAll(view.Index)
	}
	used := heap() - before
	newest := 0
	for i := many - 1; i >= 0; i-- { // from the newest on, without a gap
		if _, held := c.Held(fmt.Sprint(i)); !held {
			break
		}
		newest++
	}
	if _, held := c.Held("0"); held && newest < many {
		return errors.New("the account that was used longest ago is held, and a newer one is not")
	}
	runtime.KeepAlive(c)
	r.add(
		figure{What: "200 accounts of 10,000 read one after the other, held in memory", Value: used / mb, Unit: "MB", Max: bound / mb},
		figure{What: "of these, accounts still held: the newest", Value: float64(newest), Unit: "accounts"},
	)
	return nil
}

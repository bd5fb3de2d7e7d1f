package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
)

// allocation is what a server has allocated since it started.
type allocation struct{ objects, bytes float64 }

// allocated asks the server's own metrics.
func (s *stage) allocated(ctx context.Context) (allocation, error) {
	resp, err := get(ctx, oneConnection(), "http://"+s.admin+"/metrics", nil)
	if err != nil {
		return allocation{}, err
	}
	defer resp.Body.Close()
	var a allocation
	found := 0
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		into := map[string]*float64{"go_memstats_mallocs_total": &a.objects, "go_memstats_alloc_bytes_total": &a.bytes}[name]
		if into == nil {
			continue
		}
		if *into, err = strconv.ParseFloat(value, 64); err != nil {
			return a, err
		}
		found++
	}
	if err := lines.Err(); err != nil || found != 2 {
		return a, fmt.Errorf("the metrics have %d of the two counters: %w", found, err)
	}
	return a, nil
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

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Targets in milliseconds were set on one machine, and another is not wrong for being slower, nor right for being quicker. What they
// were derived from is the least that any program does for a list of 10,000: count all and decode one page, in one pass and nothing
// else. There it took this long for each MB of the answer (6.2 ms for 3.82 MB, when quiet). The same work, done before, between and
// after what is measured, says what a millisecond is worth here and now.
const targetPace = 6.2 / 3.82

// pacer does that work.
type pacer struct {
	answer []byte // a list of 10,000
	took   []time.Duration
}

// newPacer asks an API for the answer that is read over and over.
func (b *bench) newPacer(ctx context.Context) (p *pacer, err error) {
	api, err := b.startAPI(ctx, promised)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, api.stop()) }()
	resp, err := get(ctx, oneConnection(), api.url+collection, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	p = &pacer{}
	p.answer, err = io.ReadAll(resp.Body)
	return p, err
}

// note does the work a few times. The machine has nothing else to do meanwhile.
func (p *pacer) note() error {
	const times = 9
	for range times {
		began := time.Now()
		if n, err := countAndDecode(p.answer, 25); err != nil || n != promised {
			return fmt.Errorf("the list has %d of %d deployments: %w", n, promised, err)
		}
		p.took = append(p.took, time.Since(began))
	}
	return nil
}

// pace is how many times as long as where the targets were set the work took since the last call, by its median.
func (p *pacer) pace() float64 {
	const mb = 1e6
	pace := medianMS(p.took) / (targetPace * float64(len(p.answer)) / mb)
	p.took = p.took[:0]
	return pace
}

// countAndDecode counts the deployments of a list and decodes the first few.
func countAndDecode(answer []byte, few int) (int, error) {
	d := jsontext.NewDecoder(bytes.NewReader(answer))
	if _, err := d.ReadToken(); err != nil {
		return 0, err
	}
	n := 0
	for ; d.PeekKind() == '{'; n++ {
		var err error
		if n < few {
			err = json.UnmarshalDecode(d, &struct {
				ID, Name, Status string
				Hardware         []string
				UpdatedAt        string `json:"updated_at"`
			}{}, json.MatchCaseInsensitiveNames(true))
		} else {
			err = d.SkipValue()
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// paced measures a part and notes at what pace the machine worked meanwhile.
func (b *bench) paced(ctx context.Context, r *report, p part) error {
	comparisons, figures := len(r.Comparisons), len(r.Figures)
	if err := b.pacer.note(); err != nil {
		return err
	}
	failed := p.measure(ctx, r)
	if err := b.pacer.note(); err != nil {
		return errors.Join(failed, err)
	}
	pace := b.pacer.pace()
	r.Paces = append(r.Paces, pace)
	for i := range r.Comparisons[comparisons:] {
		r.Comparisons[comparisons+i].Pace = pace
	}
	for i := range r.Figures[figures:] {
		r.Figures[figures+i].Pace = pace
	}
	return failed
}

// paceRange says how slow the machine was at its best and at its worst.
func (r report) paceRange() string {
	if len(r.Paces) == 0 {
		return ""
	}
	return fmt.Sprintf(" The work that targets in time were derived from took %.1f to %.1f times as long as where they were set;"+
		" what a figure would be there stands under \"at the targets' pace\".", slices.Min(r.Paces), slices.Max(r.Paces))
}

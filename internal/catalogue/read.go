package catalogue

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
)

// Stop says why reading came to an end before everything was read.
type Stop string

// The reasons. Only after the first one reading goes on by itself with the next look; the others wait for Again.
const (
	StopUnwatched Stop = "unwatched" // nobody looked
	StopBudget    Stop = "budget"    // enough was read in one go
	StopTrouble   Stop = "trouble"   // one call after another failed
	StopRefused   Stop = "refused"   // the token, or what it may do
	StopFull      Stop = "full"      // there is no room for more
)

// ErrMissing is the error of a deployment that the list has and the answer with its payload has not.
var ErrMissing = errors.New("catalogue: the answer lacks the deployment")

// job reads what is missing of one account. It is guarded by the catalogue's mutex.
type job struct {
	a       *account
	token   string
	ctx     context.Context
	cancel  context.CancelFunc
	begun   time.Time
	asked   map[string]string // updated_at by id, of everything that is in a queue or under way
	queue   []string          // ids to be read, several in a call
	parts   [][]string        // of calls that failed: to be read in these portions
	size    int               // ids in a call
	workers int
	bad     int       // answers that failed since the last good one
	until   time.Time // no call before
	// throttled is until when the API asked for a pause.
	throttled time.Time
	bytes     int64
}

// begin reads what is missing, or adds it to what is being read.
func (c *Catalogue) begin(a *account, token string) {
	if a.stop != "" && a.stop != StopUnwatched || c.ctx.Err() != nil {
		return
	}
	var asked map[string]string
	if a.job != nil {
		asked = a.job.asked
	}
	var missing []Target
	for _, t := range a.targets {
		_, known := a.entries[t.ID]
		_, failed := a.failed[t.ID]
		_, waits := asked[t.ID]
		if !known && !failed && !waits {
			missing = append(missing, t)
		}
	}
	if len(missing) == 0 {
		return
	}
	j := a.job
	if j == nil {
		j = &job{a: a, token: token, begun: c.o.Now(), asked: map[string]string{}, size: c.o.Batch}
		j.ctx, j.cancel = context.WithCancel(c.ctx)
		a.job, a.stop, a.err = j, "", nil
	}
	for _, t := range missing {
		j.asked[t.ID] = t.Updated
		j.queue = append(j.queue, t.ID)
	}
	c.staff(j)
}

// staff starts as many workers as there are calls to make.
func (c *Catalogue) staff(j *job) {
	calls := len(j.parts) + (len(j.queue)+j.size-1)/j.size
	for range min(calls, c.o.Parallel-j.workers) {
		j.workers++
		c.work.Go(func() { c.reads(j) })
	}
}

// reads is a worker: it makes one call after another until nothing is left.
func (c *Catalogue) reads(j *job) {
	for {
		select {
		case c.places <- struct{}{}:
		case <-j.ctx.Done():
			return
		}
		ids, pause, more := c.next(j)
		if len(ids) > 0 {
			list, err := c.call(j, ids)
			c.settle(j, ids, list, err)
		}
		<-c.places
		if !more {
			return
		}
		if pause > 0 {
			select {
			case <-time.After(pause):
			case <-j.ctx.Done():
				return
			}
		}
	}
}

// next returns what to read now, or how long to wait before asking again. more is false when the worker is done.
func (c *Catalogue) next(j *job) (ids []string, pause time.Duration, more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.o.Now()
	switch {
	case j.a.job != j: // purged, or stopped
		return nil, 0, false
	case now.Sub(j.a.lookedAt) > c.o.Idle:
		j.halt(StopUnwatched, nil)
		return nil, 0, false
	case now.Sub(j.begun) > c.o.RunTime || j.bytes > c.o.RunBytes:
		j.halt(StopBudget, nil)
		return nil, 0, false
	case now.Before(j.until):
		return nil, min(j.until.Sub(now), time.Minute), true
	case len(j.parts) > 0:
		ids, j.parts = j.parts[len(j.parts)-1], j.parts[:len(j.parts)-1]
	case len(j.queue) > 0:
		n := min(j.size, len(j.queue))
		ids, j.queue = j.queue[:n:n], j.queue[n:]
	default:
		if j.workers--; j.workers == 0 {
			j.cancel()
			j.a.job = nil
		}
		return nil, 0, false
	}
	return ids, 0, true
}

// halt ends a job before it is done.
func (j *job) halt(why Stop, err error) {
	j.cancel()
	j.a.job, j.a.stop, j.a.err = nil, why, err
}

// read is what came of one deployment of a call.
type read struct {
	id, updated string
	bytes       int64
	facts       facts
}

// call makes one call and extracts what its answer holds: the payloads themselves are let go.
func (c *Catalogue) call(j *job, ids []string) (out []read, err error) {
	// Outside of a request nothing else catches a panic, and one payload must not take the server down.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("catalogue: reading a workflow panicked: %v\n%s", p, debug.Stack())
		}
	}()
	list, err := c.reader.List(j.ctx, j.token, apiclient.ListOptions{IDs: ids, Includes: []apiclient.Include{apiclient.IncludePayload}})
	for i := range list {
		d := &list[i]
		out = append(out, read{d.ID, d.UpdatedAt.Raw, int64(len(d.Payload.Raw)), extract(d.Payload.Raw)})
		d.Payload = apiclient.Payload{}
	}
	return out, err
}

// settle takes in what came of a call.
func (c *Catalogue) settle(j *job, ids []string, list []read, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case j.a.job != j:
	case err != nil:
		c.settleFailed(j, ids, err)
	default:
		j.bad = 0
		c.settleRead(j, ids, list)
	}
}

func (c *Catalogue) settleRead(j *job, ids []string, list []read) {
	answers := make(map[string]*read, len(list))
	for i := range list {
		answers[list[i].id] = &list[i]
	}
	for _, id := range ids {
		asked := j.asked[id]
		delete(j.asked, id)
		r := answers[id]
		if r == nil {
			j.a.failed[id] = failure{asked, ErrMissing}
			continue
		}
		j.bytes += r.bytes
		e := j.a.table.enter(r.facts)
		e.asked, e.got, e.readAt = asked, r.updated, c.o.Now()
		if !c.keep(j.a, id, e) {
			j.halt(StopFull, nil)
			return
		}
	}
}

// settleFailed decides what an error means: a pause, the end, or a closer look at fewer deployments at a time until it is known
// which of them cannot be read.
func (c *Catalogue) settleFailed(j *job, ids []string, err error) {
	e, ok := errors.AsType[*apiclient.Error](err)
	if apiclient.IsUnauthorized(err) || apiclient.IsForbidden(err) {
		for id := range j.a.entries {
			c.forget(j.a, id) // who may not read it now may not be shown what was read before
		}
		j.halt(StopRefused, err)
		return
	}
	now := c.o.Now()
	if ok && (apiclient.IsRateLimited(err) || e.RetryAfter > 0) {
		pause := e.RetryAfter
		if pause <= 0 {
			pause = shortPause
		}
		j.throttled = later(j.throttled, now.Add(pause))
		j.until = later(j.until, j.throttled)
		j.parts = append(j.parts, ids)
		return
	}
	if j.bad++; ok && (e.Status == 0 || e.Status >= 500) { // it has a problem, to which more calls only add
		j.until = later(j.until, now.Add(min(50*time.Millisecond<<j.bad, 3*time.Second)))
	}
	if errors.Is(err, apiclient.ErrTooLarge) {
		j.size, j.bad = max(1, j.size/2), 0
	}
	if n := len(ids) / 2; n > 0 {
		j.parts = append(j.parts, ids[n:], ids[:n])
	} else {
		j.a.failed[ids[0]] = failure{j.asked[ids[0]], err}
		delete(j.asked, ids[0])
	}
	if j.bad >= inARow {
		j.halt(StopTrouble, err)
		return
	}
	c.staff(j)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

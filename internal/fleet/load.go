package fleet

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fault"
)

// load is one call of the API and everyone who waits for it.
type load struct {
	done chan struct{} // closed when view and err are set
	view View
	err  error
}

// wait returns what the load brought, or leaves it to the others when ctx ends.
func (l *load) wait(ctx context.Context) (View, error) {
	select {
	case <-l.done:
		return l.view, l.err
	case <-ctx.Done():
		return View{}, &apiclient.Error{Op: "list", Outcome: apiclient.Unknown, Err: ctx.Err()}
	}
}

// start begins a load for an account. It has a deadline of its own and nothing of the caller's but the token, which is
// the account's: the names of accounts are made from tokens.
func (c *Cache) start(a *account, token string) *load {
	l := &load{done: make(chan struct{})}
	a.load = l
	before := a.view.Index
	c.loads.Go(func() {
		ctx, cancel := context.WithTimeout(c.ctx, c.o.LoadTimeout)
		defer cancel()
		index, err := c.read(ctx, token, before)
		c.end(a, l, index, err)
		if err == nil && index != before && c.o.Loaded != nil {
			c.o.Loaded(a.name, token, index)
		}
	})
	return l
}

// read loads and indexes. When the answer is the one that before was made from, before serves on with all it has computed.
func (c *Cache) read(ctx context.Context, token string, before *Index) (_ *Index, err error) {
	// Outside of a request nothing else catches a panic, and one answer must not take the server down.
	defer func() {
		if p := recover(); p != nil {
			err = fault.From(fmt.Errorf("reading a list panicked: %v\n%s", p, debug.Stack()))
		}
	}()
	var known *apiclient.Snapshot
	if before != nil {
		known = before.snapshot
	}
	snapshot, err := c.loader.Snapshot(ctx, token, known)
	switch {
	case err != nil:
		return nil, err
	case snapshot == known:
		return before, nil
	}
	return NewIndex(snapshot, c.o.Words), nil
}

// end settles a load. What it brought is kept only if it is still the load of the account: a purge, which may come after
// a write that the load did not see, takes it off.
func (c *Cache) end(a *account, l *load, index *Index, err error) {
	now := c.o.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	current := a.load == l
	if current {
		a.load = nil
	}
	switch {
	case err == nil:
		l.view = View{Index: index, ReadAt: now}
		if current {
			c.keep(a, l.view)
		}
	case current:
		c.fail(a, err, now)
		if c.usable(a, now) {
			l.view = a.stale(now)
			break
		}
		l.err = err
	default:
		l.err = err
	}
	close(l.done)
}

// keep makes a view the account's.
func (c *Cache) keep(a *account, v View) {
	c.clear(a)
	a.err, a.notBefore, a.limited = nil, time.Time{}, false
	if v.Index.Bytes() > c.o.MaxBytes {
		return // it would drive out all others and then itself
	}
	a.view = v
	c.bytes += v.Index.Bytes()
	c.evict()
}

// fail notes what an error means for what is held and for the next load.
func (c *Cache) fail(a *account, err error, now time.Time) {
	e, _ := errors.AsType[*apiclient.Error](err)
	a.err, a.notBefore, a.limited = err, now.Add(c.o.Pause), apiclient.IsRateLimited(err)
	if e != nil && e.RetryAfter > 0 {
		a.notBefore, a.limited = now.Add(e.RetryAfter), true
	}
	if apiclient.IsUnauthorized(err) || apiclient.IsForbidden(err) {
		c.clear(a) // who may not read it now may not be shown what was read before
	}
	if a.view.Index == nil && !a.limited {
		c.remove(c.accounts[a.name]) // nothing to remember
	}
}

// stale is the view that is held, marked.
func (a *account) stale(now time.Time) View {
	v := a.view
	v.Stale, v.Err, v.Outdated = true, a.reason(now), a.outdated
	return v
}

// reason is why the last load failed, nil when it did not. How long the API asks to wait is counted from now.
func (a *account) reason(now time.Time) error {
	e, ok := errors.AsType[*apiclient.Error](a.err)
	if !ok || e.RetryAfter == 0 {
		return a.err
	}
	left := *e
	left.RetryAfter = max(0, a.notBefore.Sub(now))
	return &left
}

package deployments

import (
	"context"
	"hash/maphash"
	"maps"
	"sync"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// Bounds of the watch for what others change.
const (
	maxWatched   = 20_000           // deployments of an account; of a larger one nothing is noticed
	maxLooks     = 200              // that wait; a later look at the same account sees as much
	maxConfirmed = 10               // deployments that a look makes sure are gone; the next one goes on
	maxExplained = 5000             // own writes that may explain what changed
	maxSeenBy    = 50               // accounts whose last look this process remembers
	lookTime     = 20 * time.Second // for one look
	lookSlack    = time.Minute      // a reading may be this much older than its look, and a write this much older than its effect
)

// watch notices what others change, behind the answers that show it: a look is queued, never waited for, and one goroutine
// works on them while there are any.
type watch struct {
	s       *Service
	ctx     context.Context //nolint:containedctx // of every look: ends with close
	stop    context.CancelFunc
	working sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	busy    bool
	waiting []look
	seen    map[string]map[string]lastKnown // account → deployment → what this process last knew of it; only work changes it
	seed    maphash.Seed
}

// lastKnown is a deployment as it was last seen, in hashes: of its sight, and of the JSON it came in; 0 if that is not known.
type lastKnown struct{ sight, json uint64 }

// look is one reading to be compared with the last.
type look struct {
	account, token string
	index          *fleet.Index // of the whole list
	one            Deployment   // without index
}

func newWatch(s *Service) *watch {
	w := &watch{s: s, seen: map[string]map[string]lastKnown{}, seed: maphash.MakeSeed(), closed: s.journal == nil}
	w.ctx, w.stop = context.WithCancel(context.Background())
	return w
}

// close ends the look under way and drops those that wait.
func (w *watch) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.stop()
	w.working.Wait()
}

// Saw tells the watch of a deployment as its page shows it.
func (s *Service) Saw(account, token string, d Deployment) {
	s.watch.add(look{account: account, token: token, one: d})
}

// loaded tells the watch of a list that is not as it was when it was last read.
func (w *watch) loaded(account, token string, index *fleet.Index) {
	w.add(look{account: account, token: token, index: index})
}

// same tells whether a look is about the same as another, which it then replaces.
func (l look) same(other look) bool {
	return l.account == other.account && (l.index != nil) == (other.index != nil) && l.one.ID == other.one.ID
}

func (w *watch) add(l look) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || l.index == nil && w.seen[l.account][l.one.ID].sight == sightOf(l.one).hash() {
		return
	}
	for i := range w.waiting {
		if w.waiting[i].same(l) {
			w.waiting[i] = l
			return
		}
	}
	if len(w.waiting) >= maxLooks {
		return
	}
	w.waiting = append(w.waiting, l)
	if !w.busy {
		w.busy = true
		w.working.Go(w.work)
	}
}

func (w *watch) work() {
	select {
	case <-time.After(w.s.o.Rest):
	case <-w.ctx.Done():
	}
	for {
		w.mu.Lock()
		if w.closed || len(w.waiting) == 0 {
			w.busy = false
			w.mu.Unlock()
			return
		}
		next := w.waiting[0]
		w.waiting = w.waiting[1:]
		w.mu.Unlock()
		w.look(next)
	}
}

// look compares one reading with what was last seen of the account, by whichever server, and records what nobody here did.
// What cannot be recorded now is found again by the next look: what was seen is replaced last.
func (w *watch) look(l look) {
	ctx, cancel := context.WithTimeout(w.ctx, lookTime)
	defer cancel()
	if l.index != nil && l.index.Len() > maxWatched {
		return
	}
	parts, news := w.news(l)
	if !news {
		return
	}
	if err := w.compare(ctx, l, parts); err != nil && w.ctx.Err() == nil {
		w.s.o.Logger.InfoContext(ctx, "changes made elsewhere are looked for again later", "error", err)
	}
}

// compare compares the parts of an account that may have changed. What another server has seen of them meanwhile is in them; of the
// others this process may know less than there is, which is then news to it once more.
func (w *watch) compare(ctx context.Context, l look, p parts) error {
	last, err := w.s.journal.LastSeen(ctx, l.account, p.list()...)
	if err != nil {
		return err
	}
	old, err := readSights(last)
	if err != nil {
		return err
	}
	if last.Version == 0 { // the first look, or the first after what there was has been forgotten: parts would make all others new
		p = nil
	}
	if last.Version == 0 && l.index == nil { // the list comes first: without it, everything else would be new
		return nil
	}
	now := l.sights(p)
	next := old.with(now, l.index != nil)
	if last.Version > 0 {
		found := old.differences(now, l.index != nil)
		if len(found) == 0 {
			w.remember(l.account, p, old)
			return nil
		}
		if err := w.tell(ctx, l, last, found, next); err != nil {
			return err
		}
	}
	changed, err := next.pack(last)
	if err != nil {
		return err
	}
	if ok, err := w.s.journal.See(ctx, l.account, last.Version, changed); err != nil || !ok {
		return err // another server was faster, and has told the same
	}
	w.remember(l.account, p, next)
	return nil
}

// tell records what no write of ours explains.
func (w *watch) tell(ctx context.Context, l look, last journal.Sight, found []finding, next *sights) error {
	own, err := w.s.journal.Since(ctx, l.account, last.Age+lookSlack, maxExplained)
	if err != nil {
		return err
	}
	confirmed := 0
	for _, f := range found {
		f = f.unexplained(own)
		if f.what == nothing {
			continue
		}
		if f.what == vanished {
			if confirmed++; confirmed > maxConfirmed || !w.gone(ctx, l.token, f.id) {
				next.keep(f.id, f.from)
				continue
			}
		}
		if _, err := w.s.journal.AddEvent(ctx, f.event(l.account)); err != nil {
			return err
		}
	}
	return nil
}

// gone makes sure that a deployment which a list lacks is not there: an older list than the last may have arrived late.
func (w *watch) gone(ctx context.Context, token, id string) bool {
	_, err := w.s.api.Get(ctx, token, id)
	return apiclient.IsNotFound(err)
}

// news finds the parts in which a look shows something that this process has not seen before: nil for all of them, and false for none. Of a
// long list most is as it was: that is not taken apart.
func (w *watch) news(l look) (p parts, found bool) {
	w.mu.Lock()
	last, ok := w.seen[l.account]
	w.mu.Unlock()
	if !ok {
		return nil, true
	}
	p = parts{}
	if l.index == nil {
		if last[l.one.ID].sight != sightOf(l.one).hash() {
			p.add(l.one.ID)
		}
		return p, len(p) > 0
	}
	same, there := map[string]lastKnown{}, 0 // in other JSON; known ones
	for row := range int32(l.index.Len()) {
		id, json := l.index.Snapshot().ID(int(row)), maphash.String(w.seed, l.index.Raw(row))
		k, ok := last[id]
		if ok {
			there++
		}
		switch {
		case ok && k.json == json:
		case ok && k.sight == sightOf(l.index.At(row)).hash():
			k.json = json
			same[id] = k
		default:
			p.add(id)
		}
	}
	if there < len(last) {
		for id := range last {
			if _, ok := l.index.Snapshot().Row(id); !ok {
				p.add(id)
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	maps.Copy(last, same)
	return p, len(p) > 0
}

// remember keeps what was seen in parts.
func (w *watch) remember(account string, p parts, s *sights) {
	rows := make(map[string]lastKnown, len(s.Seen))
	for id, one := range s.Seen {
		rows[id] = lastKnown{sight: one.hash()}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, k := range w.seen[account] {
		if !p.hold(id) {
			rows[id] = k
		}
	}
	if _, known := w.seen[account]; !known && len(w.seen) >= maxSeenBy {
		clear(w.seen)
	}
	w.seen[account] = rows
}

// sights are what a look saw in parts.
func (l look) sights(p parts) map[string]sight {
	if l.index == nil {
		return map[string]sight{l.one.ID: sightOf(l.one)}
	}
	out := map[string]sight{}
	for row := range l.index.Len() {
		if id := l.index.Snapshot().ID(row); p.hold(id) {
			out[id] = sightOf(l.index.At(int32(row)))
		}
	}
	return out
}

package fleet

import (
	"slices"
	"sync"
)

// maxAsked is how many queries are kept with what they found. Each may hold a place for every row.
const maxAsked = 8

// asked is the queries that an index was asked last, the latest first.
type asked struct {
	mu   sync.Mutex
	list []answer
}

type answer struct {
	query Query
	found Result
}

func (a *asked) get(q Query) (Result, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := slices.IndexFunc(a.list, func(known answer) bool { return known.query.same(&q) })
	if at < 0 {
		return Result{}, false
	}
	known := a.list[at]
	copy(a.list[1:], a.list[:at])
	a.list[0] = known
	return known.found, true
}

func (a *asked) put(q Query, found Result) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.list) < maxAsked {
		a.list = append(a.list, answer{})
	}
	copy(a.list[1:], a.list)
	a.list[0] = answer{q, found}
}

// same reports whether two queries want the same.
func (q *Query) same(other *Query) bool {
	return q.Words == other.Words && q.Sort == other.Sort && q.Descending == other.Descending && q.Warm == other.Warm &&
		q.Notes == other.Notes && q.Rates == other.Rates && sameSwitch(q.Enabled, other.Enabled) &&
		q.UpdatedAfter.Equal(other.UpdatedAfter) && q.UpdatedBefore.Equal(other.UpdatedBefore) &&
		slices.Equal(q.Status, other.Status) && slices.Equal(q.SKU, other.SKU) && slices.Equal(q.Version, other.Version) &&
		slices.Equal(q.Owner, other.Owner) && slices.Equal(q.Tag, other.Tag)
}

func sameSwitch(a, b *bool) bool { return a == b || a != nil && b != nil && *a == *b }

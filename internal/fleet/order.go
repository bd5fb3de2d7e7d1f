package fleet

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// Column is what a list may be sorted by.
type Column int

// The columns. Equal values stand in the order of their names, and equal names in that of their ids.
const (
	ByName Column = iota // without regard to case, numbers by their value: v2 before v10
	ByHardware
	ByMin
	ByMax
	ByQueue
	ByKeepWarm
	ByVersion
	ByWorkflow
	ByStatus
	ByEnabled // enabled before paused
	ByCreated
	ByUpdated
	ByFloor   // what runs around the clock, at the query's rates
	ByCeiling // what may run at once, at the query's rates
	ByOwner   // of the query's notes
	ByTag     // the first in natural order, of the query's notes

	columns
)

// columnNames are the API's names of the fields, and names of our own for those that it does not have.
var columnNames = [columns]string{
	"name", "hardware", "min_instances", "max_instances", "queue_size", "keep_warm_duration_in_seconds", "workflow_version",
	"workflow_id", "status", "is_enabled", "created_at", "updated_at", "floor", "ceiling", "owner", "tags",
}

// String returns the name of the field.
func (c Column) String() string { return columnNames[c] }

// ColumnNamed returns the column of a field.
func ColumnNamed(field string) (Column, bool) {
	i := slices.Index(columnNames[:], field)
	return Column(max(i, 0)), i >= 0
}

// order is every row in the order of a column. Rows without a value stand at the end, whichever way it is read.
type order struct {
	rows  []int32
	known int // rows that have a value
}

// Rates say what an instance of a SKU counts for, such as its price, and false where nobody knows. Orders are kept for the
// Rates they were made with: the same pointer must always say the same.
type Rates struct {
	Of func(sku string) (rate int64, ok bool)
}

// rated keeps the two orders that depend on rates, for the rates that were asked for last. Most accounts know one plan.
type rated struct {
	mu     sync.Mutex
	rates  *Rates
	orders [2]*order // ByFloor, ByCeiling
}

// order returns the rows in the order a query asks for.
func (x *Index) order(q Query, j *joined) *order {
	switch q.Sort {
	case ByOwner:
		return j.owner()
	case ByTag:
		return j.tag()
	default:
	}
	if q.Sort != ByFloor && q.Sort != ByCeiling {
		return x.orders[q.Sort]()
	}
	x.rated.mu.Lock()
	defer x.rated.mu.Unlock()
	if x.rated.rates != q.Rates {
		x.rated.rates, x.rated.orders = q.Rates, [2]*order{}
	}
	kept := &x.rated.orders[q.Sort-ByFloor]
	if *kept == nil {
		*kept = x.byRate(q.Sort, q.Rates)
	}
	return *kept
}

// byRate sorts by instances times rate. What cannot be sized or has no rate stands at the end: it is not cheap, but unknown.
func (x *Index) byRate(c Column, rates *Rates) *order {
	type rate struct {
		value int64
		known bool
	}
	bySKU := make([]rate, len(x.sku.values))
	for i, sku := range x.sku.values {
		if rates != nil {
			bySKU[i].value, bySKU[i].known = rates.Of(sku)
		}
	}
	return x.byNumber(func(i int) (int64, bool) {
		f, r := &x.facts[i], bySKU[x.sku.of[i]]
		n := int64(f.warm)
		if c == ByCeiling {
			n = int64(f.ceiling)
		}
		if r.value > 0 && n > math.MaxInt64/r.value {
			return math.MaxInt64, f.sized && r.known
		}
		return n * r.value, f.sized && r.known
	})
}

// newOrder sorts the rows by a column.
func (x *Index) newOrder(c Column) *order {
	s := x.snapshot
	switch c {
	case ByHardware:
		return x.byValue(&x.sku)
	case ByVersion:
		return x.byValue(&x.version)
	case ByWorkflow:
		return x.byValue(&x.workflow)
	case ByStatus:
		return x.byValue(&x.status)
	case ByMin:
		return x.byNumber(func(i int) (int64, bool) { n := s.Min(i); return n.Value, n.Known })
	case ByMax:
		return x.byNumber(func(i int) (int64, bool) { n := s.Max(i); return n.Value, n.Known })
	case ByQueue:
		return x.byNumber(func(i int) (int64, bool) { n := s.Queue(i); return n.Value, n.Known })
	case ByKeepWarm:
		return x.byNumber(func(i int) (int64, bool) { n := s.KeepWarm(i); return n.Value, n.Known })
	case ByEnabled:
		return x.byNumber(func(i int) (int64, bool) { p := x.power[i]; return int64(p), p != powerUnknown })
	case ByCreated:
		return x.byTime(times(s.Len(), s.CreatedAt))
	case ByUpdated:
		return x.byTime(x.updated())
	default:
		return x.byName()
	}
}

// byName sorts the rows by the places of their names, which are in order, and those of one name by their ids.
func (x *Index) byName() *order {
	ends := make([]int32, len(x.name.values)+1)
	for _, place := range x.name.of {
		ends[place+1]++
	}
	for i := range x.name.values {
		ends[i+1] += ends[i]
	}
	rows, next := make([]int32, x.Len()), slices.Clone(ends)
	for row, place := range x.name.of {
		rows[next[place]] = int32(row)
		next[place]++
	}
	for i := range x.name.values {
		slices.SortFunc(rows[ends[i]:ends[i+1]], func(a, b int32) int {
			return x.snapshot.CompareIDs(int(a), int(b))
		})
	}
	nameless := int32(0)
	if len(x.name.values) > 0 && x.name.values[0] == "" {
		nameless = ends[1]
	}
	return &order{rows: slices.Concat(rows[nameless:], rows[:nameless]), known: len(rows) - int(nameless)}
}

func (x *Index) byValue(d *dictionary) *order {
	return x.byNumber(func(i int) (int64, bool) { return int64(d.of[i]), d.values[d.of[i]] != "" })
}

func (x *Index) byTime(at []int64) *order {
	return x.byNumber(func(i int) (int64, bool) { return at[i], at[i] != unknown })
}

// byNumber sorts the rows by a number that some of them have.
func (x *Index) byNumber(number func(i int) (int64, bool)) *order {
	type place struct {
		number int64
		name   int32 // place in the order of names
	}
	byName := x.orders[ByName]().rows
	places := make([]place, 0, len(byName))
	var without []int32
	for at, row := range byName {
		if n, ok := number(int(row)); ok {
			places = append(places, place{n, int32(at)})
		} else {
			without = append(without, row)
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.name, b.name))
	})
	o := &order{rows: make([]int32, 0, len(byName)), known: len(places)}
	for _, p := range places {
		o.rows = append(o.rows, byName[p.name])
	}
	o.rows = append(o.rows, without...)
	return o
}

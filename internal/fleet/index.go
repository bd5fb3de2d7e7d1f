package fleet

import (
	"hash/maphash"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"github.com/comfydeck/comfydeck/apiclient"
)

// Index finds, sorts and counts the deployments of one snapshot. A row is a deployment's place in the snapshot. Orders and
// what words are looked for in are computed when they are first needed, and kept. It is safe for concurrent use.
type Index struct {
	snapshot *apiclient.Snapshot
	bytes    int64

	facts    []fact
	power    []power          // beside the facts: most rows are told by it alone
	more     map[int32]string // what rows with several SKUs, which are not expected, are found by in addition
	name     dictionary       // folded
	status   dictionary
	sku      dictionary
	version  dictionary
	workflow dictionary

	texts   func() *texts
	updated func() []int64
	warm    func() []warmRow
	orders  [ByFloor]func() *order
	rated   rated
	all     func() *tally

	joins  sync.Mutex // guards joined
	joined *joined    // with the notes that were asked for last
	asked  asked
}

// fact is what filters and counts ask of every row, close together: the snapshot's own rows are eleven times as wide.
type fact struct {
	warm    int32 // instances billed around the clock
	ceiling int32 // instances that may run at once
	sized   bool  // minimum, maximum and the one hardware are known, so that warm and ceiling can be priced
}

// power is whether a deployment takes requests.
type power uint8

const (
	powerUnknown power = iota
	enabled
	paused
)

// NewIndex makes the index of a snapshot. words returns what else a SKU is found by, such as its GPU in words; it may be nil.
func NewIndex(s *apiclient.Snapshot, words func(sku string) string) *Index {
	if words == nil {
		words = func(string) string { return "" }
	}
	n := s.Len()
	x := &Index{snapshot: s, facts: make([]fact, n), power: make([]power, n), more: map[int32]string{}}
	values := beside(n, func() {
		x.status, x.sku = newDictionary(n, s.Status), newDictionary(n, s.SKU)
		x.version, x.workflow = newDictionary(n, s.Version), newDictionary(n, s.WorkflowID)
		for i := range n {
			x.facts[i], x.power[i] = factOf(s, i)
			if s.MoreHardware(i) {
				x.more[int32(i)] = hardwareText(words, s.At(i).Hardware[1:]...)
			}
		}
	})
	x.name = newNames(n, s.Name)
	x.texts = sync.OnceValue(func() *texts { return x.newTexts(words) })
	x.updated = sync.OnceValue(func() []int64 { return times(n, s.UpdatedAt) })
	x.warm = sync.OnceValue(x.warmRows)
	x.all = sync.OnceValue(func() *tally { return x.count(Query{}, nil) })
	for c := range ByFloor {
		x.orders[c] = sync.OnceValue(func() *order { return x.newOrder(c) })
	}
	x.orders[ByName]() // which every other order begins with
	values()
	x.bytes = x.bound()
	return x
}

// beside begins f, which works on n rows, on another processor if there is one and if that is worth it. Whoever calls what it returns
// waits for f, or does it, and panics as it did.
func beside(n int, f func()) (wait func()) {
	const worth = 500 // rows take longer than it takes to wake a processor
	wait = sync.OnceFunc(f)
	if n >= worth {
		go func() {
			defer func() { _ = recover() }() // it is the panic of whoever waits
			wait()
		}()
	}
	return wait
}

func (x *Index) dictionaries() [4]*dictionary {
	return [4]*dictionary{&x.status, &x.sku, &x.version, &x.workflow}
}

// bound returns what the index holds at most once all its parts are computed.
func (x *Index) bound() int64 {
	const (
		perRow   = 12 + 1 + 5*4 + idStride + 8 + 16 + 4 + int64(columns)*4 + maxAsked*4 // fact, power, values, id, time, warm, note, orders, what was found
		perValue = 16 + 16 + 12 + 24 + 40                                               // value, its folded text with what is rounded up, facet, capacity
		constant = 16 << 10                                                             // the index itself
	)
	bytes := x.snapshot.Bytes() + int64(x.Len())*perRow + constant
	for _, v := range x.name.values {
		bytes += 16 + 3*int64(len(v)) + 5 // folded, if that is not what the snapshot has, and in a line
	}
	for _, d := range x.dictionaries() {
		bytes += int64(len(d.values)) * perValue
		for _, v := range d.values {
			bytes += 2 * int64(len(v)) // folding may lengthen a text by half
		}
	}
	for _, text := range x.more {
		bytes += 2*int64(len(text)) + 64 // room to grow, and a place in the map
	}
	return bytes + bytes/16 // what allocations round up
}

// Snapshot returns what the index is about.
func (x *Index) Snapshot() *apiclient.Snapshot { return x.snapshot }

// Len returns the number of deployments.
func (x *Index) Len() int { return x.snapshot.Len() }

// At returns the deployment of a row.
func (x *Index) At(row int32) apiclient.Deployment { return x.snapshot.At(int(row)) }

// Raw returns the deployment of a row as the API sent it, in JSON.
func (x *Index) Raw(row int32) string { return x.snapshot.Raw(int(row)) }

// Bytes returns a bound on the memory that the index with its snapshot may come to hold.
func (x *Index) Bytes() int64 { return x.bytes }

func factOf(s *apiclient.Snapshot, i int) (f fact, p power) {
	if e := s.Enabled(i); e.Known && e.Value {
		p = enabled
	} else if e.Known {
		p = paused
	}
	minimum, maximum := s.Min(i), s.Max(i)
	f.sized = minimum.Known && maximum.Known && s.SKU(i) != "" && !s.MoreHardware(i)
	if p != paused {
		f.warm, f.ceiling = bounded(minimum.Value), bounded(maximum.Value)
	}
	return f, p
}

// bounded keeps what is read of every row for every question small: the API may send any number, and nobody has a billion instances.
func bounded(instances int64) int32 { return int32(min(max(0, instances), 1<<30)) }

// unknown is the time of a row that has none.
const unknown = math.MinInt64

// times returns a time per row, in microseconds since 1970, which is as fine as the API writes them.
func times(n int, at func(int) apiclient.Timestamp) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = microseconds(at(i))
	}
	return out
}

func microseconds(at apiclient.Timestamp) int64 {
	if at.Time.IsZero() {
		return unknown
	}
	return at.Time.UnixMicro()
}

// dictionary holds the different values of a column in their order, and which of them each row has.
type dictionary struct {
	values []string
	of     []int32 // per row, the place in values
}

// newDictionary enters the values of n rows.
func newDictionary(n int, value func(row int) string) dictionary {
	d, _ := newFolded(n, value)
	return d
}

// newNames is a dictionary of folded values: what differs in case only is one.
func newNames(n int, value func(row int) string) dictionary {
	d, folded := newFolded(n, value)
	d.values = slices.Compact(slices.Clone(folded)) // equal ones stand beside each other
	place := make([]int32, len(folded))
	for i := 1; i < len(folded); i++ {
		place[i] = place[i-1]
		if folded[i] != folded[i-1] {
			place[i]++
		}
	}
	d.move(place)
	return d
}

// newFolded makes a dictionary with its values folded beside it.
func newFolded(n int, value func(row int) string) (d dictionary, folded []string) {
	d.of = make([]int32, n)
	// A hash table of the places of values, from 1, at most half full: quicker than a map, which has to grow.
	slots, seed := make([]int32, 1<<bits.Len(uint(2*n))), maphash.MakeSeed()
	mask := uint64(len(slots) - 1)
	var recent places
	for row := range n {
		v := value(row)
		seen, known := recent.find(v)
		if known {
			d.of[row] = seen.value
			continue
		}
		slot := maphash.String(seed, v) & mask
		for slots[slot] != 0 && d.values[slots[slot]-1] != v {
			slot = (slot + 1) & mask
		}
		if slots[slot] == 0 {
			d.values = append(d.values, v)
			slots[slot] = int32(len(d.values))
		}
		d.of[row] = slots[slot] - 1
		seen.value = d.of[row]
	}
	return d, d.sort()
}

// sort puts the values into natural order and lets the rows follow. It returns the values folded.
func (d *dictionary) sort() []string {
	values, folded := d.values, make([]string, len(d.values))
	for i, v := range values {
		folded[i] = fold(v)
	}
	sorted := naturalOrder(len(values), func(i int) string { return folded[i] }, func(a, b int32) int { return strings.Compare(values[a], values[b]) })
	rank := make([]int32, len(sorted))
	inOrder := func(list []string) []string {
		out := make([]string, len(list))
		for to, from := range sorted {
			out[to] = list[from]
		}
		return out
	}
	for to, from := range sorted {
		rank[from] = int32(to)
	}
	d.values = inOrder(values)
	d.move(rank)
	return inOrder(folded)
}

// move lets the rows follow their values to new places.
func (d *dictionary) move(places []int32) {
	for row, at := range d.of {
		d.of[row] = places[at]
	}
}

// fails returns, per value, bit if the value is not among those wanted; all pass when none is wanted.
func (d *dictionary) fails(wanted []string, bit uint8) []uint8 {
	out := make([]uint8, len(d.values))
	for i, v := range d.values {
		if len(wanted) > 0 && !slices.Contains(wanted, v) {
			out[i] = bit
		}
	}
	return out
}

package fleet

import (
	"hash/maphash"
	"math"
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
	more     map[int32]string // what rows with several SKUs, which are not expected, are found by in addition
	names    names
	status   dictionary
	sku      dictionary
	version  dictionary
	workflow dictionary

	texts   func() *texts
	updated func() []int64
	orders  [ByFloor]func() *order
	rated   rated
	all     func() *tally

	joins  sync.Mutex // guards joined
	joined *joined    // with the notes that were asked for last
	asked  asked
}

// fact is what filters and counts ask of every row, close together: the snapshot's own rows are seven times as wide.
type fact struct {
	warm    int64 // instances billed around the clock
	ceiling int64 // instances that may run at once
	power   power
	sized   bool // minimum, maximum and the one hardware are known, so that warm and ceiling can be priced
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
	x := &Index{
		snapshot: s, facts: make([]fact, n), more: map[int32]string{}, names: names{ends: make([]uint32, n)},
		status: newDictionary(n), sku: newDictionary(n), version: newDictionary(n), workflow: newDictionary(n),
	}
	folded := make([]byte, 0, 32*n)
	seen := [4]*lookup{newLookup(), newLookup(), newLookup(), newLookup()}
	for i := range n { // once over the snapshot, which is much larger than what is made of it
		x.facts[i] = factOf(s, i)
		if s.MoreHardware(i) {
			x.more[int32(i)] = hardwareText(words, s.At(i).Hardware[1:]...)
		}
		folded = appendFolded(folded, s.Name(i))
		x.names.ends[i] = uint32(len(folded))
		x.status.add(i, s.Status(i), seen[0])
		x.sku.add(i, s.SKU(i), seen[1])
		x.version.add(i, s.Version(i), seen[2])
		x.workflow.add(i, s.WorkflowID(i), seen[3])
	}
	x.names.text = string(folded)
	for _, d := range x.dictionaries() {
		d.sort()
	}
	x.texts = sync.OnceValue(func() *texts { return x.newTexts(words) })
	x.updated = sync.OnceValue(func() []int64 { return times(n, s.UpdatedAt) })
	x.all = sync.OnceValue(func() *tally { return x.count(Query{}, nil) })
	for c := range ByFloor {
		x.orders[c] = sync.OnceValue(func() *order { return x.newOrder(c) })
	}
	x.bytes = x.bound()
	return x
}

func (x *Index) dictionaries() [4]*dictionary {
	return [4]*dictionary{&x.status, &x.sku, &x.version, &x.workflow}
}

// bound returns what the index holds at most once all its parts are computed.
func (x *Index) bound() int64 {
	const (
		perRow   = 24 + 4 + 4*4 + 8 + idStride + 8 + 4 + int64(columns)*4 + maxAsked*4 // fact, name's end, values, mark, id, time, note, orders, what was found
		perValue = 16 + 16 + 12 + 24 + 40                                              // value, its folded text with what is rounded up, facet, capacity
		constant = 16 << 10                                                            // the index itself
	)
	bytes := x.snapshot.Bytes() + int64(x.Len())*perRow + int64(len(x.names.text)) + constant
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

func factOf(s *apiclient.Snapshot, i int) fact {
	var f fact
	if e := s.Enabled(i); e.Known && e.Value {
		f.power = enabled
	} else if e.Known {
		f.power = paused
	}
	minimum, maximum := s.Min(i), s.Max(i)
	f.sized = minimum.Known && maximum.Known && s.SKU(i) != "" && !s.MoreHardware(i)
	if f.power != paused {
		f.warm, f.ceiling = bounded(minimum.Value), bounded(maximum.Value)
	}
	return f
}

// bounded keeps the sum over every row of the largest answer a number: the API may send any.
func bounded(instances int64) int64 { return min(max(0, instances), 1<<40) }

// unknown is the time of a row that has none.
const unknown = math.MinInt64

// times returns a time per row, in microseconds since 1970, which is as fine as the API writes them.
func times(n int, at func(int) apiclient.Timestamp) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = unknown
		if t := at(i).Time; !t.IsZero() {
			out[i] = t.UnixMicro()
		}
	}
	return out
}

// dictionary holds the different values of a column in their order, and which of them each row has.
type dictionary struct {
	values []string
	of     []int32 // per row, the place in values
}

func newDictionary(rows int) dictionary { return dictionary{of: make([]int32, rows)} }

// lookup finds the place of a value while a dictionary is made.
type lookup struct {
	places map[string]int32
	seed   maphash.Seed
	recent [1024]int32 // the last place of a hash: mostly the right one, and quicker than the map
}

func newLookup() *lookup { return &lookup{places: map[string]int32{}, seed: maphash.MakeSeed()} }

// add enters the value of a row.
func (d *dictionary) add(row int, value string, l *lookup) {
	recent := &l.recent[maphash.String(l.seed, value)%uint64(len(l.recent))]
	if at := *recent; int(at) < len(d.values) && d.values[at] == value {
		d.of[row] = at
		return
	}
	at, ok := l.places[value]
	if !ok {
		at = int32(len(d.values))
		l.places[value] = at
		d.values = append(d.values, value)
	}
	d.of[row], *recent = at, at
}

// sort puts the values into natural order and lets the rows follow.
func (d *dictionary) sort() {
	folded := func(i int) string { return fold(d.values[i]) }
	sorted := naturalOrder(len(d.values), folded, func(a, b int32) int { return strings.Compare(d.values[a], d.values[b]) })
	values, rank := make([]string, len(sorted)), make([]int32, len(sorted))
	for to, from := range sorted {
		values[to], rank[from] = d.values[from], int32(to)
	}
	d.values = values
	for i, place := range d.of {
		d.of[i] = rank[place]
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

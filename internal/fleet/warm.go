package fleet

import "time"

// warmRow is a deployment with instances billed around the clock.
type warmRow struct {
	updated int64 // microseconds since 1970, or unknown
	row     int32
}

// WarmSince counts what is billed around the clock and was last changed before a time: what may be forgotten. It costs what is warm, not
// what the list has.
func (x *Index) WarmSince(before time.Time) Counts {
	limit := before.UnixMicro()
	c := &counter{capacity: make([]Capacity, len(x.sku.values))}
	for _, w := range x.warm() {
		if w.updated != unknown && w.updated < limit {
			c.add(x, int(w.row))
		}
	}
	c.counts.Capacity = c.occurring(x)
	return c.counts
}

// warmRows are in the order of the snapshot.
func (x *Index) warmRows() []warmRow {
	list := make([]warmRow, 0, count(x.facts, func(f fact) bool { return f.warm > 0 }))
	for i := range x.facts {
		if x.facts[i].warm > 0 {
			list = append(list, warmRow{microseconds(x.snapshot.UpdatedAt(i)), int32(i)})
		}
	}
	return list
}

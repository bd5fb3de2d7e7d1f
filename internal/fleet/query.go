package fleet

import (
	"math"
	"time"
)

// Query says which deployments are wanted and in which order. The zero value wants all of them by name. What is set
// narrows: a deployment must match every part, and one of the values of a part that lists several.
type Query struct {
	// Words are looked for without regard to case in name, id, workflow id, version, status, hardware with the words it
	// goes by, in "enabled" or "paused", and in the notes. Every word must be found.
	Words                string
	Status, SKU, Version []string // exact values; "" stands for a deployment without one
	Enabled              *bool    // a deployment that does not say whether it is enabled is neither
	Warm                 bool     // only those with instances billed around the clock
	// UpdatedAfter is inclusive and UpdatedBefore is not, both to the microsecond. A zero time sets no bound; a deployment
	// without a time that is understood is within none.
	UpdatedAfter, UpdatedBefore time.Time
	Owner, Tag                  []string // as Status, of the notes
	// Notes are what the account keeps about its deployments. What is worked out with them is kept for the ones asked with
	// last: the same pointer costs nothing.
	Notes *Notes

	Sort       Column
	Descending bool
	Rates      *Rates // of ByFloor and ByCeiling; without them nothing has either
}

// Result is what a query found.
type Result struct {
	Rows   []int32 // every row that matches, in order; shared, so not to be changed
	Total  int     // deployments of the account, whatever the query
	Counts Counts  // over the rows that match
	Facets Facets
}

// Counts adds up deployments.
type Counts struct {
	Deployments, Enabled, Paused int // those that do not say whether they are enabled are in Deployments only
	Warm                         int // deployments with instances billed around the clock
	WarmInstances                int64
	Capacity                     []Capacity // per SKU in natural order, only those that occur
	Unsized                      int        // deployments that no Capacity counts: a number or the hardware is unknown
}

// Capacity adds up the deployments of one SKU whose numbers are known. Multiplied by a price per hour it is what they
// cost at least and at most. A paused deployment counts with no instances.
type Capacity struct {
	SKU            string
	Deployments    int
	Floor, Ceiling int64 // instances
}

// Facets count what each filter would leave: the deployments that match all other parts of the query, by the value that
// they have in this one. Values stand in natural order, and only those that occur.
type Facets struct {
	Status, SKU, Version []Facet
	Enabled, Paused      int
	// Owner and Tag are those of the query's notes, nil without any. A deployment counts once for each of its tags.
	Owner, Tag []Facet
}

// Facet is one value of a column and the number of deployments that have it.
type Facet struct {
	Value       string
	Deployments int
}

// Find answers a query. What was found last is kept: the pages of a list ask the same.
func (x *Index) Find(q Query) Result {
	if r, ok := x.asked.get(q); ok {
		return r
	}
	r := x.find(q)
	x.asked.put(q, r)
	return r
}

func (x *Index) find(q Query) Result {
	j := x.join(q)
	o := x.order(q, j)
	t := x.all
	if j != nil {
		t = j.all
	}
	if q.narrows() {
		t = func() *tally { return x.count(q, j) }
	}
	found := t()
	return Result{
		Rows: o.read(found.match, found.counts.Deployments, q.Descending), Total: x.Len(),
		Counts: found.counts, Facets: found.facets,
	}
}

// narrows reports whether the query wants less than everything.
func (q Query) narrows() bool {
	return q.Words != "" || len(q.Status)+len(q.SKU)+len(q.Version)+len(q.Owner)+len(q.Tag) > 0 || q.Enabled != nil || q.Warm ||
		!q.UpdatedAfter.IsZero() || !q.UpdatedBefore.IsZero()
}

// read returns the n rows that match in order. Descending reverses the rows that have a value and leaves the others at
// the end, where nobody looks for them first.
func (o *order) read(match []bool, n int, descending bool) []int32 {
	if match == nil && !descending {
		return o.rows
	}
	rows := make([]int32, 0, n)
	for at := range o.rows {
		row := o.rows[at]
		if descending && at < o.known {
			row = o.rows[o.known-1-at]
		}
		if match == nil || match[row] {
			rows = append(rows, row)
		}
	}
	return rows
}

// bounds returns the times of change that the query wants, in microseconds: from included, to not. ok is false when it wants
// them all.
func (q Query) bounds() (from, to int64, ok bool) {
	from, to = unknown+1, math.MaxInt64
	if !q.UpdatedAfter.IsZero() {
		from = q.UpdatedAfter.UnixMicro()
	}
	if !q.UpdatedBefore.IsZero() {
		to = q.UpdatedBefore.UnixMicro()
	}
	return from, to, !q.UpdatedAfter.IsZero() || !q.UpdatedBefore.IsZero()
}

package fleet

// tally is what one pass over the rows found.
type tally struct {
	match  []bool // per row; nil when all match
	counts Counts
	facets Facets
}

// The parts of a query that have a facet, as bits.
const (
	failsStatus = 1 << iota
	failsSKU
	failsVersion
	failsPower
	failsOwner
	failsTag
)

// counter adds up while the rows go by.
type counter struct {
	status, sku, version []int32 // deployments per value, for the facets
	power                [3]int  // the same for the switch
	capacity             []Capacity
	counts               Counts
	notes                noteCounts
}

// count finds the rows that match. Without notes j is nil.
func (x *Index) count(q Query, j *joined) *tally {
	status, sku, version := &x.status, &x.sku, &x.version
	byStatus, bySKU := status.fails(q.Status, failsStatus), sku.fails(q.SKU, failsSKU)
	byVersion, byPower := version.fails(q.Version, failsVersion), powerFails(q.Enabled)
	c := &counter{
		status: make([]int32, len(status.values)), sku: make([]int32, len(sku.values)),
		version: make([]int32, len(version.values)), capacity: make([]Capacity, len(sku.values)),
		notes: newNoteCounts(j),
	}
	byNote, noteOf := j.fails(q)
	match := x.candidates(q, j)
	for i, candidate := range match {
		if !candidate {
			continue
		}
		note := int32(0)
		if noteOf != nil {
			note = noteOf[i]
		}
		// A row counts in a facet when it fails in no other part of the query.
		switch byStatus[status.of[i]] | bySKU[sku.of[i]] | byVersion[version.of[i]] | byPower[x.power[i]] | byNote[note] {
		case 0:
			c.status[status.of[i]]++
			c.sku[sku.of[i]]++
			c.version[version.of[i]]++
			c.power[x.power[i]]++
			c.add(x, i)
			if noteOf != nil {
				c.notes.match[note]++
			}
			continue
		case failsStatus:
			c.status[status.of[i]]++
		case failsSKU:
			c.sku[sku.of[i]]++
		case failsVersion:
			c.version[version.of[i]]++
		case failsPower:
			c.power[x.power[i]]++
		case failsOwner:
			c.notes.byOwner[note]++
		case failsTag:
			c.notes.byTag[note]++
		}
		match[i] = false
	}
	return c.tally(x, match, j)
}

// candidates returns, per row, whether it matches the parts of the query that have no facet.
func (x *Index) candidates(q Query, j *joined) []bool {
	match := x.search(q.Words, j)
	if q.Warm {
		for i := range match {
			match[i] = match[i] && x.facts[i].warm > 0
		}
	}
	if from, to, ok := q.bounds(); ok {
		for i, at := range x.updated() {
			match[i] = match[i] && from <= at && at < to
		}
	}
	return match
}

// powerFails is dictionary.fails for the switch.
func powerFails(wanted *bool) (out [3]uint8) {
	if wanted != nil {
		out = [3]uint8{powerUnknown: failsPower, enabled: failsPower, paused: failsPower}
		if *wanted {
			out[enabled] = 0
		} else {
			out[paused] = 0
		}
	}
	return out
}

// add counts a row that matches.
func (c *counter) add(x *Index, row int) {
	f, sku := &x.facts[row], x.sku.of[row]
	c.counts.Deployments++
	switch x.power[row] {
	case enabled:
		c.counts.Enabled++
	case paused:
		c.counts.Paused++
	case powerUnknown:
	}
	if f.warm > 0 {
		c.counts.Warm++
		c.counts.WarmInstances += int64(f.warm)
	}
	if !f.sized {
		c.counts.Unsized++
		return
	}
	c.capacity[sku].Deployments++
	c.capacity[sku].Floor += int64(f.warm)
	c.capacity[sku].Ceiling += int64(f.ceiling)
}

// tally names the values that were counted.
func (c *counter) tally(x *Index, match []bool, j *joined) *tally {
	t := &tally{match: match, counts: c.counts, facets: Facets{
		Status: x.status.facets(c.status), SKU: x.sku.facets(c.sku), Version: x.version.facets(c.version),
		Enabled: c.power[enabled], Paused: c.power[paused],
	}}
	if j != nil {
		t.facets.Owner, t.facets.Tag = c.notes.facets(j.notes)
	}
	if c.counts.Deployments == len(match) {
		t.match = nil
	}
	t.counts.Capacity = c.occurring(x)
	return t
}

// facets names the values that occur.
func (d *dictionary) facets(deployments []int32) []Facet {
	facets := make([]Facet, 0, count(deployments, func(n int32) bool { return n > 0 }))
	for i, n := range deployments {
		if n > 0 {
			facets = append(facets, Facet{Value: d.values[i], Deployments: int(n)})
		}
	}
	return facets
}

func count[T any](list []T, counts func(T) bool) (n int) {
	for _, v := range list {
		if counts(v) {
			n++
		}
	}
	return n
}

// occurring are the SKUs that were counted, with their names.
func (c *counter) occurring(x *Index) []Capacity {
	occurs := func(c Capacity) bool { return c.Deployments > 0 }
	list := make([]Capacity, 0, count(c.capacity, occurs))
	for i, capacity := range c.capacity {
		if occurs(capacity) {
			capacity.SKU = x.sku.values[i]
			list = append(list, capacity)
		}
	}
	return list
}

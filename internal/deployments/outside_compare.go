package deployments

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// maxGone bounds the ids of a part that are remembered as gone: a list that was read before they went may still arrive.
const maxGone = 50

// sight is what is remembered of a deployment.
type sight struct {
	Updated string `json:"u"`
	Fields  Draft  `json:"f"`
}

func sightOf(d Deployment) sight {
	fields := DraftOf(d)
	for f, value := range fields {
		if value == "" {
			delete(fields, f)
		}
	}
	return sight{Updated: d.UpdatedAt.Raw, Fields: fields}
}

func sightFields() []string { return append(CreateFields(), FieldIsEnabled) }

func (s sight) hash() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s.Updated))
	for _, f := range sightFields() {
		_, _ = h.Write([]byte("\x00" + s.Fields[f]))
	}
	return h.Sum64()
}

// before tells whether a sight is older than another; what has no time is not.
func (s sight) before(other sight) bool {
	a, errA := time.Parse(time.RFC3339Nano, s.Updated)
	b, errB := time.Parse(time.RFC3339Nano, other.Updated)
	return errA == nil && errB == nil && a.Before(b)
}

// sights are what was last seen of an account, or of some of its parts.
type sights struct {
	Seen map[string]sight `json:"seen"`
	Gone []string         `json:"gone,omitempty"`
}

// countParts is in how many parts what is seen of an account is kept: a look at a long list of which little changed reads and writes
// little. What is kept was parted by it.
const countParts = 64

func partOf(id string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return int(h.Sum32() % countParts)
}

// parts are some of the parts; nil stands for all.
type parts map[int]bool

func (p parts) add(id string) { p[partOf(id)] = true }

func (p parts) hold(id string) bool { return p == nil || p[partOf(id)] }

func (p parts) list() []int { return slices.Sorted(maps.Keys(p)) }

func readSights(last journal.Sight) (*sights, error) {
	all := &sights{Seen: map[string]sight{}}
	for _, data := range last.Parts {
		var s sights
		if err := json.Unmarshal(data, &s); err != nil {
			return nil, err
		}
		maps.Copy(all.Seen, s.Seen)
		all.Gone = append(all.Gone, s.Gone...)
	}
	return all, nil
}

// pack returns the parts that are not as they were.
func (s *sights) pack(last journal.Sight) (map[int][]byte, error) {
	next := map[int]*sights{}
	part := func(n int) *sights {
		if next[n] == nil {
			next[n] = &sights{Seen: map[string]sight{}}
		}
		return next[n]
	}
	for n := range last.Parts { // also one that has nothing left
		part(n)
	}
	for id, one := range s.Seen {
		part(partOf(id)).Seen[id] = one
	}
	for _, id := range s.Gone {
		p := part(partOf(id))
		p.Gone = append(p.Gone, id)
	}
	out := map[int][]byte{}
	for n, p := range next {
		p.Gone = p.Gone[max(0, len(p.Gone)-maxGone):]
		data, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(data, last.Parts[n]) {
			out[n] = data
		}
	}
	return out, nil
}

// with is what is seen after a look; whole says that it saw the whole list.
func (s *sights) with(now map[string]sight, whole bool) *sights {
	next := &sights{Seen: map[string]sight{}, Gone: slices.Clone(s.Gone)}
	for id, was := range s.Seen {
		if _, there := now[id]; !there && whole {
			next.Gone = append(next.Gone, id)
			continue
		}
		next.Seen[id] = was
	}
	for id, is := range now {
		was, known := s.Seen[id]
		switch {
		case known && is.before(was):
		case known || whole && !slices.Contains(s.Gone, id):
			next.Seen[id] = is
		}
	}
	return next
}

// keep takes back that a deployment is gone.
func (s *sights) keep(id string, was sight) {
	s.Seen[id] = was
	s.Gone = slices.DeleteFunc(s.Gone, func(gone string) bool { return gone == id })
}

// happening is what became of a deployment between two looks.
type happening int

const (
	nothing happening = iota
	changed
	appeared
	vanished
)

// finding is one deployment that is not as it was last seen.
type finding struct {
	what     happening
	id       string
	from, to sight
	changes  []journal.Change
}

// differences are in the order of the ids. An older reading than the last is none.
func (s *sights) differences(now map[string]sight, whole bool) (out []finding) {
	for id, is := range now {
		was, known := s.Seen[id]
		switch {
		case known && !is.before(was) && is.hash() != was.hash():
			out = append(out, finding{what: changed, id: id, from: was, to: is, changes: between(was.Fields, is.Fields)})
		case !known && whole && !slices.Contains(s.Gone, id):
			out = append(out, finding{what: appeared, id: id, to: is, changes: between(nil, is.Fields)})
		}
	}
	for id, was := range s.Seen {
		if _, there := now[id]; !there && whole {
			out = append(out, finding{what: vanished, id: id, from: was, changes: between(was.Fields, nil)})
		}
	}
	slices.SortFunc(out, func(a, b finding) int { return strings.Compare(a.id, b.id) })
	return out
}

func between(from, to Draft) (out []journal.Change) {
	for _, f := range sightFields() {
		if from[f] != to[f] {
			out = append(out, journal.Change{Field: f, From: from[f], To: to[f]})
		}
	}
	return out
}

// unexplained is what is left of a difference that writes of ours account for. One that may have happened counts as if it had.
func (d finding) unexplained(own []journal.Entry) finding {
	concerned := 0
	for i := range own {
		e := &own[i]
		about := e.Deployment == d.id || d.what == appeared && mayHaveMade(e, d.to.Fields[FieldName])
		if e.State == journal.Refused || !about {
			continue
		}
		if based := (sight{Updated: e.Version}); d.what == changed && based.before(d.from) {
			continue // what it did was there at the last look
		}
		concerned++
		switch {
		case d.what == appeared && e.Action == journal.Create, d.what == vanished && e.Action == journal.Delete:
			return finding{}
		case d.what == changed:
			d.changes = slices.DeleteFunc(slices.Clone(d.changes), func(c journal.Change) bool { return wrote(e, c) })
		}
	}
	if d.what == changed && len(d.changes) == 0 && concerned > 0 {
		return finding{}
	}
	return d
}

// mayHaveMade tells whether a create whose outcome is not known may have made a deployment with this name.
func mayHaveMade(e *journal.Entry, name string) bool {
	return e.Action == journal.Create && e.Deployment == "" && oneLine(e.Name) == oneLine(clip(name, maxText))
}

// wrote tells whether a write asked for a value, or is known to have come out as it.
func wrote(e *journal.Entry, c journal.Change) bool {
	is := func(own journal.Change) bool { return own.Field == c.Field && oneLine(own.To) == oneLine(c.To) }
	return slices.ContainsFunc(e.Changes, is) || slices.ContainsFunc(e.Got, is)
}

// event is how the log tells of it: the same from every server that notices.
func (d finding) event(account string) journal.Event {
	e := journal.Event{ID: NewKey(), Account: account, Kind: journal.Outside, Deployment: d.id, Name: clip(d.to.Fields[FieldName], maxText), Changes: d.changes}
	switch d.what {
	case appeared:
		e.Words, e.Once = "Created elsewhere, not by ComfyDeck.", "appeared "+d.id
	case vanished:
		e.Name = clip(d.from.Fields[FieldName], maxText)
		e.Words, e.Once = "Deleted elsewhere, not by ComfyDeck.", "vanished "+d.id
	default:
		e.Words = "Changed elsewhere, not by ComfyDeck."
		if len(d.changes) == 0 {
			e.Words = "Changed elsewhere, not by ComfyDeck: RunComfy gives a newer time of change, and no setting that is shown here differs."
		}
		e.Once = "changed " + d.id + " " + d.to.Updated + " " + strconv.FormatUint(d.to.hash(), 36)
	}
	return e
}

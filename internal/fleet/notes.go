package fleet

import (
	"slices"
	"strings"
	"sync"
)

// Note is what a team keeps about a deployment. No two of its tags are the same.
type Note struct {
	Owner string
	Tags  []string
	Text  string
	Lock  string // why it must not be deleted, "" when it may be
}

// Locked says that a deployment is locked, and why, as it is shown and found.
func (n Note) Locked() string {
	if n.Lock == "" {
		return ""
	}
	return "Locked: " + n.Lock
}

// Notes are the notes of an account, ready to be found by. They never change, and are safe for concurrent use.
type Notes struct {
	places map[string]int32 // by the deployment's id, from 1: place 0 stands for every deployment without a note
	list   []Note
	owner  dictionary // per place
	tag    dictionary // of one place after another; a place without tags has the tag ""
	ends   []int32    // per place, where its tags end
	bytes  int64
	texts  func() *lines
}

// noNotes stands for the notes of a query that brings none.
var noNotes = NewNotes(nil)

// NewNotes makes notes searchable, given by the ids of their deployments.
func NewNotes(byID map[string]Note) *Notes {
	n := &Notes{places: make(map[string]int32, len(byID)), list: make([]Note, 1, len(byID)+1)}
	for id, note := range byID {
		n.places[id] = int32(len(n.list))
		n.list = append(n.list, note)
		n.bytes += int64(len(id) + 2*(len(note.Text)+len(note.Owner)+len(note.Lock)) + 160)
		for _, tag := range note.Tags {
			n.bytes += int64(2*len(tag) + 24)
		}
	}
	var tags []string
	for _, note := range n.list {
		if tags = append(tags, note.Tags...); len(note.Tags) == 0 {
			tags = append(tags, "")
		}
		n.ends = append(n.ends, int32(len(tags)))
	}
	n.owner = newDictionary(len(n.list), func(place int) string { return n.list[place].Owner })
	n.tag = newDictionary(len(tags), func(at int) string { return tags[at] })
	n.texts = sync.OnceValue(n.newTexts)
	return n
}

// Of returns the note of a deployment; the zero value when it has none.
func (n *Notes) Of(id string) Note {
	if n == nil {
		return Note{}
	}
	return n.list[n.places[id]]
}

// Bytes returns about what the notes hold in memory.
func (n *Notes) Bytes() int64 { return n.bytes }

// Owners returns the owners that occur, in natural order.
func (n *Notes) Owners() []string {
	if n == nil {
		return nil
	}
	return occurring(n.owner.values)
}

// Tags returns the tags that occur, in natural order.
func (n *Notes) Tags() []string {
	if n == nil {
		return nil
	}
	return occurring(n.tag.values)
}

// occurring are the values that are not missing.
func occurring(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
}

// tagsOf returns the places in the values of tag that a note has.
func (n *Notes) tagsOf(place int) []int32 {
	from := int32(0)
	if place > 0 {
		from = n.ends[place-1]
	}
	return n.tag.of[from:n.ends[place]]
}

// newTexts are the folded notes.
func (n *Notes) newTexts() *lines {
	return newLines(len(n.list), func(place int) string {
		note := &n.list[place]
		return fold(note.Owner + "\n" + strings.Join(note.Tags, "\n") + "\n" + note.Locked() + "\n" + note.Text)
	})
}

// fails returns, per note, the bits of the parts of the query that it does not match.
func (n *Notes) fails(q Query) []uint8 {
	byOwner, byTag := n.owner.fails(q.Owner, failsOwner), n.tag.fails(q.Tag, failsTag)
	out := make([]uint8, len(n.list))
	for place := range out {
		tag := uint8(failsTag)
		for _, at := range n.tagsOf(place) {
			tag &= byTag[at]
		}
		out[place] = byOwner[n.owner.of[place]] | tag
	}
	return out
}

// joined is an index together with notes.
type joined struct {
	notes *Notes
	of    []int32 // per row, the place of its note
	all   func() *tally
	owner func() *order
	tag   func() *order
}

// join finds the note of each row. Most accounts are asked for with the same notes again and again: the last ones are kept.
// It returns nil for a query that has nothing to do with notes.
func (x *Index) join(q Query) *joined {
	n := q.Notes
	if n == nil {
		if len(q.Owner)+len(q.Tag) == 0 && q.Sort != ByOwner && q.Sort != ByTag {
			return nil
		}
		n = noNotes
	}
	x.joins.Lock()
	defer x.joins.Unlock()
	if x.joined == nil || x.joined.notes != n {
		j := &joined{notes: n, of: make([]int32, x.Len())}
		if len(n.places) > 0 {
			for i := range j.of {
				j.of[i] = n.places[x.snapshot.ID(i)]
			}
		}
		j.all = sync.OnceValue(func() *tally { return x.count(Query{}, j) })
		j.owner = sync.OnceValue(func() *order {
			return x.byNumber(func(i int) (int64, bool) {
				owner := n.owner.of[j.of[i]]
				return int64(owner), n.owner.values[owner] != ""
			})
		})
		j.tag = sync.OnceValue(func() *order {
			return x.byNumber(func(i int) (int64, bool) {
				tag := slices.Min(n.tagsOf(int(j.of[i])))
				return int64(tag), n.tag.values[tag] != ""
			})
		})
		x.joined = j
	}
	return x.joined
}

// fails returns what the query says of each note, and the note of each row: nil without notes, which fail in nothing.
func (j *joined) fails(q Query) (byNote []uint8, of []int32) {
	if j == nil {
		return []uint8{0}, nil
	}
	return j.notes.fails(q), j.of
}

// noteCounts are the deployments per note: of those that match, and of those that only the owner or only the tag keeps out.
type noteCounts struct {
	match, byOwner, byTag []int32
}

func newNoteCounts(j *joined) (c noteCounts) {
	if j != nil {
		n := len(j.notes.list)
		c = noteCounts{match: make([]int32, n), byOwner: make([]int32, n), byTag: make([]int32, n)}
	}
	return c
}

// facets adds up what each owner and each tag would leave.
func (c noteCounts) facets(n *Notes) (owners, tags []Facet) {
	byOwner, byTag := make([]int32, len(n.owner.values)), make([]int32, len(n.tag.values))
	for place := range n.list {
		byOwner[n.owner.of[place]] += c.match[place] + c.byOwner[place]
		for _, tag := range n.tagsOf(place) {
			byTag[tag] += c.match[place] + c.byTag[place]
		}
	}
	return n.owner.facets(byOwner), n.tag.facets(byTag)
}

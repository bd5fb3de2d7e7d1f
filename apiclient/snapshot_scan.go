package apiclient

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"unsafe"
)

// field is a member of a deployment: one of the constants, or the place of another name in scanner.keys.
type field uint8

// The members that the scanner knows, in the order of knownKeys.
const (
	fieldID field = iota
	fieldCreatedAt
	fieldUpdatedAt
	fieldName
	fieldWorkflowID
	fieldVersion
	fieldHardware
	fieldMin
	fieldMax
	fieldQueue
	fieldKeepWarm
	fieldStatus
	fieldEnabled
	fieldReadme
	fieldPayload
)

var knownKeys = []string{
	`"id"`, `"created_at"`, `"updated_at"`, `"name"`, `"workflow_id"`, `"workflow_version"`, `"hardware"`,
	`"min_instances"`, `"max_instances"`, `"queue_size"`, `"keep_warm_duration_in_seconds"`, `"status"`, `"is_enabled"`,
	`"readme"`, `"payload"`,
}

// maxKeys bounds the names that are told apart without the decoder: one bit each in a word.
const maxKeys = 64

// scanner finds the values of a list in one pass over its bytes, without an allocation per element. It handles the plain
// case: members are texts, whole numbers, true, false or null, and hardware is an array of one text. An element with
// anything else (nested values, escapes in a name, a fraction, an error) goes to the decoder, so the scanner never has
// to judge what it does not know.
type scanner struct {
	body    []byte
	pos     int
	long    int  // from how many bytes on two halves are scanned at once
	array   int  // where the array's elements begin
	closed  bool // pos is behind the array
	rows    []row
	extra   []byte // texts that the body writes otherwise
	seed    maphash.Seed
	seen    []span             // where texts that come again stood first, by their hash
	keys    []string           // names met so far, quoted, each checked once against the names that it must not resemble
	next    [maxKeys + 1]field // the member that last came after this one: services write them in one order
	wrapped bool
	decoder elementReader // for what is not plain
}

// firstKey is where scanner.next has the first member of an element.
const firstKey field = maxKeys

func newScanner(body []byte) *scanner {
	const long = 256 << 10 // takes a quarter of a millisecond
	return &scanner{
		body: body, long: long, keys: knownKeys[:len(knownKeys):len(knownKeys)],
		seed: maphash.MakeSeed(), seen: make([]span, 2<<min(11, bits.Len(uint(len(body)/smallDeployment)))),
	}
}

// again returns where the same text stood before, if that is still known, or else where this one stands. Names, versions and the like
// come many times in a list. Whoever compares or searches them afterwards then finds them close together: to fetch each from its own
// place in an answer of megabytes takes a processor longer than all the rest.
func (s *scanner) again(v span) span {
	if v.at >= elsewhere {
		return v // it may yet be taken back
	}
	text := s.bytes(v)
	slot := maphash.Bytes(s.seed, text) & uint64(len(s.seen)-1)
	for _, at := range [...]uint64{slot, slot ^ 1} { // whoever came first stays: what is frequent comes early
		first := &s.seen[at]
		if first.n == 0 {
			*first = v
			return v
		}
		if first.n == v.n && bytes.Equal(s.bytes(*first), text) {
			return *first
		}
	}
	return v
}

// list scans the whole answer.
func (s *scanner) list() bool {
	open := s.open()
	if open < 0 {
		return false
	}
	s.pos = open + 1
	s.array = s.pos
	if !s.elements() {
		return false
	}
	// With the array emptied, decodeList judges all that surrounds it.
	_, err := decodeList(bytes.Join([][]byte{s.body[:open], s.body[s.pos:]}, []byte("[]")))
	return err == nil
}

// snapshot hands over what was scanned.
func (s *scanner) snapshot() *Snapshot {
	// Nobody else has the body, and a copy would take as long as reading it did.
	body := fitting(s.body)
	text := unsafe.String(unsafe.SliceData(body), len(body)) //nolint:gosec // G103: see above
	return &Snapshot{text: text, extra: string(s.extra), wrapped: s.wrapped, rows: fitting(s.rows), ids: idTable{seed: s.seed}}
}

// fitting returns a list that is kept, in a place that is not much larger.
func fitting[T any](list []T) []T {
	if cap(list) > len(list)+len(list)/4 {
		return append(make([]T, 0, len(list)), list...)
	}
	return list
}

// open returns where the array begins: at the start, or under "deployments" in an object. -1 when there is none. What
// it passes over is judged later, with the envelope.
func (s *scanner) open() int {
	s.space()
	if s.peek() == '[' {
		return s.pos
	}
	if !s.take('{') {
		return -1
	}
	for s.space(); s.peek() == '"'; s.space() {
		key := s.pos
		if !s.skip() {
			return -1
		}
		name, err := listNames.find(s.body[key:s.pos])
		s.space()
		if err != nil || !s.take(':') {
			return -1
		}
		s.space()
		if name == "deployments" && s.peek() == '[' {
			s.wrapped = true
			return s.pos
		}
		if !s.skip() {
			return -1
		}
		s.space()
		if !s.take(',') {
			return -1
		}
	}
	return -1
}

// run scans elements, the first of which begins at pos, to behind the array or to the first that begins at end or later.
func (s *scanner) run(end int) bool {
	for !s.closed && s.pos < end {
		if !s.element() {
			return false
		}
		s.space()
		if s.closed = s.take(']'); s.closed {
			break
		}
		if !s.take(',') {
			return false
		}
		s.space()
	}
	return true
}

// element adds a row for the deployment at pos.
func (s *scanner) element() bool {
	start, extra := s.pos, len(s.extra)
	if len(s.rows) == cap(s.rows) {
		s.grow()
	}
	s.rows = append(s.rows, row{})
	r := &s.rows[len(s.rows)-1]
	r.plain = true
	if !s.plain(r) {
		s.pos, s.extra, *r = start, s.extra[:extra], row{}
		if !s.decode(r) {
			return false
		}
	}
	r.element = span{uint32(start), uint32(s.pos - start)}
	id := s.bytes(r.id)
	if !validID(id) {
		return false
	}
	r.hash, r.head = uint32(maphash.Bytes(s.seed, id)), binary.BigEndian.Uint64(id)
	return true
}

// grow makes room for the rows that are to be expected: a few, and then as many as are to come if they are like those so far.
func (s *scanner) grow() {
	const few = 64
	n, left := len(s.rows), len(s.body)-s.pos
	room := min(few, left/smallDeployment+1)
	if n > 0 {
		like := left / ((s.pos - s.array) / n)
		room = max(n/4, like+like/16+1)
	}
	s.rows = append(make([]row, 0, n+room), s.rows...)
}

// plain reads an object of the plain case.
func (s *scanner) plain(r *row) bool {
	if !s.take('{') {
		return false
	}
	var seen uint64
	for before := firstKey; ; {
		s.space()
		key, ok := s.key(before)
		if !ok || seen&(1<<key) != 0 {
			return false
		}
		seen |= 1 << key
		r.plain = r.plain && key != fieldReadme && key != fieldPayload
		before = key
		s.space()
		if !s.take(':') {
			return false
		}
		s.space()
		if !s.value(r, key) {
			return false
		}
		if s.take(',') { // as nearly always
			continue
		}
		s.space()
		if s.take('}') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// key reads a name. The one that came here last time is tried first.
func (s *scanner) key(before field) (field, bool) {
	guess := s.next[before]
	if name := s.keys[guess]; len(s.body)-s.pos > len(name) && string(s.body[s.pos:s.pos+len(name)]) == name {
		s.pos += len(name)
		return guess, true
	}
	if s.peek() != '"' {
		return 0, false
	}
	end, escaped := stringEnd(s.body, s.pos+1)
	if end < 0 || escaped {
		return 0, false
	}
	raw := s.body[s.pos:end]
	key, ok := s.keyOf(raw)
	s.next[before] = key
	s.pos = end
	return key, ok
}

// keyOf returns the field of a name, which it learns when it is new.
func (s *scanner) keyOf(raw []byte) (field, bool) {
	for i, name := range s.keys {
		if name == string(raw) {
			return field(i), true
		}
	}
	if _, err := deploymentNames.find(raw); err != nil || len(s.keys) == maxKeys {
		return 0, false
	}
	s.keys = append(s.keys, string(raw))
	return field(len(s.keys) - 1), true
}

package apiclient

import (
	"bytes"
	"cmp"
	"errors"
	"hash/maphash"
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

// scanner finds the values of a list in one pass over its bytes while they arrive, without an allocation per element. It
// handles the plain case: members are texts, whole numbers, true, false or null, and hardware is an array of one text. An
// element with anything else (nested values, escapes in a name, a fraction, an error) goes to the decoder, so the scanner
// never has to judge what it does not know.
type scanner struct {
	body     []byte // what has arrived
	size     int    // what will have arrived in the end, as far as it is known, to guess from
	enough   int    // what must have arrived before it is worth going on
	pos      int
	array    int  // where the array begins; -1 as long as it is not found
	closed   bool // pos is behind the array
	rows     []row
	extra    []byte // texts that the body writes otherwise
	ids      idTable
	entered  int                // rows in ids
	repeated bool               // two rows have the same id
	keys     []string           // names met so far, quoted, each checked once against the names that it must not resemble
	next     [maxKeys + 1]field // the member that last came after this one: services write them in one order
	wrapped  bool
	decoder  elementReader // for what is not plain
}

// firstKey is where scanner.next has the first member of an element.
const firstKey field = maxKeys

// newScanner makes a scanner of an answer of about size bytes.
func newScanner(size int) *scanner {
	return &scanner{size: size, array: -1, ids: newIDTable(0), keys: knownKeys[:len(knownKeys):len(knownKeys)]}
}

// scan goes on as far as there are whole elements. body is the answer from its beginning on, with more of it each time.
func (s *scanner) scan(body []byte) {
	if len(body) < s.enough || s.closed {
		return
	}
	s.body = body
	if s.array < 0 {
		s.pos = 0
		if s.array = s.open(); s.array < 0 {
			s.enough = 2 * len(body) // what has to be begun anew is begun anew a few times at most, not with every piece
			return
		}
		s.pos = s.array + 1
	}
	for !s.closed {
		start, rows, extra := s.pos, len(s.rows), len(s.extra)
		if !s.item() { // it has not arrived, or is not valid: which of the two is told in the end
			s.pos, s.rows, s.extra = start, s.rows[:rows], s.extra[:extra]
			s.enough = start + 2*(len(body)-start)
			break
		}
	}
	s.enter()
}

// enter enters the ids of the rows that came since it was called last.
func (s *scanner) enter() {
	if !s.ids.holds(len(s.rows)) {
		s.ids, s.entered = newIDTable(cap(s.rows)), 0
	}
	for ; s.entered < len(s.rows); s.entered++ {
		id := s.bytes(s.rows[s.entered].id)
		fresh := s.ids.enter(s.entered, maphash.Bytes(s.ids.seed, id), func(row int) bool {
			return bytes.Equal(s.bytes(s.rows[row].id), id)
		})
		s.repeated = s.repeated || !fresh
	}
}

var errNotScanned = errors.New("answer is not a list of deployments")

// snapshot judges the whole answer, as decodeList would, and takes it over: it may not be changed afterwards. The scanner
// only ever says yes or no; decodeList, which takes its time, finds the words for a no.
func (s *scanner) snapshot(body []byte) (*Snapshot, error) {
	s.enough = 0
	s.scan(body)
	if !s.closed || !s.framed(body) {
		_, err := decodeList(body)
		return nil, cmp.Or(err, errNotScanned)
	}
	if s.repeated {
		return nil, errRepeated
	}
	if tooLarge(s.rows) {
		s.rows = append(make([]row, 0, len(s.rows)), s.rows...)
	}
	if tooLarge(body) {
		body = append(make([]byte, 0, len(body)), body...)
	}
	// Nobody else has the body, and a copy of it would cost as much as all that was done to it so far.
	text := unsafe.String(unsafe.SliceData(body), len(body)) //nolint:gosec // G103: see above
	return &Snapshot{text: text, extra: string(s.extra), wrapped: s.wrapped, rows: s.rows, ids: s.ids}, nil
}

// framed judges all that surrounds the array.
func (s *scanner) framed(body []byte) bool {
	_, err := decodeList(bytes.Join([][]byte{body[:s.array], body[s.pos:]}, []byte("[]")))
	return err == nil
}

// tooLarge reports whether a slice that is kept has far more room than it needs.
func tooLarge[T any](list []T) bool { return cap(list) > len(list)+len(list)/4 }

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

// item adds the next element of the array with what comes before it, or finds the array's end.
func (s *scanner) item() bool {
	s.space()
	if s.take(']') {
		s.closed = true
		return true
	}
	if len(s.rows) > 0 {
		if !s.take(',') {
			return false
		}
		s.space()
	}
	return s.element()
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
	return validID(s.bytes(r.id))
}

// grow makes room for the rows that are to be expected: a few, and then as many as are to come if they are like those so far.
func (s *scanner) grow() {
	const few = 64
	size, n := max(s.size, len(s.body)), len(s.rows)
	room := min(few, size/smallDeployment+1)
	if n > 0 {
		like := (size - s.pos) / ((s.pos - s.array) / n)
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

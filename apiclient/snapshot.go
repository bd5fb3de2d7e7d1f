package apiclient

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"net/http"
	"reflect"
	"strings"
)

// Snapshot is one answer to a list call: what [Client.List] returns, kept as text with the place of each value in it.
// Reading it whole costs a fraction of decoding it, so that a list of thousands can be searched and sorted and only the
// part that is shown be decoded. It never changes and is safe for concurrent use.
//
// The accessors take an index below Len and agree with the deployment that At returns. Their strings share the
// snapshot's memory: a string that outlives the snapshot keeps all of it.
type Snapshot struct {
	text    string // the answer
	extra   string // texts that are written otherwise in it
	wrapped bool   // the list came under "deployments"
	rows    []row
	ids     idTable
}

// span is a part of a snapshot's text, or with the bit elsewhere of its extra texts, neither of which is so long.
type span struct{ at, n uint32 }

const elsewhere = 1 << 31

// row says where the values of one deployment are.
type row struct {
	element                           span // the JSON object
	id, name, workflowID, version     span
	status, sku                       span
	created, updated                  span
	minimum, maximum, queue, keepWarm int64
	hasMin, hasMax, hasQueue, hasWarm bool
	hasEnabled, enabled               bool
	hasSKU, moreHardware              bool
	plain                             bool // the row has all of the deployment

	// Of the id, so that most questions about ids need not look at them in the text.
	hash uint32 // with the table's seed
	head uint64 // its first bytes as a number: ids are in the order of their heads
}

// Snapshot returns the account's deployments as [Client.List] does, without readme and payload, and judges the answer as
// strictly ("List Deployments"). When the answer is the one of known, byte for byte, it returns known, which may be nil, without
// reading it again.
func (c *Client) Snapshot(ctx context.Context, token string, known *Snapshot) (*Snapshot, error) {
	limit := min(c.options.MaxListBytes, elsewhere-1)
	a, err := c.do(ctx, token, call{op: "list", method: http.MethodGet, path: collection, limit: limit})
	if err != nil {
		return nil, err
	}
	if known != nil && known.text == string(a.body) {
		return known, nil
	}
	s, err := newSnapshot(a.body)
	if err != nil {
		return nil, a.fault(err)
	}
	return s, nil
}

var errNotScanned = errors.New("answer is not a list of deployments")

// newSnapshot reads an answer that decodeList would accept, and takes it over: nobody may change it afterwards. The scanner
// only ever says yes or no; decodeList, which takes its time, finds the words for a no.
func newSnapshot(body []byte) (*Snapshot, error) { return newScanner(body).read() }

func (s *scanner) read() (*Snapshot, error) {
	if !s.list() {
		_, err := decodeList(s.body)
		return nil, cmp.Or(err, errNotScanned)
	}
	snapshot := s.snapshot()
	if !snapshot.ids.fill(snapshot) {
		return nil, errRepeated
	}
	return snapshot, nil
}

// Len returns the number of deployments.
func (s *Snapshot) Len() int { return len(s.rows) }

// At returns a deployment, exactly as List would have.
func (s *Snapshot) At(i int) Deployment {
	r := &s.rows[i]
	if !r.plain {
		d, _ := new(elementReader).read([]byte(s.str(r.element)), s.wrapped) // the scan has judged it
		return d
	}
	d := Deployment{
		ID: s.ID(i), Name: s.Name(i), WorkflowID: s.WorkflowID(i), WorkflowVersion: s.Version(i), Status: s.Status(i),
		CreatedAt: s.CreatedAt(i), UpdatedAt: s.UpdatedAt(i), MinInstances: s.Min(i), MaxInstances: s.Max(i),
		QueueSize: s.Queue(i), KeepWarmDurationInSeconds: s.KeepWarm(i), IsEnabled: s.Enabled(i),
	}
	if r.hasSKU {
		d.Hardware = []string{s.SKU(i)}
	}
	return d
}

// Raw returns the deployment as the API sent it: a JSON object with every field, also those that nobody here knows.
func (s *Snapshot) Raw(i int) string { return s.str(s.rows[i].element) }

// Row returns the index of the deployment with this id.
func (s *Snapshot) Row(id string) (i int, ok bool) { return s.ids.find(s, id) }

// ID returns a [ValidID] that no other deployment of the snapshot has.
func (s *Snapshot) ID(i int) string { return s.str(s.rows[i].id) }

// CompareIDs returns what strings.Compare returns for the ids of two deployments.
func (s *Snapshot) CompareIDs(i, j int) int {
	if byHead := cmp.Compare(s.rows[i].head, s.rows[j].head); byHead != 0 {
		return byHead
	}
	return strings.Compare(s.ID(i), s.ID(j))
}

// Name returns Deployment.Name.
func (s *Snapshot) Name(i int) string { return s.str(s.rows[i].name) }

// WorkflowID returns Deployment.WorkflowID.
func (s *Snapshot) WorkflowID(i int) string { return s.str(s.rows[i].workflowID) }

// Version returns Deployment.WorkflowVersion.
func (s *Snapshot) Version(i int) string { return s.str(s.rows[i].version) }

// Status returns Deployment.Status.
func (s *Snapshot) Status(i int) string { return s.str(s.rows[i].status) }

// SKU returns the first entry of Deployment.Hardware, or "".
func (s *Snapshot) SKU(i int) string { return s.str(s.rows[i].sku) }

// MoreHardware reports whether Deployment.Hardware has entries beside the first, which no document foresees.
func (s *Snapshot) MoreHardware(i int) bool { return s.rows[i].moreHardware }

// Min returns Deployment.MinInstances.
func (s *Snapshot) Min(i int) Optional[int64] { return optional(s.rows[i].minimum, s.rows[i].hasMin) }

// Max returns Deployment.MaxInstances.
func (s *Snapshot) Max(i int) Optional[int64] { return optional(s.rows[i].maximum, s.rows[i].hasMax) }

// Queue returns Deployment.QueueSize.
func (s *Snapshot) Queue(i int) Optional[int64] { return optional(s.rows[i].queue, s.rows[i].hasQueue) }

// KeepWarm returns Deployment.KeepWarmDurationInSeconds.
func (s *Snapshot) KeepWarm(i int) Optional[int64] {
	return optional(s.rows[i].keepWarm, s.rows[i].hasWarm)
}

// Enabled returns Deployment.IsEnabled.
func (s *Snapshot) Enabled(i int) Optional[bool] {
	return optional(s.rows[i].enabled, s.rows[i].hasEnabled)
}

// CreatedAt returns Deployment.CreatedAt, which it parses each time.
func (s *Snapshot) CreatedAt(i int) Timestamp { return timestamp(s.str(s.rows[i].created)) }

// UpdatedAt returns Deployment.UpdatedAt, which it parses each time.
func (s *Snapshot) UpdatedAt(i int) Timestamp { return timestamp(s.str(s.rows[i].updated)) }

// AnswerBytes returns the size of the answer after decompression.
func (s *Snapshot) AnswerBytes() int64 { return int64(len(s.text)) }

// Bytes returns the memory that the snapshot holds.
func (s *Snapshot) Bytes() int64 {
	self, perRow := reflect.TypeFor[Snapshot]().Size(), reflect.TypeFor[row]().Size()
	return int64(self) + int64(len(s.text)) + int64(len(s.extra)) + int64(cap(s.rows))*int64(perRow) + int64(len(s.ids.slots))*4
}

func (s *Snapshot) str(p span) string {
	if p.at >= elsewhere {
		return s.extra[p.at-elsewhere:][:p.n]
	}
	return s.text[p.at:][:p.n]
}

func optional[T any](v T, known bool) Optional[T] { return Optional[T]{Value: v, Known: known} }

// idTable finds rows by id: open addressing, at most half full.
type idTable struct {
	seed  maphash.Seed
	slots []int32 // 1 + row; 0 is free
}

// fill enters every row, and reports false when two have the same id.
func (t *idTable) fill(s *Snapshot) bool {
	size := 2
	for size < 2*len(s.rows) {
		size *= 2
	}
	t.slots = make([]int32, size)
	for i := range s.rows {
		slot, taken := t.slot(s, s.ID(i), s.rows[i].hash)
		if taken {
			return false
		}
		t.slots[slot] = int32(i + 1)
	}
	return true
}

func (t *idTable) find(s *Snapshot, id string) (int, bool) {
	slot, taken := t.slot(s, id, uint32(maphash.String(t.seed, id)))
	return int(t.slots[slot]) - 1, taken
}

// slot returns where id, which has the hash, is, or the free place where it would be.
func (t *idTable) slot(s *Snapshot, id string, hash uint32) (slot uint64, taken bool) {
	mask := uint64(len(t.slots) - 1)
	for slot = uint64(hash) & mask; t.slots[slot] != 0; slot = (slot + 1) & mask {
		if at := int(t.slots[slot]) - 1; s.rows[at].hash == hash && s.ID(at) == id {
			return slot, true
		}
	}
	return slot, false
}

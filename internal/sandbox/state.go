package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// account holds the deployments of one token in the order of their creation.
type account struct {
	key  string
	list []*record
	byID map[string]*record
	// joined is the plain list answer, kept until the next change.
	joined []byte
}

func newAccount(key string) *account {
	return &account{key: key, byID: map[string]*record{}}
}

// accountKey names an account in the data file, so that no token is written there.
func accountKey(token string) string {
	sum := sha256.Sum256([]byte("comfydeck sandbox account\x00" + token))
	return hex.EncodeToString(sum[:8])
}

// put adds a record or replaces the one with its id in its place.
func (a *account) put(r *record) {
	a.joined = nil
	if a.byID[r.ID] == nil {
		a.list = append(a.list, r)
	} else {
		a.list[slices.IndexFunc(a.list, func(o *record) bool { return o.ID == r.ID })] = r
	}
	a.byID[r.ID] = r
}

func (a *account) remove(id string) {
	a.joined = nil
	a.list = slices.DeleteFunc(a.list, func(r *record) bool { return r.ID == id })
	delete(a.byID, id)
}

// join returns the list answer of the records. The caller must not change it.
func join(records []*record, e extras) []byte {
	size := 2
	for _, r := range records {
		size += len(r.summary) + 1
	}
	buf := append(make([]byte, 0, size), '[')
	for i, r := range records {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = r.appendTo(buf, e)
	}
	return append(buf, ']')
}

// save writes the record to the data file, then to memory. On an error nothing has changed.
func (s *Sandbox) save(a *account, r *record) error {
	if s.journal != nil {
		if err := s.journal.append(entry{Account: a.key, Put: store(r)}); err != nil {
			return err
		}
	}
	a.put(r)
	return nil
}

// discard removes a deployment as save stores one.
func (s *Sandbox) discard(a *account, id string) error {
	if s.journal != nil {
		if err := s.journal.append(entry{Account: a.key, Remove: id}); err != nil {
			return err
		}
	}
	a.remove(id)
	return nil
}

// ownedByOther reports whether another account holds the id.
func (s *Sandbox) ownedByOther(a *account, id string) bool {
	for _, other := range s.accounts {
		if other != a && other.byID[id] != nil {
			return true
		}
	}
	return false
}

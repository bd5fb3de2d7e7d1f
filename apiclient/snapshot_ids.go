package apiclient

import "hash/maphash"

// idTable finds rows by the hash of their id: open addressing, at most half full.
type idTable struct {
	seed  maphash.Seed
	slots []int32 // 1 + row; 0 is free
}

// newIDTable makes a table with room for so many rows.
func newIDTable(rows int) idTable {
	size := 2
	for size < 2*rows {
		size *= 2
	}
	return idTable{seed: maphash.MakeSeed(), slots: make([]int32, size)}
}

// holds reports whether there is room for so many rows.
func (t *idTable) holds(rows int) bool { return 2*rows <= len(t.slots) }

// enter adds a row, or reports false when another one has its id.
func (t *idTable) enter(row int, hash uint64, same func(row int) bool) bool {
	slot, taken := t.slot(hash, same)
	if !taken {
		t.slots[slot] = int32(row + 1)
	}
	return !taken
}

// find returns the row that is the same.
func (t *idTable) find(hash uint64, same func(row int) bool) (row int, ok bool) {
	slot, taken := t.slot(hash, same)
	return int(t.slots[slot]) - 1, taken
}

// slot returns where a row is, or the free place where it would be.
func (t *idTable) slot(hash uint64, same func(row int) bool) (slot uint64, taken bool) {
	mask := uint64(len(t.slots) - 1)
	for slot = hash & mask; t.slots[slot] != 0; slot = (slot + 1) & mask {
		if same(int(t.slots[slot]) - 1) {
			return slot, true
		}
	}
	return slot, false
}

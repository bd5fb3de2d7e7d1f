package fleet

import "unsafe"

// places remembers where texts stood that came lately. Equal texts of a snapshot mostly stand at one place, so that most are known
// without a look at them.
type places [1 << placeBits]place

const placeBits = 10

type place struct {
	at    *byte
	n     int
	value int32 // in a dictionary
}

// find returns the place of a text, and whether its value is known. If not, whoever asks sets it.
func (p *places) find(text string) (_ *place, known bool) {
	const spread = 0x9e3779b97f4a7c15                                      // odd, and nothing that addresses have in common
	at := unsafe.StringData(text)                                          //nolint:gosec // G103: it is compared, never followed
	slot := &p[uint64(uintptr(unsafe.Pointer(at)))*spread>>(64-placeBits)] //nolint:gosec // G103: see above
	if known = at != nil && slot.at == at && slot.n == len(text); !known {
		slot.at, slot.n = at, len(text)
	}
	return slot, known
}

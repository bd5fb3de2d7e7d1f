package fleet

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// naturalOrder returns 0 to n-1 in the natural order of their texts, which are folded: runs of digits are compared by the
// number they spell. Texts that are equal that way stand in the order of their bytes, and equal texts in that of tie.
func naturalOrder(n int, text func(int) string, tie func(a, b int32) int) []int32 {
	s := naturalSort{keys: make([]byte, 0, 32*n), ends: make([]int, n), text: text, tie: tie}
	entries := make([]entry, n)
	for i := range entries {
		entries[i] = entry(i)
		s.keys = appendNatural(s.keys, text(i))
		s.ends[i] = len(s.keys)
	}
	s.sort(entries, 0)
	out := make([]int32, n)
	for i, e := range entries {
		out[i] = e.index()
	}
	return out
}

// naturalSort sorts by keys, a few bytes at a time: sorting numbers is many times as fast as sorting texts that lie
// anywhere in memory.
type naturalSort struct {
	keys []byte
	ends []int
	text func(int) string
	tie  func(a, b int32) int
}

// entry is a text to be sorted: four bytes of its key, how many of them there are, or 5 when the key goes on, in three
// bits, and the index in the others.
type entry uint64

const indexBits = 29 // more than the list of the largest answer that a snapshot holds

func (e entry) index() int32 { return int32(e & (1<<indexBits - 1)) }

// sort sorts entries whose keys agree up to depth. It goes no deeper than maxKey.
func (s *naturalSort) sort(entries []entry, depth int) {
	depth += s.agreed(entries, depth)
	for i, e := range entries {
		entries[i] = s.entry(e.index(), depth)
	}
	slices.Sort(entries)
	for from := 0; from < len(entries); {
		head := entries[from] >> indexBits
		to := from + 1
		for to < len(entries) && entries[to]>>indexBits == head {
			to++
		}
		switch same := entries[from:to]; {
		case len(same) == 1:
		case head&7 == 5:
			s.sort(same, depth+4)
		default:
			slices.SortFunc(same, func(a, b entry) int {
				return cmp.Or(strings.Compare(s.text(int(a.index())), s.text(int(b.index()))), s.tie(a.index(), b.index()))
			})
		}
		from = to
	}
}

// agreed returns in how many bytes from depth on all keys agree.
func (s *naturalSort) agreed(entries []entry, depth int) int {
	if len(entries) == 0 {
		return 0
	}
	common := s.key(entries[0].index(), depth)
	for _, e := range entries[1:] {
		key := s.key(e.index(), depth)
		n := min(len(common), len(key))
		for i := range n {
			if common[i] != key[i] {
				n = i
				break
			}
		}
		if common = common[:n]; n == 0 {
			break
		}
	}
	return len(common)
}

func (s *naturalSort) entry(i int32, depth int) entry {
	key := s.key(i, depth)
	var b [4]byte
	n := copy(b[:], key)
	if len(key) > len(b) {
		n = 5
	}
	return entry(binary.BigEndian.Uint32(b[:]))<<32 | entry(n)<<indexBits | entry(i)
}

// key returns a key from depth on.
func (s *naturalSort) key(i int32, depth int) []byte {
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.keys[start+depth : s.ends[i]]
}

// maxKey bounds a key in bytes. Texts that agree so far stand in the order of their bytes.
const maxKey = 256

// appendNatural appends a key for the folded text s to dst. The order of the keys' bytes is the natural order of the texts.
func appendNatural(dst []byte, s string) []byte {
	start := len(dst)
	for i := 0; i < len(s) && len(dst)-start < maxKey; {
		if !digit(s[i]) {
			dst = append(dst, s[i])
			i++
			continue
		}
		for i < len(s) && s[i] == '0' {
			i++
		}
		number := i
		for i < len(s) && digit(s[i]) {
			i++
		}
		// Of two numbers the one with more digits is larger; the leading 0 keeps the run where digits belong among letters.
		dst = append(dst, '0', byte(min(i-number, 255)))
		dst = append(dst, s[number:i]...)
	}
	return dst[:min(len(dst), start+maxKey)]
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

package apiclient

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// peek returns the byte at pos, or 0 at the end, which is no byte of JSON outside of texts.
func (s *scanner) peek() byte {
	if s.pos < len(s.body) {
		return s.body[s.pos]
	}
	return 0
}

// take steps over c if it is next.
func (s *scanner) take(c byte) bool {
	if s.pos < len(s.body) && s.body[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// space steps over blanks.
func (s *scanner) space() {
	for s.pos < len(s.body) && s.body[s.pos] <= ' ' {
		switch s.body[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// literal steps over a word.
func (s *scanner) literal(word string) bool {
	if len(s.body)-s.pos < len(word) || string(s.body[s.pos:s.pos+len(word)]) != word {
		return false
	}
	s.pos += len(word)
	return true
}

// skip steps over a value, so far as brackets and quotes tell its end: whether it is valid is for the decoder to say.
func (s *scanner) skip() bool {
	for depth := 0; s.pos < len(s.body); {
		switch s.body[s.pos] {
		case '"':
			end, _ := stringEnd(s.body, s.pos+1)
			if end < 0 {
				return false
			}
			s.pos = end
		case '[', '{':
			depth++
			s.pos++
		case ']', '}':
			depth--
			s.pos++
		default:
			s.pos++
			if depth == 0 && !delimits(s.peek()) {
				continue
			}
		}
		if depth <= 0 {
			return depth == 0
		}
	}
	return false
}

// delimits reports whether c ends a number or a word.
func delimits(c byte) bool {
	switch c {
	case 0, ' ', '\t', '\n', '\r', ',', ':', ']', '}':
		return true
	}
	return false
}

const (
	ones   = 0x0101010101010101
	highs  = 0x80 * ones
	quotes = '"' * ones
	slants = '\\' * ones
	blanks = ' ' * ones
)

// stringEnd returns where the JSON string whose text begins at i ends, behind its quote, and whether it has escapes, which
// are not checked. It is -1 when the string has no end, holds a control character or is not valid UTF-8.
func stringEnd(b []byte, i int) (end int, escaped bool) {
	start := i
	var high uint64
	// Eight bytes at a time. Each term has the top bit of every byte that it looks for; above the first such byte it may
	// have others, below it never.
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slant := w^quotes, w^slants
		stop := ((quote-ones)&^quote | (slant-ones)&^slant | (w-blanks)&^w) & highs
		if stop == 0 {
			high |= w
			continue
		}
		n := bits.TrailingZeros64(stop) / 8
		high |= w & (1<<(8*n) - 1)
		i += n
		break
	}
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			if high&highs != 0 && !utf8.Valid(b[start:i]) {
				return -1, escaped
			}
			return i + 1, escaped
		case c == '\\':
			escaped = true
			i++ // whatever is escaped does not end the string
		case c < ' ':
			return -1, escaped
		default:
			high |= uint64(c)
		}
	}
	return -1, escaped
}

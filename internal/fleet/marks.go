package fleet

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words are what a search looks for, each once, as [Index.Find] looks for them.
type Words []string

// SplitWords parts what a person typed into words.
func SplitWords(typed string) Words {
	words := strings.Fields(fold(typed))
	// The longest first: it leaves the fewest rows to the others.
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(words)
}

// Piece is a part of a text. Hit says that it is what was looked for.
type Piece struct {
	Text string
	Hit  bool
}

// In reports whether a text holds one of the words.
func (w Words) In(text string) bool { return len(w) > 0 && w.in(fold(text)) }

func (w Words) in(folded string) bool {
	return slices.ContainsFunc(w, func(word string) bool { return strings.Contains(folded, word) })
}

// Mark parts a text where the words stand in it. Put together, the pieces are the text; where none stands in it there are none.
func (w Words) Mark(text string) []Piece {
	if len(w) == 0 {
		return nil
	}
	lower, starts := folded(text)
	if !w.in(lower) {
		return nil
	}
	hit := w.hits(text, lower, starts)
	n := 1
	for i := 1; i < len(hit); i++ {
		if hit[i] != hit[i-1] {
			n++
		}
	}
	pieces := make([]Piece, 0, n)
	for from := 0; from < len(text); {
		to := from + 1
		for to < len(text) && hit[to] == hit[from] {
			to++
		}
		pieces = append(pieces, Piece{Text: text[from:to], Hit: hit[from]})
		from = to
	}
	return pieces
}

// hits returns, per byte of a folded text, whether it belongs to a word. A character belongs as a whole.
func (w Words) hits(text, lower string, starts []int) []bool {
	hit := make([]bool, len(text))
	for _, word := range w {
		for from := 0; ; {
			at := strings.Index(lower[from:], word)
			if at < 0 {
				break
			}
			at += from
			for i := at; i < at+len(word); i++ {
				if starts == nil {
					hit[i] = true
				} else {
					hit[starts[i]] = true
				}
			}
			from = at + 1
		}
	}
	if starts == nil {
		return hit
	}
	for at := range text { // a hit on a character's first byte is one on all of it
		_, n := utf8.DecodeRuneInString(text[at:])
		for i := at + 1; i < at+n; i++ {
			hit[i] = hit[at]
		}
	}
	return hit
}

// folded is a text as words are looked for in it. Per byte it also says where its character begins in the text, since folding may
// change a character's length; nil says that every byte has its place.
func folded(text string) (lower string, starts []int) {
	plain := true
	for i := range len(text) {
		plain = plain && text[i] < utf8.RuneSelf
	}
	if plain {
		return fold(text), nil
	}
	long := make([]byte, 0, len(text)+8)
	for at, r := range text {
		n := len(long)
		long = utf8.AppendRune(long, unicode.ToLower(r))
		for range len(long) - n {
			starts = append(starts, at)
		}
	}
	return string(long), starts
}

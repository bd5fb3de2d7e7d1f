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
func (w Words) In(text string) bool {
	folded := fold(text)
	return slices.ContainsFunc(w, func(word string) bool { return strings.Contains(folded, word) })
}

// Mark parts a text where the words stand in it. Put together, the pieces are the text.
func (w Words) Mark(text string) []Piece {
	if text == "" {
		return nil
	}
	if !w.In(text) {
		return []Piece{{Text: text}}
	}
	hit := w.hits(text)
	var pieces []Piece
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

// hits returns, per byte of text, whether it belongs to a word. A character belongs as a whole.
func (w Words) hits(text string) []bool {
	folded := make([]byte, 0, len(text)+8)
	var starts []int // per byte of folded, where its character begins in text: folding may change a character's length
	for at, r := range text {
		n := len(folded)
		folded = utf8.AppendRune(folded, unicode.ToLower(r))
		for range len(folded) - n {
			starts = append(starts, at)
		}
	}
	lower, hit := string(folded), make([]bool, len(text))
	for _, word := range w {
		for from := 0; ; {
			at := strings.Index(lower[from:], word)
			if at < 0 {
				break
			}
			at += from
			for i := at; i < at+len(word); i++ {
				hit[starts[i]] = true
			}
			from = at + 1
		}
	}
	for at := range text { // a hit on a character's first byte is one on all of it
		_, n := utf8.DecodeRuneInString(text[at:])
		for i := at + 1; i < at+n; i++ {
			hit[i] = hit[at]
		}
	}
	return hit
}

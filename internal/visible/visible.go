// Package visible makes text from outside safe to read: characters that a reader cannot see, or that
// reorder or hide the text around them, are spelled out. It knows nothing of HTML; escaping is the view's work.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	zeroWidthJoiner = '\u200d'
	keycap          = '\u20e3'
	textStyle       = '\ufe0e'
	emojiStyle      = '\ufe0f'
	brailleBlank    = '\u2800'
)

// hidden holds the characters without a glyph of their own that are neither control nor format characters.
var hidden = []*unicode.RangeTable{
	unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector,
}

// Text returns s with every control, bidirectional, zero-width and otherwise invisible character spelled
// as its code point, such as "[U+202E]". Tabs and newlines stay, CRLF becomes a newline, the joiners inside
// emoji stay, and bytes that are not UTF-8 become U+FFFD.
func Text(s string) string {
	if plain(s) {
		return s
	}

	var b strings.Builder
	b.Grow(len(s) + 16)
	before := rune(-1)
	for i, r := range s {
		after, _ := utf8.DecodeRuneInString(s[i+runeLen(s[i:]):])
		switch {
		case r == '\r' && after == '\n':
		case invisible(r) && !partOfEmoji(before, r, after):
			fmt.Fprintf(&b, "[U+%04X]", r)
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

// Clip returns Text(s) cut to at most limit characters; a cut text ends in "…".
func Clip(s string, limit int) string {
	if len(s) <= limit && plain(s) {
		return s
	}
	// Text never returns fewer characters than it was given, but for the CR of a CRLF. Cutting first at
	// twice the limit keeps the cost of a megabyte-long name near that of a short one.
	text := Text(cut(s, 2*limit+2))
	if short := cut(text, limit); short == text {
		return text
	}
	if limit < 1 {
		return ""
	}
	return cut(text, limit-1) + "…"
}

// cut returns the first n characters of s.
func cut(s string, n int) string {
	for i := range s {
		if n <= 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// plain reports whether Text has nothing to do. Most texts are plain ASCII, so this is the usual way out.
func plain(s string) bool {
	for _, r := range s {
		if r == '\r' || r == utf8.RuneError || invisible(r) {
			return false
		}
	}
	return true
}

func invisible(r rune) bool {
	switch {
	case r >= ' ' && r < 0x7f, r == '\t', r == '\n':
		return false
	case unicode.Is(unicode.Cc, r), r == brailleBlank:
		return true
	case unicode.Is(unicode.Cf, r):
		// These format characters draw a sign around the digits that follow them.
		return !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
	}
	return unicode.In(r, hidden...)
}

// partOfEmoji reports whether the invisible r only joins or styles the emoji beside it.
func partOfEmoji(before, r, after rune) bool {
	switch r {
	case zeroWidthJoiner:
		return (emoji(before) || before == emojiStyle) && emoji(after)
	case textStyle, emojiStyle:
		return emoji(before) || after == keycap
	}
	return false
}

func emoji(r rune) bool {
	return r > unicode.MaxLatin1 && r != utf8.RuneError && unicode.In(r, unicode.So, unicode.Sk)
}

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

package visible

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON returns a JSON text with every invisible character as the escape that means the same inside a JSON string, such as
// \u202e. Valid JSON stays valid and equal; anything else only becomes safe to read.
func JSON(text string) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 16)
	before := rune(-1)
	for i, r := range text {
		after, _ := utf8.DecodeRuneInString(text[i+runeLen(text[i:]):])
		switch {
		case r == '\r' || !invisible(r) || partOfEmoji(before, r, after):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		before = r
	}
	return b.String()
}

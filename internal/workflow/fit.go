package workflow

import (
	"strings"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// oneLine is the beginning of a text without line breaks, long enough for a number of cells.
func oneLine(s string, limit int) string {
	if n := plainStart(s, 2*limit); n == len(s) || n == 2*limit {
		return strings.TrimSuffix(s[:n], " ")
	}
	return strings.Join(strings.Fields(visible.Clip(s, 200)), " ")
}

// plainStart is how many bytes a text begins with that are one line of ASCII as it is, at most limit.
func plainStart(s string, limit int) int {
	for i := range min(len(s), limit) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && (i == 0 || s[i-1] == ' ') {
			return i
		}
	}
	return min(len(s), limit)
}

// fit cuts a text to a number of cells; characters of East Asian scripts take two.
func fit(s string, limit int) string {
	if ascii(s, limit+1) {
		if len(s) <= limit {
			return s
		}
		return s[:limit-1] + "…"
	}
	s = visible.Clip(s, 2*limit)
	if cells(s) <= limit {
		return s
	}
	used := 0
	for i, r := range s {
		if used += width(r); used >= limit {
			return s[:i] + "…"
		}
	}
	return s
}

// ascii tells whether a text begins with limit characters of one cell, or has no others.
func ascii(s string, limit int) bool {
	for i := range min(len(s), limit) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func cells(s string) int {
	n := 0
	for _, r := range s {
		n += width(r)
	}
	return n
}

func width(r rune) int {
	if r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xff60 || r >= 0x1f300 {
		return 2
	}
	return 1
}

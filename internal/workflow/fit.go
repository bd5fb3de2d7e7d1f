package workflow

import (
	"strings"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// oneLine is the beginning of a text without line breaks.
func oneLine(s string) string {
	return strings.Join(strings.Fields(visible.Clip(s, 200)), " ")
}

// fit cuts a text to a number of cells; characters of East Asian scripts take two.
func fit(s string, limit int) string {
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

package workflow

import (
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/visible"
)

// TestFit holds the short ways for plain text against what they stand for.
func TestFit(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", " ", "a", " a", "a ", "a  b", "a\nb", "seed", "a lighthouse at dusk, long exposure", strings.Repeat("soft light, ", 50), "tab\there", "日本語のノード名前です",
		"مرحبا بالعالم", "a\u202eb", "e\u0301", strings.Repeat("x", 25), strings.Repeat("x", 26), strings.Repeat("x", 27), strings.Repeat("x", 52) + "日", strings.Repeat(" ", 80) + "x",
	} {
		for _, limit := range []int{6, 9, 26} {
			line := strings.Join(strings.Fields(visible.Clip(s, 200)), " ")
			want := visible.Clip(line, 2*limit)
			used := 0
			for i, r := range want {
				if used += width(r); cells(want) > limit && used >= limit {
					want = want[:i] + "…"
					break
				}
			}
			if got := fit(oneLine(s, limit), limit); got != want {
				t.Errorf("%q in %d cells is %q, want %q", s, limit, got, want)
			}
		}
	}
}

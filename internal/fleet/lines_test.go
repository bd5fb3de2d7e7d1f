package fleet

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A word is held by the texts that contain it, however often its letters come one after another.
func TestLines_holding(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	word := func(most int) string {
		letters := make([]byte, r.IntN(most+1))
		for i := range letters {
			letters[i] = "aab"[r.IntN(3)]
		}
		return string(letters)
	}
	for range 2_000 {
		texts := make([]string, r.IntN(5))
		for i := range texts {
			texts[i] = word(6)
		}
		lines := newLines(len(texts), func(i int) string { return texts[i] })
		for _, sought := range []string{"a", "b", "c", "aa", word(3) + "a", word(5) + "b"} {
			want := make([]bool, len(texts))
			for i, text := range texts {
				want[i] = strings.Contains(text, sought)
			}
			if !slices.Contains(want, true) {
				want = nil
			}
			if got := lines.holding(sought); !slices.Equal(got, want) || (got == nil) != (want == nil) {
				t.Fatalf("%q in %q: %v, want %v", sought, texts, got, want)
			}
		}
	}
}

package linediff

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told prints lines as diff does.
func told(lines []Line) (out []string) {
	for _, l := range lines {
		out = append(out, map[Kind]string{Both: " ", Removed: "-", Added: "+"}[l.Kind]+l.Text)
	}
	return out
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want []string
	}{
		{"", "", nil},
		{"a\nb\n", "a\r\nb", []string{" a", " b"}},
		{"a\nb\nc\n", "a\nx\nc\n", []string{" a", "-b", "+x", " c"}},
		{"", "a\n\nb", []string{"+a", "+", "+b"}},
		{"a", "", []string{"-a"}},
		{"a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc", []string{"-a", "-b", " c", "+b", " a", " b", "-b", " a", "+c"}},
		{"a\na", "a\na\na", []string{" a", " a", "+a"}},
		{"\n\n", "\n", []string{" ", "-"}},
	} {
		if diff := cmp.Diff(tt.want, told(Lines(tt.a, tt.b))); diff != "" {
			t.Errorf("Lines(%q, %q) (-want +got):\n%s", tt.a, tt.b, diff)
		}
	}
}

// check holds lines to what they must be: both texts are in them, each line under its number.
func check(t *testing.T, a, b string) []Line {
	t.Helper()
	lines := Lines(a, b)
	var x, y []string
	for _, l := range lines {
		if l.Kind != Added {
			x = append(x, l.Text)
			if l.A != len(x) {
				t.Errorf("%+v is line %d of the first", l, len(x))
			}
		}
		if l.Kind != Removed {
			y = append(y, l.Text)
			if l.B != len(y) {
				t.Errorf("%+v is line %d of the second", l, len(y))
			}
		}
	}
	if !slices.Equal(x, split(a)) || !slices.Equal(y, split(b)) {
		t.Errorf("%q and %q became %q", a, b, told(lines))
	}
	return lines
}

// TestLines_Shortest holds the number of edits against the longest common subsequence, worked out the plain way.
func TestLines_Shortest(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	random := func() string {
		var list []string
		for range r.IntN(12) {
			list = append(list, fmt.Sprint(r.IntN(4)))
		}
		return strings.Join(list, "\n")
	}
	for range 2000 {
		a, b := random(), random()
		both := 0
		for _, l := range check(t, a, b) {
			if l.Kind == Both {
				both++
			}
		}
		if want := common(split(a), split(b)); both != want {
			t.Errorf("%q and %q share %d lines, want %d", a, b, both, want)
		}
	}
}

func common(x, y []string) int {
	row := make([]int, len(y)+1)
	for _, s := range x {
		corner := 0
		for j := range y {
			above := row[j+1]
			if s == y[j] {
				row[j+1] = corner + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			corner = above
		}
	}
	return row[len(y)]
}

// TestLines_Bounds compares texts that have nothing in common, and more lines than the search looks at.
func TestLines_Bounds(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a\n", 100_000), strings.Repeat("b\n", 100_000)
	lines := check(t, "same\n"+a+"end", "same\n"+b+"end")
	if len(lines) != 200_002 || lines[0].Kind != Both || lines[1].Kind != Removed || lines[200_001].Kind != Both {
		t.Errorf("%d lines", len(lines))
	}
}

func FuzzLines(f *testing.F) {
	f.Add("a\nb", "b\r\nc\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		check(t, a, b)
		for _, l := range Lines(a, a) {
			if l.Kind != Both {
				t.Errorf("%q differs from itself: %+v", a, l)
			}
		}
	})
}

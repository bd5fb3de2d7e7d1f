package fleet

import (
	"strings"
	"testing"
)

// TestPlaces: a place is known by where it begins and how long it is, for as long as no other drives it out.
func TestPlaces(t *testing.T) {
	t.Parallel()
	var p places
	all := strings.Repeat("text", 10_000)
	for n := range 3 {
		seen, known := p.find(all[:n+1])
		if known {
			t.Errorf("%q is known as %d before anybody said so", all[:n+1], seen.value)
		}
		seen.value = int32(n)
		if seen, known := p.find(all[:n+1]); !known || seen.value != int32(n) {
			t.Errorf("%q is %d, known: %t", all[:n+1], seen.value, known)
		}
	}
	if _, known := p.find(""); known {
		t.Error("nothing is known")
	}
	for i := range len(all) - 4 { // many more than there is room for
		if seen, known := p.find(all[i : i+4]); known && seen.value != int32(i) {
			t.Fatalf("what begins at %d is known as %d", i, seen.value)
		} else if seen.value = int32(i); known {
			t.Fatalf("what begins at %d is known", i)
		}
	}
}

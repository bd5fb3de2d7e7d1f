package apiclient

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"
)

// Equal texts are found at one place, which is what makes comparing thousands of them quick; different ones never are.
func TestSnapshot_textsStandTogether(t *testing.T) {
	t.Parallel()
	var list []string
	for i := range 300 {
		list = append(list, fmt.Sprintf(`{"id":"00000000-0000-0000-0000-%012d","name":"name %d","status":"standby","hardware":["A%d"]}`, i, i%10, i%2))
	}
	s := agree(t, []byte(`[`+strings.Join(list, ",")+`]`))
	together := 0
	for i := range s.Len() {
		for _, stands := range []bool{placeOf(s.Status(i)) == placeOf(s.Status(0)), placeOf(s.SKU(i)) == placeOf(s.SKU(i%2)), placeOf(s.Name(i)) == placeOf(s.Name(i%10))} {
			if stands {
				together++
			}
		}
	}
	if together < 650 { // all 900 as a rule: the scanner's memory may be too small for some
		t.Errorf("of 900 texts that are thirteen %d stand where the first of them does", together)
	}
}

func placeOf(text string) *byte { return unsafe.StringData(text) }

func TestSnapshot_CompareIDs(t *testing.T) {
	t.Parallel()
	ids := []string{ // of one head, as community workflows have them, and of several
		"00000000-0000-0000-0000-000000000012", "00000000-0000-0000-0000-000000000002", "00000000-0000-0000-0001-000000000000",
		"00000001-0000-0000-0000-000000000000", "f0000000-0000-0000-0000-000000000000", "9fffffff-0000-0000-0000-000000000000",
	}
	s := agree(t, []byte(`[{"id":"`+strings.Join(ids, `"},{"id":"`)+`"}]`))
	for i, a := range ids {
		for j, b := range ids {
			if got, want := s.CompareIDs(i, j), strings.Compare(a, b); got != want {
				t.Errorf("CompareIDs(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
}

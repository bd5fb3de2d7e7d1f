package notes

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/fleet"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 33)
	for name, tt := range map[string]struct {
		typed Typed
		want  fleet.Note
		wrong string // the field that is refused
	}{
		"nothing": {},
		"tidied": {
			Typed{Text: "one\r\n  two \n\n", Owner: " Team\u200b   Ü ", Tags: "Prod, ,eu  west,PROD\n b"},
			fleet.Note{Text: "one\n  two", Owner: "Team Ü", Tags: []string{"b", "eu west", "prod"}},
			"",
		},
		"as much as fits": {
			Typed{Text: strings.Repeat("x", MaxText), Owner: strings.Repeat("ü", MaxOwner), Tags: long[:64] + ",a,b,c,d,e,f,g,h,i,j,k"},
			fleet.Note{Text: strings.Repeat("x", MaxText), Owner: strings.Repeat("ü", MaxOwner), Tags: strings.Split("a,b,c,d,e,f,g,h,i,j,k,"+long[:64], ",")},
			"",
		},
		"a long note":      {typed: Typed{Text: strings.Repeat("x", MaxText+1)}, wrong: FieldText},
		"a long owner":     {typed: Typed{Owner: strings.Repeat("ü", MaxOwner+1)}, wrong: FieldOwner},
		"a long tag":       {typed: Typed{Tags: long}, wrong: FieldTags},
		"too many tags":    {typed: Typed{Tags: "a,b,c,d,e,f,g,h,i,j,k,l,m"}, wrong: FieldTags},
		"bytes of no text": {Typed{Text: "a\x00b\xff"}, fleet.Note{Text: "a\uFFFDb\uFFFD"}, ""},
	} {
		got, err := check(tt.typed)
		if f := fault.From(err); err != nil && (f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[tt.wrong] == "") || err == nil && tt.wrong != "" {
			t.Errorf("%s: error %v, want one about %q", name, err, tt.wrong)
		}
		if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

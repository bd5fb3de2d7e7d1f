package visible_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/visible"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain stays", `{"a": 1}`, `{"a": 1}`},
		{"override is spelled out", "{\"a\": \"x\u202ey\"}", `{"a": "x\u202ey"}`},
		{"zero width space", "\"\u200b\"", `"\u200b"`},
		{"beyond the basic plane", "\"\U000E0001\"", `"\udb40\udc01"`},
		{"line breaks of the text stay", "{\n  \"a\": 1\r\n}", "{\n  \"a\": 1\r\n}"},
		{"emoji stay", "\"👩‍💻\"", "\"👩‍💻\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := visible.JSON(tt.in); got != tt.want {
				t.Errorf("JSON(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// FuzzJSON holds that the text means the same afterwards and hides nothing.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{"", "a\u202eb", "\u200d\ufeff", "\U000E0041", "\x00\r\n\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		shown := visible.JSON(string(text))
		var back, want string
		if err := json.Unmarshal([]byte(shown), &back); err != nil {
			t.Fatalf("%q is no JSON any more: %v", shown, err)
		}
		if err := json.Unmarshal(text, &want); err != nil || back != want {
			t.Fatalf("%q became %q", want, back)
		}
		if strings.ContainsRune(shown, '\u202e') {
			t.Fatalf("%q still hides an override", shown)
		}
	})
}

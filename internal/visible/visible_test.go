package visible

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "image-to-video v2", "image-to-video v2"},
		{"letters of other scripts", "Zażółć 東京 עברית", "Zażółć 東京 עברית"},
		{"tab and newline stay", "a\tb\nc", "a\tb\nc"},
		{"CRLF is a newline", "a\r\nb", "a\nb"},
		{"lone carriage return", "safe\revil", "safe[U+000D]evil"},
		{"carriage return at the end", "a\r", "a[U+000D]"},
		{"escape sequence", "\x1b[31m", "[U+001B][31m"},
		{"NUL and DEL", "\x00\x7f", "[U+0000][U+007F]"},
		{"C1 control", "a\u0085b", "a[U+0085]b"},
		{"right-to-left override", "gpj\u202eexe", "gpj[U+202E]exe"},
		{"isolates", "\u2066x\u2069", "[U+2066]x[U+2069]"},
		{"zero-width space", "pay\u200bpal", "pay[U+200B]pal"},
		{"byte order mark", "\ufeffa", "[U+FEFF]a"},
		{"soft hyphen", "a\u00adb", "a[U+00AD]b"},
		{"line separator", "a\u2028b", "a[U+2028]b"},
		{"hangul filler and braille blank", "\u3164\u2800", "[U+3164][U+2800]"},
		{"tag characters", "a\U000e0041", "a[U+E0041]"},
		{"variation selector after a letter", "a\ufe0f", "a[U+FE0F]"},
		{"arabic number sign draws", "\u06001", "\u06001"},
		{"emoji family", "👨‍👩‍👧", "👨‍👩‍👧"},
		{"emoji with style and joiner", "❤️‍🔥", "❤️‍🔥"},
		{"keycap", "1️⃣", "1️⃣"},
		{"joiner between letters", "a\u200db", "a[U+200D]b"},
		{"joiner at the end", "👨\u200d", "👨[U+200D]"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Text(tt.in); got != tt.want {
				t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"żółć", 4, "żółć"},
		{"żółćw", 4, "żół…"},
		{"a\r\nb\r\n", 4, "a\nb\n"},
		{"\u202eabc", 5, "[U+2…"},
		{"abc", 0, ""},
		{"", 0, ""},
		{"ab", 1, "…"},
		{strings.Repeat("x", 1<<20), 5, "xxxx…"},
	} {
		if got := Clip(tt.in, tt.limit); got != tt.want {
			t.Errorf("Clip(%.20q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a\r\nb", "👨‍👩‍👧\u200d", "\u202e\xff\x00", "1️⃣"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		got := Text(s)
		if !utf8.ValidString(got) {
			t.Errorf("Text(%q) = %q: not UTF-8", s, got)
		}
		if again := Text(got); again != got {
			t.Errorf("Text is not stable: %q, then %q", got, again)
		}
		if strings.ContainsAny(got, "\r\x00\x1b\u200b\u202e\u2066\ufeff") {
			t.Errorf("Text(%q) = %q keeps an invisible character", s, got)
		}
		limit &= 0xff
		if n := utf8.RuneCountInString(Clip(s, limit)); n > limit {
			t.Errorf("Clip(%q, %d) has %d characters", s, limit, n)
		}
	})
}

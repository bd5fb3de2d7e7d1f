package apiclient

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

// FuzzSnapshot holds the scanner to the decoder: for any body both refuse it in the same words, or both give the same
// deployments.
func FuzzSnapshot(f *testing.F) {
	addAnswers(f)
	for _, members := range oddMembers {
		f.Add([]byte(`[` + element(members) + `]`))
		f.Add([]byte(`{"x":"]","deployments":[{"name":"a","id":"` + otherID + `"}, ` + element(members) + `],"error":null}`))
	}
	f.Fuzz(func(t *testing.T, body []byte) { agree(t, body) })
}

// FuzzSnapshotElement puts the fuzzed bytes where the scanner does most of its work, so that few of them are spent on the
// frame around.
func FuzzSnapshotElement(f *testing.F) {
	for _, members := range oddMembers {
		f.Add([]byte(members))
	}
	f.Fuzz(func(t *testing.T, members []byte) {
		agree(t, bytes.Join([][]byte{[]byte(`[{"id":"` + otherID + `","name":"a","x":1},{"id":"` + testID + `",`), []byte(`,"status":"standby"}]`)}, members))
	})
}

func FuzzStringEnd(f *testing.F) {
	for _, s := range []string{``, `abc"`, `abcdefghijk"x`, `a\"b"`, `\u00e4"`, "ä\"", "12345678\xff\"", "1234567\x01\"", "1234567\"\x80", "\\\x80\"", "\x7f\x20!\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, escaped := stringEnd(b, 0)
		want, wantEscaped := slowStringEnd(b)
		if got != want || escaped != wantEscaped && want >= 0 {
			t.Errorf("stringEnd(%q) = %d, %v, want %d, %v", b, got, escaped, want, wantEscaped)
		}
	})
}

// slowStringEnd is stringEnd one byte at a time. What an escape stands before is not looked at.
func slowStringEnd(b []byte) (end int, escaped bool) {
	var seen []byte
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '"' && utf8.Valid(seen):
			return i + 1, escaped
		case b[i] == '"' || b[i] < ' ':
			return -1, escaped
		case b[i] == '\\':
			escaped = true
			i++
		default:
			seen = append(seen, b[i])
		}
	}
	return -1, escaped
}

package views

import (
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// FuzzText holds that a printer escapes as templates do.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", `<a href="x">`, "'&amp;'", "ü<é>", "\xff\x00&"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := string(new(printer).text(s).out), templ.EscapeString(s); got != want {
			t.Errorf("text(%q) = %q, want %q", s, got, want)
		}
	})
}

// TestPath: an address that is none of this site's leads nowhere.
func TestPath(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"/deployments?q=a&sort=name": "/deployments?q=a&amp;sort=name",
		"/":                          "/",
		"":                           "#",
		"//elsewhere.example":        "#",
		"javascript:alert(1)":        "#",
		"https://elsewhere.example/": "#",
		`/"><script>`:                "/&#34;&gt;&lt;script&gt;",
	} {
		if got := string(new(printer).path(address).out); got != want {
			t.Errorf("path(%q) = %q, want %q", address, got, want)
		}
	}
}

// TestPrinted: what one component printed is not in the next one.
func TestPrinted(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a long text that leaves a large buffer behind", "short"} {
		var out strings.Builder
		if err := marked(&Marked{Text: text}).Render(t.Context(), &out); err != nil || out.String() != text {
			t.Errorf("printed %q, %v, want %q", out.String(), err, text)
		}
	}
}

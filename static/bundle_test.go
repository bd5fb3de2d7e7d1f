package static

import (
	"strings"
	"testing"
)

// TestBundle_Hash: the address is the content's: the same content has one address, other content another.
func TestBundle_Hash(t *testing.T) {
	t.Parallel()
	one := bundle("app.css", asIs, "css/00-tokens.css")
	same := bundle("app.css", asIs, "css/00-tokens.css")
	other := bundle("app.css", asIs, "css/10-base.css")
	more := bundle("app.css", asIs, "css/00-tokens.css", "css/10-base.css")
	if one.URL != same.URL || one.Integrity != same.Integrity {
		t.Errorf("the same content has two addresses: %s, %s", one.URL, same.URL)
	}
	seen := map[string]bool{}
	for _, a := range []Asset{one, other, more} {
		if seen[a.URL] || seen[a.Integrity] {
			t.Errorf("%s is the address of two contents", a.URL)
		}
		seen[a.URL], seen[a.Integrity] = true, true
		if !strings.HasPrefix(a.URL, Prefix+"app.") || !strings.HasSuffix(a.URL, ".css") {
			t.Errorf("URL = %s", a.URL)
		}
	}
}

// TestLibraryIsOptional: without both of its files the browser library is not there; with them it is.
func TestLibraryIsOptional(t *testing.T) {
	t.Parallel()
	lib := []string{"lib/htmx.min.js", "lib/hx-csp.min.js"}
	if _, ok := HTMX(); ok != exist(lib) {
		t.Errorf("HTMX() = %v, files there = %v", ok, exist(lib))
	}
	if !exist([]string{"css/00-tokens.css"}) || exist([]string{"css/00-tokens.css", "lib/no-such-file.js"}) {
		t.Error("exist() is wrong about files")
	}
}

func TestFold(t *testing.T) {
	in := "/* why */\n.a {\n  color: red;\n\n  &:hover,\n  &:focus { content: \": \"; }\n}\n.b\n.c { margin: 0 1px; }\n"
	want := `.a {color: red;&:hover,&:focus { content: ": "; }}.b .c { margin: 0 1px; }`
	if got := string(fold([]byte(in))); got != want {
		t.Errorf("fold = %s, want %s", got, want)
	}
}

func TestBare(t *testing.T) {
	t.Parallel()
	in := "// why\n{\n  // more\n  const a = \"//no\"; // gone\n\n  go();\n}\n"
	if got, want := string(bare([]byte(in))), "{\nconst a = \"//no\";\ngo();\n}\n"; got != want {
		t.Errorf("bare = %q, want %q", got, want)
	}
}

package htmlcheck

import (
	"strings"
	"testing"
)

func TestAccessible(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		want       string // a fault; "" for none
	}{
		{"labels of all kinds", `<label for="a">A</label><input id="a"><label>B <select><option>x</option></select></label>
			<input aria-label="C"><span id="d">D</span><textarea aria-labelledby="d"></textarea>
			<input type="hidden" name="e"><input type="submit" value="Send"><input type="image" alt="Go" src="/x">`, ""},
		{"names of all kinds", `<button>Save</button><button aria-label="Close"><svg></svg></button><a name="anchor"></a>
			<a href="/"><img src="/x" alt="Home"></a><button><svg><title>Menu</title></svg></button>`, ""},
		{"headings down and up", `<h2>a</h2><h3>b</h3><h4>c</h4><h2>d</h2>`, ""},
		{"decorative image", `<img src="/x" alt="">`, ""},
		{"second h1", `<h1>again</h1>`, "2 h1 elements, want 1"},
		{"second main", `<main></main>`, "2 main elements, want 1"},
		{"unlabelled field", `<input name="q">`, `<input name="q">: no label`},
		{"placeholder is no label", `<input name="q" placeholder="Find">`, "no label"},
		{"label for another", `<label for="x">X</label><input id="y">`, `<input id="y">: no label`},
		{"empty label", `<label for="y"></label><input id="y">`, "no label"},
		{"choices are no label", `<label><select name="s"><option>x</option></select></label>`, `<select name="s">: no label`},
		{"labelled by nothing", `<textarea aria-labelledby="nope"></textarea>`, "no label"},
		{"nameless button", `<button> <svg></svg></button>`, "<button>: no name"},
		{"a button for the Enter key alone", `<button tabindex="-1" aria-hidden="true">Enter</button>`, ""},
		{"a hidden button that Tab reaches", `<button aria-hidden="true">Enter</button>`, "no name"},
		{"hidden words name nothing", `<button><span aria-hidden="true">×</span></button>`, "no name"},
		{"hidden image names nothing", `<a href="/"><img alt="x" aria-hidden="true"></a>`, "no name"},
		{"nameless submit", `<input type="submit" name="s">`, "no name"},
		{"nameless link", `<a href="/x"></a>`, `<a href="/x">: no name`},
		{"same id twice", `<p id="a"></p><p id="a"></p>`, `id "a" is used twice`},
		{"empty id", `<p id=""></p>`, `id "" is empty`},
		{"skipped level", `<h3>a</h3>`, "heading level 3 after 1"},
		{"inline style", `<p style="color:red">x</p>`, "inline style attribute"},
		{"inline handler", `<p onclick="x()">x</p>`, "inline onclick attribute"},
		{"inline htmx handler", `<p hx-on:click="x()">x</p>`, "inline hx-on:click attribute"},
		{"style element", `<style>p{}</style>`, "inline style element"},
		{"inline script", `<script>x()</script>`, "inline script element"},
		{"script by address", `<script src="/x.js"></script>`, ""},
		{"image without alt", `<img src="/x">`, `<img src="/x">: no alt`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := `<!doctype html><html lang="en"><head><title>T</title></head><body><main><h1>H</h1>` + tt.body +
				`</main></body></html>`
			expectFault(t, page, tt.want)
		})
	}
}

func TestAccessible_Page(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, page, want string }{
		{"no language", `<!doctype html><html><title>T</title><main><h1>H</h1></main>`, "html has no lang"},
		{"no title", `<!doctype html><html lang="en"><main><h1>H</h1></main>`, "0 head > title elements"},
		{"empty title", `<!doctype html><html lang="en"><title> </title><main><h1>H</h1></main>`, "the title is empty"},
		{"no h1", `<!doctype html><html lang="en"><title>T</title><main></main>`, "0 h1 elements"},
		{"no main", `<!doctype html><html lang="en"><title>T</title><h1>H</h1>`, "0 main elements"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expectFault(t, tt.page, tt.want)
		})
	}
}

func expectFault(t *testing.T, page, want string) {
	t.Helper()
	err := Accessible(Parse(t, page))
	switch {
	case want == "" && err != nil:
		t.Errorf("unexpected faults: %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("faults are %v, want %q", err, want)
	case want != "" && strings.Count(err.Error(), "\n") > 0:
		t.Errorf("more than one fault: %v", err)
	}
}

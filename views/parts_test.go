package views_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/views"
	"github.com/comfydeck/comfydeck/views/viewtest"
)

var component = regexp.MustCompile(`(?m)^(?:templ (\w+)\(|func (\w+)\(.*\) templ\.Component \{)`)

// faceless are components of views/components.templ that nobody sees.
var faceless = []string{"listField"}

// TestParts: the gallery's page of parts has every component that screens share, each under a name of its own, in states that are there.
func TestParts(t *testing.T) {
	t.Parallel()
	fixtures := map[string]viewtest.Fixture{}
	for _, f := range viewtest.Fixtures() {
		fixtures[f.Name] = f
	}
	var names, made []string
	for _, p := range viewtest.Parts() {
		names, made = append(names, p.Name), append(made, p.MadeBy...)
		if p.Use == "" || len(p.MadeBy) == 0 || len(p.States) == 0 {
			t.Errorf("%s: nothing says what it is for, what makes it, or what it looks like", p.Name)
		}
		for _, s := range p.States {
			screen := s.Screen
			if f, ok := fixtures[s.Fixture]; ok {
				screen = views.Whole(f.Page, f.Screen)
			}
			if screen == nil {
				t.Errorf("%s: there is no fixture %q", p.Name, s.Fixture)
			} else if len(htmlcheck.Select(htmlcheck.Parse(t, render(t, screen)), s.Selector)) == 0 {
				t.Errorf("%s: %q is not in %q", p.Name, s.Selector, s.Fixture)
			}
		}
	}
	for _, name := range []string{
		"Shell", "Account badge", "Breadcrumbs", "Table", "Toolbar", "Filter chips", "Badge", "Meter", "Field", "Hardware select cards", "Number stepper", "Switch",
		"Dialog", "Confirm", "Toast with undo", "Notice", "Empty state", "Skeleton", "Tabs", "Tree", "Code block with copy", "Key-value list", "Timeline entry", "Pagination",
	} {
		if !slices.Contains(names, name) {
			t.Errorf("no part is called %s", name)
		}
	}
	shared := components(t, "components.templ")
	for _, name := range shared {
		if !slices.Contains(made, name) && !slices.Contains(faceless, name) {
			t.Errorf("no part is made by %s of views/components.templ: add it to viewtest.Parts", name)
		}
	}
	all := append(components(t, "*.templ"), components(t, "[ipr]*.go")...) // icons, printer, row
	for _, name := range append(made, faceless...) {
		if !slices.Contains(all, name) {
			t.Errorf("a part is made by %s, which is no component", name)
		}
	}
}

// components are the names of the components in the files that match.
func components(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range component.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1]+m[2])
		}
	}
	return names
}

package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestInFull holds that whatever does less with -short is among the tests that make test runs in full: otherwise nothing would.
func TestInFull(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^in_full = (.*)$`).FindSubmatch(makefile)
	if named == nil {
		t.Fatal("the Makefile names no in_full")
	}
	inFull, seen := regexp.MustCompile(string(named[1])), 0
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	whole := regexp.MustCompile(`(?ms)^func (\w+)\(.*?^\}`)
	less := regexp.MustCompile(`\b(?:long\(t\)|times\()`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range whole.FindAllSubmatch(text, -1) {
			if name := string(f[1]); less.Match(f[0]) && name != "times" && name != "TestInFull" && name != "long" {
				seen++
				if !inFull.MatchString(name) {
					t.Errorf("%s: %s does less with -short, and make test does not run it in full", file, name)
				}
			}
		}
	}
	if seen < 8 {
		t.Errorf("only %d tests do less with -short", seen)
	}
}

package archtest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// reviewed is the one template that may emit HTML it did not write: the readme, after the strict policy.
const reviewed = "views/safe.templ"

// templateRules are what no template may contain. The content policy would stop most of it in the browser; here it
// fails before anybody sees a broken page, and the htmx rules hold where no policy looks. Each has a sample it must
// match, so that a pattern which stops matching is noticed.
var templateRules = []struct {
	pattern *regexp.Regexp
	sample  string
	why     string
}{
	{regexp.MustCompile(`(?i)\sstyle\s*=`), `<p style="color:red">`, "inline styles are blocked by the content policy: use a class"},
	{regexp.MustCompile(`(?i)<style`), `<style>`, "inline styles are blocked by the content policy: use static/css"},
	{regexp.MustCompile(`(?i)\son[a-z]+=`), `<a onclick={ f() }>`, "handlers are blocked by the content policy: use static/js"},
	{regexp.MustCompile(`(?i)hx-on`), `<a hx-on:click="x">`, "hx-on needs eval"},
	{regexp.MustCompile(`(?i)hx-vars`), `<a hx-vars="x">`, "hx-vars needs eval"},
	{regexp.MustCompile(`(?i)["'` + "`" + `](js|javascript):`), `hx-vals="js:{a: 1}"`, "scripts in attributes need eval"},
	{regexp.MustCompile(`(?i)hx-trigger=(\{\s*)?"[^"]*\[`), `hx-trigger={ "click[ctrlKey]" }`, "trigger filters need eval, and without it they let everything pass"},
	{regexp.MustCompile(`(?m)^(script|css)\s+\w+\(`), "\nscript f() {", "templ's script and css blocks become inline code"},
	{regexp.MustCompile(`templ\.(Raw|JSUnsafeFuncCall|SafeURL|SafeCSS)\(`), `@templ.Raw(x)`, "it switches escaping off: only " + reviewed + " may"},
}

var scriptTag = regexp.MustCompile(`(?is)<script\b[^>]*>`)

func TestTemplates(t *testing.T) {
	t.Parallel()
	for _, name := range files(t, ".templ") {
		source := read(t, name)
		for _, rule := range templateRules {
			if name == reviewed && strings.HasPrefix(rule.sample, "@templ.Raw") {
				continue
			}
			for _, at := range rule.pattern.FindAllStringIndex(source, -1) {
				t.Errorf("%s:%d: %s: %s", name, lineOf(source, at[1]), strings.TrimSpace(source[at[0]:at[1]]), rule.why)
			}
		}
		for _, at := range scriptTag.FindAllStringIndex(source, -1) {
			if !strings.Contains(source[at[0]:at[1]], "src=") {
				t.Errorf("%s:%d: a script without src: inline scripts are blocked by the content policy", name, lineOf(source, at[0]))
			}
		}
	}
}

func lineOf(source string, offset int) int {
	return strings.Count(source[:offset], "\n") + 1
}

func TestTemplateRules(t *testing.T) {
	t.Parallel()
	for _, rule := range templateRules {
		if !rule.pattern.MatchString(rule.sample) {
			t.Errorf("the rule %q does not match its sample %s", rule.why, rule.sample)
		}
		const harmless = `<a class="style-guide" href={ p.URL } hx-get={ p.URL } hx-trigger="click" title="on time">`
		if rule.pattern.MatchString(harmless) {
			t.Errorf("the rule %q matches %s", rule.why, harmless)
		}
	}
}

// TestGeneratedPairs keeps go install and a fresh clone working without the generator. make drift compares contents.
func TestGeneratedPairs(t *testing.T) {
	t.Parallel()
	var want []string
	for _, name := range files(t, ".templ") {
		want = append(want, strings.TrimSuffix(name, ".templ")+"_templ.go")
	}
	got := files(t, "_templ.go")
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s is missing: run make generate", name)
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			t.Errorf("%s has no template any more: delete it", name)
		}
	}
}

// TestGeneratorVersion holds the two go.mod files together: generated code fits the runtime of its own version only.
func TestGeneratorVersion(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^\s*github\.com/a-h/templ (v\S+)`)
	runtime := version.FindStringSubmatch(read(t, "go.mod"))
	generator := version.FindStringSubmatch(read(t, "internal/tools/go.mod"))
	if runtime == nil || generator == nil {
		t.Fatal("templ is missing from a go.mod")
	}
	if runtime[1] != generator[1] {
		t.Errorf("templ is %s in go.mod and %s in internal/tools/go.mod", runtime[1], generator[1])
	}
}

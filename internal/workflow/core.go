package workflow

import (
	_ "embed"
	"strings"
	"sync"
)

// coreNames are the classes that come with ComfyUI, by name, as of early 2026; a newer one counts as custom until it is added.
//
//go:embed core.txt
var coreNames string

var coreClasses = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for name := range strings.FieldsSeq(coreNames) {
		known[name] = true
	}
	return known
})

// isCore tells whether a class comes with ComfyUI itself.
func isCore(class string) bool { return coreClasses()[class] }

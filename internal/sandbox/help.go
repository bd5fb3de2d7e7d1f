package sandbox

import (
	_ "embed"
	"strings"
)

//go:embed doc.go
var packageDoc string

// FaultHelp returns the chapter on faults of the package documentation as plain text, so that the grammar is written
// down once.
func FaultHelp() string {
	_, chapter, _ := strings.Cut(packageDoc, "// # Faults\n//\n")
	chapter, _, _ = strings.Cut(chapter, "package sandbox")
	var text strings.Builder
	for line := range strings.Lines(chapter) {
		line = strings.TrimPrefix(strings.TrimPrefix(line, "//"), " ")
		text.WriteString(strings.ReplaceAll(line, "\t", "  "))
	}
	return text.String()
}

package archtest

import (
	"slices"
	"strings"
	"testing"
)

// TestVisitorsReachNothing: from the handlers of people without an account no import leads to a session, to the API or to
// anything that writes (SR-49).
func TestVisitorsReachNothing(t *testing.T) {
	t.Parallel()
	byFolder := packages(goFiles(t))
	reached, todo := map[string]bool{}, []string{"handlers/visitor"}
	for len(todo) > 0 {
		folder := todo[0]
		todo = todo[1:]
		if reached[folder] {
			continue
		}
		reached[folder] = true
		for _, f := range byFolder[folder] {
			if f.test {
				continue
			}
			for _, imported := range f.imports() {
				if own, ours := strings.CutPrefix(imported, module+"/"); ours {
					todo = append(todo, own)
				}
			}
		}
	}
	for folder := range reached {
		if slices.Contains([]string{"apiclient", "cmd/comfydeck", "handlers", "web", "internal/bulk", "internal/config", "internal/deployments", "internal/fleet", "internal/journal", "internal/session", "internal/store"}, folder) {
			t.Errorf("the visitors' handlers reach %s", folder)
		}
	}
	if !reached["views"] || !reached["internal/shares"] || len(reached) < 6 {
		t.Errorf("reached only %v: this test looks in the wrong place", reached)
	}
}

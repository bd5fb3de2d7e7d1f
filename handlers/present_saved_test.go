package handlers

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// TestSavedText: however much was changed, and to whatever, the notice leaves room in its cookie for what else there is to say.
func TestSavedText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 500)
	done := deployments.Result{Deployment: deployments.Deployment{Name: long}}
	for _, f := range deployments.UpdateFields() {
		done.Written.Changes = append(done.Written.Changes, journal.Change{Field: f, From: long, To: long})
	}
	got := savedText(done, deployments.Plan{})
	if n := utf8.RuneCountInString(got); n > 300 || !strings.HasSuffix(got, "… and 5 more.") {
		t.Errorf("%d characters: %s", n, got)
	}
	if strings.Contains(got, "cost") {
		t.Errorf("it speaks of money without a price: %s", got)
	}
	done.Written.Changes = []journal.Change{{Field: deployments.FieldIsEnabled, From: "", To: "true"}}
	if got := savedText(done, deployments.Plan{}); !strings.HasSuffix(got, ": state unknown → Enabled.") {
		t.Errorf("what was not known before: %s", got)
	}
	done.Written.Changes = nil
	if got := savedText(done, deployments.Plan{}); got != "Saved "+strings.Repeat("ä", maxToldText-1)+"…." {
		t.Errorf("without anything as asked: %s", got)
	}
}

package e2e

import (
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

// A name of 200 letters without a space makes no page scroll sideways.
func TestLongName(t *testing.T) {
	t.Parallel()
	deck := StartAlone(t)
	id := deck.Sandbox.Put(demo, sandbox.Deployment{Name: strings.Repeat("Wide", 50), Hardware: []string{"AMPERE_48"}, WorkflowID: workflow, WorkflowVersion: strings.Repeat("v", 60), MinInstances: 1, MaxInstances: 2, IsEnabled: true}).ID
	other := deck.Named(t, "flux-kontext-retouch").ID
	self := "/deployments/" + id
	tab := deck.SignedIn(t)
	for _, path := range []string{
		"/deployments", self, self + "/edit", self + "/delete", self + "/notes", self + "/share", self + "/workflow", self + "/payload",
		"/deployments/new?from=" + id, "/compare?a=" + id, "/compare?a=" + id + "&b=" + other, "/activity?deployment=" + id,
	} {
		tab.Provokes(404)
		tab.Open(path)
		for _, width := range []int64{390, 1440} {
			tab.Resize(width, 800)
			if wide := Eval[int](tab, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
				t.Errorf("%s scrolls sideways by %d pixels at %d", path, wide, width)
			}
		}
	}
}

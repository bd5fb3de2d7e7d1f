package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestEveryTrouble sends what TestGenerated does not, a deletion and both ways of the switch, into every fault of the sandbox: what
// the screen says and what the service did agree, whether the service did it before it failed or not.
func TestEveryTrouble(t *testing.T) {
	t.Parallel()
	writes := []struct {
		name, op, path string
		form           url.Values
		happened       func(*webtest.Deck) bool
	}{
		{"delete", "delete", "/deployments/" + on + "/delete", url.Values{"confirm_name": {"image-to-video"}}, func(d *webtest.Deck) bool {
			_, there := d.Sandbox.Deployment(webtest.Token, on)
			return !there
		}},
		{"disable", "update", "/deployments/" + on + "/disable", url.Values{"switch": {"1"}}, func(d *webtest.Deck) bool {
			now, _ := d.Sandbox.Deployment(webtest.Token, on)
			return !now.IsEnabled
		}},
		{"enable", "update", "/deployments/" + off + "/enable", url.Values{"switch": {"1"}}, func(d *webtest.Deck) bool {
			now, _ := d.Sandbox.Deployment(webtest.Token, off)
			return now.IsEnabled
		}},
	}
	for _, w := range writes {
		for _, trouble := range troubles {
			t.Run(w.name+"/"+trouble, func(t *testing.T) {
				t.Parallel()
				d := start(t, webtest.Options{WriteBudget: 30 * time.Second, SendBudget: 3 * time.Second}) // what a hang takes
				b := member(t, d)
				kind, argument, _ := strings.Cut(trouble, "=")
				spec := kind + "@" + w.op
				if argument != "" {
					spec += "=" + argument
				}
				d.Fault(spec)
				r := b.Write(w.path, w.form)
				said := "nothing"
				switch {
				case r.Status == http.StatusSeeOther:
					said = "done"
				case strings.Contains(r.Text(), "did not confirm"):
					said = "unknown"
				}
				happened := w.happened(d)
				if said == "done" && !happened || said == "nothing" && happened {
					t.Errorf("%d said %s, and it happened: %v: %s", r.Status, said, happened, r.Text())
				}
				if n := len(d.Writes()); n != 1 {
					t.Errorf("%d writes reached the API, want one", n)
				}
			})
		}
	}
}

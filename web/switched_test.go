package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestSwitchOpened: after a review the address of a switch stands in the browser. Opening it leads to the deployment.
func TestSwitchOpened(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	for _, action := range []string{"/enable", "/disable"} {
		b.Get("/deployments/"+off+action).Expect(http.StatusSeeOther, "/deployments/"+off)
	}
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("reading switched: %v", w)
	}
	if r := d.Browser(t).Get("/deployments/" + off + "/enable"); r.Status != http.StatusSeeOther || !strings.HasPrefix(r.Header.Get("Location"), "/sign-in") {
		t.Errorf("a stranger is led to %d %q", r.Status, r.Header.Get("Location"))
	}
}

// TestPauseSaysWhatItFails: with the pause it is said what that did to running requests; the gentle stop is beside it.
func TestPauseSaysWhatItFails(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{ID: nowhere, Name: "kept warm", MinInstances: 2, MaxInstances: 3, IsEnabled: true})
	b := member(t, d)
	if r := b.Get("/deployments/" + on); strings.Contains(r.Text(), "Set minimum to 0") {
		t.Error("a deployment without a warm instance offers to stop them")
	}
	b.Get("/deployments/" + nowhere).Check(says("Set minimum to 0"))
	zero := url.Values{"min_instances": {"0"}, "base_min_instances": {"2"}}
	b.Post("/deployments/"+nowhere, zero).Expect(http.StatusSeeOther, "/deployments/"+nowhere)
	b.Get("/deployments/" + nowhere).Check(says("Saved kept warm: minimum instances 2 → 0."))
	if now, _ := d.Sandbox.Deployment(webtest.Token, nowhere); now.MinInstances != 0 || now.MaxInstances != 3 || !now.IsEnabled {
		t.Errorf("the gentle stop made it %+v", now)
	}
	b.Write("/deployments/"+nowhere+"/disable", url.Values{"switch": {"1"}, "view": {"row"}}, webtest.HX(d.URL+"/deployments")).
		Check(says("Paused: kept warm. Requests that were running fail."), htmlcheck.In(".notice button", says("Enable again")))
}

// TestStopByHand: the command that pauses without this server keeps its lines, and has a button that copies it.
func TestStopByHand(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments")
	d.Sandbox.SetFaults(sandbox.MustFault("500"))
	r := b.Write("/deployments/"+on+"/disable", url.Values{"switch": {"1"}, "view": {"row"}}, webtest.HX(d.URL+"/deployments"))
	r.Check(says("Pause image-to-video: "), htmlcheck.In(".notice pre#curl-stop", says("curl")), htmlcheck.In(".notice button[data-copy-from=curl-stop]", says("Copy")))
	if !strings.Contains(r.Body, "\\\n") {
		t.Errorf("the command has lost its lines: %s", r.Body)
	}
}

// TestForbidden: what another account may see was not deleted.
func TestForbidden(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	d.Sandbox.SetFaults(sandbox.MustFault("403"))
	r := b.Get("/deployments/" + on)
	r.Check(says("The link is fine, but this account may not see what it leads to"), says("Switch account and open this page again"))
	if strings.Contains(r.Text(), "deleted") {
		t.Errorf("it says that it was deleted: %s", r.Text())
	}
}

package web_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// twin starts another server of the same site, on the same database and in front of the same API.
func twin(t *testing.T, d *webtest.Deck, database string) *webtest.Deck {
	t.Helper()
	return webtest.Start(t, webtest.Options{PublicURL: site, Database: database, APIURL: d.APIURL})
}

// TestOneConfirmation: fifty sends of one confirmed review, over two servers at once, are one call of the API, and everybody is
// led to what came of it (SR-37, RR-07).
func TestOneConfirmation(t *testing.T) {
	t.Parallel()
	file := migrated.SQLite(t)
	d := start(t, webtest.Options{PublicURL: site, Database: file})
	servers := []*webtest.Deck{d, twin(t, d, file)}
	b := member(t, d)
	b.Get("/deployments/" + on + "/edit")
	action := "/deployments/" + on
	b.Post(action, with(b.Form(action), "min_instances", "2")).Check(heading("Change image-to-video?"))
	confirmed := b.Form(action)
	var wait sync.WaitGroup
	for i := range 50 {
		wait.Go(func() { b.Via(servers[i%2]).Post(action, confirmed).Expect(http.StatusSeeOther, action) })
	}
	wait.Wait()
	wantWrites(t, d, map[string]any{"-": "PATCH /deployments/ON", "name": "image-to-video", "min_instances": 2.0})

	// Used up, edited or of somebody else: nothing leaves.
	d.Sandbox.ResetCalls()
	b.Post(action, confirmed).Expect(http.StatusSeeOther, action)
	b.Post(action, with(confirmed, "min_instances", "3")).Expect(http.StatusConflict, "")
	stranger := d.Browser(t)
	stranger.SignIn(webtest.Token)
	b.Get(action + "/edit")
	b.Post(action, with(b.Form(action), "max_instances", "9"))
	stranger.Post(action, b.Form(action)).Expect(http.StatusConflict, "")
	wantWrites(t, d)
}

// TestRestart: a form and a review that were open while the server was restarted are sent as if it had not been.
func TestRestart(t *testing.T) {
	t.Parallel()
	file := migrated.SQLite(t)
	d := start(t, webtest.Options{PublicURL: site, Database: file})
	b := member(t, d)
	action := "/deployments/" + on
	b.Get(action + "/edit")
	form := with(b.Form(action), "name", "typed before", "max_instances", "5")
	other := d.Browser(t)
	other.SignIn(webtest.Token)
	other.Post("/deployments", newDeployment()).Check(heading("Create upscaler?"))
	review := other.Form("/deployments")
	if err := d.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Sandbox.ResetCalls()

	again := twin(t, d, file)
	b, other = b.Via(again), other.Via(again)
	b.Write(action, form).Expect(http.StatusSeeOther, action)
	other.Post("/deployments", review)
	if w := d.Writes(); len(w) != 2 || !w[0].Applied || !w[1].Applied {
		t.Errorf("the API saw %d writes, want both", len(w))
	}
	if got, _ := d.Sandbox.Deployment(webtest.Token, on); got.Name != "typed before" || got.MaxInstances != 5 {
		t.Errorf("the deployment is %+v", got)
	}
}

// TestExpiredReview: somebody whose session ended before the review was confirmed signs in and sees the same change for review;
// nothing was sent, and confirming it sends it once (RR-12).
func TestExpiredReview(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	action := "/deployments/" + on
	b.Get(action + "/edit")
	b.Post(action, with(b.Form(action), "min_instances", "2"))
	confirmed := b.Form(action)
	d.Store.ShiftClock(13 * time.Hour)
	b.Post(action, confirmed).Expect(http.StatusUnauthorized, "")
	again := b.Post("/sign-in", with(b.Form("/sign-in"), "token", webtest.Token))
	again.Expect(http.StatusOK, "")
	again.Check(heading("Change image-to-video?"), says("Nothing was sent yet"), htmlcheck.In("main", says("Minimum instances")))
	wantWrites(t, d)
	again.Check(htmlcheck.In("input[name=min_instances]", htmlcheck.HasAttr("value", "2")))
	b.Submit(action, nil).Expect(http.StatusSeeOther, action)
	wantWrites(t, d, map[string]any{"-": "PATCH /deployments/ON", "name": "image-to-video", "min_instances": 2.0})
}

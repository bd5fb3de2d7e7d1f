package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestLock: a locked deployment says so where it is deleted, and why, and is not deleted by a form opened before either.
func TestLock(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, other := member(t, d), member(t, d)
	other.Get("/deployments/" + on + "/delete") // opened before the lock
	open := other.Form("/deployments/" + on + "/delete")

	b.Get("/deployments/" + on)
	b.Submit("/deployments/"+on+"/lock", map[string]string{"reason": "<b>a demo</b> on Friday"}).Expect(http.StatusSeeOther, "/deployments/"+on)
	b.Get("/deployments/"+on).Check(says("Locked against deletion."), says("<b>a demo</b> on Friday"), says("By Night shift"))
	b.Get("/deployments/"+on+"/delete").Check(says("<b>a demo</b> on Friday"), htmlcheck.NotIn("input[name=confirm_name]"))

	d.Sandbox.ResetCalls()
	open.Set("confirm_name", "image-to-video")
	r := other.Post("/deployments/"+on+"/delete", open)
	r.Expect(http.StatusForbidden, "")
	r.Check(says("<b>a demo</b> on Friday"), says("Nothing was deleted"))
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("a locked deployment was deleted: %d writes", len(w))
	}

	b.Get("/deployments/" + on)
	b.Submit("/deployments/"+on+"/unlock", nil).Expect(http.StatusSeeOther, "/deployments/"+on)
	other.Get("/deployments/" + on + "/delete")
	other.Submit("/deployments/"+on+"/delete", map[string]string{"confirm_name": "image-to-video"}).Expect(http.StatusSeeOther, "/deployments")
}

// TestUnsettled: a write nobody could vouch for is on every page of its account until looking shows what came of it.
func TestUnsettled(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	stranger := d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	const pending = "It is not known what came of 1 write."
	b.Get("/deployments").Check(htmlcheck.NotIn("form[action=/deployments/settle]"))

	d.Fault("500@update")
	r := b.Post("/deployments/"+on, url.Values{"queue_size": {"7"}})
	r.Expect(http.StatusBadGateway, "")
	d.Fault()
	b.Get("/deployments").Check(says(pending), says("Change image-to-video: Queue size to 7"))
	b.Post("/preferences", url.Values{"look_only": {"on"}})
	b.Get("/deployments").Check(says(pending), htmlcheck.NotIn("form[action=/deployments/settle]"))
	b.Post("/preferences", url.Values{"look_only": {"off"}})
	b.Get("/deployments")
	stranger.Get("/deployments").Check(htmlcheck.NotIn("form[action=/deployments/settle]"))

	b.Submit("/deployments/settle", nil).Expect(http.StatusSeeOther, "/deployments")
	b.Get("/deployments").Check(says("it does not show"), says(pending))

	now, _ := d.Sandbox.Deployment(webtest.Token, on)
	now.QueueSize = 7
	d.Sandbox.Put(webtest.Token, now)
	d.Sandbox.ResetCalls()
	b.Submit("/deployments/settle", nil).Expect(http.StatusSeeOther, "/deployments")
	b.Get("/deployments").Check(says("Change image-to-video: Queue size to 7: it happened."), htmlcheck.NotIn("form[action=/deployments/settle]"))
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("looking sent %d writes", len(w))
	}
}

// TestLookAgainForm: after an unknown outcome the form comes back with its key, sent again it looks, and when the change shows it
// is done.
func TestLookAgainForm(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments/" + on + "/edit")
	d.Fault("500@update")
	r := b.Submit("/deployments/"+on, map[string]string{"queue_size": "7"})
	r.Expect(http.StatusBadGateway, "")
	r.Check(htmlcheck.In("main form.form button[type=submit]", htmlcheck.HasText("Look again")), says("Sends nothing"))
	d.Fault()
	d.Sandbox.ResetCalls()
	b.Submit("/deployments/"+on, nil).Expect(http.StatusBadGateway, "")
	now, _ := d.Sandbox.Deployment(webtest.Token, on)
	now.QueueSize = 7
	d.Sandbox.Put(webtest.Token, now)
	b.Submit("/deployments/"+on, nil).Expect(http.StatusSeeOther, "/deployments/"+on)
	b.Get("/deployments/" + on).Check(says("reading it back shows that it happened"))
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("looking sent %d writes", len(w))
	}
}

// TestLock_List: the list shows what is locked and why, finds it by both, and on other servers too; lifted, it is gone there.
func TestLock_List(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, colleague, stranger := member(t, d), member(t, d), d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	colleague.Get("/deployments").Check(htmlcheck.Count(".table__lock", 0))
	b.Post("/deployments/"+on+"/lock", url.Values{"reason": {"Shop runs on it"}}).Expect(303, "/deployments/"+on)
	colleague.Get("/deployments").Check(htmlcheck.Count(".table__lock", 1), htmlcheck.In("#deployment-"+on, says("Locked: Shop runs on it")))
	for _, words := range []string{"locked", "shop+runs"} {
		colleague.Get("/deployments?q="+words).Check(says("1–1 of 1 found among 2"), htmlcheck.Count(".table__lock mark", strings.Count(words, "+")+1))
	}
	stranger.Get("/deployments?q=locked").Check(htmlcheck.Count("tbody tr", 0))
	b.Post("/deployments/"+on+"/unlock", url.Values{"switch": {"1"}}).Expect(303, "/deployments/"+on)
	colleague.Get("/deployments").Check(htmlcheck.Count(".table__lock", 0))
}

// TestLastChange: the page that deletes says who changed the deployment last, and does not take a refused change for one.
func TestLastChange(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{WriteBudget: 5 * time.Second, SendBudget: time.Second})
	b := member(t, d)
	page, queue := "/deployments/"+on+"/delete", func(size string) url.Values { return url.Values{"queue_size": {size}} }
	if r := b.Get(page); strings.Contains(r.Text(), "Last changed here") {
		t.Errorf("nothing was changed here yet: %s", r.Text())
	}

	b.Write("/deployments/"+on, queue("7")).Expect(http.StatusSeeOther, "/deployments/"+on)
	b.Get(page).Check(says("Last changed here Change image-to-video: Queue size to 7 Night shift,"))
	d.Fault("422@update")
	b.Write("/deployments/"+on, queue("8")).Expect(http.StatusUnprocessableEntity, "")
	b.Get(page).Check(says("Last changed here Change image-to-video: Queue size to 7"))
	d.Fault("500@update")
	b.Write("/deployments/"+on, queue("9")).Expect(http.StatusBadGateway, "")
	b.Get(page).Check(says("Last asked for here, and not known to have happened Change image-to-video: Queue size to 9"))
}

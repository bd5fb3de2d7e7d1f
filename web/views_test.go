package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/savedviews"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

// own are the labels of the account's own views, as the list shows them.
func own(r *webtest.Response) (out []string) {
	for _, n := range htmlcheck.Select(r.DOM(), ".views__own a") {
		out = append(out, htmlcheck.Text(n))
	}
	return out
}

// TestOwnViews saves the list in sight, opens it, renames it and deletes it, as a person does without JavaScript. Another
// browser of the account has it too; another account does not.
func TestOwnViews(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	const list = "/deployments?changed=day&desc=1&q=image&sort=floor&state=paused"

	b.Get(list + "&page=7")
	b.Submit("/views", map[string]string{"name": "  Night   shift "}).Expect(303, list)
	shown := b.Get(list)
	shown.Check(says("Saved the view “Night shift”."), htmlcheck.In(".views__own a[aria-current=true]", htmlcheck.HasExactText("Night shift")))
	if got := htmlcheck.Attr(htmlcheck.Select(shown.DOM(), ".views__own a")[0], "href"); got != list {
		t.Errorf("the view leads to %q, want %q", got, list)
	}
	shown.Check(htmlcheck.NotIn(`form[action=/views]`)) // it has its name

	colleague := member(t, d)
	if got := own(colleague.Get("/deployments")); len(got) != 1 || got[0] != "Night shift" {
		t.Errorf("a colleague sees %q", got)
	}
	stranger := d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	if got := own(stranger.Get("/deployments")); got != nil {
		t.Errorf("another account sees %q", got)
	}

	rename := htmlcheck.Attr(htmlcheck.Select(b.Get("/views").DOM(), ".saved details form")[0], "action")
	stranger.Post(rename, url.Values{"name": {"mine"}}).Expect(404, "")
	stranger.Post(rename+"/delete", url.Values{"delete": {"1"}}).Expect(404, "")
	b.Submit(rename, map[string]string{"name": "Day"}).Expect(303, "/views")
	if got := own(b.Get("/deployments")); len(got) != 1 || got[0] != "Day" {
		t.Errorf("after renaming: %q", got)
	}
	b.Get("/views")
	b.Submit(rename+"/delete", nil).Expect(303, "/views")
	b.Get("/views").Check(htmlcheck.In(".empty h2", says("No views yet")), says("Deleted the view"))
}

// TestOwnViews_Refused holds that a refused name comes back as it was typed, with the list it was for.
func TestOwnViews_Refused(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	save := url.Values{"name": {"Taken"}, "query": {"q=a"}}
	b.Post("/views", save).Expect(303, "/deployments?q=a")
	for typed, want := range map[string]string{"": "Give the view a name", "TAKEN": "already", strings.Repeat("x", 61): "at most 60"} {
		r := b.Post("/views", url.Values{"name": {typed}, "query": {"q=b&nonsense=1"}})
		r.Expect(422, "")
		r.Check(
			htmlcheck.In("#name", htmlcheck.HasAttr("value", typed), htmlcheck.HasAttr("aria-invalid", "true")),
			htmlcheck.In("#name-error", says(want)), htmlcheck.In(`input[name=query]`, htmlcheck.HasAttr("value", "q=b")), says("“b”; by name"),
		)
	}
	b.Post("/views", with(save, "name", "Other")).Expect(303, "/deployments?q=a")
	r := b.Get("/views")
	rename := htmlcheck.Attr(htmlcheck.Select(r.DOM(), ".saved details form")[0], "action")
	r = b.Post(rename, url.Values{"name": {"taken"}})
	r.Expect(422, "")
	r.Check(htmlcheck.In(`.saved details[open] input[name=name]`, htmlcheck.HasAttr("value", "taken")), htmlcheck.In(".field__error", says("already")))
	b.Post("/views/aaaaaaaaaaaaaaaa", url.Values{"name": {"x"}}).Expect(404, "")
	b.Post("/views/..%2f", url.Values{"name": {"x"}}).Expect(404, "")
	if calls := d.Calls(); len(calls) > 0 {
		t.Errorf("views are no matter of the API: %q", calls)
	}
}

// TestOwnViews_Full holds the number of views, and that the list no longer offers what would be refused.
func TestOwnViews_Full(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{}))
	for i := range 50 {
		b.Post("/views", url.Values{"name": {fmt.Sprint("view ", i)}, "query": {fmt.Sprint("q=", i)}}).Expect(303, fmt.Sprint("/deployments?q=", i))
	}
	b.Post("/views", url.Values{"name": {"one more"}, "query": {""}}).Expect(422, "")
	r := b.Get("/deployments?q=other")
	r.Check(htmlcheck.NotIn(`form[action=/views]`), htmlcheck.Count(".views__own", 50))
}

// TestOwnViews_SignedOut keeps the name that was typed when the session ended meanwhile.
func TestOwnViews_SignedOut(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	r := b.Post("/views", url.Values{"name": {"Night & day"}, "query": {"state=paused"}})
	r.Expect(401, "")
	r.Check(heading("Sign in"), htmlcheck.In(`input[name=next]`, htmlcheck.HasAttr("value", "/views")))
	r = b.Submit("/sign-in", map[string]string{"token": webtest.Token})
	r.Expect(200, "")
	r.Check(htmlcheck.In("#name", htmlcheck.HasAttr("value", "Night & day")), htmlcheck.In(`input[name=query]`, htmlcheck.HasAttr("value", "state=paused")))
	b.Submit("/views", nil).Expect(303, "/deployments?state=paused")
}

// noViews is a database whose views are out of reach.
type noViews struct{ savedviews.Store }

var errDown = errors.New("out of reach")

func (noViews) Views(context.Context, string) ([]savedviews.View, error) { return nil, errDown }

func (noViews) AddView(context.Context, string, savedviews.View, string, int) error { return errDown }

// TestOwnViews_Unread: a list is worth more than its views. When those cannot be read, it shows without them and says so.
func TestOwnViews_Unread(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{Web: func(o *web.Options) { o.Views = savedviews.New(noViews{}) }}))
	b.Get("/deployments").Check(says("Your own views cannot be read right now."), htmlcheck.Count("tbody tr", 2))
	r := b.Post("/views", url.Values{"name": {"Night"}, "query": {"q=a"}})
	r.Expect(503, "")
	r.Check(htmlcheck.In("#name", htmlcheck.HasAttr("value", "Night")), htmlcheck.In(`input[name=query]`, htmlcheck.HasAttr("value", "q=a")))
	b.Get("/views").Expect(503, "")
}

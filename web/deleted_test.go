package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/apiclient"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/store"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

const hidden = "Not visible to this account"

// remove deletes the deployment that is on, as a person does.
func remove(b *webtest.Browser) *webtest.Response {
	return b.Post("/deployments/"+on+"/delete", url.Values{"confirm_name": {"image-to-video"}})
}

// TestDeleted opens the old links of a deployment that was deleted here: each says by whom and when, and leads to the entry of the log
// and to making it again. Another account comes last.
func TestDeleted(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Now: time.Now})
	b := member(t, d)
	d.Store.ShiftClock(-5*time.Minute - time.Second)
	remove(b).Expect(http.StatusSeeOther, "/deployments")
	d.Store.ShiftClock(5*time.Minute + time.Second)
	entry := entryOf(t, b, "delete", 1)
	for _, sub := range []string{"", "/edit", "/delete", "/payload", "/payload.json", "/workflow?q=a", "/share"} {
		r := b.Get("/deployments/" + on + sub)
		r.Expect(http.StatusNotFound, "")
		r.Check(
			heading("Deleted"), htmlcheck.In("title", says("Deleted")), htmlcheck.In(".problem", says("image-to-video was deleted by Night shift, 5 min ago.")),
			htmlcheck.Count(".problem time[title]", 1), htmlcheck.In(`.actions a[href=`+entry+`]`, says("Change log entry")),
			htmlcheck.In(`.callout input[name=next]`, htmlcheck.HasAttr("value", "/deployments/"+on+sub)), htmlcheck.In(`.callout a`, says("add it beside this one")),
		)
		if text := r.Text(); strings.Index(text, "Create it again…") > strings.Index(text, "Switch account") || strings.Contains(text, "RunComfy has no such") {
			t.Errorf("%s: %s", sub, text)
		}
	}
	again := htmlcheck.Attr(htmlcheck.Select(b.Page.DOM(), ".actions a")[0], "href")
	b.Get(again).Check(heading("New deployment"), holds("name", "image-to-video"), holds("max_instances", "3"))
	if w := d.Writes(); len(w) != 1 {
		t.Errorf("reading wrote: %v", w)
	}

	stranger := d.Browser(t)
	stranger.SignIn(webtest.OtherToken)
	stranger.Get("/deployments/" + on).Check(heading(hidden))
}

// TestDeleted_Another: a page that is not about one deployment does not take one it cannot read for what was deleted last.
func TestDeleted_Another(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	remove(b).Expect(http.StatusSeeOther, "/deployments")
	for _, path := range []string{"/deployments/new?from=" + nowhere, "/compare?a=" + nowhere + "&b=" + nowhere, "/deployments/" + nowhere} {
		if r := b.Get(path); strings.Contains(r.Text(), "image-to-video was deleted") {
			t.Errorf("%s says: %s", path, r.Text())
		}
	}
}

// TestDeleted_ByNobodyKnown: no person, no name, and a browser that only looks: nothing is made up, and nothing offered that it may not do.
func TestDeleted_ByNobodyKnown(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Now: time.Now})
	d.Put(sandbox.Deployment{ID: nowhere, Name: " "})
	b := d.Browser(t)
	b.Post("/sign-in", url.Values{"token": {webtest.Token}, "next": {""}}).Expect(http.StatusSeeOther, "/deployments")
	remove(b)
	b.Post("/deployments/"+nowhere+"/delete", url.Values{"confirm_name": {nowhere}}).Expect(http.StatusSeeOther, "/deployments")
	b.Get("/deployments/" + on).Check(htmlcheck.In(".problem", says("image-to-video was deleted just now.")))
	b.Get("/deployments/"+nowhere).Check(heading("Deleted"), htmlcheck.In(".problem", says("This deployment was deleted just now.")))
	b.Post("/preferences", url.Values{"look_only": {"on"}})
	r := b.Get("/deployments/" + on)
	r.Check(heading("Deleted"), says("Change log entry"))
	if strings.Contains(r.Text(), "Create it again") {
		t.Error("a browser that only looks is offered to create")
	}
}

// TestDeleted_NotKnown: a deletion that was refused, or whose outcome nobody knows, is none.
func TestDeleted_NotKnown(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"403@delete", "500@delete"} {
		d := start(t, webtest.Options{})
		b := member(t, d)
		d.Fault(fault)
		if r := remove(b); r.Status < 400 {
			t.Fatalf("%s: %d", fault, r.Status)
		}
		d.Fault()
		d.Sandbox.Remove(webtest.Token, on)
		r := b.Get("/deployments/" + on)
		r.Expect(http.StatusNotFound, "")
		r.Check(heading(hidden))
	}
}

// TestDeleted_Outside: one that was found deleted elsewhere says so, with the time at which it was noticed. One that only changed elsewhere does not.
func TestDeleted_Outside(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{Now: time.Now})
	b := member(t, d)
	b.Get("/deployments") // a first look
	now, _ := d.Sandbox.Deployment(webtest.Token, on)
	now.QueueSize, now.UpdatedAt = 20, now.UpdatedAt.Add(time.Minute)
	d.Sandbox.Put(webtest.Token, now)
	entryOf(t, b, "outside", 1)
	d.Sandbox.Remove(webtest.Token, on)
	b.Get("/deployments/" + on).Check(heading(hidden))
	entry := entryOf(t, b, "outside", 1)
	r := b.Get("/deployments/" + on)
	r.Expect(http.StatusNotFound, "")
	r.Check(
		heading("Deleted"), htmlcheck.In(".problem", says("image-to-video was deleted elsewhere, not by ComfyDeck, which noticed it just now.")),
		htmlcheck.In(`.actions a[href=`+entry+`]`, says("Change log entry")), says("Create it again…"),
	)
}

// TestDeleted_DatabaseFails: a log that fails, or does not answer, leaves the page as it is without one, and soon.
func TestDeleted_DatabaseFails(t *testing.T) {
	t.Parallel()
	var broken atomic.Pointer[func(context.Context) error]
	o := webtest.Options{Database: migrated.SQLite(t)}
	o.Web = func(w *web.Options) {
		db, err := store.Open(t.Context(), o.Database)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		api, err := apiclient.New(w.Config.APIURL, apiclient.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w.Deck = deployments.New(api, unreadable{db.Journal(), &broken}, deployments.Options{Limits: deployments.Limits{MinInstances: 3, MaxInstances: 10}, Now: w.Now})
		t.Cleanup(w.Deck.Close)
	}
	d := start(t, o)
	b := member(t, d)
	remove(b).Expect(http.StatusSeeOther, "/deployments")
	b.Get("/deployments/" + on).Check(heading("Deleted"))
	for name, fails := range map[string]func(context.Context) error{
		"at once": func(context.Context) error { return errors.New("the disk is full") },
		"never":   func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	} {
		broken.Store(&fails)
		began := time.Now()
		r := b.Get("/deployments/" + on)
		r.Expect(http.StatusNotFound, "")
		r.Check(heading(hidden))
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: the page takes %s", name, took)
		}
	}
}

// unreadable is a journal whose log can be made to fail.
type unreadable struct {
	*store.Journal
	broken *atomic.Pointer[func(context.Context) error]
}

func (u unreadable) Timeline(ctx context.Context, account string, f journal.Filter, limit int) ([]journal.Line, error) {
	if fails := u.broken.Load(); fails != nil {
		return nil, (*fails)(ctx)
	}
	return u.Journal.Timeline(ctx, account, f, limit)
}

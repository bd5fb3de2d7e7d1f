package web_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/static"
)

// TestListSettings chooses columns, density and rows per page from within the list, as without JavaScript, and finds them
// again: on the list, in a row that comes alone, and on the page of preferences.
func TestListSettings(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	for i := range 60 {
		d.Put(sandbox.Deployment{ID: fmt.Sprintf("00000000-0000-0000-0000-%012x", i), Name: fmt.Sprintf("batch %d", i), IsEnabled: true})
	}
	b := member(t, d)
	r := b.Get("/deployments?q=batch&page=2")
	looks := "link[href=" + static.PagesCSS().URL + "]" // the styles of what few lists are made to look like
	r.Check(htmlcheck.Count("tbody tr", 25), htmlcheck.NotIn(".table--compact"), htmlcheck.Count("thead th", 11), htmlcheck.Count(looks, 0))

	form := url.Values{"columns": {"chosen"}, "column_cost": {"1"}, "column_workflow": {"1"}, "density": {"compact"}, "per_page": {"50"}, "next": {"/deployments?q=batch"}}
	b.Post("/preferences", form).Expect(303, "/deployments?q=batch")
	r = b.Get("/deployments?q=batch")
	r.Check(
		htmlcheck.Count("tbody tr", 50), htmlcheck.Count(".table--compact", 1), htmlcheck.Count("thead th", 5), htmlcheck.Count("tfoot tr > *", 5), htmlcheck.Count(looks, 1),
		htmlcheck.In(`tbody td[data-label=Cost]`, says("0–$7.50/h")), htmlcheck.Count(`tbody td[data-label=State]`, 0), says("Page 1 of 2"),
		htmlcheck.Count(".panel a[hx-get=/preferences?list=%2Fdeployments%3Fq%3Dbatch]", 1),
	)
	b.Get("/preferences?list=%2Fdeployments%3Fq%3Dbatch", webtest.HX(d.URL+"/deployments?q=batch")).Check(
		htmlcheck.Count(`input[name=column_workflow][checked]`, 1), htmlcheck.Count(`input[name=column_queue][checked]`, 0),
		htmlcheck.In("input[name=next]", htmlcheck.HasAttr("value", "/deployments?q=batch")), htmlcheck.NotIn("h1"),
	)
	b.Get("/deployments/filters?q=batch", webtest.HX(d.URL+"/deployments?q=batch")).Check(htmlcheck.NotIn("h1"), htmlcheck.Count(".panel__form select", 4), htmlcheck.In("input[name=q]", htmlcheck.HasAttr("value", "batch")))
	b.Get("/preferences?list=https%3A%2F%2Felsewhere.example", webtest.HX(d.URL+"/deployments")).Check(htmlcheck.In("input[name=next]", htmlcheck.HasAttr("value", "/deployments")))
	b.Get("/preferences?list=%2Fdeployments%3Fq%3Dbatch").Check(htmlcheck.In("h1", htmlcheck.HasExactText("Preferences")), htmlcheck.In("input[name=next]", htmlcheck.HasAttr("value", "/deployments?q=batch")))
	row := b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}, "view": {"row"}, "next": {"/deployments?q=image"}}, webtest.HX(d.URL+"/deployments?q=image"))
	row.Check(htmlcheck.Count("td[data-label=Cost]", 2), htmlcheck.In("td[data-label=Cost]", says("0 while paused")), htmlcheck.In("mark", htmlcheck.HasExactText("image")))

	b.Get("/preferences").Check(htmlcheck.Count(`input[name=density][value=compact][checked]`, 1), htmlcheck.In(`option[selected]`, htmlcheck.HasExactText("50")))
	b.Post("/preferences", url.Values{"theme": {"dark"}}).Expect(303, "/preferences") // as the buttons at the foot do
	b.Get("/deployments?q=batch").Check(htmlcheck.Count("tbody tr", 50), htmlcheck.Count("thead th", 5))
	b.Post("/preferences", url.Values{"per_page": {"1000000"}, "density": {"none"}}).Expect(303, "/preferences")
	b.Get("/deployments?q=batch").Check(htmlcheck.Count("tbody tr", 25), htmlcheck.NotIn(".table--compact"))

	// A list of the usual look that is swapped in needs no styles; more columns than fit on every screen are a look of their own as well.
	part := webtest.HX(d.URL + "/deployments")
	b.Get("/deployments", part).Check(htmlcheck.Count(".table--swapped", 1), htmlcheck.Count(looks, 0))
	all := url.Values{"columns": {"chosen"}, "density": {""}}
	for _, c := range []string{"state", "hardware", "instances", "cost", "full_load", "queue", "keep_warm", "version", "workflow", "owner", "tags", "created", "updated"} {
		all.Set("column_"+c, "1")
	}
	b.Post("/preferences", all).Expect(303, "/preferences")
	b.Get("/deployments").Check(htmlcheck.Count(".sheet--wide", 1), htmlcheck.NotIn(".table--swapped"), htmlcheck.Count(looks, 1))
	b.Get("/deployments", part).Check(htmlcheck.Count(".sheet--wide", 1), htmlcheck.Count(".table--swapped", 1), htmlcheck.Count(looks, 1))
}

// TestListLater: the address of a later page shows the same rows to a colleague who likes more or fewer on a page, and so do the pages
// that it leads to.
func TestListLater(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	for i := range 130 {
		d.Put(sandbox.Deployment{ID: fmt.Sprintf("00000000-0000-0000-0000-%012x", i), Name: fmt.Sprintf("batch %03d", i)})
	}
	a, b := member(t, d), member(t, d)
	a.Post("/preferences", url.Values{"per_page": {"50"}}).Expect(303, "/preferences")
	const second = "/deployments?page=2&q=batch&rows=50"
	a.Get("/deployments?q=batch").Check(htmlcheck.Count(`.pager a[href="`+second+`"]`, 1))
	for name, browser := range map[string]*webtest.Browser{"the sender": a, "the colleague": b} {
		browser.Get(second).Check(
			htmlcheck.Count("tbody tr", 50), says("51–100 of 130"), htmlcheck.In("tbody tr th", says("batch 050")),
			htmlcheck.Count(`.pager a[href="/deployments?page=3&q=batch&rows=50"]`, 1), htmlcheck.Count(`.pager a[href="/deployments?q=batch"]`, 1),
		)
		if t.Failed() {
			t.Fatalf("it is %s", name)
		}
	}
	for _, odd := range []string{"&rows=7", "&rows=100000", "&rows=x", ""} {
		b.Get("/deployments?page=2&q=batch"+odd).Check(htmlcheck.Count("tbody tr", 25), htmlcheck.Count(`.pager a[href="/deployments?page=3&q=batch&rows=25"]`, 1))
	}
}

// TestListOnlyWarm: whoever looks whether the meter runs is told that it does not.
func TestListOnlyWarm(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments?warm=1&sort=floor").Check(htmlcheck.In(".empty h2", htmlcheck.HasExactText("Nothing is kept warm")))
	b.Get("/deployments?warm=1&state=paused").Check(htmlcheck.In(".empty h2", htmlcheck.HasExactText("No deployment passes these filters")))
}

// TestListForgotten: a list says by itself what costs around the clock and was not touched for long, and leads to exactly that. With a
// filter it speaks of what was found.
func TestListForgotten(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	now := d.Clock.Now()
	old := now.Add(-31 * 24 * time.Hour)
	put := func(last byte, name string, updated time.Time, minimum int64, enabled bool, sku string) {
		x := webtest.Filled(sandbox.Deployment{ID: nowhere[:35] + string(last), Name: name, Hardware: []string{sku}, MinInstances: minimum, MaxInstances: 3, IsEnabled: enabled}, updated)
		d.Sandbox.Put(webtest.Token, x)
	}
	b := member(t, d)
	put('a', "new and warm", now, 1, true, "AMPERE_48")
	put('b', "old and cold", old, 0, true, "AMPERE_48")
	put('c', "old and paused", old, 2, false, "AMPERE_48")
	b.Get("/deployments?refresh=1").Check(htmlcheck.NotIn(".totals a"))

	put('e', "forgotten elsewhere", old, 1, true, "BLACKWELL_288")
	b.Get("/deployments?refresh=1").Check(htmlcheck.In(".total--warm a", htmlcheck.HasExactText("1 warm and unchanged for 30 days")))
	put('d', "forgotten", old, 2, true, "AMPERE_48")
	r := b.Get("/deployments?refresh=1")
	r.Check(htmlcheck.In(".total--warm a", htmlcheck.HasExactText("2 warm and unchanged for 30 days cost $3,600 in 30 days, without 1 that has no price")))
	link := htmlcheck.Attr(htmlcheck.Select(r.DOM(), ".totals a")[0], "href")
	b.Get(link).Check(htmlcheck.Count("tbody tr", 2), htmlcheck.In("tbody tr", says("forgotten")), htmlcheck.NotIn(".totals a"), says("2 deployments found"))
}

// TestListMoney: every row says what it costs, and what has no price is never free, neither in its row nor in the sums.
func TestListMoney(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{ID: nowhere, Name: "new machine", Hardware: []string{"BLACKWELL_288"}, MinInstances: 2, MaxInstances: 3, QueueSize: 1, IsEnabled: true})
	b := member(t, d)
	r := b.Get("/deployments?sort=floor&desc=1")
	r.Check(
		htmlcheck.In("#deployment-"+nowhere+" td[data-label=Cost]", htmlcheck.HasExactText("no price")),
		htmlcheck.In("#deployment-"+on+" td[data-label=Cost]", says("0–$7.50/h"), says("0–$5,400 in\u00a030\u00a0d")),
		htmlcheck.In("tfoot td[data-label=Cost]", says("0–$7.50/h"), says("0–$5,400 in\u00a030\u00a0d"), says("without 1 that has no price")),
		htmlcheck.In("tfoot th", says("Total of 3"), says("Estimate: Pay as you go, 23 Nov 2026")),
	)
	if rows := htmlcheck.Select(r.DOM(), "tbody tr"); htmlcheck.Attr(rows[2], "id") != "deployment-"+nowhere {
		t.Error("what has no price does not stand at the end")
	}
}

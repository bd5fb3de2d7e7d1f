package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestPreferences follows every preference from the form to where it shows.
func TestPreferences(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{}))
	b.Get("/deployments").Check(htmlcheck.In("html", htmlcheck.HasAttr("data-theme", "")), htmlcheck.NotIn("html[data-shortcuts]"))
	b.Get("/deployments/new").Check(says("Pay as you go"), htmlcheck.In(".choice__price", htmlcheck.HasExactText("$0.99/h")))

	b.Post("/preferences", url.Values{"theme": {"dark"}, "plan": {"pro"}, "shortcuts": {"off"}}).Expect(http.StatusSeeOther, "/preferences")
	r := b.Get("/preferences")
	r.Check(says("Saved in this browser."), htmlcheck.In("html", htmlcheck.HasAttr("data-theme", "dark"), htmlcheck.HasAttr("data-shortcuts", "off")),
		htmlcheck.In("input[name=theme][value=dark][checked]"), htmlcheck.In("input[name=plan][value=pro][checked]"), htmlcheck.In("input[name=shortcuts][value=off][checked]"))
	b.Get("/deployments/new").Check(says("Pro, as of"), htmlcheck.In(".choice__price", htmlcheck.HasExactText("$0.79/h")))

	b.Post("/preferences", url.Values{"theme": {"neon"}}).Expect(http.StatusSeeOther, "/preferences")
	b.Get("/preferences").Check(htmlcheck.In("html", htmlcheck.HasAttr("data-theme", "")), htmlcheck.In("input[name=plan][value=pro][checked]"))

	b.Post("/sign-out", url.Values{"sign_out": {"1"}})
	b.Get("/preferences").Check(htmlcheck.In("input[name=plan][value=pro][checked]"), htmlcheck.NotIn("footer"))
}

// TestSheet holds that the sheet of shortcuts fetches what it shows, and that without scripts its link leads to the same.
func TestSheet(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments").Check(htmlcheck.In("dialog a", htmlcheck.HasAttr("href", "/preferences?keys=1#keys"), htmlcheck.HasAttr("hx-get", "/preferences?keys=1")), htmlcheck.NotIn("kbd"))
	b.Get("/preferences?keys=1", webtest.HX(d.URL+"/deployments")).Check(htmlcheck.Count("kbd", 11), htmlcheck.NotIn("h1"))
	b.Get("/preferences?keys=1").Check(htmlcheck.In("h1", htmlcheck.HasExactText("Preferences")), htmlcheck.Count("#keys", 1), htmlcheck.Count("kbd", 11))
}

// TestMoney holds that an estimate says that it is one, with its date, and that no price is never nothing.
func TestMoney(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get("/deployments/"+on).Check(says("Cost while idle"), says("estimate (Pay as you go, as of 23 Nov 2026)"))
	d.Fault("unknown-hardware")
	r := b.Get("/deployments/" + on)
	r.Check(says("no price"))
	if amount := regexp.MustCompile(`\$\d`).FindString(r.Text()); amount != "" {
		t.Error("the page speaks of dollars for hardware without a price")
	}
}

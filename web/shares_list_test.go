package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/migrated"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// TestShares lists links and takes them back; a server that is read-only shares nothing and still takes back.
func TestShares(t *testing.T) {
	t.Parallel()
	file := migrated.SQLite(t)
	d := start(t, webtest.Options{Database: file})
	b := member(t, d)
	path, secret := shared(t, b, with(everything, "note", "for Zoë", "view_limit", "3"))
	shared(t, b, with(everything, "lifetime", "7d"))
	entered(d.Browser(t), path, secret)
	r := b.Get("/shares")
	r.Check(htmlcheck.Count(".saved .card", 2), says("for Zoë"), says("1 of 3"), says("Settings, readme, workflow"), says("Night shift"), says("0, no limit"), says("never"), says("2 links work"))
	other := d.Browser(t)
	other.SignIn(webtest.OtherToken)
	other.Get("/shares").Check(says("No share links yet"))
	id := strings.TrimPrefix(path, "/s/")
	other.Post("/shares/"+id+"/revoke", url.Values{"revoke": {"1"}}).Expect(http.StatusNotFound, "")
	other.Post("/shares/revoke", url.Values{"revoke": {"1"}}).Expect(http.StatusSeeOther, "/shares")
	b.Get("/shares").Check(says("2 links work"))

	frozen := start(t, webtest.Options{Database: file, ReadOnly: true})
	f := member(t, frozen)
	f.Get("/deployments/"+on+"/share").Check(says("read-only"), htmlcheck.NotIn(".choices"))
	f.Post("/deployments/"+on+"/share", everything).Expect(http.StatusForbidden, "")
	f.Post("/shares/"+id+"/revoke", url.Values{"revoke": {"1"}}).Expect(http.StatusSeeOther, "/shares")
	f.Get("/shares").Check(says("1 link works"), says("Revoked"), htmlcheck.Count(".button--danger", 2))
	f.Post("/shares/revoke", url.Values{"revoke": {"1"}}).Expect(http.StatusSeeOther, "/shares")
	b.Get("/shares").Check(says("0 links work"), htmlcheck.NotIn(".button--danger"))
	b.Post("/preferences", url.Values{"look_only": {"on"}})
	b.Post("/deployments/"+on+"/share", everything).Expect(http.StatusForbidden, "")
	b.Post("/shares/revoke", url.Values{"revoke": {"1"}}).Expect(http.StatusSeeOther, "/shares")
}

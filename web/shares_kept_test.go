package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// wished is a share form that somebody filled in.
var wished = url.Values{"workflow": {"1"}, "lifetime": {"7d"}, "view_limit": {"7"}, "note": {"for Mara"}}

// asWished checks that a page has it again.
func asWished(r *webtest.Response) {
	r.Check(htmlcheck.In("#view_limit", htmlcheck.HasAttr("value", "7")), htmlcheck.In("#note", htmlcheck.HasAttr("value", "for Mara")),
		htmlcheck.Count("input[name=workflow][checked]", 1), htmlcheck.Count("input[name=settings][checked]", 0), htmlcheck.Count("input[value=7d][checked]", 1))
}

// TestShareForm_kept: what somebody chose is there again when the API fails, when the session is over, and when another tab has
// switched accounts meanwhile.
func TestShareForm_kept(t *testing.T) {
	t.Parallel()
	const form = "/deployments/" + on + "/share"
	d := start(t, webtest.Options{})
	b, first, _ := double(t, d)
	page := b.Post(form, with(wished, "as", first))
	page.Expect(http.StatusConflict, "")
	page.Check(htmlcheck.In("main input[name=next]", htmlcheck.HasAttr("value", form+"?"+wished.Encode())))
	asWished(b.Get(b.Post("/accounts/switch", url.Values{"account": {first}, "next": {form + "?" + wished.Encode()}}).Location()))

	for fault, status := range map[string]int{"500": 502, "429": 429} {
		d.Sandbox.SetFaults(sandbox.MustFault(fault))
		r := b.Post(form, with(wished, "as", first))
		r.Expect(status, "")
		r.Check(heading("Share this deployment"))
		asWished(r)
	}
	d.Sandbox.SetFaults(sandbox.MustFault("401"))
	b.Post(form, with(wished, "as", first)).Expect(303, "/accounts/new?next="+url.QueryEscape(form+"?"+wished.Encode()))
	d.Sandbox.SetFaults()

	stranger := d.Browser(t)
	page = stranger.Post(form, wished)
	page.Expect(303, "/sign-in?next="+url.QueryEscape(form+"?"+wished.Encode()))
	stranger.Get(page.Location())
	asWished(stranger.Get(stranger.Submit("/sign-in", map[string]string{"token": webtest.Token}).Location()))
}

// TestNotes_Failing: notes that cannot be saved because the API does not answer are there to be sent again.
func TestNotes_Failing(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Get(notesOn)
	d.Sandbox.SetFaults(sandbox.MustFault("500"))
	r := b.Submit(notesOn, map[string]string{"note": "typed", "owner": "Me"})
	r.Expect(http.StatusBadGateway, "")
	r.Check(heading("Notes of this deployment"), htmlcheck.In("textarea", says("typed")), htmlcheck.In("#owner", htmlcheck.HasAttr("value", "Me")))
	d.Sandbox.SetFaults()
	b.Submit(notesOn, nil).Expect(303, "/deployments/"+on)
}

// TestLock_Failing: so is the reason of a lock.
func TestLock_Failing(t *testing.T) {
	t.Parallel()
	const lock = "/deployments/" + on + "/lock"
	d := start(t, webtest.Options{})
	b := member(t, d)
	b.Post(lock, url.Values{"reason": {" "}}).Check(htmlcheck.Count("#reason-error", 1))
	d.Sandbox.SetFaults(sandbox.MustFault("500"))
	r := b.Post(lock, url.Values{"reason": {"the shop runs on it"}})
	r.Expect(http.StatusBadGateway, "")
	r.Check(heading("Lock this deployment against deletion"))
	d.Sandbox.SetFaults()
	b.Submit(lock, nil).Expect(303, "/deployments/"+on)
	b.Get("/deployments/" + on).Check(says("the shop runs on it"))
}

// TestLock_SignedOut: the reason comes back after signing in again, on the page that asks for it.
func TestLock_SignedOut(t *testing.T) {
	t.Parallel()
	const lock = "/deployments/" + on + "/lock"
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	b.Post(lock, url.Values{"reason": {"the shop runs on it"}}).Expect(http.StatusUnauthorized, "")
	again := b.Submit("/sign-in", map[string]string{"token": webtest.Token})
	again.Expect(200, "")
	again.Check(heading("Lock this deployment against deletion"), says("Nothing has been sent yet"))
	b.Submit(lock, nil).Expect(303, "/deployments/"+on)
	b.Get("/deployments/" + on).Check(says("the shop runs on it"))
	b.Get("/deployments/export.csv").Check(says("the shop runs on it"))
	b.Get("/deployments/export.json").Check(says(`"locked_because":"the shop runs on it"`))
}

package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// theList is where the breadcrumb of the shown page leads.
func theList(t *testing.T, r *webtest.Response) string {
	t.Helper()
	links := htmlcheck.Select(r.DOM(), ".crumbs a")
	if len(links) == 0 {
		t.Fatalf("no breadcrumb: %s", r.Text())
	}
	return htmlcheck.Attr(links[0], "href")
}

// link is the address of the shown page's link to what ends so.
func link(t *testing.T, r *webtest.Response, path string) string {
	t.Helper()
	for _, a := range htmlcheck.Select(r.DOM(), "main a[href]") {
		if href := htmlcheck.Attr(a, "href"); strings.Split(href, "?")[0] == path {
			return href
		}
	}
	t.Fatalf("no link to %s", path)
	return ""
}

// TestBackToTheList goes from a list through the page of a deployment, its forms and its switch: each leads back to the list as
// it was searched and sorted.
func TestBackToTheList(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	const list = "/deployments?desc=1&page=2&q=o+%26+o&sort=floor&state=enabled"
	self := "/deployments/" + on
	back := "?back=" + url.QueryEscape(list)
	expect := func(r *webtest.Response) *webtest.Response {
		t.Helper()
		if got := theList(t, r); got != list {
			t.Errorf("the breadcrumb leads to %q, want %q", got, list)
		}
		return r
	}

	show := expect(b.Get(self, webtest.Header("Referer", d.URL+list)))
	edit := expect(b.Get(link(t, show, self+"/edit")))
	edit.Check(htmlcheck.Count(`main a[href="`+self+back+`"]`, 2))
	expect(b.Submit(self, map[string]string{"queue_size": "many"}))
	b.Submit(self, map[string]string{"queue_size": "7"}).Expect(303, self+back)
	expect(b.Get(self + back))

	expect(b.Submit(self+"/disable", nil, webtest.HX(d.URL+self))) // as htmx: the screen again
	b.Get(self + back)
	b.Submit(self+"/enable", nil).Expect(303, self+back) // and without

	b.Get(self + "/edit" + back)
	b.Submit(self, map[string]string{"min_instances": "1"}).Expect(303, self+back) // through the review

	show = b.Get(self + back)
	expect(b.Get(link(t, show, self+"/delete")))
	expect(b.Submit(self+"/delete", map[string]string{"confirm_name": "other"}))
	b.Submit(self+"/delete", map[string]string{"confirm_name": "image-to-video"}).Expect(303, list)
}

// TestBackToTheList_Nowhere: what is no list of this site is the plain list.
func TestBackToTheList_Nowhere(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	self := "/deployments/" + on
	for _, back := range []string{"", "//evil.example/deployments?q=a", "https://evil.example/deployments?q=a", "javascript:alert(1)", "/preferences", "/deployments/new?q=a", "/sign-out", "%zz", "/deployments"} {
		r := b.Get(self + "?back=" + url.QueryEscape(back))
		if got := theList(t, r); got != "/deployments" || strings.Contains(link(t, r, self+"/edit"), "?") {
			t.Errorf("back to %q leads to %q", back, got)
		}
		b.Get(self + "/delete?back=" + url.QueryEscape(back)).Check(htmlcheck.NotIn(`input[name=back]`))
	}
	for _, from := range []string{"https://evil.example/deployments?q=a", "http://%zz", "/deployments?q=a", d.URL + "/preferences"} {
		if got := theList(t, b.Get(self, webtest.Header("Referer", from))); got != "/deployments" {
			t.Errorf("coming from %q, the list is %q", from, got)
		}
	}
	if got := theList(t, b.Get(self+"?back="+url.QueryEscape("/deployments?q=a&evil=1&state=odd"))); got != "/deployments?q=a" {
		t.Errorf("what makes no sense is kept: %q", got)
	}
}

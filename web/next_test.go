package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/webtest"
)

// strangeTargets are values of next that must lead to the list and nowhere else.
var strangeTargets = []string{
	"https://evil.example/", "http://evil.example", "HTTPS://EVIL.EXAMPLE/", "https:evil.example", "https:/evil.example", "https:///evil.example",
	"//evil.example", "///evil.example", "////evil.example/deployments", `\\evil.example`, `/\evil.example`, `\/evil.example`, `/\/evil.example`,
	`/deployments\..\..\evil`, "/%2fevil.example", "/%5cevil.example", "%2f%2fevil.example", "/%09/evil.example", "/\t/evil.example", "\t//evil.example",
	"\n//evil.example", "/\r\n/evil.example", "/deployments\r\nLocation: https://evil.example", "/deployments\nSet-Cookie: a=b", "/deployments\x00//evil.example",
	" //evil.example", " /deployments", "/deployments ", "/.//evil.example", "/..//evil.example", "/./deployments", "/deployments/../../evil",
	"/deployments/..", "/deployments/.", "/deployments//evil.example", "/deployments/%2e%2e/sign-out", "/deployments@evil.example", "@evil.example",
	".evil.example", "evil.example", "deployments", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
	"vbscript:msgbox(1)", "file:///etc/passwd", "blob:https://evil.example/x", "ftp://evil.example", "mailto:a@evil.example",
	"https://deck.example/deployments", "//deck.example/deployments", "https://deck.example@evil.example/", "https://deck.example.evil.example/",
	"/sign-out", "/sign-in", "/sign-in?next=//evil.example", "/livez", "/static/app.css", "/csp-report", "/", "//", "", "?", "#", "/deployments#//evil.example",
	"/deployments/", "/deployments/new/", "/Deployments", "/DEPLOYMENTS", "/deployments/xyz", "/deployments/" + strings.ToUpper(on), "/deployments/" + on + "/",
	"/deployments/" + on + "/unknown", "/deployments/" + on + "x", "/deployments/" + on + "/..", "/deployments/%61", "/deployments;//evil.example",
	"/\u2215evil.example", "/\uff0fevil.example", "\uff0f\uff0fevil.example", "\u3002evil.example", "/deployments\u2028//evil.example", "/deployments\u202e",
	"/deployments/\xff", "\xff", "/deployments?" + strings.Repeat("a=b&", 600), "//" + strings.Repeat("e", 3000) + ".example", "<script>alert(1)</script>", `"><img src=x>`,
}

// TestStrangeTargets signs in with every one of them, as a link and as a form, and signs out too.
func TestStrangeTargets(t *testing.T) {
	t.Parallel()
	if len(strangeTargets) < 60 {
		t.Fatalf("only %d targets", len(strangeTargets))
	}
	d := start(t, webtest.Options{})
	b := d.Browser(t)
	for _, target := range strangeTargets {
		page := b.Get("/sign-in?next=" + url.QueryEscape(target))
		page.Expect(http.StatusOK, "")
		page.Check()
		if got := page.Value("next"); got != "/deployments" {
			t.Errorf("the sign-in page carries %q for %q", got, target)
		}
		r := b.Post("/sign-in", url.Values{"token": {webtest.Token}, "next": {target}})
		if r.Status != http.StatusSeeOther || r.Header.Get("Location") != "/deployments" {
			t.Errorf("sign-in with %q leads to %d %q", target, r.Status, r.Header.Get("Location"))
		}
		r = b.Get("/sign-in?next="+url.QueryEscape(target), webtest.HX(d.URL+"/deployments"))
		if r.Header.Get("HX-Redirect") != "/deployments" {
			t.Errorf("a part for %q leads to %q", target, r.Header.Get("HX-Redirect"))
		}
		r = b.Post("/deployments/"+off+"/disable", url.Values{"next": {target}})
		if want := "/deployments"; target != "" && r.Header.Get("Location") != want {
			t.Errorf("a switch with %q leads to %q", target, r.Header.Get("Location"))
		}
		r = b.Post("/sign-out", url.Values{"next": {target}})
		if r.Header.Get("Location") != "/sign-in" {
			t.Errorf("sign-out with %q leads to %q", target, r.Header.Get("Location"))
		}
	}
}

// TestKnownTargets are the ones that do lead somewhere, rebuilt.
func TestKnownTargets(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	self := "/deployments/" + on
	for target, want := range map[string]string{
		"/deployments?q=a b&page=2":          "/deployments?page=2&q=a+b",
		"/deployments?q=//evil.example":      "/deployments?q=%2F%2Fevil.example",
		"/deployments?q=a%0d%0aSet-Cookie:x": "/deployments?q=a%0D%0ASet-Cookie%3Ax",
		"/deployments?q=%zz":                 "/deployments",
		"/deployments/new":                   "/deployments/new",
		"/deployments/new?from=" + on:        "/deployments/new?from=" + on,
		self:                                 self, self + "/edit": self + "/edit", self + "/delete": self + "/delete", self + "/payload.json": self + "/payload.json",
		self + "/enable": self, self + "/disable?x=1": self,
		self + "/workflow?q=" + strings.Repeat("a", 3000): self + "/workflow",
	} {
		r := d.Browser(t).Post("/sign-in", url.Values{"token": {webtest.Token}, "next": {target}})
		r.Expect(http.StatusSeeOther, want)
	}
}

package web_test

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

const identity = "X-Forwarded-User"

func called(values ...string) webtest.Request {
	return func(r *http.Request) { r.Header[identity] = values }
}

// TestIdentityInFront: the person whom a trusted proxy names is the default name at sign-in, and the one whom the change log and the
// server's log name, whatever they call themselves.
func TestIdentityInFront(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{TrustedProxies: loopback(t), IdentityHeader: identity})
	b := d.Browser(t)
	anna := called("anna@example.com")
	b.Get("/sign-in", anna).Check(htmlcheck.In("#display_name", htmlcheck.HasAttr("value", "anna@example.com")))
	b.Post("/sign-in", url.Values{"token": {webtest.Token}, "next": {""}}, anna).Expect(303, "/deployments")
	b.Get("/deployments", anna).Check(htmlcheck.In(".account__name", htmlcheck.HasExactText("anna@example.com")))
	b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}}, anna).Expect(303, "/deployments/"+on)
	b.Get("/activity", anna).Check(says("anna@example.com"))

	named := d.Browser(t)
	named.SignIn(webtest.Token) // as Night shift, past the proxy
	named.Post("/deployments/"+on+"/enable", url.Values{"switch": {"1"}}, called("ben@example.com"))
	named.Write("/deployments/"+on+"/enable", url.Values{"switch": {"1"}}, called("ben@example.com"))
	page := named.Get("/activity")
	page.Check(says("ben@example.com"), htmlcheck.In(".account__name", htmlcheck.HasExactText("Night shift")))
	if text := htmlcheck.Text(htmlcheck.Select(page.DOM(), "main")[0]); strings.Count(text, "Night shift") != 1 { // the sign-in itself, past the proxy
		t.Errorf("the change log names who somebody says they are: %s", text)
	}
	if logs := d.Logs.String(); !strings.Contains(logs, `"person":"anna@example.com"`) || !strings.Contains(logs, `"person":"ben@example.com"`) {
		t.Error("the log names nobody")
	}
	for _, c := range d.Sandbox.Calls() {
		if c.Header.Get(identity) != "" {
			t.Error("the API learns who it is")
		}
	}
}

// TestIdentityIsNotBelieved: from anybody but a trusted proxy, twice, empty, or where none is set up, the header means nothing; what is
// in it is bounded and made harmless.
func TestIdentityIsNotBelieved(t *testing.T) {
	t.Parallel()
	_, elsewhere, err := net.ParseCIDR("192.0.2.0/24")
	if err != nil {
		t.Fatal(err)
	}
	trusted := webtest.Options{TrustedProxies: loopback(t), IdentityHeader: identity}
	long := strings.Repeat("ä", 100)
	for name, tt := range map[string]struct {
		options webtest.Options
		values  []string
		want    string
	}{
		"another peer":    {webtest.Options{TrustedProxies: []*net.IPNet{elsewhere}, IdentityHeader: identity}, []string{"eve"}, ""},
		"not set up":      {webtest.Options{TrustedProxies: loopback(t)}, []string{"eve"}, ""},
		"twice":           {trusted, []string{"eve", "anna"}, ""},
		"empty":           {trusted, []string{" "}, ""},
		"absent":          {trusted, nil, ""},
		"far too long":    {trusted, []string{long}, long[:120]},
		"odd characters":  {trusted, []string{"an\tna\u202e<b>\xff"}, "anna<b>"},
		"as it should be": {trusted, []string{"anna"}, "anna"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t, tt.options)
			d.Browser(t).Get("/sign-in", called(tt.values...)).Check(htmlcheck.In("#display_name", htmlcheck.HasAttr("value", tt.want)))
			if got := strings.Contains(d.Logs.String(), `"person"`); got != (tt.want != "") {
				t.Errorf("the log names somebody: %v", got)
			}
		})
	}
	d := start(t, trusted)
	d.Browser(t).Get("/deployments", called("anna")).Expect(303, "/sign-in") // it is no sign-in
}

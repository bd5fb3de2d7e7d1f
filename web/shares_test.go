package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

var everything = url.Values{"settings": {"1"}, "readme": {"1"}, "workflow": {"1"}, "lifetime": {"1d"}}

// shared makes a share link for the deployment that is on and returns its path and its secret.
func shared(t *testing.T, b *webtest.Browser, form url.Values) (path, secret string) {
	t.Helper()
	b.Get("/deployments/" + on + "/share")
	key := b.Form("/deployments/" + on + "/share").Get("form_key")
	r := b.Write("/deployments/"+on+"/share", with(form, "form_key", key))
	r.Expect(http.StatusOK, "")
	links := htmlcheck.Select(r.DOM(), ".copyable__text")
	if len(links) != 1 {
		t.Fatalf("no link: %s", r.Text())
	}
	link, secret, _ := strings.Cut(htmlcheck.Text(links[0]), "#")
	u, err := url.Parse(link)
	if err != nil || len(secret) != 43 {
		t.Fatalf("the link is %q and %q: %v", link, secret, err)
	}
	return u.Path, secret
}

// entered hands a link in and opens the copy.
func entered(b *webtest.Browser, path, link string) *webtest.Response {
	if r := b.Post(path, url.Values{"link": {link}}); r.Status != http.StatusSeeOther {
		return r
	}
	return b.Get(path)
}

// TestShareLink goes the whole way: what was reviewed is what a visitor sees, frozen, with nothing that leads further.
func TestShareLink(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{ID: on, Name: "image-to-video", IsEnabled: true, Readme: "# For friends\n\n[out](https://example.com/x) <script>alert(1)</script>", Payload: []byte(workflowPayload)})
	b := member(t, d)
	review := b.Post("/deployments/"+on+"/share", everything)
	review.Expect(http.StatusOK, "")
	path, secret := shared(t, b, everything)

	// Neither the sharer nor the API is needed any more.
	b.Post("/sign-out", url.Values{})
	d.Sandbox.Remove(webtest.Token, on)
	d.Sandbox.ResetCalls()
	d.Fault("500")
	visitor := d.Browser(t)
	visitor.Get(path).Check(heading("A shared copy"))
	if visitor.Cookie("comfydeck")+visitor.Cookie("comfydeck-ui")+visitor.Cookie("comfydeck-share") != "" {
		t.Error("the door sets a cookie")
	}
	r := entered(visitor, path, d.URL+path+"#"+secret)
	r.Expect(http.StatusOK, "")
	r.Check(heading("image-to-video"), says("For friends"), says("Maximum instances"), htmlcheck.Count("a.box", 4), htmlcheck.Count(".outline tbody tr", 4),
		htmlcheck.NotIn("form"), htmlcheck.NotIn("main script"), says("The link ends"))
	for _, class := range []string{".facts", ".prose", ".graph__svg", ".outline"} {
		if diff := cmp.Diff(textOf(review, "section[aria-labelledby=visitor] "+class), textOf(r, class)); diff != "" {
			t.Errorf("the review and the copy differ in %s (-review +copy):\n%s", class, diff)
		}
	}
	checkHarmless(t, r, path)
	if calls := d.Calls(); len(calls) > 0 {
		t.Errorf("a visitor makes the API see %q", calls)
	}
	if names := cookieNames(visitor); !slices.Equal(names, []string{"comfydeck-share"}) {
		t.Errorf("a visitor has the cookies %q", names)
	}
	node := visitor.Get(path + "?node=3&zoom=50")
	node.Check(htmlcheck.In("#chosen", says("KSampler")), says("9007199254740993"))
	checkHarmless(t, node, path)
	for _, other := range []string{"/deployments/new", "/shares", "/activity"} {
		visitor.Get(other).Expect(http.StatusSeeOther, "/sign-in?next="+url.QueryEscape(other)) // a visit is no session
	}
}

func textOf(r *webtest.Response, selector string) []string {
	var out []string
	for _, n := range htmlcheck.Select(r.DOM(), selector) {
		out = append(out, htmlcheck.Text(n))
	}
	return out
}

// checkHarmless: nothing in a visitor's page leads into the deck, or names an account, a token or an id.
func checkHarmless(t *testing.T, r *webtest.Response, path string) {
	t.Helper()
	for _, never := range []string{on, "00000000-0000-0000-0000-000000001111", webtest.Token, "Night shift", "/deployments", "/sign-", "overrides\"", "htmx.", "$"} {
		if strings.Contains(r.Body, never) {
			t.Errorf("a visitor's page holds %q", never)
		}
	}
	for _, attr := range []string{"href", "src", "action"} {
		for _, n := range htmlcheck.Select(r.DOM(), "["+attr+"]") {
			to := htmlcheck.Attr(n, attr)
			if to != "https://example.com/x" && !strings.HasPrefix(to, "#") && !strings.HasPrefix(to, "/static/") && to != path && !strings.HasPrefix(to, path+"?") && !strings.HasPrefix(to, path+"#") {
				t.Errorf("a visitor's page leads to %q", to)
			}
		}
	}
}

func cookieNames(b *webtest.Browser) []string {
	var out []string
	for _, name := range []string{"comfydeck", "comfydeck-ui", "comfydeck-share", "__Host-comfydeck-share"} {
		if b.Cookie(name) != "" {
			out = append(out, name)
		}
	}
	return out
}

// TestShareLink_overrides: their values are in a copy only when somebody ticked them.
func TestShareLink_overrides(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	d.Put(sandbox.Deployment{ID: on, Name: "image-to-video", IsEnabled: true, Payload: []byte(`{"workflow_api_json":{"3":{"class_type":"KSampler","inputs":{"seed":1,"api_key":"abcdef"}}},"overrides":{"3":{"inputs":{"seed":424242}}},"object_info_url":"https://internal.example/x"}`)})
	b := member(t, d)
	for form, want := range map[*url.Values]bool{{"workflow": {"1"}, "lifetime": {"1h"}}: false, {"workflow": {"1"}, "overrides": {"1"}, "lifetime": {"1h"}}: true} {
		path, secret := shared(t, b, *form)
		r := entered(d.Browser(t), path, secret)
		if got := strings.Contains(r.Body, "424242"); got != want || strings.Contains(r.Body, "abcdef") || strings.Contains(r.Body, "internal.example") {
			t.Errorf("%v: overrides are there: %t, want %t; %s", *form, got, want, r.Text())
		}
	}
}

// TestShareLink_large: a workflow of two thousand nodes is shown whole, its list page by page.
func TestShareLink_large(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	var nodes strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&nodes, `,"%d":{"class_type":"KSampler","inputs":{"seed":%d,"model":["%d",0]}}`, i+1, i, max(i, 1))
	}
	d.Put(sandbox.Deployment{ID: on, Name: "image-to-video", Payload: []byte(`{"workflow_api_json":{` + nodes.String()[1:] + `}}`)})
	path, secret := shared(t, member(t, d), url.Values{"workflow": {"1"}, "lifetime": {"1h"}})
	b := d.Browser(t)
	r := entered(b, path, secret)
	r.Check(htmlcheck.Count("a.box", 2000), htmlcheck.Count(".outline tbody tr", 250), says("Page 1 of 8"))
	if len(r.Body) > 8<<20 {
		t.Errorf("the page has %d bytes", len(r.Body))
	}
	b.Get(path+"?page=8").Check(says("Page 8 of 8"), htmlcheck.Count(".outline tbody tr", 250))
}

// TestShareLink_shut: whatever is wrong with a link, the answer is the same to the byte, but for what every answer has of its own.
func TestShareLink_shut(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{TrustedProxies: loopback(t)})
	b := member(t, d)
	live, secret := shared(t, b, everything)
	revoked, revokedSecret := shared(t, b, everything)
	used, usedSecret := shared(t, b, with(everything, "view_limit", "1"))
	ended, endedSecret := shared(t, b, with(everything, "lifetime", "1h"))
	in := d.Browser(t)
	entered(in, revoked, revokedSecret).Expect(http.StatusOK, "")
	entered(d.Browser(t), used, usedSecret).Expect(http.StatusOK, "")
	b.Post("/shares/"+strings.TrimPrefix(revoked, "/s/")+"/revoke", url.Values{"revoke": {"1"}}).Expect(http.StatusSeeOther, "/shares")
	d.Store.ShiftClock(2 * time.Hour)

	want := ""
	same := func(name, path string, r *webtest.Response) {
		t.Helper()
		nonce := nonceOf(r)
		text := strings.NewReplacer(nonce, "NONCE", path, "PATH").Replace(r.Body)
		for _, h := range slices.Sorted(mapKeys(r.Header)) {
			if h != "X-Request-Id" && h != "Date" && h != "Content-Security-Policy" && h != "Set-Cookie" {
				text += "\n" + h + ": " + strings.Join(r.Header.Values(h), "|")
			}
		}
		if want == "" {
			want = text
		}
		if r.Status != http.StatusNotFound {
			t.Errorf("%s: answered %d", name, r.Status)
		}
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(text, "\n")); diff != "" {
			t.Errorf("%s differs (-first +this):\n%s", name, diff)
		}
	}
	for name, try := range map[string][2]string{
		"revoked": {revoked, revokedSecret}, "used up": {used, usedSecret}, "expired": {ended, endedSecret}, "wrong": {live, usedSecret},
		"never there": {"/s/zzzzzzzzzzzzzzzz", secret}, "nothing": {live, ""}, "a prefix": {live, secret[:20]}, "a pattern": {live, ":key"},
	} {
		r := d.Browser(t).Post(try[0], url.Values{"link": {try[1]}})
		same(name, try[0], r)
		if len(r.Cookies) > 0 {
			t.Errorf("%s: sets %v", name, r.Cookies)
		}
	}
	same("revoked while somebody looked", revoked, in.Get(revoked))
	entered(d.Browser(t), live, secret).Expect(http.StatusOK, "")

	// Without the secret every address shows the same, whether there is something behind it or not.
	door := func(path string) string {
		r := d.Browser(t).Get(path)
		r.Expect(http.StatusOK, "")
		return strings.NewReplacer(nonceOf(r), "NONCE", path, "PATH").Replace(r.Body)
	}
	for _, path := range []string{revoked, used, ended, "/s/zzzzzzzzzzzzzzzz"} {
		if diff := cmp.Diff(door(live), door(path)); diff != "" {
			t.Errorf("the door of %s differs:\n%s", path, diff)
		}
	}
}

func mapKeys(h http.Header) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range h {
			if !yield(k) {
				return
			}
		}
	}
}

// from makes a request one of an address of its own.
func from(n int) webtest.Request {
	return webtest.Header("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
}

// TestShareLink_guessing: whoever tries links is slowed down; others are not.
func TestShareLink_guessing(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{TrustedProxies: loopback(t)})
	path, secret := shared(t, member(t, d), everything)
	b := d.Browser(t)
	limited := 0
	for range 100 {
		r := b.Post(path, url.Values{"link": {strings.Repeat("A", 43)}}, from(1))
		if r.Status == http.StatusTooManyRequests {
			limited++
			if r.Header.Get("Retry-After") == "" || !strings.Contains(r.Text(), "Too many links") {
				t.Errorf("refused without saying why: %v %s", r.Header, r.Text())
			}
		}
	}
	if limited < 75 {
		t.Errorf("%d of 100 guesses were refused", limited)
	}
	b.Post(path, url.Values{"link": {secret}}, from(1)).Expect(http.StatusTooManyRequests, "")
	b.Post(path, url.Values{"link": {secret}}, from(2)).Expect(http.StatusSeeOther, path)
}

// TestShareLink_secret looks for the secret of a link in everything that is kept and logged.
func TestShareLink_secret(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/deck.db"
	d := start(t, webtest.Options{Database: "sqlite:" + file})
	b := member(t, d)
	path, secret := shared(t, b, everything)
	visitor := d.Browser(t)
	entered(visitor, path, d.URL+path+"#"+secret).Expect(http.StatusOK, "")
	for _, again := range []string{"/shares", "/deployments/" + on + "/share", "/activity"} {
		if r := b.Get(again); strings.Contains(r.Body, secret) {
			t.Errorf("%s shows the secret again", again)
		}
	}
	b.Post("/shares/revoke", url.Values{"revoke": {"1"}})
	entered(visitor, path, secret)
	if err := d.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	places := filesOf(t, file)
	places["the log"] = d.Logs.String()
	for where, text := range places {
		for _, form := range append(encodings(secret), visitor.Cookie("comfydeck-share")+"-") {
			if strings.Contains(text, form) {
				t.Errorf("%s holds the secret as %q", where, form)
			}
		}
	}
	if !strings.Contains(d.Logs.String(), `"route":"/s/:share"`) {
		t.Error("the log has no visit in it")
	}
}

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
	"github.com/comfydeck/comfydeck/web"
)

// double returns a browser that works as the account of webtest.OtherToken and holds that of webtest.Token beside it, with the
// fingerprints of both.
func double(t *testing.T, d *webtest.Deck) (b *webtest.Browser, first, second string) {
	t.Helper()
	b = member(t, d)
	first = inUse(b)
	b.Post("/accounts", url.Values{"token": {webtest.OtherToken}, "display_name": {"Studio"}, "next": {""}}).Expect(303, "/deployments")
	second = inUse(b)
	d.Sandbox.ResetCalls()
	return b, first, second
}

// inUse is the fingerprint of the account that a browser works as.
func inUse(b *webtest.Browser) string {
	page := b.Get("/accounts")
	for _, li := range htmlcheck.Select(page.DOM(), ".saved > li") {
		if strings.Contains(htmlcheck.Text(li), "In use") {
			return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(htmlcheck.Text(htmlcheck.Select(li, ".account__print")[0])), "Account"))
		}
	}
	return ""
}

func switchTo(b *webtest.Browser, fingerprint string) *webtest.Response {
	return b.Post("/accounts/switch", url.Values{"account": {fingerprint}, "next": {"/deployments"}})
}

// tokens are those that the API saw, each once.
func tokens(d *webtest.Deck) []string {
	var out []string
	for _, c := range d.Sandbox.Calls() {
		out = append(out, c.Token)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestSeveralAccounts adds an account, works as one and the other, and removes them: each page is of one account alone, and every
// change gives the session a new id.
func TestSeveralAccounts(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b := member(t, d)
	first, old := inUse(b), b.Cookie("comfydeck")
	b.Get("/accounts/new?next=%2Fdeployments%2F"+foreign).Check(heading("Add an account"), says("You stay signed in as "+first))
	b.Submit("/accounts", map[string]string{"token": "mistyped"}).Expect(422, "")
	if inUse(b) != first {
		t.Fatal("a token that is refused ended or changed the session")
	}
	b.Get("/accounts/new?next=%2Fdeployments%2F" + foreign)
	b.Submit("/accounts", map[string]string{"token": webtest.OtherToken, "display_name": "Studio"}).Expect(303, "/deployments/"+foreign)
	second := inUse(b)
	d.Sandbox.ResetCalls()
	list := b.Get("/deployments")
	if strings.Contains(list.Body, on) || !strings.Contains(list.Body, foreign) {
		t.Error("the list is not that of the added account")
	}
	list.Check(htmlcheck.Count(".account__list form", 1), htmlcheck.In(".account__list", says("Night shift")), htmlcheck.In(".account__list", says(first)), htmlcheck.In(".account__button", says("Studio")))
	if diff := cmp.Diff([]string{webtest.OtherToken}, tokens(d)); diff != "" {
		t.Errorf("tokens (-want +got):\n%s", diff)
	}
	d.Browser(t).Get("/deployments", webtest.Header("Cookie", "comfydeck="+old)).Expect(303, "/sign-in")

	between := b.Cookie("comfydeck")
	switchTo(b, first).Expect(303, "/deployments")
	d.Sandbox.ResetCalls()
	if list = b.Get("/deployments"); !strings.Contains(list.Body, on) || strings.Contains(list.Body, foreign) {
		t.Error("the list is not that of the first account")
	}
	if diff := cmp.Diff([]string{webtest.Token}, tokens(d)); diff != "" {
		t.Errorf("tokens (-want +got):\n%s", diff)
	}
	d.Browser(t).Get("/deployments", webtest.Header("Cookie", "comfydeck="+between)).Expect(303, "/sign-in")

	switchTo(b, "0000-0000").Expect(404, "")
	b.Post("/accounts/remove", url.Values{"account": {first}}).Expect(303, "/accounts")
	b.Get("/accounts").Check(says("Its token is deleted here. You work as "+second+" now."), htmlcheck.Count(".saved > li", 1))
	switchTo(b, first).Expect(404, "")
	r := b.Post("/accounts/remove", url.Values{"account": {second}})
	r.Expect(303, "/sign-in")
	if b.Cookie("comfydeck") != "" || r.Header.Get("Clear-Site-Data") == "" {
		t.Error("without accounts there is still a session")
	}
}

// TestAccountsAreBounded: a sixth is refused, with its reason.
func TestAccountsAreBounded(t *testing.T) {
	t.Parallel()
	more := []string{webtest.Token, webtest.OtherToken}
	for i := range 4 {
		more = append(more, fmt.Sprint("webtest-token-number-", i))
	}
	d := start(t, webtest.Options{Sandbox: sandbox.Options{Tokens: more}})
	b := member(t, d)
	for i, token := range more[1:] {
		r := b.Post("/accounts", url.Values{"token": {token}, "next": {""}})
		if last := i == len(more)-2; r.Status != map[bool]int{false: 303, true: 422}[last] {
			t.Errorf("account %d is answered %d: %s", i+2, r.Status, r.Text())
		}
	}
	b.Page.Check(says("as many accounts as it may"))
	b.Get("/accounts").Check(htmlcheck.Count(".saved > li", 5), says("Remove one to add another"))
}

// TestLinkOfAnotherAccount opens what another account of the browser sees: the page says so and opens it with one click, and
// opening alone changes nothing.
func TestLinkOfAnotherAccount(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, first, second := double(t, d)
	switchTo(b, first)
	b.Post("/deployments/"+on+"/disable", url.Values{"switch": {"1"}})
	r := b.Post("/deployments/bulk", url.Values{"id[]": {off}, "change": {"enable"}})
	r.Expect(303, r.Location())
	run := r.Location()
	entry := ""
	for _, a := range htmlcheck.Select(b.Get("/activity").DOM(), "a[href]") {
		if to := htmlcheck.Attr(a, "href"); strings.HasPrefix(to, "/activity/") && !strings.Contains(to, "export") {
			entry = to
		}
	}
	for _, page := range []string{"/deployments/" + on, "/deployments/" + on + "/edit", "/deployments/" + off + "/workflow?q=a", run, entry} {
		switchTo(b, second)
		cookie := b.Cookie("comfydeck")
		shown := b.Get(page)
		if shown.Status != http.StatusForbidden && shown.Status != http.StatusNotFound {
			t.Errorf("%s as the other account: %d", page, shown.Status)
		}
		shown.Check(htmlcheck.In("main form button", htmlcheck.HasExactText("Open as "+first+" (Night shift)")))
		if b.Cookie("comfydeck") != cookie || inUse(b) != second {
			t.Errorf("%s: a link switched the account", page)
		}
		b.Get(page)
		b.Post("/accounts/switch", mainForm(b, "/accounts/switch")).Expect(303, page)
		b.Get(page).Expect(200, "")
	}
	switchTo(b, second)
	b.Get("/deployments/"+nowhere).Check(htmlcheck.NotIn("main form[action=/accounts/switch]"), says("add it beside this one"))
	d.Sandbox.ResetCalls()
	switchTo(b, first)
	b.Post("/accounts/remove", url.Values{"account": {second}})
	b.Get("/deployments/" + foreign)
	if diff := cmp.Diff([]string{webtest.Token}, tokens(d)); diff != "" {
		t.Errorf("with one account left the API saw (-want +got):\n%s", diff)
	}
}

// mainForm is the last form of what is shown that posts to action: the frame of a page may have one too.
func mainForm(b *webtest.Browser, action string) url.Values {
	out := url.Values{}
	forms := htmlcheck.Select(b.Page.DOM(), "form[action="+action+"]")
	if len(forms) == 0 {
		return out
	}
	for _, in := range htmlcheck.Select(forms[len(forms)-1], "input") {
		out.Set(htmlcheck.Attr(in, "name"), htmlcheck.Attr(in, "value"))
	}
	return out
}

// TestFormOfAnotherAccount switches accounts in another tab while a form is open: it is kept and not sent, and comes back as it
// was typed, for the account it was made under.
func TestFormOfAnotherAccount(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][]webtest.Request{"page": nil, "part": {webtest.HX("https://deck.example/deployments/" + on + "/edit")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b, first, second := double(t, d)
			switchTo(b, first)
			b.Get("/deployments/" + on + "/edit")
			typed := with(b.Form("/deployments/"+on), "name", `a "quoted" <b>name</b>`, "queue_size", "7")
			switchTo(b, second)
			d.Sandbox.ResetCalls()

			r := b.Post("/deployments/"+on, typed, change...)
			r.Expect(http.StatusConflict, "")
			r.Check(heading("Made as another account"), says("what you typed is kept"), says(first), says(second))
			if calls := d.Calls(); len(calls) > 0 {
				t.Errorf("the API saw %q", calls)
			}
			again := b.Post("/accounts/switch", mainForm(b, "/accounts/switch"))
			again.Expect(200, "")
			again.Check(heading("Edit image-to-video"), says("You work as "+first+" again. Nothing has been sent yet"))
			typed.Del("form_key")
			if diff := cmp.Diff(typed, again.Values(typed)); diff != "" {
				t.Errorf("the form comes back changed (-typed +shown):\n%s", diff)
			}
			b.Submit("/deployments/"+on, nil).Expect(303, "/deployments/"+on)
			if got, _ := d.Sandbox.Deployment(webtest.Token, on); got.QueueSize != 7 {
				t.Errorf("the deployment is %+v", got)
			}
			if diff := cmp.Diff([]string{webtest.Token}, tokens(d)); diff != "" {
				t.Errorf("tokens (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFormOfAnAccountThatIsGone is the same when the account was removed, or the browser signed in as another: its token brings
// the form back.
func TestFormOfAnAccountThatIsGone(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, first, second := double(t, d)
	switchTo(b, first)
	b.Get("/deployments/new")
	typed := with(b.Form("/deployments"), "name", "kept", "queue_size", "7")
	b.Post("/accounts/remove", url.Values{"account": {first}})
	d.Sandbox.ResetCalls()
	r := b.Post("/deployments", typed)
	r.Expect(http.StatusConflict, "")
	r.Check(heading("Add an account"), says("This was made as account "+first), says("What you typed is kept"))
	again := b.Submit("/accounts", map[string]string{"token": webtest.Token})
	again.Expect(200, "")
	again.Check(heading("New deployment"), says("You work as "+first+" again"), htmlcheck.In("#name", htmlcheck.HasAttr("value", "kept")))

	switchTo(b, second)
	b.Post("/deployments", with(typed, "as", first))
	b.Post("/sign-out", url.Values{})
	r = b.Post("/deployments", typed)
	r.Expect(http.StatusUnauthorized, "")
	again = b.Submit("/sign-in", map[string]string{"token": webtest.OtherToken})
	again.Check(heading("New deployment"), says("made as account "+first+", and you work as "+second+" now. Nothing has been sent yet"))
	if w := d.Writes(); len(w) > 0 {
		t.Errorf("the API saw %d writes", len(w))
	}
	b.Post("/deployments", with(typed, "as", "<b>")).Expect(422, "")
}

// TestEveryFormOfAnotherAccount posts every form of the site map as made under the other account: none has an effect.
func TestEveryFormOfAnotherAccount(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, first, second := double(t, d)
	named := []string{"/sign-in", "/sign-out", "/preferences", "/csp-report", "/accounts", "/accounts/switch", "/accounts/remove", "/s/:share"}
	switchTo(b, first)
	d.Sandbox.ResetCalls()
	seen := 0
	for path, form := range postForms(t) {
		if slices.Contains(named, path) {
			continue
		}
		seen++
		r := b.Post(address(path), with(form, "as", second))
		r.Expect(http.StatusConflict, "")
		r.Check(heading("Made as another account"), says("Nothing was sent"))
	}
	if calls := d.Calls(); len(calls) > 0 || seen < 15 {
		t.Errorf("after %d forms the API saw %q", seen, calls)
	}
	if inUse(b) != first {
		t.Error("a form switched the account or ended the session")
	}
}

// TestPageOfAnotherAccount asks for parts of a page whose account is no longer in use: what comes is a whole page, or nothing.
func TestPageOfAnotherAccount(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, first, second := double(t, d)
	stale := func(r *http.Request) {
		webtest.HX("https://deck.example/deployments")(r)
		r.Header.Set("X-Comfydeck-Account", first)
	}
	switchTo(b, second)
	d.Sandbox.ResetCalls()
	for _, route := range web.Routes() {
		if route.Method != http.MethodGet || !strings.HasPrefix(route.Path, "/deployments") {
			continue
		}
		self := address(route.Path)
		page := strings.TrimSuffix(strings.TrimSuffix(self, "/enable"), "/disable") // the address of a switch is that of its deployment
		b.Get(self, stale).Expect(http.StatusNoContent, page)
		r := b.Get(self, stale, webtest.Header("X-Comfydeck-Background", "1"))
		r.Expect(http.StatusConflict, "")
		r.Check(says("works as another account now"))
	}
	if calls := d.Calls(); len(calls) > 0 {
		t.Errorf("the API saw %q", calls)
	}
	b.Get("/deployments").Check(says("This browser has switched accounts: you work as " + second))
	b.Get("/deployments", func(r *http.Request) { stale(r); r.Header.Set("X-Comfydeck-Account", second) }).Expect(200, "")
}

// TestRunOfAnotherAccount begins a run, switches, and lets it go on: it stays with the account it was begun in.
func TestRunOfAnotherAccount(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, first, second := double(t, d)
	switchTo(b, first)
	d.Sandbox.SetLatency(20 * time.Millisecond)
	b.Post("/deployments/bulk", url.Values{"id[]": {on, off}, "change": {"disable"}})
	run := b.Post("/deployments/bulk", url.Values{"id[]": {on}, "change": {"disable"}}).Location()
	b.Get(run)
	b.Submit(run+"/start", nil).Expect(303, run)
	switchTo(b, second)
	b.Get(run).Expect(404, "")
	for _, do := range []string{"/start", "/stop", "/continue", "/again"} {
		b.Post(run+do, url.Values{"go": {"1"}}).Expect(404, "")
	}
	for len(d.Writes()) == 0 {
		time.Sleep(time.Millisecond) // until the run has reached the API
	}
	for _, w := range d.Writes() {
		if w.Token != webtest.Token {
			t.Errorf("the run writes as %q", w.Token)
		}
	}
}

// TestTokenOfOneAccountRefused: the API no longer accepts the token of the account in use. That account goes, with what was typed
// kept, and the session goes on as the other.
func TestTokenOfOneAccountRefused(t *testing.T) {
	t.Parallel()
	d := start(t, webtest.Options{})
	b, first, second := double(t, d)
	switchTo(b, first)
	b.Get("/deployments/" + on + "/edit")
	typed := with(b.Form("/deployments/"+on), "name", "kept")
	d.Fault("401@get:1")
	r := b.Post("/deployments/"+on, typed)
	r.Expect(http.StatusUnauthorized, "")
	r.Check(heading("Add an account"), says("no longer accepts the token of account "+first), says("you work as "+second+" now"), htmlcheck.In("input[name=kept_name]", htmlcheck.HasAttr("value", "kept")))
	d.Fault()
	again := b.Submit("/accounts", map[string]string{"token": webtest.Token})
	again.Check(htmlcheck.In("#name", htmlcheck.HasAttr("value", "kept")))

	d.Fault("401@list:1")
	b.Get("/deployments/"+on).Expect(303, "/accounts/new?next=%2Fdeployments%2F"+on)
	d.Fault()
	b.Get("/accounts").Check(says("no longer accepts the token of account "+first), htmlcheck.Count(".saved > li", 1))
	b.Post("/accounts", url.Values{"token": {webtest.Token}})
	d.Fault("401@list:1")
	b.Get("/deployments/"+on, webtest.HX("https://deck.example/deployments?q=a")).Expect(204, "/accounts/new?next=%2Fdeployments%3Fq%3Da")
}

package session_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/session"
)

var defaults = session.Preferences{PerPage: 25}

func newBrowser(keys ...[]byte) *session.Browser {
	return session.NewBrowser(append(keys, keyA), false)
}

// answered returns the one cookie of an answer, after checking its size.
func answered(t *testing.T, w *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("the answer sets %d cookies, want 1: %v", len(cookies), w.Header())
	}
	if n := len(cookies[0].Name) + len(cookies[0].Value); n > 4096 {
		t.Errorf("name and value have %d bytes: browsers drop cookies above 4096", n)
	}
	return cookies[0]
}

func addNotice(t *testing.T, b *session.Browser, w http.ResponseWriter, r *http.Request, n session.Notice) {
	t.Helper()
	if err := b.AddNotice(w, r, n); err != nil {
		t.Fatal(err)
	}
}

// takeNotices also checks that they do not come a second time.
func takeNotices(t *testing.T, b *session.Browser, c *http.Cookie) []session.Notice {
	t.Helper()
	w := httptest.NewRecorder()
	notices, err := b.TakeNotices(w, request(t, c))
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.TakeNotices(httptest.NewRecorder(), request(t, answered(t, w)))
	if err != nil || len(again) != 0 {
		t.Errorf("taken notices come back: %v, error %v", again, err)
	}
	return notices
}

func TestBrowser_cookie(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		secure bool
		want   string
	}{
		{false, `^comfydeck-ui=[\w-]+=*; Path=/; Expires=[^;]+ GMT; Max-Age=31536000; HttpOnly; SameSite=Lax$`},
		{true, `^__Host-comfydeck-ui=[\w-]+=*; Path=/; Expires=[^;]+ GMT; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$`},
	} {
		b := session.NewBrowser([][]byte{keyA}, test.secure)
		w := httptest.NewRecorder()
		if err := b.SavePreferences(w, request(t), session.Preferences{}); err != nil {
			t.Fatal(err)
		}
		addNotice(t, b, w, request(t), session.Notice{Kind: "success", Text: "Saved."})
		answered(t, w)
		if got := w.Header().Get("Set-Cookie"); !regexp.MustCompile(test.want).MatchString(got) {
			t.Errorf("Set-Cookie is %q, want %s", got, test.want)
		}
	}
}

func TestBrowser_Preferences(t *testing.T) {
	t.Parallel()
	all := session.Preferences{Theme: "dark", Density: "compact", PerPage: 100, Columns: "name,min_instances", Shortcuts: "off", Plan: "pro"}
	for name, test := range map[string]struct{ save, want session.Preferences }{
		"nothing": {session.Preferences{}, defaults},
		"all":     {all, all},
		"light":   {session.Preferences{Theme: "light", PerPage: 50}, session.Preferences{Theme: "light", PerPage: 50}},
		"unknown values": {
			session.Preferences{Theme: "Dark", Density: "tiny", PerPage: 10000, Columns: "a b", Shortcuts: "on"}, defaults,
		},
		"markup in the columns":  {session.Preferences{Columns: `name,"><script>`}, defaults},
		"a plan that is no id":   {session.Preferences{Plan: "Pro <b>"}, defaults},
		"an empty column":        {session.Preferences{Columns: "name,,status"}, defaults},
		"a new line after one":   {session.Preferences{Columns: "name\n"}, defaults},
		"too many columns":       {session.Preferences{Columns: strings.Repeat("a", 201)}, defaults},
		"as many columns as fit": {session.Preferences{Columns: strings.Repeat("a", 200)}, session.Preferences{PerPage: 25, Columns: strings.Repeat("a", 200)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, w := newBrowser(), httptest.NewRecorder()
			if err := b.SavePreferences(w, request(t), test.save); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, b.Preferences(request(t, answered(t, w)))); diff != "" {
				t.Error(diff)
			}
		})
	}
	if diff := cmp.Diff(defaults, newBrowser().Preferences(request(t))); diff != "" {
		t.Errorf("without a cookie:\n%s", diff)
	}
}

func TestBrowser_notices(t *testing.T) {
	t.Parallel()
	notice := func(kind, text string) session.Notice { return session.Notice{Kind: kind, Text: text} }
	long := strings.Repeat("ä", 299) + "…"
	for name, test := range map[string]struct{ add, want []session.Notice }{
		"one":          {[]session.Notice{notice("success", "Saved: a & b <c>.")}, []session.Notice{notice("success", "Saved: a & b <c>.")}},
		"unknown kind": {[]session.Notice{notice("fatal error", "x")}, []session.Notice{notice("warning", "x")}},
		"the newest three": {
			[]session.Notice{notice("error", "1"), notice("error", "2"), notice("warning", "3"), notice("success", "4")},
			[]session.Notice{notice("error", "2"), notice("warning", "3"), notice("success", "4")},
		},
		"with a way back": {
			[]session.Notice{{Kind: "success", Text: "Paused: a /on b", Undo: session.Undo{Deployment: "4f1d", On: true}}, {Kind: "success", Text: "c", Undo: session.Undo{Deployment: "4f1e"}}},
			[]session.Notice{{Kind: "success", Text: "Paused: a /on b", Undo: session.Undo{Deployment: "4f1d", On: true}}, {Kind: "success", Text: "c", Undo: session.Undo{Deployment: "4f1e"}}},
		},
		"with an entry to take back": {
			[]session.Notice{{Kind: "success", Text: "Saved a: b", Undo: session.Undo{Deployment: "4f1d", Entry: "abc2"}}},
			[]session.Notice{{Kind: "success", Text: "Saved a: b", Undo: session.Undo{Deployment: "4f1d", Entry: "abc2"}}},
		},
		"an entry that is none": {[]session.Notice{{Kind: "error", Text: "x", Undo: session.Undo{Deployment: "4f1d", Entry: "a b"}}}, []session.Notice{{Kind: "error", Text: "x", Undo: session.Undo{Deployment: "4f1d"}}}},
		"a way back to nowhere": {[]session.Notice{{Kind: "error", Text: "x", Undo: session.Undo{Deployment: "a b"}}}, []session.Notice{notice("error", "x")}},
		"just short enough":     {[]session.Notice{notice("error", strings.Repeat("ä", 300))}, []session.Notice{notice("error", strings.Repeat("ä", 300))}},
		"too long":              {[]session.Notice{notice("error", strings.Repeat("ä", 301))}, []session.Notice{notice("error", long)}},
		"not UTF-8":             {[]session.Notice{notice("error", "a\xffb")}, []session.Notice{notice("error", "a\uFFFDb")}},
		"too much for a cookie": {
			[]session.Notice{notice("error", strings.Repeat("🙂", 300)), notice("error", strings.Repeat("🙃", 300))},
			[]session.Notice{notice("error", strings.Repeat("🙃", 300))},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser()
			var c *http.Cookie
			for _, n := range test.add {
				w := httptest.NewRecorder()
				addNotice(t, b, w, request(t, c), n)
				c = answered(t, w)
			}
			if diff := cmp.Diff(test.want, takeNotices(t, b, c)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The largest state there can be still fits into a cookie.
func TestBrowser_largest(t *testing.T) {
	t.Parallel()
	b, w, r := newBrowser(), httptest.NewRecorder(), request(t)
	p := session.Preferences{Theme: "light", Density: "compact", PerPage: 200, Columns: strings.Repeat("a", 200), Shortcuts: "off"}
	if err := b.SavePreferences(w, r, p); err != nil {
		t.Fatal(err)
	}
	for range 3 { // 500 bytes each as they are stored
		addNotice(t, b, w, r, session.Notice{Kind: "success", Text: strings.Repeat("x", 204) + strings.Repeat("日", 96)})
	}
	if notices := takeNotices(t, b, answered(t, w)); len(notices) != 3 {
		t.Errorf("%d notices were kept, want 3", len(notices))
	}
}

// Two changes in one answer are one cookie with both, also when a middleware has
// passed on a copy of the request in between.
func TestBrowser_changesAddUp(t *testing.T) {
	t.Parallel()
	b, w, r := newBrowser(), httptest.NewRecorder(), request(t)
	w.Header().Add("Set-Cookie", "other=1")
	if err := b.SavePreferences(w, r, session.Preferences{Theme: "dark"}); err != nil {
		t.Fatal(err)
	}
	addNotice(t, b, w, r.WithContext(t.Context()), session.Notice{Kind: "success", Text: "one"})
	addNotice(t, b, w, r, session.Notice{Kind: "error", Text: "two"})
	cookies := w.Result().Cookies()
	if len(cookies) != 2 || cookies[0].Name != "other" {
		t.Fatalf("cookies are %v, want the other one and one of ours", cookies)
	}
	if got := b.Preferences(request(t, cookies[1])); got.Theme != "dark" {
		t.Errorf("the preferences are %+v", got)
	}
	want := []session.Notice{{Kind: "success", Text: "one"}, {Kind: "error", Text: "two"}}
	if diff := cmp.Diff(want, takeNotices(t, b, cookies[1])); diff != "" {
		t.Error(diff)
	}
}

func TestBrowser_TakeNotices_keepsPreferences(t *testing.T) {
	t.Parallel()
	b, w, r := newBrowser(), httptest.NewRecorder(), request(t)
	if err := b.SavePreferences(w, r, session.Preferences{Theme: "dark"}); err != nil {
		t.Fatal(err)
	}
	addNotice(t, b, w, r, session.Notice{Kind: "success", Text: "one"})
	after := httptest.NewRecorder()
	if _, err := b.TakeNotices(after, request(t, answered(t, w))); err != nil {
		t.Fatal(err)
	}
	if got := b.Preferences(request(t, answered(t, after))); got.Theme != "dark" {
		t.Errorf("the preferences are %+v", got)
	}
}

func TestBrowser_TakeNotices_nothing(t *testing.T) {
	t.Parallel()
	b := newBrowser()
	saved := httptest.NewRecorder()
	if err := b.SavePreferences(saved, request(t), session.Preferences{Theme: "dark"}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]*http.Cookie{
		"no cookie": nil, "preferences only": answered(t, saved), "nonsense": {Name: "comfydeck-ui", Value: "nonsense"},
	} {
		w := httptest.NewRecorder()
		if notices, err := b.TakeNotices(w, request(t, c)); len(notices) != 0 || err != nil {
			t.Errorf("%s: notices %v, error %v", name, notices, err)
		}
		if len(w.Header()) != 0 {
			t.Errorf("%s: headers %v", name, w.Header())
		}
	}
}

func TestBrowser_rotation(t *testing.T) {
	t.Parallel()
	saved := func(b *session.Browser) *http.Cookie {
		w := httptest.NewRecorder()
		if err := b.SavePreferences(w, request(t), session.Preferences{Theme: "dark"}); err != nil {
			t.Fatal(err)
		}
		return answered(t, w)
	}
	old, both, fresh := newBrowser(), newBrowser(keyB), session.NewBrowser([][]byte{keyB}, false)
	for name, test := range map[string]struct {
		browser *session.Browser
		cookie  *http.Cookie
		want    string
	}{
		"the old cookie with both keys":     {both, saved(old), "dark"},
		"a new cookie with the new key":     {fresh, saved(both), "dark"},
		"the old cookie with the key gone":  {fresh, saved(old), ""},
		"a new cookie with only the old":    {old, saved(both), ""},
		"another cookie of the same server": {old, &http.Cookie{Name: "comfydeck-ui", Value: saved(old).Value + "x"}, ""},
	} {
		if got := test.browser.Preferences(request(t, test.cookie)); got.Theme != test.want {
			t.Errorf("%s: theme %q, want %q", name, got.Theme, test.want)
		}
	}
}

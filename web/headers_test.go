package web_test

import (
	"compress/gzip"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/htmlcheck"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/static"
	"github.com/comfydeck/comfydeck/web"
)

// wantFixed is written down a second time on purpose: a header that is dropped by accident must be missed.
var wantFixed = map[string]string{
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Resource-Policy": "same-origin",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "same-origin",
	"X-Robots-Tag":                 "noindex, nofollow",
	"Reporting-Endpoints":          `csp="/csp-report"`,
	"Permissions-Policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), " +
		"hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), " +
		"publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()",
}

const (
	closedPolicy   = "default-src 'none'; frame-ancestors 'none'"
	downloadPolicy = "default-src 'none'; sandbox"
	forever        = "public, max-age=31536000, immutable"
)

// wantPolicy is the content policy of a page, around its nonce.
func wantPolicy(nonce string) string {
	return "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'; style-src 'self'; img-src 'self'; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types htmx; report-uri /csp-report; report-to csp"
}

// probe is one request of the header table. The zero wants are those of a page or of any other answer the site map gives.
type probe struct {
	name       string
	do         func(*webtest.Browser) *webtest.Response
	wantStatus int    // 0 where the table comes from the router and TestRoutes holds the status
	wantCache  string // "" is no-store
	visitor    bool   // the page of people without an account, which names itself to nobody
	wantPolicy string // "" is the policy of pages
}

// routeProbes are two requests for every route of the site map, as a page and as a part, so that no new one escapes.
func routeProbes(t *testing.T) []probe {
	t.Helper()
	var out []probe
	routes := web.Routes()
	if len(routes) < 30 {
		t.Fatalf("the site map has %d routes: this test looks at the wrong router", len(routes))
	}
	for _, r := range routes {
		path := address(r.Path)
		p := probe{name: r.Method + " " + r.Path, visitor: strings.HasPrefix(path, "/s/")}
		switch {
		case strings.HasSuffix(path, "/payload.json"), strings.Contains(path, "/export."):
			p.wantPolicy = downloadPolicy
		case strings.HasSuffix(path, "*"):
			path, p.wantCache = static.CSS().URL, forever
		}
		for as, change := range map[string]webtest.Request{"as a page": func(*http.Request) {}, "as a part": webtest.HX("https://deck.example/deployments")} {
			p := p
			p.name += " " + as
			p.do = func(b *webtest.Browser) *webtest.Response {
				if r.Method == http.MethodPost {
					return b.Post(path, url.Values{}, change)
				}
				return b.Do(r.Method, path, "", change)
			}
			out = append(out, p)
		}
	}
	return out
}

// failureProbes are the answers no route gives.
func failureProbes() []probe {
	form := webtest.Header("Content-Type", "application/x-www-form-urlencoded")
	return []probe{
		{name: "no such page", do: get("/no-such-page"), wantStatus: 404},
		{name: "no such page, part", do: hx("/no-such-page"), wantStatus: 404},
		{name: "no such file", do: get("/static/nothing.css"), wantStatus: 404},
		{name: "wrong method", do: post("/livez", url.Values{}), wantStatus: 405},
		{name: "a method of no use", do: func(b *webtest.Browser) *webtest.Response { return b.Do(http.MethodPut, "/deployments", "") }, wantStatus: 405, wantPolicy: closedPolicy},
		{name: "a question for methods", do: func(b *webtest.Browser) *webtest.Response { return b.Do(http.MethodOptions, "/deployments", "") }, wantStatus: 405, wantPolicy: closedPolicy},
		{name: "a made-up method", do: func(b *webtest.Browser) *webtest.Response { return b.Do("LOOK", "/", "") }, wantStatus: 405, wantPolicy: closedPolicy},
		{name: "head of a form", do: head("/sign-out"), wantStatus: 405},
		{name: "too large", do: post("/deployments", url.Values{"name": {strings.Repeat("x", 70<<10)}}), wantStatus: 413},
		{name: "no length", do: func(b *webtest.Browser) *webtest.Response {
			return b.Do(http.MethodPost, "/deployments", "name=x", form, func(r *http.Request) { r.ContentLength = -1 })
		}, wantStatus: 411, wantPolicy: closedPolicy},
		{name: "not a form", do: func(b *webtest.Browser) *webtest.Response {
			return b.Do(http.MethodPost, "/deployments", "{}", webtest.Header("Content-Type", "application/json"))
		}, wantStatus: 400},
		{name: "from another site", do: func(b *webtest.Browser) *webtest.Response {
			return b.Post("/deployments", url.Values{}, webtest.CrossSite)
		}, wantStatus: 403},
		{name: "under another name", do: func(b *webtest.Browser) *webtest.Response {
			return b.Get("/deployments", webtest.Header("Host", "evil.example"))
		}, wantStatus: 403},
		{name: "a panic", do: get("/readyz"), wantStatus: 500},
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, public := range []string{"https://deck.example", ""} {
		d := start(t, webtest.Options{PublicURL: public, Web: func(o *web.Options) { o.Ping = nil }}) // nil: /readyz panics
		seen := map[string]string{}
		stranger, known := d.Browser(t), member(t, d)
		for _, p := range append(routeProbes(t), failureProbes()...) {
			if known.Cookie("comfydeck")+known.Cookie("__Host-comfydeck") == "" {
				known = member(t, d) // the one before signed out
			}
			for _, b := range []*webtest.Browser{stranger, known} {
				r := p.do(b)
				name := strings.Join([]string{public, p.name, http.StatusText(r.Status)}, " ")
				if p.wantStatus != 0 && r.Status != p.wantStatus {
					t.Errorf("%s: answered %d, want %d", name, r.Status, p.wantStatus)
				}
				checkHeaders(t, name, p, r, d.Public.Scheme == "https")
				if nonce := nonceOf(r); nonce != "" {
					if other, again := seen[nonce]; again {
						t.Errorf("%s: has the nonce of %s", name, other)
					}
					seen[nonce] = name
				}
			}
		}
		if len(seen) < 60 {
			t.Errorf("saw %d nonces, want one for each of the answers", len(seen))
		}
	}
}

func checkHeaders(t *testing.T, name string, p probe, r *webtest.Response, secure bool) {
	t.Helper()
	want := maps.Clone(wantFixed)
	want["Cache-Control"] = "no-store"
	if p.visitor {
		want["Referrer-Policy"] = "no-referrer"
	}
	if p.wantCache != "" && r.Status == http.StatusOK {
		want["Cache-Control"] = p.wantCache
	}
	if secure {
		want["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
	} else {
		want["Strict-Transport-Security"] = ""
	}
	want["Content-Security-Policy"] = wantPolicy(nonceOf(r))
	if p.wantPolicy != "" && (p.wantPolicy != downloadPolicy || r.Status == http.StatusOK) {
		want["Content-Security-Policy"] = p.wantPolicy
	}
	for h, value := range want {
		if got := strings.Join(r.Header.Values(h), " | "); got != value {
			t.Errorf("%s: %s is %q, want exactly one %q", name, h, got, value)
		}
	}
	if got := r.Header.Values("X-Request-Id"); len(got) != 1 || len(got[0]) != 16 {
		t.Errorf("%s: X-Request-Id is %q, want one", name, got)
	}
	oneForm := p.wantPolicy == closedPolicy || p.wantCache != "" && r.Status == http.StatusOK
	if vary := r.Header.Values("Vary"); slices.Contains(vary, "HX-Request") == oneForm || len(slices.Compact(slices.Sorted(slices.Values(vary)))) != len(vary) {
		t.Errorf("%s: Vary is %q, want HX-Request once in it unless there is one form for all: %v", name, vary, oneForm)
	}
	if strings.Contains(p.name, "/static/") && len(r.Cookies) > 0 {
		t.Errorf("%s: a file sets a cookie", name)
	}
	if r.Header.Get("Server") != "" || r.Header.Get("X-Powered-By") != "" {
		t.Errorf("%s: the answer names its software", name)
	}
	checkNonces(t, name, r)
}

// checkNonces holds every nonce in a page, of scripts and of htmx's attributes, to the one of the policy.
func checkNonces(t *testing.T, name string, r *webtest.Response) {
	t.Helper()
	if r.Body == "" || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		return
	}
	for _, attr := range []string{"nonce", "hx-nonce"} {
		for _, n := range htmlcheck.Select(r.DOM(), "["+attr+"]") {
			if got := htmlcheck.Attr(n, attr); got != nonceOf(r) {
				t.Errorf("%s: %s is %q, want the policy's %q", name, attr, got, nonceOf(r))
			}
		}
	}
	for _, n := range htmlcheck.Select(r.DOM(), "script") {
		if htmlcheck.Attr(n, "nonce") == "" || htmlcheck.Attr(n, "integrity") == "" {
			t.Errorf("%s: a script without nonce or integrity", name)
		}
	}
	if r.Whole() && len(htmlcheck.Select(r.DOM(), "script")) == 0 {
		t.Errorf("%s: a page without its script", name)
	}
}

func nonceOf(r *webtest.Response) string {
	_, rest, _ := strings.Cut(r.Header.Get("Content-Security-Policy"), "'nonce-")
	nonce, _, _ := strings.Cut(rest, "'")
	return nonce
}

// TestCookieAttributes signs in under https and under loopback http and looks at every cookie on the way.
func TestCookieAttributes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		public string
		want   map[string]bool // names, and whether they are Secure
	}{
		{"", map[string]bool{"comfydeck": false, "comfydeck-ui": false}},
		{"https://deck.example", map[string]bool{"__Host-comfydeck": true, "__Host-comfydeck-ui": true}},
	}
	for _, tt := range tests {
		d := start(t, webtest.Options{PublicURL: tt.public})
		b := d.Browser(t)
		cookies := b.Get("/sign-in").Cookies
		cookies = append(cookies, b.Post("/sign-in", url.Values{"token": {webtest.Token}}).Cookies...)
		cookies = append(cookies, b.Post("/deployments/"+on+"/disable", url.Values{}).Cookies...)
		cookies = append(cookies, b.Get("/deployments").Cookies...)
		got := map[string]bool{}
		for _, c := range cookies {
			got[c.Name] = c.Secure
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("%q sets %s: want HttpOnly, SameSite=Lax, Path=/ and no Domain", tt.public, c)
			}
		}
		if !maps.Equal(got, tt.want) {
			t.Errorf("%q sets the cookies %v (Secure or not), want %v", tt.public, got, tt.want)
		}
	}
}

// TestStaticFiles reads every file a page asks for, in both encodings.
func TestStaticFiles(t *testing.T) {
	t.Parallel()
	b := start(t, webtest.Options{}).Browser(t)
	files := []string{static.CSS().URL, static.JS().URL, static.Icon().URL}
	if lib, ok := static.HTMX(); ok {
		files = append(files, lib.URL)
	}
	for _, f := range files {
		for accept, want := range map[string]string{"": "", "gzip": "gzip", "gzip, zstd": "gzip", "zstd;q=0, gzip;q=0.5": "gzip", "br": ""} {
			r := b.Get(f, webtest.Header("Accept-Encoding", accept))
			if r.Status != 200 || r.Header.Get("Content-Encoding") != want || !slices.Equal(r.Header.Values("Vary"), []string{"Accept-Encoding"}) || r.Body == "" {
				t.Errorf("%s for %q: %d, encoding %q, vary %q, %d bytes; want 200 in %q", f, accept, r.Status, r.Header.Get("Content-Encoding"), r.Header.Values("Vary"), len(r.Body), want)
			}
		}
		if r := b.Do(http.MethodHead, f, ""); r.Status != 200 || r.Body != "" || r.Header.Get("Content-Length") == "" {
			t.Errorf("HEAD %s: %d with %d bytes", f, r.Status, len(r.Body))
		}
	}
}

// TestCompression asks for pages as browsers do.
func TestCompression(t *testing.T) {
	t.Parallel()
	b := member(t, start(t, webtest.Options{}))
	for accept, want := range map[string]string{"": "", "gzip": "gzip", "gzip, deflate, br, zstd": "zstd", "br": ""} {
		r := b.Get("/deployments", webtest.Header("Accept-Encoding", accept))
		vary := strings.Join(r.Header.Values("Vary"), ", ")
		if r.Header.Get("Content-Encoding") != want || !strings.Contains(vary, "Accept-Encoding") || !strings.Contains(vary, "HX-Request") {
			t.Errorf("for %q: encoding %q, vary %q; want %q and both headers", accept, r.Header.Get("Content-Encoding"), vary, want)
		}
	}
	padding := map[int]bool{}
	for range 12 {
		z, err := gzip.NewReader(strings.NewReader(b.Get("/deployments", webtest.Header("Accept-Encoding", "gzip")).Body))
		if err != nil {
			t.Fatal(err)
		}
		padding[len(z.Comment)] = true
	}
	if len(padding) < 2 {
		t.Errorf("compressed pages are padded by %v bytes: their length can tell what is in them", padding)
	}
}

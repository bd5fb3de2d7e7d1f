package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

// postForms are forms that each POST route would carry out.
func postForms(t *testing.T) map[string]url.Values {
	t.Helper()
	known := map[string]url.Values{
		"/csp-report":              {},
		"/sign-in":                 {"token": {webtest.Token}},
		"/sign-out":                {"sign_out": {"1"}},
		"/preferences":             {"theme": {"dark"}},
		"/deployments":             newDeployment(),
		"/deployments/:id":         {"queue_size": {"7"}},
		"/deployments/:id/enable":  {"switch": {"1"}},
		"/deployments/:id/disable": {"switch": {"1"}},
		"/deployments/:id/delete":  {"confirm_name": {"image-to-video"}},
		"/deployments/:id/lock":    {"reason": {"a demo on Friday"}},
		"/deployments/:id/unlock":  {"switch": {"1"}},
		"/deployments/:id/notes":   {"note": {"a"}, "version": {"0"}},
		"/deployments/new":         {"paste": {`{"name":"a"}`}},
		"/deployments/settle":      {"switch": {"1"}},

		"/deployments/bulk":               {"id[]": {on}, "change": {"disable"}},
		"/deployments/bulk/:run/start":    {"go": {"1"}},
		"/deployments/bulk/:run/continue": {"go": {"1"}},
		"/deployments/bulk/:run/stop":     {"go": {"1"}},
		"/deployments/bulk/:run/again":    {"go": {"1"}},
		"/deployments/:id/share":          {"readme": {"1"}, "lifetime": {"1d"}},
		"/shares/revoke":                  {"revoke": {"1"}},
		"/shares/:share/revoke":           {"revoke": {"1"}},
		"/s/:share":                       {"link": {"x"}},
		"/webhooks":                       {"hook_id": {hookID}, "name": {"ops"}, "target": {"https://hooks.example/x"}, "format": {"json"}, "kind_cost": {"1"}},
		"/webhooks/:hook":                 {"name": {"ops"}, "target": {""}, "format": {"json"}, "kind_cost": {"1"}},
		"/webhooks/:hook/test":            {"go": {"1"}},
		"/webhooks/:hook/pause":           {"go": {"1"}},
		"/webhooks/:hook/resume":          {"go": {"1"}},
		"/webhooks/:hook/secret":          {"go": {"1"}},
		"/webhooks/:hook/again":           {"delivery": {"x"}},
		"/webhooks/:hook/delete":          {"delete": {"1"}},
		"/views":                          {"name": {"paused"}, "query": {"state=paused"}},
		"/views/:view":                    {"name": {"paused"}},
		"/views/:view/delete":             {"delete": {"1"}},
		"/compare":                        {"workflow": {"{}"}},
		"/accounts":                       {"token": {"x"}},
		"/accounts/switch":                {"account": {"0000-0000"}},
		"/accounts/remove":                {"account": {"0000-0000"}},
		"/sessions/end-others":            {"end": {"1"}},
		"/sessions/end-all":               {"end": {"1"}},
		"/sessions/:session/end":          {"end": {"1"}},
	}
	for _, r := range web.Routes() {
		if _, ok := known[r.Path]; r.Method == http.MethodPost && !ok {
			t.Fatalf("POST %s has no form in this test", r.Path)
		}
	}
	return known
}

// TestForgedWrites sends every form from every kind of origin: only this site's own pages, and programs that are no
// browsers, are heard.
func TestForgedWrites(t *testing.T) {
	t.Parallel()
	tests := []struct {
		site, origin string // Sec-Fetch-Site and Origin, "" is absent
		want         bool   // let through
	}{
		{"same-origin", "SELF", true},
		{"same-origin", "", true},
		{"same-origin", "null", true},
		{"none", "", true},
		{"none", "SELF", true},
		{"same-site", "https://other.example", false},
		{"same-site", "SELF", false},
		{"cross-site", "https://evil.example", false},
		{"cross-site", "SELF", false},
		{"cross-site", "null", false},
		{"cross-site", "", false},
		{"nonsense", "SELF", false},
		{"", "SELF", true},
		{"", "https://evil.example", false},
		{"", "https://SELF.evil.example", false},
		{"", "null", false},
		{"", "", true},
	}
	for path, form := range postForms(t) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			shared := start(t, webtest.Options{}) // by the refused, which change nothing
			signedIn := member(t, shared)
			for _, tt := range tests {
				d, b := shared, signedIn
				if tt.want {
					d = start(t, webtest.Options{})
					b = member(t, d)
				}
				cookie := b.Cookie("comfydeck")
				r := b.Post(address(path), form, func(r *http.Request) {
					r.Header.Del("Sec-Fetch-Mode")
					r.Header.Del("Sec-Fetch-Dest")
					webtest.Header("Sec-Fetch-Site", tt.site)(r)
					webtest.Header("Origin", strings.Replace(tt.origin, "SELF", d.URL, 1))(r)
				})
				refused := r.Status == http.StatusForbidden
				if refused == tt.want {
					t.Errorf("site %q, origin %q: answered %d %s", tt.site, tt.origin, r.Status, r.Text())
				}
				if refused && (len(d.Sandbox.Calls()) > 0 || b.Cookie("comfydeck") != cookie) {
					t.Errorf("site %q, origin %q: refused, but the API saw %q and the cookie went from %q to %q", tt.site, tt.origin, d.Calls(), cookie, b.Cookie("comfydeck"))
				}
				if refused {
					r.Check(says("came from another site"))
				}
			}
		})
	}
}

// TestForeignReads opens every page as another site's page can make a browser do: a link works, everything else does not.
func TestForeignReads(t *testing.T) {
	t.Parallel()
	tests := []struct {
		site, mode, dest string
		want             bool
	}{
		{"cross-site", "navigate", "document", true},
		{"same-site", "navigate", "document", true},
		{"none", "navigate", "document", true},
		{"", "", "", true},
		{"cross-site", "no-cors", "image", false},
		{"cross-site", "no-cors", "script", false},
		{"cross-site", "navigate", "iframe", false},
		{"cross-site", "navigate", "embed", false},
		{"cross-site", "cors", "empty", false},
		{"same-site", "no-cors", "empty", false},
		{"same-site", "", "", false},
	}
	shared := start(t, webtest.Options{})
	visitor := member(t, shared)
	for _, route := range web.Routes() {
		if route.Method != http.MethodGet || strings.HasSuffix(route.Path, "*") {
			continue
		}
		d, b := shared, visitor
		for _, tt := range tests {
			if route.Path == paths.Search { // it reads on behind its answer
				d = start(t, webtest.Options{})
				b = member(t, d)
			}
			d.Sandbox.ResetCalls()
			r := b.Get(address(route.Path), func(r *http.Request) {
				webtest.Header("Sec-Fetch-Site", tt.site)(r)
				webtest.Header("Sec-Fetch-Mode", tt.mode)(r)
				webtest.Header("Sec-Fetch-Dest", tt.dest)(r)
			})
			if (r.Status != http.StatusForbidden) != tt.want || (!tt.want && len(d.Sandbox.Calls()) > 0) {
				t.Errorf("%s from %s, %s, %s: answered %d, the API saw %q", route.Path, tt.site, tt.mode, tt.dest, r.Status, d.Calls())
			}
		}
	}
}

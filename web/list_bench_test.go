package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// BenchmarkList answers pages of fifty out of ten thousand that are held, searched and sorted as in make bench, from the
// request to the last byte, without a network.
func BenchmarkList(b *testing.B) {
	d := webtest.Start(b, webtest.Options{
		Sandbox: sandbox.Options{Deployments: 10_000},
		Lists:   fleet.Options{Fresh: time.Hour},
	})
	p := d.Browser(b)
	p.SignIn(webtest.Token)
	p.Post(paths.Preferences, url.Values{"per_page": {"50"}, "next": {paths.Deployments}})
	for name, encoding := range map[string]string{"plain": "identity", "compressed": "zstd"} {
		b.Run(name, func(b *testing.B) {
			var questions []*http.Request
			for i, words := range []string{"", "a", "flux", "48 gb"} {
				state := paths.ListQuery{Words: words, Sort: "updated_at", Descending: i%2 == 0, State: "enabled"}
				req := httptest.NewRequestWithContext(context.Background(), http.MethodGet, d.URL+paths.List(state), http.NoBody)
				req.RemoteAddr, req.RequestURI = "127.0.0.1:1", req.URL.RequestURI()
				for _, c := range p.Cookies() {
					req.AddCookie(c)
				}
				req.Header.Set("Accept-Encoding", encoding)
				questions = append(questions, req)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				w := httptest.NewRecorder()
				d.Site.HTTP().Handler.ServeHTTP(w, questions[i%len(questions)])
				if w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}

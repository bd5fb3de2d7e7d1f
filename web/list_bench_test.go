package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/sandbox"
	"github.com/comfydeck/comfydeck/internal/webtest"
)

// BenchmarkList answers a page of the list out of ten thousand that are held, from the request to the last byte, without a network.
func BenchmarkList(b *testing.B) {
	d := webtest.Start(b, webtest.Options{
		Sandbox: sandbox.Options{Deployments: 10_000},
		Lists:   fleet.Options{Fresh: time.Hour},
	})
	p := d.Browser(b)
	p.SignIn(webtest.Token)
	cookie := "comfydeck=" + p.Cookie("comfydeck")
	for name, encoding := range map[string]string{"plain": "identity", "compressed": "zstd"} {
		b.Run(name, func(b *testing.B) {
			req := httptest.NewRequestWithContext(context.Background(), http.MethodGet, d.URL+paths.List(paths.ListQuery{Sort: "updated_at", State: "enabled"}), http.NoBody)
			req.RemoteAddr, req.RequestURI = "127.0.0.1:1", req.URL.RequestURI()
			req.Header.Set("Cookie", cookie)
			req.Header.Set("Accept-Encoding", encoding)
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				d.Site.HTTP().Handler.ServeHTTP(w, req)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}

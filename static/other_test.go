package static_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/static"
)

// TestServeOther hands out a body under its own name alone.
func TestServeOther(t *testing.T) {
	t.Parallel()
	for name, body := range static.All() {
		w := httptest.NewRecorder()
		if !static.ServeOther(w, httptest.NewRequest(http.MethodGet, "/", nil), name, body) || w.Body.String() != string(body) {
			t.Errorf("%s was not handed out under its own name", name)
		}
		if w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: headers %v", name, w.Header())
		}
		hash := strings.Split(name, ".")[1]
		for _, wrong := range []string{strings.Replace(name, hash, "0123456789ab", 1), "evil." + hash + ".html", "../" + name, name + ".html", "other." + hash + ".css"} {
			w := httptest.NewRecorder()
			if static.ServeOther(w, httptest.NewRequest(http.MethodGet, "/", nil), wrong, body) || w.Body.Len() > 0 {
				t.Errorf("%s was handed out as %s", name, wrong)
			}
		}
		w = httptest.NewRecorder()
		if static.ServeOther(w, httptest.NewRequest(http.MethodGet, "/", nil), name, append([]byte("x"), body...)) || w.Body.Len() > 0 {
			t.Errorf("another body was handed out as %s", name)
		}
	}
}

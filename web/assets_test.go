package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

// otherVersion is what a server of another version left.
type otherVersion map[string]string

func (o otherVersion) Find(_ context.Context, name string) ([]byte, bool, error) {
	body, ok := o[name]
	if body == "broken" {
		return nil, false, errors.New("no database")
	}
	return []byte(body), ok, nil
}

// TestStaticFilesOfAnotherVersion are handed out under their own names alone, and nothing else the database may hold (RR-22).
func TestStaticFilesOfAnotherVersion(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("a{color:red}"))
	name := "app." + hex.EncodeToString(sum[:6]) + ".css"
	b := start(t, webtest.Options{Web: func(o *web.Options) {
		o.Assets = otherVersion{
			name: "a{color:red}", "app.000000000000.css": "a{color:blue}", "app.000000000001.css": "broken",
			"index.html": "<script>", "app." + hex.EncodeToString(sum[:6]) + ".html": "a{color:red}",
		}
	}}).Browser(t)
	r := b.Get("/static/" + name)
	if r.Status != 200 || r.Body != "a{color:red}" || r.Header.Get("Content-Type") != "text/css; charset=utf-8" || r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("%d %v %q", r.Status, r.Header, r.Body)
	}
	for wrong, status := range map[string]int{
		"app.000000000000.css": 404, "app.000000000002.css": 404, "app.000000000001.css": 503, "index.html": 404, "app." + hex.EncodeToString(sum[:6]) + ".html": 404,
	} {
		if r := b.Get("/static/" + wrong); r.Status != status || strings.Contains(r.Body, "color:") || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %q", wrong, r.Status, r.Header.Get("Cache-Control"))
		}
	}
}

package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/comfydeck/comfydeck/internal/sandbox"
)

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := sandbox.New(sandbox.Options{Tokens: []string{tokenA}, Deployments: 10_000}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkList(b *testing.B) {
	for _, n := range []int{25, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			box, err := sandbox.New(sandbox.Options{Tokens: []string{tokenA}, Deployments: n})
			if err != nil {
				b.Fatal(err)
			}
			server := httptest.NewServer(box)
			defer server.Close()
			req, err := http.NewRequestWithContext(b.Context(), "GET", server.URL+base, http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+tokenA)
			for b.Loop() {
				resp, err := server.Client().Do(req)
				if err != nil {
					b.Fatal(err)
				}
				n, err := io.Copy(io.Discard, resp.Body)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(n)
				resp.Body.Close()
			}
		})
	}
}

package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// TestCompress_Places: lists are compressed well, but only so many at once; what comes then, and everything else, quickly.
func TestCompress_Places(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "<tr><td>deployment %d</td><td>%x</td></tr>", i*7919, i*i*104_729)
	}
	var inside sync.WaitGroup
	inside.Add(bestAtOnce + 1)
	handler, err := compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/deployments" {
			inside.Done()
			inside.Wait() // all of them are under way
		}
		_, _ = w.Write([]byte(text.String()))
	}))
	if err != nil {
		t.Fatal(err)
	}
	load := func(path string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "zstd")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Body.Len()
	}
	sizes := make([]int, bestAtOnce+1)
	var all sync.WaitGroup
	for i := range sizes {
		all.Go(func() { sizes[i] = load("/deployments") })
	}
	all.Wait()
	quick, well := load("/deployments/x"), 0
	const jitter = 64
	for _, size := range sizes {
		if size < quick-jitter || size > quick+jitter { // which is smaller depends on the text
			well++
		}
	}
	if well != bestAtOnce {
		t.Errorf("lists of %v bytes, another page of %d: %d are compressed well, want %d", sizes, quick, well, bestAtOnce)
	}
}

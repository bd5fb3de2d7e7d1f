package markdown

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

func TestRender_WaitsForAPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := New()
		for range cap(r.places) {
			r.places <- struct{}{}
		}

		reason := errors.New("the reader left")
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error)
		go func() {
			_, err := r.Render(ctx, "a")
			done <- err
		}()
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("Render did not wait: %v", err)
		default:
		}
		cancel(reason)
		if err := <-done; !errors.Is(err, reason) {
			t.Errorf("error is %v, want %v", err, reason)
		}

		go func() {
			_, err := r.Render(t.Context(), "a")
			done <- err
		}()
		synctest.Wait()
		<-r.places
		if err := <-done; err != nil {
			t.Errorf("with a free place: %v", err)
		}
		if got := len(r.places); got != cap(r.places)-1 {
			t.Errorf("%d places taken after rendering, want %d", got, cap(r.places)-1)
		}
	})
}

func TestRender_NeedsNoPlace(t *testing.T) {
	t.Parallel()
	r := New()
	render(t, r, "known")
	for range cap(r.places) {
		r.places <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, source := range []string{"", "known", strings.Repeat("a", maxSourceBytes+1)} {
		if _, err := r.Render(ctx, source); err != nil {
			t.Errorf("Render(%.10q): %v", source, err)
		}
	}
}

func TestRender_Concurrent(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("testdata/tricky.md")
	if err != nil {
		t.Fatal(err)
	}
	r := New()
	want := render(t, New(), string(source))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if diff := cmp.Diff(want, render(t, r, string(source))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	wg.Wait()
}

func TestCache(t *testing.T) {
	t.Parallel()
	key := func(s string) cacheKey { return sha256.Sum256([]byte(s)) }
	kilobyte := Document{HTML: strings.Repeat("x", 1024)}
	c := newCache(3 * (1024 + entryOverhead))

	c.put(key("a"), kilobyte)
	c.put(key("b"), kilobyte)
	c.put(key("c"), kilobyte)
	if _, ok := c.get(key("a")); !ok {
		t.Error("three of three documents do not fit")
	}
	c.put(key("a"), kilobyte)
	c.put(key("d"), kilobyte)
	for name, want := range map[string]bool{"a": true, "b": false, "c": true, "d": true} {
		if got, ok := c.get(key(name)); ok != want || ok && got.HTML != kilobyte.HTML {
			t.Errorf("document %s is there: %t, want %t", name, ok, want)
		}
	}

	c.put(key("huge"), Document{Plain: strings.Repeat("x", 4096)})
	if c.bytes != 0 || len(c.byKey) != 0 || c.recent.Len() != 0 {
		t.Errorf("after a document larger than the cache: %d bytes, %d keys, %d entries", c.bytes, len(c.byKey), c.recent.Len())
	}
}

func BenchmarkRender(b *testing.B) {
	source, err := os.ReadFile("testdata/readme.md")
	if err != nil {
		b.Fatal(err)
	}
	r := New()
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			r.render(source)
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			render(b, r, string(source))
		}
	})
}

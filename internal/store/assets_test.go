package store

import (
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAssets(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, open opener) {
		first, second := open(t)
		before, after := map[string][]byte{"app.000000000001.css": []byte("a{}"), "icon.00000000000a.svg": {}}, map[string][]byte{"app.000000000002.css": []byte("b{\x00}")}
		leave := func(s *Store, assets map[string][]byte) {
			t.Helper()
			if err := s.Assets().Leave(t.Context(), assets); err != nil {
				t.Fatal(err)
			}
		}
		leave(first, before)
		leave(second, after)
		leave(first, before) // twice is no error
		for name, want := range maps.All(before) {
			if got, ok, err := second.Assets().Find(t.Context(), name); err != nil || !ok || !cmp.Equal(got, want, cmp.Transformer("", func(b []byte) string { return string(b) })) {
				t.Errorf("%s is %q, %t, %v", name, got, ok, err)
			}
		}
		if got, ok, err := first.Assets().Find(t.Context(), "app.000000000002.css"); err != nil || !ok || string(got) != "b{\x00}" {
			t.Errorf("the other version's is %q, %t, %v", got, ok, err)
		}
		if _, ok, err := first.Assets().Find(t.Context(), "app.000000000003.css"); err != nil || ok {
			t.Errorf("one that nobody left: %t, %v", ok, err)
		}

		// A version that no server has had for long is forgotten when the next one starts.
		if _, err := first.write.ExecContext(t.Context(), `UPDATE assets SET used_at = used_at - `+strconv.FormatInt((keepAssets+time.Hour).Milliseconds(), 10)); err != nil {
			t.Fatal(err)
		}
		leave(second, after)
		for name, want := range map[string]bool{"app.000000000001.css": false, "app.000000000002.css": true} {
			if _, ok, err := first.Assets().Find(t.Context(), name); err != nil || ok != want {
				t.Errorf("later: %s is there: %t, %v; want %t", name, ok, err, want)
			}
		}
	})
}

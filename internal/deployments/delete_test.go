package deployments_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
)

func TestConfirmText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want string }{
		{"image-to-video", "image-to-video"},
		{"تحويل الصور", "تحويل الصور"},
		{"  two \t spaces\n", "two spaces"}, // as a browser shows it
		{"a\u00a0b", "a b"},
		{"👩🏽 art", "👩🏽 art"},
		{strings.Repeat("é", 255), strings.Repeat("é", 255)},
		{strings.Repeat("é", 256), id},
		{"", id},
		{" \t\n", id},
		{"a\u200bb", id}, // cannot be seen
		{"a\u202eb", id}, // turns what follows around
		{"a\x00b", id},
		{"a\ufffdb", id},
	}
	for _, tt := range tests {
		if got := deployments.ConfirmText(deployments.Deployment{ID: id, Name: tt.name}); got != tt.want {
			t.Errorf("ConfirmText(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestDelete_Confirm: only the exact name deletes; anything else sends nothing.
func TestDelete_Confirm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typed string
		deletes     bool
	}{
		{"image-to-video", "image-to-video", true},
		{"image-to-video", "  image-to-video\n", true},
		{"two  spaces ", "two spaces", true},
		{"image-to-video", "", false},
		{"image-to-video", "Image-To-Video", false},
		{"image-to-video", "image-to-vide", false},
		{"image-to-video", "image-to-video2", false},
		{"image-to-video", id, false},
		{strings.Repeat("x", 300), id, true},
		{strings.Repeat("x", 300), strings.Repeat("x", 300), false},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, deployments.Options{})
			now := example()
			now.Name = tt.name
			d.box.Put(token, now)
			got, err := d.Delete(t.Context(), token, id, tt.typed)
			if got.ID != id {
				t.Errorf("deployment = %+v, want the one that was asked for", got)
			}
			_, there := d.box.Deployment(token, id)
			if tt.deletes {
				if err != nil || there {
					t.Errorf("Delete() error = %v, still there = %v", err, there)
				}
				return
			}
			wantFault(t, err, fault.Invalid, "The name does not match. Nothing was deleted.")
			want := map[string]string{"confirm_name": "Type the name exactly as it is shown above."}
			if diff := cmp.Diff(want, fault.Fields(err)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if deletes := len(d.sent(http.MethodDelete)); deletes != 0 || !there {
				t.Errorf("%d DELETEs, still there = %v, want 0 and true", deletes, there)
			}
		})
	}
}

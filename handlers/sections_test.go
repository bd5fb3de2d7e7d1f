package handlers

import (
	"testing"

	"github.com/comfydeck/comfydeck/internal/paths"
)

func TestSectionsOf(t *testing.T) {
	t.Parallel()
	const filtered = "/deployments?q=flux"
	for page, want := range map[string]struct{ text, current, href string }{
		paths.Deployments:     {"Deployments", "page", paths.Deployments}, // out of the filter
		"/deployments/1/edit": {"Deployments", "true", filtered},          // back to it
		paths.Compare:         {"Deployments", "true", filtered},
		paths.Views:           {"Deployments", "true", filtered},
		paths.Search:          {"Workflows", "page", paths.Search},
		paths.Activity:        {"Change log", "page", paths.Activity},
		"/activity/7":         {"Change log", "true", paths.Activity},
		paths.Webhooks:        {"Change log", "true", paths.Activity},
		paths.Shares:          {"Shares", "page", paths.Shares},
		paths.Preferences:     {},
		"/sharesx":            {},
	} {
		got := struct{ text, current, href string }{}
		for _, s := range sectionsOf(page, filtered) {
			if s.Current == "" {
				continue
			}
			if got.current != "" {
				t.Errorf("%s is in %q and in %q", page, got.text, s.Text)
			}
			got.text, got.current, got.href = s.Text, s.Current, s.Href
		}
		if got != want {
			t.Errorf("%s: %+v, want %+v", page, got, want)
		}
	}
}

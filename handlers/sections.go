package handlers

import (
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// sectionsOf are the parts of the site as they are seen from a page. list is the list that the page was opened from; a list itself
// leads to all deployments.
func sectionsOf(page, list string) []views.Section {
	if page == paths.Deployments {
		list = paths.Deployments
	}
	section := func(text, href string, here bool) views.Section {
		s := views.Section{Text: text, Href: href}
		if first, _, _ := strings.Cut(href, "?"); here && first == page {
			s.Current = "page"
		} else if here {
			s.Current = "true"
		}
		return s
	}
	under := func(path string) bool { return page == path || strings.HasPrefix(page, path+"/") }
	search := under(paths.Search) // an address below that of the list, and a part of its own
	return []views.Section{
		section("Deployments", list, !search && (under(paths.Deployments) || under(paths.Views) || under(paths.Compare))),
		section("Workflows", paths.Search, search),
		section("Change log", paths.Activity, under(paths.Activity) || under(paths.Webhooks)),
		section("Shares", paths.Shares, under(paths.Shares)),
	}
}

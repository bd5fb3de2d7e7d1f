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
	sections := []views.Section{
		{Text: "Deployments", Href: list},
		{Text: "Workflows", Href: paths.Search},
		{Text: "Change log", Href: paths.Activity},
		{Text: "Share links", Href: paths.Shares},
	}
	within := func(path string) bool { return page == path || strings.HasPrefix(page, path+"/") }
	here := -1
	switch {
	case within(paths.Search):
		here = 1
	case within(paths.Deployments), within(paths.Views), within(paths.Compare):
		here = 0
	case within(paths.Activity), within(paths.Webhooks):
		here = 2
	case within(paths.Shares):
		here = 3
	}
	if here < 0 {
		return sections
	}
	sections[here].Current = "true"
	if path, _, _ := strings.Cut(sections[here].Href, "?"); path == page {
		sections[here].Current = "page"
	}
	return sections
}

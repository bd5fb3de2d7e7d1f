package paths

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	maxReturn = 2048 // bytes; a longer target loses its query
	uuid      = `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`
)

// pages are the addresses a person can be sent back to: those that answer a GET with something to see.
var pages = regexp.MustCompile(`^/(?:` + strings.Join([]string{
	`preferences`,
	`views`,
	`webhooks(?:/[a-z2-7]{16}(?:/delete)?)?`,
	`sessions`,
	`accounts(?:/new)?`,
	`shares`,
	`compare`,
	`activity(?:/export\.csv|/export\.json|/[a-z2-7]{26}(?:/settings\.json|/readme\.md|/workflow\.json)?)?`,
	`deployments`,
	`deployments/(?:new|warm|filters|search|bulk|bulk/[a-z2-7]{26}|export\.csv|export\.json)`,
	`deployments/` + uuid + `(?:/edit|/delete|/share|/notes|/workflow|/payload|/payload\.json)?`,
}, `|`) + `)$`)

// actions maps the address a form posts to onto the page that shows the form.
var actions = regexp.MustCompile(`^(/deployments/` + uuid + `|/deployments/bulk/[a-z2-7]{26}|/webhooks/[a-z2-7]{16}|/views|/shares)/(?:revoke|[a-z2-7]{16}/revoke|enable|disable|lock|unlock|start|continue|stop|again|test|pause|resume|secret|[a-z2-7]{16}(?:/delete)?)$`)

// Return rebuilds the address to open after sign-in from what a browser sent. Only a page of this site comes back, made
// of a known path and re-encoded query values, never the input itself (SR-15); anything else is the list. Of an address that
// is too long the path is left.
func Return(target string) string {
	if target == "" || !utf8.ValidString(target) {
		return Deployments
	}
	path, query, _ := strings.Cut(target, "?")
	if len(target) > maxReturn {
		query = ""
	}
	if m := actions.FindStringSubmatch(path); m != nil {
		if why := whyOf(query); why != "" && strings.HasPrefix(m[1], Runs) {
			return m[1] + "?" + url.Values{whyParameter: {why}}.Encode()
		}
		return m[1]
	}
	switch {
	case strings.HasPrefix(path, Sessions+"/"):
		return Sessions
	case path == SwitchAccount || path == RemoveAccount:
		return Accounts
	}
	if !pages.MatchString(path) {
		return Deployments
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return path
	}
	if rebuilt := withQuery(path, values); len(rebuilt) <= maxReturn {
		return rebuilt
	}
	return path // encoding made it longer
}

// whyParameter carries the reason for a run from a form that met an expired session back to its page.
const whyParameter = "why"

func whyOf(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Get(whyParameter)
}

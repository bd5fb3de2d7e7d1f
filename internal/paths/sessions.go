package paths

import (
	"net/url"
	"strings"
)

// Where an account is signed in, and the POSTs that end it.
const (
	Sessions          = "/sessions"
	EndSessionPattern = "/sessions/:session/end"
	EndOtherSessions  = "/sessions/end-others"
	EndAllSessions    = "/sessions/end-all"
)

// The accounts that a session works as, one at a time. NewAccount asks for the token of another, which Accounts takes.
const (
	Accounts      = "/accounts"
	NewAccount    = "/accounts/new"
	SwitchAccount = "/accounts/switch"
	RemoveAccount = "/accounts/remove"
)

// NewAccountTo adds an account and then opens next, an address made by Return.
func NewAccountTo(next string) string {
	return NewAccount + "?" + url.Values{"next": {next}}.Encode()
}

// AfterSwitch is where somebody goes on who was at self, an address made by Return, and works as another account now: the same
// page where it is about whoever looks at it, the list where it is about one thing that only the account before has.
func AfterSwitch(self string) string {
	path, _, _ := strings.Cut(self, "?")
	switch path {
	case Preferences, Views, Sessions, Accounts, Activity, Runs, NewDeployment, Warm:
		return path
	case Deployments:
		return self
	default:
		return Deployments
	}
}

// EndSession takes the POST that ends one session.
func EndSession(id string) string { return Sessions + "/" + url.PathEscape(id) + "/end" }

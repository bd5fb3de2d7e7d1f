package paths

import "net/url"

// Where an account is signed in, and the POSTs that end it.
const (
	Sessions          = "/sessions"
	EndSessionPattern = "/sessions/:session/end"
	EndOtherSessions  = "/sessions/end-others"
	EndAllSessions    = "/sessions/end-all"
)

// EndSession takes the POST that ends one session.
func EndSession(id string) string { return Sessions + "/" + url.PathEscape(id) + "/end" }

package paths

import "net/url"

// The pages of share links. Shared is the visitors' part of the site: nothing below it knows who is signed in.
const (
	Shares             = "/shares"
	RevokeShares       = "/shares/revoke"
	RevokeSharePattern = "/shares/:share/revoke"
	SharePattern       = "/deployments/:id/share"
	Shared             = "/s/"
	SharedPattern      = "/s/:share"
)

// ShareDeployment is the form that makes a share link for a deployment.
func ShareDeployment(id string) string { return Deployment(id) + "/share" }

// ShareForm is that form with what was typed.
func ShareForm(id string, typed url.Values) string { return withQuery(ShareDeployment(id), typed) }

// RevokeShare takes the POST that ends a share link.
func RevokeShare(id string) string { return Shares + "/" + url.PathEscape(id) + "/revoke" }

// SharedCopy is the page that a visitor sees, in a state. The link that leads there has a secret behind a #.
func SharedCopy(id string, q WorkflowQuery) string {
	return withQuery(Shared+url.PathEscape(id), q.values())
}

// Package paths owns every address of the site: the patterns the router registers and the builders everything else
// uses, so that no path is spelled twice.
package paths

import (
	"net/url"
	"strings"
)

// The patterns, in echo's syntax.
const (
	Home              = "/"
	SignIn            = "/sign-in"
	SignOut           = "/sign-out"
	Preferences       = "/preferences"
	Views             = "/views"
	ViewPattern       = "/views/:view"
	DeleteViewPattern = "/views/:view/delete"
	Deployments       = "/deployments"
	DeploymentsCSV    = "/deployments/export.csv"
	DeploymentsJSON   = "/deployments/export.json"
	NewDeployment     = "/deployments/new"
	Warm              = "/deployments/warm"
	Settle            = "/deployments/settle"
	DeploymentPattern = "/deployments/:id"
	EditPattern       = "/deployments/:id/edit"
	EnablePattern     = "/deployments/:id/enable"
	DisablePattern    = "/deployments/:id/disable"
	DeletePattern     = "/deployments/:id/delete"
	LockPattern       = "/deployments/:id/lock"
	UnlockPattern     = "/deployments/:id/unlock"
	NotesPattern      = "/deployments/:id/notes"
	PayloadPattern    = "/deployments/:id/payload.json"
	CSPReport         = "/csp-report"
	Livez             = "/livez"
	Readyz            = "/readyz"
	Static            = "/static/"
)

// View takes the POST that renames a saved view.
func View(id string) string { return Views + "/" + url.PathEscape(id) }

// DeleteView takes the POST that deletes it.
func DeleteView(id string) string { return View(id) + "/delete" }

// Deployment is the page of one deployment.
func Deployment(id string) string { return Deployments + "/" + url.PathEscape(id) }

// EditDeployment is the form that edits it.
func EditDeployment(id string) string { return Deployment(id) + "/edit" }

// EnableDeployment takes the POST that switches it on.
func EnableDeployment(id string) string { return Deployment(id) + "/enable" }

// DisableDeployment takes the POST that pauses it.
func DisableDeployment(id string) string { return Deployment(id) + "/disable" }

// DeleteDeployment asks for the name on GET and deletes on POST.
func DeleteDeployment(id string) string { return Deployment(id) + "/delete" }

// LockDeployment takes the POST that forbids deleting it.
func LockDeployment(id string) string { return Deployment(id) + "/lock" }

// UnlockDeployment takes the POST that allows it again.
func UnlockDeployment(id string) string { return Deployment(id) + "/unlock" }

// Notes is the form for what is kept here about it.
func Notes(id string) string { return Deployment(id) + "/notes" }

// Payload is the download of its payload.
func Payload(id string) string { return Deployment(id) + "/payload.json" }

// CloneDeployment is the create form prefilled from it.
func CloneDeployment(id string) string {
	return NewDeployment + "?" + url.Values{"from": {id}}.Encode()
}

// WarmFor is the comparison of warm and on demand for some hardware and a keep warm time, as typed.
func WarmFor(hardware, keepWarm string) string {
	return Warm + "?" + url.Values{"hardware": {hardware}, "keep_warm": {keepWarm}}.Encode()
}

// Preset is the parameter that names a way to scale.
const Preset = "preset"

// SignInTo is the sign-in page that afterwards opens next, an address made by Return.
func SignInTo(next string) string {
	if next == "" || next == Deployments {
		return SignIn
	}
	return SignIn + "?" + url.Values{"next": {next}}.Encode()
}

// WithBack adds to the address of a deployment's page the list that it leads back to.
func WithBack(address, list string) string {
	if list == "" || list == Deployments {
		return address
	}
	return address + "?" + url.Values{"back": {list}}.Encode()
}

func withQuery(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// withPairs is withQuery for pairs that are in the order of their names. A list has a hundred links to itself.
func withPairs(path string, pairs [][2]string) string {
	if len(pairs) == 0 {
		return path
	}
	return path + "?" + encode(pairs)
}

// encode writes pairs as url.Values does.
func encode(pairs [][2]string) string {
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p[0]))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p[1]))
	}
	return b.String()
}

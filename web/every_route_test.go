package web_test

import (
	"net/http"
	"testing"

	"github.com/comfydeck/comfydeck/internal/webtest"
	"github.com/comfydeck/comfydeck/web"
)

// open are the routes that answer without a session.
var open = map[string]bool{
	"/": true, "/sign-in": true, "/preferences": true, "/livez": true, "/readyz": true, "/static/*": true,
	"/s/:share": true, // for people without an account
}

// answered is how a route answers a member, as a page and as a part.
type answered struct {
	status     int
	page, part shape
}

// TestEveryRoute opens every address of the site map for members as a page and as a part of htmx: a new one is a screen in both
// forms, or has its reason here. TestSignedOutPages opens them without a session.
func TestEveryRoute(t *testing.T) {
	t.Parallel()
	download, nobody, elsewhere := answered{http.StatusOK, file, file}, answered{http.StatusNotFound, page, notices}, answered{http.StatusSeeOther, nothing, nothing}
	others := map[string]answered{
		"/deployments/export.csv":       download,
		"/deployments/export.json":      download,
		"/activity/export.csv":          download,
		"/activity/export.json":         download,
		"/deployments/:id/payload.json": download,
		"/deployments/filters":          {http.StatusOK, page, panel}, // it unfolds in a list
		"/deployments/bulk/:run":        nobody,                       // nothing was run, logged or added yet
		"/activity/:entry":              nobody,
		"/activity/:entry/:file":        nobody,
		"/webhooks/:hook":               nobody,
		"/webhooks/:hook/delete":        nobody,
		"/deployments/:id/enable":       elsewhere, // to the deployment: opening an address switches nothing
		"/deployments/:id/disable":      elsewhere,
	}
	for _, route := range web.Routes() {
		if route.Method != http.MethodGet || open[route.Path] {
			continue
		}
		t.Run(route.Path, func(t *testing.T) {
			t.Parallel()
			d := start(t, webtest.Options{})
			b := member(t, d)
			want, ok := others[route.Path]
			if !ok {
				want = answered{http.StatusOK, page, part}
			}
			whole := b.Get(address(route.Path))
			piece := b.Get(address(route.Path), webtest.HX(d.URL+"/deployments"))
			partly := want.status
			if want == elsewhere {
				partly = http.StatusNoContent // with HX-Redirect
			}
			if got := (answered{whole.Status, shapeOf(whole), shapeOf(piece)}); got != want || piece.Status != partly {
				t.Errorf("answers %v, and the part %d; want %v, and %d", got, piece.Status, want, partly)
			}
		})
	}
}

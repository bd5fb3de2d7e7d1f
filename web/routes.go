package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/static"
)

// routes is the site map.
func (s *Server) routes(e *echo.Echo) {
	// For machines: no session, no page.
	get(e, paths.Livez, s.health.Live)
	get(e, paths.Readyz, s.health.Ready)
	get(e, paths.Static+"*", s.asset)
	e.POST(paths.CSPReport, s.cspReport)

	// For everyone.
	get(e, paths.Home, func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, paths.Deployments) })
	get(e, paths.SignIn, s.site.SignInForm)
	e.POST(paths.SignIn, s.site.SignIn)
	e.POST(paths.SignOut, s.site.SignOut)
	get(e, paths.Preferences, s.site.Preferences)
	e.POST(paths.Preferences, s.site.SavePreferences)

	// For members.
	get(e, paths.Deployments, s.site.Index, s.signedIn)
	e.POST(paths.Deployments, s.site.Create, s.signedIn, s.mayWrite)
	s.viewRoutes(e)
	s.activityRoutes(e)
	s.runRoutes(e)
	s.sessionRoutes(e)
	get(e, paths.DeploymentsCSV, s.site.ExportCSV, s.signedIn)
	get(e, paths.DeploymentsJSON, s.site.ExportJSON, s.signedIn)
	s.webhookRoutes(e)
	get(e, paths.Compare, s.site.Compare, s.signedIn)
	e.POST(paths.Compare, s.site.CompareBrought, s.signedIn)
	get(e, paths.NewDeployment, s.site.New, s.signedIn)
	e.POST(paths.NewDeployment, s.site.Paste, s.signedIn, s.mayWrite)
	get(e, paths.Warm, s.site.Warm, s.signedIn)
	get(e, paths.FiltersPath, s.site.Filters, s.signedIn)
	get(e, paths.Search, s.site.Search, s.signedIn)
	get(e, paths.DeploymentPattern, s.site.Show, s.signedIn)
	e.POST(paths.DeploymentPattern, s.site.Update, s.signedIn, s.mayWrite)
	get(e, paths.EditPattern, s.site.Edit, s.signedIn)
	get(e, paths.PayloadPagePattern, s.site.PayloadPage, s.signedIn)
	get(e, paths.PayloadPattern, s.site.Payload, s.signedIn)
	get(e, paths.WorkflowPattern, s.site.Workflow, s.signedIn)
	get(e, paths.NotesPattern, s.site.EditNotes, s.signedIn)
	e.POST(paths.NotesPattern, s.site.SaveNotes, s.signedIn, s.mayWrite)
	e.POST(paths.EnablePattern, s.site.Enable, s.signedIn, s.mayWrite)
	e.POST(paths.DisablePattern, s.site.Disable, s.signedIn, s.mayWrite)
	get(e, paths.EnablePattern, s.site.Switched, s.signedIn)
	get(e, paths.DisablePattern, s.site.Switched, s.signedIn)
	get(e, paths.DeletePattern, s.site.ConfirmDelete, s.signedIn)
	e.POST(paths.DeletePattern, s.site.Destroy, s.signedIn, s.mayWrite)
	e.POST(paths.LockPattern, s.site.Lock, s.signedIn, s.mayWrite)
	e.POST(paths.UnlockPattern, s.site.Unlock, s.signedIn, s.mayWrite)
	e.POST(paths.Settle, s.site.Settle, s.signedIn, s.mayWrite)
	s.shareRoutes(e)
}

// viewRoutes are about lists under a name.
func (s *Server) viewRoutes(e *echo.Echo) {
	get(e, paths.Views, s.site.SavedViews, s.signedIn)
	e.POST(paths.Views, s.site.SaveView, s.signedIn)
	e.POST(paths.ViewPattern, s.site.RenameView, s.signedIn)
	e.POST(paths.DeleteViewPattern, s.site.DeleteView, s.signedIn)
}

// activityRoutes are the change log.
func (s *Server) activityRoutes(e *echo.Echo) {
	get(e, paths.Activity, s.site.Activity, s.signedIn)
	get(e, paths.ActivityCSV, s.site.ExportActivity, s.signedIn)
	get(e, paths.ActivityJSON, s.site.ExportActivityJSON, s.signedIn)
	get(e, paths.ActivityEntryPattern, s.site.ActivityEntry, s.signedIn)
	get(e, paths.ActivityKeptPattern, s.site.ActivityKept, s.signedIn)
}

// runRoutes are changes of many deployments at once.
func (s *Server) runRoutes(e *echo.Echo) {
	get(e, paths.Runs, s.site.Runs, s.signedIn)
	e.POST(paths.Runs, s.site.DraftRun, s.signedIn, s.mayWrite)
	get(e, paths.RunPattern, s.site.ShowRun, s.signedIn)
	e.POST(paths.StartRunPattern, s.site.StartRun, s.signedIn, s.mayWrite)
	e.POST(paths.ContinueRunPattern, s.site.ContinueRun, s.signedIn, s.mayWrite)
	e.POST(paths.StopRunPattern, s.site.StopRun, s.signedIn, s.mayWrite)
	e.POST(paths.RepeatRunPattern, s.site.RepeatRun, s.signedIn, s.mayWrite)
}

// shareRoutes are the part about share links. Taking one back is always possible, also where nothing may be written.
func (s *Server) shareRoutes(e *echo.Echo) {
	get(e, paths.SharePattern, s.site.ShareForm, s.signedIn)
	e.POST(paths.SharePattern, s.site.Share, s.signedIn, s.mayWrite)
	get(e, paths.Shares, s.site.SharesList, s.signedIn)
	e.POST(paths.RevokeShares, s.site.RevokeShares, s.signedIn)
	e.POST(paths.RevokeSharePattern, s.site.RevokeShare, s.signedIn)

	// For people without an account: their own handlers, which know of nobody's session (SR-49).
	get(e, paths.SharedPattern, s.visitor.Show)
	e.POST(paths.SharedPattern, s.visitor.Enter)
}

// sessionRoutes are about where and as whom members are signed in.
func (s *Server) sessionRoutes(e *echo.Echo) {
	get(e, paths.Sessions, s.site.ListSessions, s.signedIn)
	e.POST(paths.EndOtherSessions, s.site.EndOtherSessions, s.signedIn)
	e.POST(paths.EndAllSessions, s.site.EndAllSessions, s.signedIn)
	e.POST(paths.EndSessionPattern, s.site.EndSession, s.signedIn)
	get(e, paths.Accounts, s.site.Accounts, s.signedIn)
	e.POST(paths.Accounts, s.site.AddAccount, s.signedIn)
	get(e, paths.NewAccount, s.site.NewAccount, s.signedIn)
	e.POST(paths.SwitchAccount, s.site.SwitchAccount, s.signedIn)
	e.POST(paths.RemoveAccount, s.site.RemoveAccount, s.signedIn)
}

// webhookRoutes are those of webhooks, for members.
func (s *Server) webhookRoutes(e *echo.Echo) {
	get(e, paths.Webhooks, s.site.Webhooks, s.signedIn)
	e.POST(paths.Webhooks, s.site.AddWebhook, s.signedIn, s.mayWrite)
	get(e, paths.WebhookPattern, s.site.Webhook, s.signedIn)
	e.POST(paths.WebhookPattern, s.site.ChangeWebhook, s.signedIn, s.mayWrite)
	e.POST(paths.TestWebhookPattern, s.site.TestWebhook, s.signedIn, s.mayWrite)
	e.POST(paths.PauseWebhookPattern, s.site.PauseWebhook, s.signedIn, s.mayWrite)
	e.POST(paths.ResumeWebhookPattern, s.site.ResumeWebhook, s.signedIn, s.mayWrite)
	e.POST(paths.SecretWebhookPattern, s.site.SecretWebhook, s.signedIn, s.mayWrite)
	e.POST(paths.RepeatWebhookPattern, s.site.RepeatWebhook, s.signedIn, s.mayWrite)
	get(e, paths.DeleteWebhookPattern, s.site.ConfirmDeleteWebhook, s.signedIn)
	e.POST(paths.DeleteWebhookPattern, s.site.DeleteWebhook, s.signedIn, s.mayWrite)
}

// get registers a page for GET and HEAD.
func get(e *echo.Echo, path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	e.GET(path, h, m...)
	e.HEAD(path, h, m...)
}

// asset serves the files of package static, and those of the version before or after this one: while servers are replaced, a
// page of one asks another.
func (s *Server) asset(c echo.Context) error {
	w, r, name := c.Response(), c.Request(), c.Param("*")
	if static.Serve(w, r, name) {
		return nil
	}
	if static.Named(name) && s.assets != nil {
		body, ok, err := s.assets.Find(r.Context(), name)
		if err != nil {
			return fault.Wrap(fault.Unavailable, "This file is of another version of the server, and cannot be read right now. Reload the page.", err)
		}
		if ok && static.ServeOther(w, r, name, body) {
			return nil
		}
	}
	return fault.New(fault.NotFound, "There is no such file.")
}

package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func signInFixtures() []Fixture {
	fixture := func(name string, change func(*views.SignInPage)) Fixture {
		m := views.SignInPage{Page: views.Page{Title: "Sign in"}, Next: paths.Deployments, APIHost: "api.runcomfy.net"}
		change(&m)
		return Fixture{Name: "signin/" + name, Page: m.Page, Screen: views.SignIn(m)}
	}
	return []Fixture{
		fixture("plain", func(*views.SignInPage) {}),
		fixture("next", func(m *views.SignInPage) {
			m.Next, m.NextLabel = paths.Deployment(videoID), "deployment "+videoID
		}),
		fixture("error", func(m *views.SignInPage) {
			m.DisplayName = `Night shift "the <operator>"`
			m.Error = "RunComfy does not accept this API token. It may have been replaced: copy the current one from your RunComfy profile and sign in with it."
		}),
		fixture("kept", func(m *views.SignInPage) {
			m.Next, m.KeptAction = paths.EditDeployment(videoID), paths.Deployment(videoID)
			m.Kept = []views.Hidden{{Name: "name", Value: `image-to-video "two"`}, {Name: "max_instances", Value: "5"}, {Name: "base_max_instances", Value: "3"}}
		}),
		fixture("blocked", func(m *views.SignInPage) {
			m.Blocked, m.Insecure = true, true
		}),
		fixture("insecure", func(m *views.SignInPage) {
			m.Insecure = true
		}),
	}
}

func problemFixture(name string, m views.ProblemPage) Fixture {
	m.Title = m.Heading
	m.RequestID = requestID
	return Fixture{Name: "problem/" + name, Page: m.Page, Screen: views.Problem(m)}
}

func deletedFixtures() []Fixture {
	fixture := func(name string, gone views.Deletion) Fixture {
		home := paths.Deployment(videoID)
		return problemFixture(name, views.ProblemPage{
			Page: frame(""), Status: 404, Heading: "Deleted", Home: true, Switch: home, Add: paths.NewAccountTo(home), Deleted: gone,
		})
	}
	return []Fixture{
		fixture("deleted", views.Deletion{
			Name: "sdxl-prod", Said: "was deleted by Bea,", At: minutesAgo(), Entry: paths.ActivityEntry(runID), Recreate: paths.NewDeployment + "?name=sdxl-prod",
		}),
		fixture("deleted-elsewhere", views.Deletion{
			Name: `<img src=x onerror=alert(1)> AVeryLongNameWithoutAnyPlaceToBreakInItThatGoesOnAndOn`, Said: "was deleted elsewhere, not by ComfyDeck, which noticed it",
			At: yesterday(), Entry: paths.ActivityEntry(runID),
		}),
	}
}

func problemFixtures() []Fixture {
	fixture, signedIn := problemFixture, frame("")
	return []Fixture{
		fixture("not-found", views.ProblemPage{
			Page: signedIn, Status: 404, Heading: "Nothing here", Message: "There is no page at this address. Check the link you followed.", Home: true,
		}),
		fixture("signed-out", views.ProblemPage{
			Status: 404, Heading: "Nothing here", Message: "There is no page at this address. Check the link you followed.", Home: true, SignIn: true,
		}),
		fixture("wrong-account", views.ProblemPage{
			Page: signedIn, Status: 404, Heading: "Not visible to this account", Home: true, Switch: paths.Deployment(videoID), Add: paths.NewAccountTo(paths.Deployment(videoID)),
			Message: "RunComfy has no such deployment for the account you are signed in with. The link may be fine all the same: a deployment is visible only to the account it belongs to.",
		}),
		fixture("own-other-account", views.ProblemPage{
			Page: signedIn, Status: 403, Heading: "Not visible to this account", Home: true, Switch: paths.Deployment(videoID), Owner: nameless(),
			Message: "RunComfy does not let this account do that. It says: Forbidden.",
		}),
		fixture("forbidden", views.ProblemPage{
			Page: views.Page{Account: nameless()}, Status: 403, Heading: "Not visible to this account", Home: true, Switch: paths.EditDeployment(videoID), Add: paths.NewAccountTo(paths.EditDeployment(videoID)),
			Message: "RunComfy does not let this account do that. It says: Forbidden. The link may be fine all the same: a deployment is visible only to the account it belongs to.",
		}),
		fixture("unavailable", views.ProblemPage{
			Page: signedIn, Status: 503, Heading: "Not available right now", Home: true, Retry: "/deployments?q=video&page=2", UpstreamID: "7c1e9a52-77a1-4f0f-9d0e-6a2f8c3b1d40",
			Message: "RunComfy's API cannot be reached from this server. Nothing was changed. Try again in a moment.",
		}),
		fixture("rate-limited", views.ProblemPage{
			Page: signedIn, Status: 429, Heading: "Too many requests", Home: true, Retry: paths.Deployments,
			Message: "RunComfy is getting too many requests from this account. Try again in 7 s.",
		}),
		fixture("unknown", views.ProblemPage{
			Page: signedIn, Status: 502, Heading: "Not known whether it happened", Home: true, Back: paths.Deployment(videoID),
			Message: "RunComfy did not confirm the change, and the deployment does not show it yet. It may still take effect. Read the deployment again in a moment before you repeat it.",
		}),
		fixture("refused", views.ProblemPage{
			Page: signedIn, Status: 422, Heading: "That did not work", Home: true, Back: paths.Deployment(videoID),
			Message: "RunComfy refused this. It says: Validation error.", Details: []string{"State: RunComfy says: Value is not accepted."},
		}),
		fixture("internal", views.ProblemPage{
			Page: signedIn, Status: 500, Heading: "Something went wrong", Home: true,
			Message: "Something went wrong on this server. Nothing you typed was sent on. Try again; if it happens again, tell the operator the request id.",
		}),
	}
}

package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func accountFixtures() []Fixture {
	var list []Fixture
	for name, m := range map[string]views.AccountsPage{"one": accounts(), "several": accounts(nameless(), studio()), "full": accounts(nameless(), studio(), nameless(), studio())} {
		m.Full = name == "full"
		list = append(list, Fixture{Name: "accounts/" + name, Page: m.Page, Screen: views.Accounts(m)})
	}
	for name, change := range map[string]func(*views.SignInPage){
		"plain": func(*views.SignInPage) {},
		"error": func(m *views.SignInPage) {
			m.Error, m.DisplayName = "RunComfy does not accept this API token.", `Studio "the <second>"`
		},
		"kept":    func(m *views.SignInPage) { keptEdit(m) },
		"refused": func(m *views.SignInPage) { keptEdit(m); m.Refused = true },
	} {
		m := views.SignInPage{Page: frame("Add an account"), Next: paths.Deployments, APIHost: "api.runcomfy.net", Adding: true}
		change(&m)
		list = append(list, Fixture{Name: "account-new/" + name, Page: m.Page, Screen: views.AddAccount(m)})
	}
	for name, kept := range map[string]bool{"form": true, "switch": false} {
		page := frame("Made as another account")
		page.Account.Others = []views.Account{studio()}
		m := views.OtherAccountPage{Page: page, Made: studio(), Next: paths.Deployment(videoID), Home: paths.Deployments}
		if kept {
			m.KeptAction, m.Kept = paths.Deployment(videoID), []views.Hidden{{Name: "name", Value: `image-to-video "two"`}}
		}
		list = append(list, Fixture{Name: "account-other/" + name, Page: page, Screen: views.OtherAccount(m)})
	}
	return list
}

func accounts(others ...views.Account) views.AccountsPage {
	page := frame("Accounts")
	page.Account.Next, page.Account.Others = paths.Accounts, others
	return views.AccountsPage{
		Page: page,
		Lead: "Pages show one account at a time, and what you send goes to the one in use. A link to a deployment of another one here offers to open it as that one.",
	}
}

// studio is another account of the member, with a long name.
func studio() views.Account {
	return views.Account{SignedIn: true, Name: "<b>Studio</b> ANameWithoutAnyPlaceToBreakThatIsOf60Characters", Fingerprint: "8be1-04d2", Hue: 11}
}

func keptEdit(m *views.SignInPage) {
	m.Made, m.Next, m.KeptAction = "8be1-04d2", paths.EditDeployment(videoID), paths.Deployment(videoID)
	m.Kept = []views.Hidden{{Name: "name", Value: `image-to-video "two"`}, {Name: "max_instances", Value: "5"}}
}

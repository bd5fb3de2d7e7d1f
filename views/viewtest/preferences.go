package viewtest

import "github.com/comfydeck/comfydeck/views"

func preferencesFixtures() []Fixture {
	dark := preferences()
	dark.Theme, dark.Shortcut = "dark", false
	dark.Themes[0].Checked, dark.Themes[2].Checked = false, true
	dark.Shortcuts[0].Checked, dark.Shortcuts[1].Checked = false, true
	signedOut := preferences()
	signedOut.Account = views.Account{}
	var list []Fixture
	for name, m := range map[string]views.PreferencesPage{"plain": preferences(), "dark": dark, "signed-out": signedOut} {
		list = append(list, Fixture{Name: "preferences/" + name, Page: m.Page, Screen: views.Preferences(m)})
	}
	return list
}

func preferences() views.PreferencesPage {
	return views.PreferencesPage{
		Page:      frame("Preferences"),
		List:      ListSettings(),
		PlansNote: "Amounts are estimates with prices as of 23 Nov 2026; RunComfy's API gives none.",
		Themes: []views.Choice{
			{Title: "Same as the system", Detail: "Light or dark, as this device is set", Checked: true},
			{Value: "light", Title: "Light"},
			{Value: "dark", Title: "Dark"},
		},
		Writing: []views.Choice{
			{Value: "off", Title: "Look and change", Checked: true},
			{Value: "on", Title: "Look only", Detail: "Nothing can be changed from this browser"},
		},
		Shortcuts: []views.Choice{
			{Value: "on", Title: "On", Detail: "Press ? for the list", Checked: true},
			{Value: "off", Title: "Off", Detail: "Single keys do nothing"},
		},
		Plans: []views.Choice{
			{Value: "payg", Title: "Pay as you go", Checked: true},
			{Value: "pro", Title: "Pro"},
		},
	}
}

package viewtest

import "github.com/comfydeck/comfydeck/views"

func sessionFixtures() []Fixture {
	one, many := sessions(here()), sessions(here(), elsewhere("c4d5e6f70819", "Safari on iPhone"), strange())
	return []Fixture{
		{Name: "sessions/one", Page: one.Page, Screen: views.Sessions(one)},
		{Name: "sessions/many", Page: many.Page, Screen: views.Sessions(many)},
	}
}

func sessions(rows ...views.SessionRow) views.SessionsPage {
	return views.SessionsPage{
		Page: frame("Sessions"), Rows: rows,
		Lead: "Where account 3f2a-91bc is signed in: everybody who signed in with the same token. A session ends by itself after 30 minutes without use.",
	}
}

func here() views.SessionRow {
	s := elsewhere("a1b2c3d4e5f6", "Firefox on Linux")
	s.Here, s.EndLabel = true, "Sign out of this session"
	return s
}

func elsewhere(id, device string) views.SessionRow {
	return views.SessionRow{
		Device: device, End: "/sessions/" + id + "/end", EndLabel: "End it: session 2, " + device,
		Facts: []views.Fact{{Label: "Name", Value: "Night shift"}, {Label: "Address", Value: "192.0.2.7"}, {Label: "In the log as", Value: id}},
		Times: []views.Moment{{Label: "Signed in", At: yesterday()}, {Label: "Last seen", At: minutesAgo()}},
	}
}

// strange has the longest of everything.
func strange() views.SessionRow {
	s := elsewhere("0f1e2d3c4b5a", "Samsung Internet on Android")
	s.EndLabel = "End it: session 3, " + s.Device
	s.Facts[0].Value = `<img src=x onerror=alert(1)> ANameWithoutAnyPlaceToBreakOf60Characters`
	s.Facts[1].Value = "2001:0db8:85a3:1234:5678:8a2e:0370:7334"
	s.Facts = append(s.Facts, views.Fact{Label: "Accounts", Value: "3", Hint: "Ending it ends all of them there"})
	return s
}

// Package viewtest holds the screens in all their states, as plain literals: the golden tests, the gallery and the
// screenshots are made of them. Only tests import it. It must not format anything: what a screen prints stands here as
// it is printed.
package viewtest

import (
	"slices"

	"github.com/a-h/templ"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// Fixture is one screen in one state.
type Fixture struct {
	Name   string // "screen/state"; unique, and fit for a file name
	Page   views.Page
	Screen templ.Component
}

// Fixtures lists every screen in every state. Each call makes new ones.
func Fixtures() []Fixture {
	return slices.Concat(listFixtures(), detailFixtures(), formFixtures(), reviewFixtures(), deleteFixtures(), signInFixtures(), problemFixtures(), deletedFixtures(), preferencesFixtures(), savedViewsFixtures(), runFixtures(), warmFixtures(), activityFixtures(), workflowFixtures(), payloadFixtures(), compareFixtures(), insideFixtures(), notesFixtures(), shareFixtures(), sessionFixtures(), accountFixtures(), webhookFixtures())
}

// The ids of the deployments that most fixtures show.
const (
	videoID    = "a1b2c3d4-1111-2222-3333-abcdefabcdef"
	portraitID = "b5c6d7e8-4444-5555-6666-123412341234"
	workflowID = "00000000-0000-0000-0000-000000001111"
	requestID  = "0198c2f4b7e17d3a9c51"
)

// member is somebody signed in with a name.
func member() views.Account {
	return views.Account{SignedIn: true, Name: "Night shift", Fingerprint: "3f2a-91bc", Hue: 4}
}

// nameless is somebody signed in without a name.
func nameless() views.Account {
	return views.Account{SignedIn: true, Fingerprint: "c07d-5e18", Hue: 9}
}

// frame is what surrounds the screens of a member.
func frame(title string) views.Page {
	return views.Page{
		Title: title, Self: paths.Deployments, List: paths.Deployments, Shortcut: true, Account: member(),
		Sections: []views.Section{{Text: "Deployments", Href: paths.Deployments, Current: "page"}, {Text: "Workflows", Href: paths.Search}, {Text: "Change log", Href: paths.Activity}, {Text: "Shares", Href: paths.Shares}},
	}
}

// slim is the frame of a list.
func slim(p views.Page) views.Page {
	p.Slim = true
	return p
}

// readAt is when the API was asked.
func readAt() views.Stamp {
	return views.Stamp{ISO: "2026-03-02T14:05:09Z", Exact: "2 Mar 2026, 14:05:09 UTC", Human: "at 14:05:09 UTC"}
}

func yesterday() views.Stamp {
	return views.Stamp{ISO: "2026-03-01T08:41:05.796289Z", Exact: "1 Mar 2026, 08:41:05 UTC", Human: "yesterday"}
}

func minutesAgo() views.Stamp {
	return views.Stamp{ISO: "2026-03-02T13:53:00Z", Exact: "2 Mar 2026, 13:53:00 UTC", Human: "12 min ago"}
}

func enabled() views.Badge {
	return views.Badge{Tone: "good", Label: "Enabled", Hint: "Takes requests"}
}

func paused() views.Badge {
	return views.Badge{Tone: "quiet", Label: "Paused", Hint: "Takes no requests and runs no instances"}
}

func a6000() views.Hardware {
	return views.Hardware{SKU: "AMPERE_48", Label: "48 GB · A6000", Known: true}
}

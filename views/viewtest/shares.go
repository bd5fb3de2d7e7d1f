package viewtest

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/comfydeck/comfydeck/views"
)

const longName = `<img src=x onerror=alert(1)> AVeryLongNameWithoutAnyPlaceToBreakThatGoesOnAndOn`

func shareFixtures() []Fixture {
	list := []Fixture{}
	for name, m := range map[string]views.ShareFormPage{"first": shareForm(), "refused": refusedShare(), "off": offShare()} {
		list = append(list, Fixture{Name: "share/" + name, Page: m.Page, Screen: views.ShareForm(m)})
	}
	for name, m := range map[string]views.ShareReviewPage{"review": shareReview(), "review changed": changedShare()} {
		list = append(list, Fixture{Name: "share/" + strings.ReplaceAll(name, " ", "-"), Page: m.Page, Screen: views.ShareReview(m)})
	}
	made := views.ShareMadePage{
		Page: frame("Shared"), Name: "image-to-video", Home: "/deployments/" + videoID, Terms: shareTerms(),
		Link: "https://deck.example/s/abcdefghijklmnop#" + strings.Repeat("Ab3_-", 8) + "xyz",
	}
	list = append(list, Fixture{Name: "share/made", Page: made.Page, Screen: views.ShareMade(made)})
	unread := views.SharesPage{Page: frame("Share links"), Problem: views.Notice{Kind: "error", Text: "This server cannot read your share links right now.", RequestID: requestID}}
	for name, m := range map[string]views.SharesPage{"none": {Page: frame("Share links")}, "one": oneShare(), "many": manyShares(), "unread": unread} {
		list = append(list, Fixture{Name: "shares/" + name, Page: m.Page, Screen: views.Shares(m)})
	}
	return list
}

func shareForm() views.ShareFormPage {
	return views.ShareFormPage{
		Page: frame("Share image-to-video"), Name: "image-to-video", Home: "/deployments/" + videoID, Action: "/deployments/" + videoID + "/share", Key: "key",
		Parts: []views.Tick{
			{Name: "settings", Label: "Settings", Help: "No ids, no prices.", Checked: true},
			{Name: "readme", Label: "Readme", Help: "As it is now.", Checked: true},
			{Name: "workflow", Label: "Workflow", Help: "Its nodes with their values."},
			{Name: "overrides", Label: "Overrides with their values", Help: "Only together with the workflow."},
		},
		Lifetimes: []views.Choice{{Value: "1h", Title: "1 hour"}, {Value: "1d", Title: "1 day", Checked: true}, {Value: "7d", Title: "7 days"}},
		Limit:     views.Field{Name: "view_limit", Label: "How often it can be looked at (optional)", Help: "Empty is as often as anybody likes."},
		Note:      views.Field{Name: "note", Label: "Note to yourself (optional)", Help: "Visitors never see it."},
	}
}

func refusedShare() views.ShareFormPage {
	m := shareForm()
	m.PartsError, m.LifetimeError = "Choose at least one part. Overrides go with the workflow.", "Choose when the link ends."
	m.Parts[0].Checked, m.Parts[1].Checked, m.Lifetimes[1].Checked = false, false, false
	m.Limit.Value, m.Limit.Error = "many", "Enter a whole number from 1 to 10000, or nothing for no limit."
	m.Note.Value = longName
	m.Problem = views.Notice{Kind: "error", Text: "100 links of this account work already, and no more may. Revoke one first."}
	return m
}

func offShare() views.ShareFormPage {
	m := shareForm()
	m.Off = "The operator of this server has switched share links off."
	return m
}

func shareTerms() []views.Fact {
	return []views.Fact{{Label: "Parts", Value: "Settings, readme"}, {Label: "The link ends", Value: "after 1 day"}, {Label: "Views", Value: "no limit"}}
}

func sharedCopy() views.SharedCopy {
	graph := plainWorkflow()
	graph.Outline.Action = ""
	readme := views.Readme{HTML: `<h3 id="readme-hello">Hello</h3><p>A workflow for friends.</p>`}
	return views.SharedCopy{
		Name: "image-to-video", Taken: readAt(), Readme: &readme, Workflow: &graph,
		Settings: []views.Fact{{Label: "State", Value: "Enabled", Hint: "Takes requests"}, {Label: "Hardware", Value: "48 GB · A6000"}},
	}
}

func shareReview() views.ShareReviewPage {
	c := sharedCopy()
	c.LeftOut = "1 value looks like a key or a password and is left out. Look whether there are others."
	return views.ShareReviewPage{
		Page: frame("Share image-to-video"), Name: "image-to-video", Home: "/deployments/" + videoID, Action: "/deployments/" + videoID + "/share",
		Terms: shareTerms(), Copy: c, Values: []views.Hidden{{Name: "readme", Value: "1"}, {Name: "note", Value: longName}}, Confirm: "digest",
	}
}

func changedShare() views.ShareReviewPage {
	m := shareReview()
	m.Copy = views.SharedCopy{Name: longName, Taken: readAt(), Readme: &views.Readme{Note: "There is no readme."}}
	m.Problem = views.Notice{Kind: "warning", Text: "The deployment is not what you looked at any more. Nothing was shared yet: this is how it is now."}
	return m
}

func shareRow() views.ShareRow {
	return views.ShareRow{
		Name: "image-to-video", Href: "/deployments/" + videoID, Note: "for Zoë", State: views.Badge{Tone: "good", Label: "Works"},
		Facts:   []views.Fact{{Label: "Parts", Value: "Settings, readme"}, {Label: "Made by", Value: "Night shift"}, {Label: "Views", Value: "1 of 3"}},
		Created: yesterday(), Expires: readAt(), Seen: minutesAgo(), Revoke: "/shares/abcdefghijklmnop/revoke",
	}
}

func oneShare() views.SharesPage {
	return views.SharesPage{Page: frame("Share links"), Live: true, Summary: "1 link works of at most 100; what has ended stays listed for 30 days", Rows: []views.ShareRow{shareRow()}}
}

func manyShares() views.SharesPage {
	m := oneShare()
	m.Rows[0].Note = strings.Repeat("a long note ", 16)
	for _, state := range []views.Badge{{Tone: "quiet", Label: "Expired"}, {Tone: "quiet", Label: "Revoked"}, {Tone: "odd", Label: "Used up"}} {
		r := shareRow()
		r.Name, r.State, r.Revoke, r.Note, r.Seen = longName, state, "", "", views.Stamp{Human: "never"}
		m.Rows = append(m.Rows, r)
	}
	return m
}

// Visitors are the pages for people without an account, whole: they have a frame of their own. The names are as in Fixtures.
func Visitors() map[string]templ.Component {
	door := views.VisitorPage{Title: "A shared copy", Action: "/s/abcdefghijklmnop"}
	shut := door
	shut.Problem = "This link shows nothing. It may have ended, been taken back or been used as often as it may be, or a part of it is missing. Ask whoever sent it for a new one."
	whole := views.VisitorPage{Title: "image-to-video", Copy: sharedCopy(), Expires: minutesAgo()}
	little := views.VisitorPage{Title: longName, Copy: views.SharedCopy{Name: longName, Taken: readAt(), Settings: whole.Copy.Settings}, Expires: minutesAgo()}
	return map[string]templ.Component{
		"visitor/door": views.Visitor(door, views.ShareDoor(door)), "visitor/shut": views.Visitor(shut, views.ShareDoor(shut)),
		"visitor/copy": views.Visitor(whole, views.SharedPage(whole)), "visitor/little": views.Visitor(little, views.SharedPage(little)),
	}
}

package viewtest

import (
	"strings"

	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func reviewFixtures() []Fixture {
	fixture := func(name string, m views.ReviewPage) Fixture {
		return Fixture{Name: "review/" + name, Page: m.Page, Screen: views.Review(m)}
	}
	unpriced := reviewOfUpdate()
	unpriced.Money, unpriced.MoneyNote = nil, "There is no price for this hardware in the table of this server, so that nothing can be said about cost. It is not free."
	unpriced.Name = strings.Repeat("a name that goes on and on ", 8)
	stale := reviewOfUpdate()
	stale.Why.Value = "for the “launch” <b>"
	stale.Problem = views.Notice{Kind: "warning", Text: "What you confirmed is no longer what would happen. Nothing was sent. This is how it stands now."}
	return []Fixture{
		fixture("create", reviewOfCreate()), fixture("update", reviewOfUpdate()), fixture("enable", reviewOfEnable()),
		fixture("stale", stale), fixture("unpriced", unpriced),
	}
}

const moneyNote = "An estimate: Pay as you go, prices as of 23 Nov 2026."

func reviewOfCreate() views.ReviewPage {
	return views.ReviewPage{
		Page: frame("Review"), Name: "image-to-video", Heading: "Create image-to-video?", Intro: "Nothing was sent yet. This is what will be created.",
		Action: paths.Deployments, Cancel: paths.Deployments, Submit: "Create it", Changeable: true, Confirm: "t4k3n.mac", Why: whyField(),
		Lines: []views.ReviewLine{
			{Label: "Name", Before: "unknown", After: "image-to-video"},
			{Label: "Workflow id", After: workflowID},
			{Label: "Hardware", After: "48 GB · A6000 (AMPERE_48)"},
			{Label: "Minimum instances", After: "0"},
			{Label: "Keep warm", After: "60 s"},
		},
		Money:     []views.MoneyLine{{Label: "While idle", After: "$0.00/h"}, {Label: "At full load, 30 days", After: "$1,800"}},
		MoneyNote: moneyNote,
		Values:    []views.Hidden{{Name: "name", Value: "image-to-video"}, {Name: "form_key", Value: "k"}},
	}
}

func reviewOfUpdate() views.ReviewPage {
	return views.ReviewPage{
		Page: frame("Review"), Name: "image-to-video", Heading: "Change image-to-video?", Intro: "Nothing was sent yet. This change can raise what the deployment costs.",
		Action: paths.Deployment(videoID), Cancel: paths.Deployment(videoID), Submit: "Apply the change", Changeable: true, HasBefore: true, Confirm: "t4k3n.mac",
		Lines: []views.ReviewLine{
			{Label: "Hardware", Before: "48 GB · A6000 (AMPERE_48)", After: "80 GB · H100 (ADA_80_PLUS)"},
			{Label: "Minimum instances", Before: "0", After: "2"},
		},
		Money: []views.MoneyLine{
			{Label: "While idle", Before: "$0.00/h", After: "$11.98/h", Change: "+$11.98/h", Tone: "warm"},
			{Label: "While idle, 30 days", Before: "$0.00", After: "$8,626", Change: "+$8,626", Tone: "warm"},
			{Label: "At full load", Before: "$7.50/h", After: "$17.97/h", Change: "+$10.47/h", Tone: "warm"},
			{Label: "At full load, 30 days", Before: "$5,400", After: "$12,938", Change: "+$7,538", Tone: "warm"},
		},
		MoneyNote: moneyNote,
		Effects: []string{
			"Rolls out: new instances take over while running requests finish on the old ones.", "Scaling applies at once.",
			"Instances start, and cost, at once, until the minimum is lowered or the deployment is paused.",
		},
		Why:    whyField(),
		Values: []views.Hidden{{Name: "min_instances", Value: "2"}, {Name: "base_min_instances", Value: "0"}, {Name: "form_key", Value: "k"}},
	}
}

func reviewOfEnable() views.ReviewPage {
	m := reviewOfUpdate()
	m.Heading, m.Intro, m.Submit, m.Changeable = "Enable image-to-video?", "Nothing was sent yet. Enabling starts instances that cost money around the clock.", "Enable it", false
	m.Action, m.Cancel = paths.EnableDeployment(videoID), paths.Deployments
	m.Lines = []views.ReviewLine{{Label: "State", Before: "Paused", After: "Enabled"}}
	m.Effects = m.Effects[2:]
	return m
}

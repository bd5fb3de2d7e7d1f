package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

const runID = "abcdefghijklmnopqrstuvwxyz"

func runFixtures() []Fixture {
	var list []Fixture
	for name, m := range map[string]views.RunPage{"review": reviewedRun(), "nothing": nothingToRun(), "under-way": runUnderWay(), "at-rest": restingRun(), "over": finishedRun()} {
		list = append(list, Fixture{Name: "run/" + name, Page: m.Page, Screen: views.Run(m)})
	}
	for name, m := range map[string]views.RunFormPage{"value": valueForm(), "hardware": hardwareForm()} {
		list = append(list, Fixture{Name: "run-form/" + name, Page: m.Page, Screen: views.RunForm(m)})
	}
	for name, m := range map[string]views.RunsPage{"some": someRuns(), "none": {Page: frame("Bulk changes")}} {
		list = append(list, Fixture{Name: "runs/" + name, Page: m.Page, Screen: views.Runs(m)})
	}
	return list
}

func pauses(name string) views.RunItem {
	return views.RunItem{
		Name: name, ID: videoID, Href: paths.Deployment(videoID), State: "Will change", Tone: "quiet", Icon: "info",
		Changes: []views.ReviewLine{{Label: "State", Before: "Enabled", After: "Paused"}},
	}
}

func reviewedRun() views.RunPage {
	already, unfit, gone := pauses("portrait"), pauses(`<img src=x onerror=alert(1)> AVeryLongNameWithoutAnyPlaceToBreakInIt`), pauses("A deployment without a name")
	already.State, already.Icon, already.Changes = "So already", "check", nil
	unfit.State, unfit.Tone, unfit.Icon, unfit.Note = "Cannot change", "odd", "alert", "Must be at most the maximum of 1."
	gone.State, gone.Tone, gone.Href, gone.Changes, gone.Note = "Not there", "odd", "", nil, "There is no such deployment in this account any more."
	return views.RunPage{
		Page: frame("Pause: 4 deployments"), Self: paths.Run(runID), Heading: "Pause: 4 deployments", Draft: true, Cancel: paths.Deployments,
		Intro: "Nothing was sent yet: 1 will change, 1 so already, 1 cannot be changed like this, 1 no longer there.",
		Money: []views.MoneyLine{{Label: "While idle", Before: "$2.50/h", After: "$0.00/h", Change: "−$2.50/h"}}, Was: "Now", Is: "After",
		Note: "An estimate: Pay as you go, prices as of 1 Mar 2026.", Effect: "Requests that are running fail.", Why: whyField(),
		Actions: []views.RunAction{{Action: paths.StartRun(runID), Label: "Pause 1 deployment", Primary: true}},
		States:  []views.Filter{{Label: "Will change", Count: "1", Href: paths.RunPart(runID, "waiting", 1)}, {Label: "So already", Count: "1", Href: paths.Run(runID), On: true}},
		Items:   []views.RunItem{pauses("image-to-video"), already, unfit, gone}, Range: "1–4 of 4",
	}
}

func nothingToRun() views.RunPage {
	m := reviewedRun()
	m.Intro = "There is nothing to change: 4 so already."
	m.Money, m.Note, m.Effect, m.Actions, m.States, m.Items, m.Why = nil, "", "", nil, nil, m.Items[1:2], views.Field{}
	return m
}

func runUnderWay() views.RunPage {
	m := reviewedRun()
	m.Draft, m.Live, m.Money, m.Note, m.Effect, m.Why = false, true, nil, "", "", views.Field{}
	m.Reason = "night shift saves <i>money</i>"
	m.Intro = "Under way. You may leave this page: it goes on."
	m.Progress = views.Progress{Value: "1", Of: "4", Label: "1 of 4"}
	m.Actions = []views.RunAction{{Action: paths.StopRun(runID), Label: "Stop"}}
	m.Items[0].State, m.Items[0].Icon = "Under way", "refresh"
	return m
}

func restingRun() views.RunPage {
	m := runUnderWay()
	m.Live = false
	m.Problem = views.Notice{Kind: "warning", Text: "RunComfy no longer accepted the API token this run was started with. Sign in with the current one and go on."}
	m.Intro = "At rest: nobody works on it. 3 still to do."
	m.Actions = []views.RunAction{{Action: paths.ContinueRun(runID), Label: "Go on", Primary: true}, {Action: paths.StopRun(runID), Label: "Stop"}}
	return m
}

func finishedRun() views.RunPage {
	m := runUnderWay()
	m.Live = false
	m.Intro, m.Progress = "Finished: 1 unknown, 2 refused, 1 done.", views.Progress{Value: "4", Of: "4", Label: "4 of 4"}
	m.Left = "2 not changed still cost $5.00/h while idle, without 1 that no price is known for. 1 unknown may still cost $2.50/h while idle."
	m.Money, m.Was, m.Is, m.Note = reviewedRun().Money, "Before", "Now", reviewedRun().Note
	m.Actions = []views.RunAction{
		{Action: paths.ContinueRun(runID), Label: "Look again at what is unknown", Look: true, Primary: true},
		{Action: paths.RepeatRun(runID), Label: "Review the rest again"},
	}
	m.Items[0].State, m.Items[0].Tone, m.Items[0].Icon = "Unknown", "odd", "alert"
	m.Items[0].Note, m.Items[0].RequestID = "RunComfy did not confirm the change, and reading it back does not show it. It may still take effect.", requestID
	m.Pager = views.Pager{Label: "Page 1 of 2", Next: paths.RunPart(runID, "", 2)}
	return m
}

func valueForm() views.RunFormPage {
	return views.RunFormPage{
		Page: frame("Change keep warm"), Heading: "Change keep warm", Chosen: "2 deployments", Number: true,
		Keep:  []views.Hidden{{Name: "ids", Value: videoID + "," + portraitID}, {Name: "change", Value: "keep_warm"}},
		Field: views.Field{Name: "value", Label: "Keep warm", Value: "soon", Unit: "seconds", Low: "0", High: "86400", Help: "How long an instance stays after its last job.", Error: "Must be a whole number.", Focus: true},
	}
}

func hardwareForm() views.RunFormPage {
	m := valueForm()
	m.Page, m.Heading, m.Number, m.Legend = frame("Change hardware"), "Change hardware", false, "Hardware"
	m.Field = views.Field{Name: "value", Label: "Hardware"}
	m.Hardware = []views.Choice{{Value: "AMPERE_48", Title: "48 GB · A6000", Price: "$2.50/h", Detail: "AMPERE_48"}, {Value: "TURING_16", Title: "16 GB · T4", Price: "$0.99/h", Detail: "TURING_16"}}
	return m
}

func someRuns() views.RunsPage {
	return views.RunsPage{Page: frame("Bulk changes"), Rows: []views.RunLine{
		{Href: paths.Run(runID), What: "Pause: 12 deployments", Result: "Under way: 3 waiting, 9 done", Person: "Night shift", Open: true, At: minutesAgo()},
		{Href: paths.Run(runID), What: "Keep warm 60 s: 2 deployments", Result: "2 done", At: yesterday()},
	}}
}

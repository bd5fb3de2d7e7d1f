package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

const entryID = "bcdefghijklmnopqrstuvwxyz2"

func activityFixtures() []Fixture {
	var list []Fixture
	for name, m := range map[string]views.ActivityPage{"some": someActivity(), "none": emptyActivity(), "filtered": filteredActivity()} {
		list = append(list, Fixture{Name: "activity/" + name, Page: m.Page, Screen: views.Activity(m)})
	}
	entry := views.ActivityEntryPage{
		Page: frame("Changed image-to-video"), Entry: changedEntry(), Undo: paths.UndoEntry(videoID, entryID), Recreate: paths.NewDeployment + "?name=a",
		Facts: []views.Fact{{Label: "Asked", Value: "2 Mar 2026, 13:53:00 UTC"}, {Label: "Request", Value: requestID, Copy: true}, {Label: "Entry", Value: entryID, Copy: true}},
	}
	return append(list, Fixture{Name: "activity-entry/change", Page: entry.Page, Screen: views.ActivityEntryScreen(entry)})
}

func changedEntry() views.ActivityEntry {
	return views.ActivityEntry{
		Href: paths.ActivityEntry(entryID), What: "Changed", Name: "image-to-video", Deployment: paths.Deployment(videoID), At: minutesAgo(), Person: "Night shift",
		Changes: []views.ReviewLine{{Label: "Maximum instances", Before: "3", After: "5"}, {Label: "Name", After: `<b>AVeryLongNameWithoutAnyPlaceToBreakInIt</b>`}},
		Result:  "Done", Tone: "good", Icon: "check", Got: []string{"Maximum instances came out as “4”, not as “5”."},
	}
}

func someActivity() views.ActivityPage {
	deleted := changedEntry()
	deleted.What, deleted.Deployment, deleted.Person, deleted.Changes, deleted.Got = "Deleted", "", "", nil, nil
	deleted.Result, deleted.Tone, deleted.Icon, deleted.Message = "Unknown", "odd", "alert", "RunComfy did not confirm the deletion, and the deployment is still there."
	return views.ActivityPage{
		Page: frame("Change log"), Entries: []views.ActivityEntry{changedEntry(), deleted}, Older: paths.ActivityOf(paths.ActivityQuery{Before: entryID}), Export: paths.ExportActivity(paths.ActivityQuery{}),
		Selects: []views.Select{{Name: "action", Label: "What", Options: []views.Option{{Label: "All", Selected: true}, {Value: "update", Label: "Changed"}}}},
		Inputs:  []views.Field{{Name: "person", Label: "Person"}, {Name: "deployment", Label: "Deployment id"}},
	}
}

func emptyActivity() views.ActivityPage {
	m := someActivity()
	m.Entries, m.Older = nil, ""
	return m
}

func filteredActivity() views.ActivityPage {
	m := someActivity()
	m.Narrow, m.Subject, m.Deployed, m.Older = true, "image-to-video", paths.Deployment(videoID), ""
	m.Inputs[1].Value = videoID
	m.Entries = m.Entries[:1]
	return m
}

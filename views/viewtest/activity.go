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
		Page: frame("Changed image-to-video"), Entry: changedEntry(), Undo: paths.UndoEntry(videoID, entryID), Version: paths.EditVersion(videoID, entryID), Recreate: paths.NewDeployment + "?name=a",
		Facts: []views.Fact{{Label: "Asked", Value: "2 Mar 2026, 13:53:00 UTC"}, {Label: "Request", Value: requestID, Copy: true}, {Label: "Entry", Value: entryID, Copy: true}},
	}
	gone := entry
	gone.Page = frame("Deleted image-to-video")
	gone.Entry.What, gone.Entry.Deployment, gone.Undo = "Deleted", "", ""
	gone.Kept = []views.Link{{Text: "Settings", Href: paths.ActivityKept(entryID, paths.KeptSettings)}, {Text: "Readme", Href: paths.ActivityKept(entryID, paths.KeptReadme)}}
	gone.Missing = "Its workflow was too large to be kept."
	event := views.ActivityEntryPage{Page: frame("Bulk change begun Pause"), Entry: signedInEvent(), Facts: entry.Facts, More: views.Link{Text: "The bulk change", Href: paths.Run(runID)}}
	list = append(list, Fixture{Name: "activity-entry/deleted", Page: gone.Page, Screen: views.ActivityEntryScreen(gone)},
		Fixture{Name: "activity-entry/event", Page: event.Page, Screen: views.ActivityEntryScreen(event)})
	return append(list, Fixture{Name: "activity-entry/change", Page: entry.Page, Screen: views.ActivityEntryScreen(entry)})
}

func changedEntry() views.ActivityEntry {
	return views.ActivityEntry{
		Href: paths.ActivityEntry(entryID), What: "Changed", Name: "image-to-video", Deployment: paths.Deployment(videoID), At: minutesAgo(), Person: "Night shift",
		Changes: []views.ReviewLine{{Label: "Maximum instances", Before: "3", After: "5"}, {Label: "Name", After: `<b>AVeryLongNameWithoutAnyPlaceToBreakInIt</b>`}},
		Result:  "Done", Tone: "good", Icon: "check", Reason: "for the “launch” <b>", Got: []string{"Maximum instances came out as “4”, not as “5”."},
	}
}

func refusedEvent() views.ActivityEntry {
	return views.ActivityEntry{
		Href: paths.ActivityEntry(entryID), What: "Refused here", Name: "image-to-video", Deployment: paths.Deployment(videoID), At: minutesAgo(), Person: "Night shift",
		Result: "Refused", Tone: "odd", Icon: "alert", Message: "Asked to delete it. This deployment is locked against deletion: “launch”.",
	}
}

func outsideEvent() views.ActivityEntry {
	return views.ActivityEntry{
		Href: paths.ActivityEntry(entryID), What: "Changed outside", Name: "image-to-video", Deployment: paths.Deployment(videoID), At: minutesAgo(),
		Changes: []views.ReviewLine{{Label: "Queue size", Before: "1", After: "9"}}, Message: "Not by ComfyDeck.",
	}
}

func signedInEvent() views.ActivityEntry {
	return views.ActivityEntry{Href: paths.ActivityEntry(entryID), What: "Signed in", At: minutesAgo(), Person: "Night shift"}
}

func someActivity() views.ActivityPage {
	deleted := changedEntry()
	deleted.What, deleted.Deployment, deleted.Person, deleted.Changes, deleted.Got = "Deleted", "", "", nil, nil
	deleted.Result, deleted.Tone, deleted.Icon, deleted.Message = "Unknown", "odd", "alert", "RunComfy did not confirm the deletion, and the deployment is still there."
	return views.ActivityPage{
		Page: frame("Change log"), Entries: []views.ActivityEntry{changedEntry(), deleted, refusedEvent(), outsideEvent(), signedInEvent()}, Older: paths.ActivityOf(paths.ActivityQuery{Before: entryID}), CSV: paths.ActivityCSV, JSON: paths.ActivityJSON,
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

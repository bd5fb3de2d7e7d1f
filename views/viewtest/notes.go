package viewtest

import (
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

const longWord = "AVeryLongWordWithoutAnyPlaceToBreakItWhichMustNotPushThePageWiderThanItsWindow"

func notesFixtures() []Fixture {
	var list []Fixture
	for name, m := range map[string]views.NotesFormPage{"empty": emptyNotes(), "filled": filledNotes(), "errors": wrongNotes(), "conflict": notesInConflict()} {
		list = append(list, Fixture{Name: "notes/" + name, Page: m.Page, Screen: views.NotesForm(m)})
	}
	lock := views.LockPage{Page: frame("Lock this deployment"), Home: paths.Deployment(videoID), Action: paths.LockDeployment(videoID), Reason: views.Field{Name: "reason", Label: "Why it must not be deleted", Value: "launch"}}
	lock.Problem = views.Notice{Kind: "error", Text: "RunComfy's API did not answer in time. Nothing was changed. Try again in a moment.", RequestID: requestID}
	return append(list, Fixture{Name: "lock/failed", Page: lock.Page, Screen: views.LockForm(lock)})
}

// fullNotes are those of a deployment that a team looks after.
func fullNotes() views.Notes {
	return views.Notes{
		HTML:  `<p>Serves the shop. Ask before a change on Fridays. <a href="https://wiki.example/runbook" rel="nofollow noreferrer noopener">Runbook</a></p>` + "\n",
		Owner: views.Link{Text: "Team Video", Href: "/deployments?owner=Team+Video"},
		Tags:  []views.Link{{Text: "eu west", Href: "/deployments?tag=eu+west"}, {Text: "prod", Href: "/deployments?tag=prod"}},
		Edit:  paths.Notes(videoID), Person: "Night shift", At: yesterday(),
	}
}

func emptyNotes() views.NotesFormPage {
	return views.NotesFormPage{
		Page: frame("Notes of image-to-video"), Name: "image-to-video", Action: paths.Notes(videoID), Cancel: paths.Deployment(videoID), Version: "0",
		Note:  views.Field{Name: "note", Label: "Note", Help: "For everybody who signs in with this token. Markdown works."},
		Owner: views.Field{Name: "owner", Label: "Owner", Help: "A person or a team."},
		Tags:  views.Field{Name: "tags", Label: "Tags", Help: "Put commas between them; upper and lower case are the same."},
	}
}

func filledNotes() views.NotesFormPage {
	m := emptyNotes()
	m.Version = "3"
	m.Note.Value = "\nServes the **shop**.\n\n</textarea><script>alert(1)</script>"
	m.Owner.Value, m.Owners = "Team Video", []string{"Night shift", `"><b>`, "Team Video"}
	m.Tags.Value = "eu west, prod"
	m.Tags.Help += " In use: batch, eu west, prod."
	return m
}

func wrongNotes() views.NotesFormPage {
	m := filledNotes()
	m.Problem = views.Notice{Kind: "error", Text: "Nothing was saved: some values cannot be kept as they are."}
	m.Note.Error, m.Note.Focus = "The note is too long by 12 of at most 4096 bytes; a letter beyond plain English takes two to four.", true
	m.Owner.Error = "The owner has 61 characters; at most 60 are allowed."
	m.Tags.Error = "The tag “" + longWord + "…” has more than 32 characters. Put commas between tags."
	return m
}

// notesInConflict is what somebody typed while somebody else saved, by somebody whose session knows no name of it.
func notesInConflict() views.NotesFormPage {
	m := filledNotes()
	m.Name, m.Title = "", "Notes"
	m.Problem = views.Notice{Kind: "warning", Text: "Somebody else saved these notes after you opened them. Nothing of yours was saved yet, and nothing of theirs is lost: both stand here.", RequestID: requestID}
	m.Conflict = &views.NotesConflict{Person: "Night shift", At: minutesAgo(), Lines: []views.ReviewLine{
		{Label: "Note", Before: "Serves the shop.\nMoved to " + longWord, After: "Serves the **shop**."}, {Label: "Owner", Before: "(nothing)", After: "Team Video"},
	}}
	return m
}

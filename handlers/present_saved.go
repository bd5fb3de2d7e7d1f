package handlers

import (
	"fmt"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/session"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/views"
)

// Bounds of what a notice says of a change: it travels in a cookie.
const (
	maxToldFields = 3
	maxToldText   = 32 // characters of a name or a value
)

// savedText says what an edit changed, and what that does to the cost while idle.
func savedText(done deployments.Result, plan deployments.Plan) string {
	if done.Unchanged {
		return "Nothing was changed, so nothing was sent."
	}
	text, sep := "Saved "+visible.Clip(displayName(done.Deployment), maxToldText), ": "
	came := done.Came()
	for _, ch := range came[:min(len(came), maxToldFields)] {
		text += sep + lowerFirst(label(ch.Field)) + " " + toldText(ch.Field, ch.From) + " → " + toldText(ch.Field, ch.To)
		sep = ", "
	}
	if more := len(came) - maxToldFields; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	text += "."
	if from, to, changed := done.FloorChange(plan); changed {
		text += " Estimated cost while idle: " + from.String() + "/h → " + to.String() + "/h."
	}
	return text
}

func toldText(field, value string) string {
	return visible.Clip(settingText(field, value), maxToldText)
}

// undoEdit is the entry of the change log that takes an edit back. Where something came out differently there is more to look at.
func undoEdit(done deployments.Result) session.Undo {
	e := done.Written
	if e.ID == "" || len(done.Differences) > 0 || len(deployments.Undoes(journal.Line{Write: &e})) == 0 {
		return session.Undo{}
	}
	return session.Undo{Deployment: e.Deployment, Entry: e.ID}
}

// undoLink leads to the form that takes an edit back: it may cost, so that it is looked at first.
func undoLink(u session.Undo, frame views.Page) views.Link {
	if u.Entry == "" || frame.ReadOnly || frame.LookOnly {
		return views.Link{}
	}
	return views.Link{Text: "Undo this change…", Href: paths.UndoEntry(u.Deployment, u.Entry)}
}

package viewtest

import (
	"github.com/a-h/templ"

	"github.com/comfydeck/comfydeck/views"
)

// Part is one piece that screens are made of, for the gallery's page of parts: what it is for, which components of package views
// make it, and what it looks like in its states.
type Part struct {
	Name, Use string
	MadeBy    []string
	Wide      bool // needs the whole width
	States    []PartState
}

// PartState is a part as a screen has it: the first element that matches the selector, in a fixture or in a screen of its own.
type PartState struct {
	Name, Fixture, Selector string
	Screen                  templ.Component // nil for the fixture's
}

// Parts lists every part. Each component of views/components.templ belongs to one.
func Parts() []Part {
	return append(frameParts(), append(listParts(), append(formParts(), append(messageParts(), contentParts()...)...)...)...)
}

func frameParts() []Part {
	return []Part{
		{Name: "Shell", Use: "Stands around every screen: the way home, who is signed in, and what is about the page itself.", MadeBy: []string{"Whole", "foot"}, Wide: true, States: []PartState{
			{Name: "top", Fixture: "deployments/one", Selector: "header"}, {Name: "foot", Fixture: "deployments/one", Selector: "footer"},
		}},
		{Name: "Account badge", Use: "Says as whom you work: name, fingerprint of the token, a colour of its own. Opens the other accounts.", MadeBy: []string{"accountBadge"}, States: []PartState{
			{Name: "with a name", Fixture: "deployments/one", Selector: ".account__button"}, {Name: "without", Fixture: "deployment/no-readme", Selector: ".account__button"}, {Name: "open", Fixture: "accounts/several", Selector: ".account__list"},
		}},
		{Name: "Breadcrumbs", Use: "Lead back to the list as it was left, and to what lies between.", MadeBy: []string{"crumbs"}, States: []PartState{{Fixture: "workflow/plain", Selector: ".crumbs"}}},
		{Name: "Tabs", Use: "The pages of one thing, each with an address of its own.", MadeBy: []string{"tabs"}, States: []PartState{{Fixture: "workflow/plain", Selector: ".views"}}},
	}
}

func listParts() []Part {
	return []Part{
		{Name: "Toolbar", Use: "Search and age of a list; says when what it shows is not the newest.", MadeBy: []string{"searchForm"}, Wide: true, States: []PartState{
			{Name: "new", Fixture: "deployments/many", Selector: ".toolbar"}, {Name: "not the newest", Fixture: "deployments/stale", Selector: ".toolbar"},
		}},
		{Name: "Filter chips", Use: "Narrow a list by one click; each says how many it would leave.", MadeBy: []string{"filterChips"}, States: []PartState{{Fixture: "deployments/many", Selector: ".chips"}}},
		{Name: "Table", Use: "Compares deployments. Becomes cards where it has no room.", MadeBy: []string{"deploymentsTable"}, Wide: true, States: []PartState{
			{Name: "one", Fixture: "deployments/one", Selector: ".sheet"}, {Name: "other columns", Fixture: "deployments/columns", Selector: ".sheet"},
		}},
		{Name: "Found text", Use: "What a search found, marked in its place.", MadeBy: []string{"marked"}, States: []PartState{{Fixture: "deployments/long", Selector: ".table__name a"}}},
		{Name: "Pagination", Use: "Where a list goes on, and its exports.", MadeBy: []string{"pager"}, States: []PartState{{Fixture: "deployments/many", Selector: ".pager"}}},
		{Name: "Badge", Use: "A state: a shape, a tone and a word, never a colour alone.", MadeBy: []string{"badge"}, States: []PartState{
			{Name: "good", Fixture: "deployment/full", Selector: ".badge--good"},
			{Name: "quiet", Fixture: "deployment/paused", Selector: ".badge--quiet"},
			{Name: "warm", Fixture: "deployment/full", Selector: ".badge--warm"},
			{Name: "odd", Fixture: "deployment/odd", Selector: ".badge--odd"},
		}},
		{Name: "Meter", Use: "Instances against the limit, the minimum in the colour of cost; the figures stand beside it.", MadeBy: []string{"DeploymentRow"}, States: []PartState{{Fixture: "deployments/many", Selector: "#deployment-10c9a0e4-6f0b-4c55-9d0b-0b5f4f1d0a03 .meter"}}},
		{Name: "Switch", Use: "Pauses or enables by one click; says what that does.", MadeBy: []string{"switchForm"}, States: []PartState{
			{Name: "enabled", Fixture: "deployment/full", Selector: ".heading .actions form"}, {Name: "paused", Fixture: "deployment/paused", Selector: ".heading .actions form"},
		}},
	}
}

func formParts() []Part {
	return []Part{
		{Name: "Field", Use: "One value, with its help, and what is wrong with it in place of a list of errors.", MadeBy: []string{"field", "fieldText", "textField", "whyField"}, States: []PartState{
			{Name: "with help", Fixture: "form/create", Selector: "fieldset .field"}, {Name: "with an error", Fixture: "form/errors", Selector: ".card .field--wrong"},
		}},
		{Name: "Number stepper", Use: "A number to type or to step; keeps what is no number, to be corrected.", MadeBy: []string{"numberField", "step"}, States: []PartState{
			{Name: "with help", Fixture: "form/create", Selector: ".columns .field"}, {Name: "with an error", Fixture: "form/errors", Selector: ".columns .field--wrong"},
		}},
		{Name: "Hardware select cards", Use: "One of a few things that need words: GPU, memory and price.", MadeBy: []string{"choice"}, Wide: true, States: []PartState{{Fixture: "form/create", Selector: ".choices"}}},
		{Name: "Confirm", Use: "What cannot be undone asks for the name; what costs more shows the difference first.", MadeBy: []string{"Review", "Delete"}, Wide: true, States: []PartState{
			{Name: "a change", Fixture: "review/update", Selector: ".card"}, {Name: "a deletion", Fixture: "delete/plain", Selector: ".card"},
		}},
	}
}

func messageParts() []Part {
	undo := views.NoticesPart([]views.Notice{{Kind: "success", Text: "Paused: image-to-video", Undo: views.Switch{Action: "/", Label: "Enable again", On: true}}})
	return []Part{
		{Name: "Notice", Use: "What just happened and what to do next, with the request id when something failed.", MadeBy: []string{"notice"}, States: []PartState{
			{Name: "success", Fixture: "deployments/notices", Selector: ".notice--success"}, {Name: "warning", Fixture: "deployments/notices", Selector: ".notice--warning"}, {Name: "error", Fixture: "deployments/notices", Selector: ".notice--error"},
		}},
		{Name: "Toast with undo", Use: "The same over a page at work, without moving it.", MadeBy: []string{"Toasts", "undo"}, States: []PartState{{Screen: undo, Selector: ".toasts"}}},
		{Name: "Dialog", Use: "Something to look up, over the page; Escape and a click beside it close it.", MadeBy: []string{"foot"}, States: []PartState{{Name: "open", Fixture: "deployments/one", Selector: "dialog"}, {Name: "with what it fetched", Screen: views.Shortcuts(), Selector: ".keys"}}},
		{Name: "Empty state", Use: "Nothing to show: why, and what to do next.", MadeBy: []string{"Deployments"}, States: []PartState{
			{Name: "nothing yet", Fixture: "deployments/empty", Selector: ".empty"}, {Name: "nothing found", Fixture: "deployments/search-none", Selector: ".empty"},
		}},
		{Name: "Skeleton", Use: "Holds the place of what is still to come, after 150 ms.", MadeBy: []string{"skeleton"}, States: []PartState{{Fixture: "deployment/arriving", Selector: ".skeleton"}}},
	}
}

func contentParts() []Part {
	return []Part{
		{Name: "Key-value list", Use: "Facts with their label and a word of explanation.", MadeBy: []string{"facts"}, States: []PartState{{Fixture: "deployment/full", Selector: ".facts"}}},
		{Name: "Text to copy", Use: "An id or an address, exact, with a button that copies it.", MadeBy: []string{"copyable"}, States: []PartState{{Fixture: "deployment/full", Selector: ".copyable"}}},
		{Name: "Time", Use: "Relative for people; the exact one, in the reader's zone and in UTC, on hover and on focus.", MadeBy: []string{"stamp"}, States: []PartState{{Fixture: "deployment/full", Selector: "main time"}}},
		{Name: "Code block with copy", Use: "Text from outside or for a terminal, exact.", MadeBy: []string{"scripts", "PayloadCard"}, States: []PartState{{Fixture: "deployment/full", Selector: ".raw-box"}}},
		{Name: "Tree", Use: "A JSON value that opens and closes; numbers as they were written.", MadeBy: []string{"tree", "leaf"}, States: []PartState{{Fixture: "payload/tree", Selector: ".json"}}},
		{Name: "Timeline entry", Use: "Who did what, when, and how it ended.", MadeBy: []string{"activityEntry"}, States: []PartState{{Fixture: "activity/some", Selector: ".log .card"}}},
	}
}

package views

// Notes is what is kept here about a deployment. At most one of HTML and Plain is set.
type Notes struct {
	HTML   SafeHTML
	Plain  string
	Owner  Link // leads to what else is theirs
	Tags   []Link
	Person string // who changed it last, "" while nobody has
	At     Stamp
	Edit   string // the form, "" where nothing can be changed
	Unread bool   // it cannot be read right now
}

// NotesFormPage is the form for it.
type NotesFormPage struct {
	Page
	Name              string // of the deployment, "" when it is not known
	Action, Cancel    string
	Version           string // of what the form was made from
	Problem           Notice
	Note, Owner, Tags Field
	Owners            []string // to choose from
	Conflict          *NotesConflict
}

// NotesConflict is what somebody else saved in between: a line has theirs before and what was typed after.
type NotesConflict struct {
	Person string
	At     Stamp
	Lines  []ReviewLine
}

package views

// Selection is the bar that changes the chosen rows of a list. The zero value is a list whose rows cannot be chosen.
type Selection struct {
	On      bool
	Found   string // "132"
	All     string // "All 132 found"
	List    string // state of the list
	Actions []Option
}

// RunFormPage asks for the value that a change of many needs.
type RunFormPage struct {
	Page
	Heading  string
	Chosen   string // "12 deployments"
	Problem  Notice
	Keep     []Hidden // the selection and the action
	Field    Field    // what to type
	Number   bool
	Hardware []Choice // to choose from instead
	Legend   string
}

// RunPage is one change of many deployments: under review, under way or over.
type RunPage struct {
	Page
	Self     string
	Heading  string
	Intro    string
	Problem  Notice
	Draft    bool
	Live     bool // somebody works on it: it reads itself again
	Progress Progress
	States   []Filter
	Left     string // what was not done, and what that costs
	Money    []MoneyLine
	Was, Is  string // what its two columns are called
	Note     string // what the amounts are made of
	Effect   string
	Why      Field  // asked before it begins
	Reason   string // given when it began
	Actions  []RunAction
	Cancel   string
	Items    []RunItem
	Range    string
	Pager    Pager
}

// Progress is how far something is.
type Progress struct{ Value, Of, Label string }

// RunAction is a button that moves a run on.
type RunAction struct {
	Action, Label string
	Look          bool // it only looks up what is unknown
	Primary       bool
}

// RunItem is what happens, or happened, to one deployment.
type RunItem struct {
	Name, Href string // no Href for one that is gone
	ID         string
	Changes    []ReviewLine
	State      string // in a word
	Tone, Icon string
	Note       string
	RequestID  string // the API's, of what failed
}

// RunsPage lists the account's runs.
type RunsPage struct {
	Page
	Rows []RunLine
}

// RunLine is one of them.
type RunLine struct {
	Href, What, Result, Person string
	Open                       bool
	At                         Stamp
}

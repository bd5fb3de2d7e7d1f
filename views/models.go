// Package views holds the screens: templ components and the plain data they print. Models are ready to print; nothing here
// fetches, formats or decides. A screen X is a component X with a model XPage: the content of the page's main element. Whole
// puts the frame around it; Part is what htmx gets.
package views

import "github.com/a-h/templ"

// Page is what every screen needs around its content.
type Page struct {
	Title    string
	Self     string    // address of this page, to come back to
	List     string    // address of the list this page was opened from
	Theme    string    // "light", "dark" or "" for the system's
	Shortcut bool      // keyboard shortcuts are on
	Sections []Section // of the site, for somebody who is signed in
	Account  Account
	Notices  []Notice
	Insecure bool // the page came over plain http from beyond this machine
	ReadOnly bool // this server changes nothing
	LookOnly bool // this browser changes nothing, by its own choice
	Slim     bool // a list: it does without the styles of the other pages
}

// Section is a part of the site. Current is "page" on its first page, "true" on the others and "" elsewhere.
type Section struct{ Text, Href, Current string }

// Account is who is signed in; the zero value is nobody.
type Account struct {
	SignedIn    bool
	Name        string // as typed at sign-in, may be empty
	Fingerprint string // tells two accounts apart
	Hue         int    // 0 to 11: a colour of its own
	Others      []Account
	Next        string // where switching to one of the others leads
}

// Notice is one message about what just happened. Kind is "success", "warning" or "error".
type Notice struct {
	Kind      string
	Text      string
	Detail    []string // further lines, as one per field
	Scripts   []Script // how to do by hand what did not work
	RequestID string
	Undo      Switch // takes it back; an empty one offers nothing
	UndoForm  Link   // leads to the form that takes it back
	// Focus puts the focus on it when the page opens: a live region that is there from the start is not read out by itself.
	// At most one notice of a page may have it.
	Focus bool
}

// Stamp is a point in time: for machines, exact for people, and relative.
type Stamp struct{ ISO, Exact, Human string }

// Badge is a state in a word. Tone is "good", "quiet", "warm" or "odd". Marks is the label with what a search found in it.
type Badge struct {
	Tone, Label, Hint string
	Marks             []Piece
}

// Hardware is a GPU type in words. Known is false for a SKU this version has not heard of.
type Hardware struct {
	SKU    string
	Label  string // "48 GB · A6000", or the SKU
	Known  bool
	Others int // further entries, which the API does not support for now
}

// Skeleton is the place of so many lines that are still to come. Late is one on a page that arrives in pieces.
type Skeleton struct {
	Lines int
	Late  bool
}

// Copy is a text with a button that copies it.
type Copy struct{ Label, Text string }

// SignInPage is the sign-in screen.
type SignInPage struct {
	Page
	Next        string // where the person wanted to go, rebuilt from a known route
	NextLabel   string // the same in words, "" for the list
	DisplayName string
	APIHost     string
	Blocked     bool     // plain http from beyond this machine: no token is accepted
	Error       string   // what is wrong with the token
	Refused     bool     // the API no longer accepts the token of the session that was
	Kept        []Hidden // a form that met an expired session, kept for after sign-in
	KeptAction  string
	Made        string // fingerprint of the account that the kept form was made under
	Adding      bool   // asks for a further account
}

// Hidden is one value a form carries along.
type Hidden struct{ Name, Value string }

// Switch is the form that enables or pauses. An empty Action means there is nothing to switch.
type Switch struct {
	Action, Label, Hint string
	On                  bool   // what the button leads to
	Next                string // where to go on without htmx, "" for the deployment
}

// DeploymentPage is the screen of one deployment.
type DeploymentPage struct {
	Page
	Tabs        []Choosable // the pages of the deployment
	ID, Name    string
	Power       Badge
	Status      string
	Warm        string
	Switch      Switch
	ToZero      ToZero
	Edit, Clone string
	Compare     string // where it is compared with another one
	Delete      string
	Share       string
	Refresh     string
	Activity    string // what was done to it here
	Hardware    Hardware
	Scaling     []Fact
	Workflow    []Fact
	Times       []Moment
	Identity    []Copy
	Readme      Readme
	Payload     Payload
	Late        templ.Component // the payload when it is still to be read: what is above it leaves first; nil when it is there
	Read        Stamp
	Lock        Lock
	Scripts     []Script
	Notes       Notes
}

// ToZero is the form that ends the cost while idle and lets running requests finish. The zero value is none.
type ToZero struct {
	Action, Key string
	Now         string // the minimum
	List        string
}

// Fact is a label with its value and a word of explanation.
type Fact struct {
	Label, Value, Hint string
	Copy               bool
}

// Moment is a label with a time.
type Moment struct {
	Label string
	At    Stamp
}

// Readme is the deployment's Markdown, made safe. At most one of HTML and Plain is set; Note says why it is plain or missing.
type Readme struct {
	HTML     SafeHTML
	Plain    string
	Note     string
	Contents []Content
}

// Content is a line of a table of contents. Level is that of the heading, "3" to "6".
type Content struct{ Href, Text, Level string }

// Link is a text that leads somewhere when Href is set.
type Link struct{ Text, Href string }

// FormPage is the screen that creates or edits.
type FormPage struct {
	Page
	Heading, Intro string
	Action, Cancel string
	Submit         string
	Problem        Notice // what went wrong with the last try
	Name           Field
	WorkflowID     Field
	FixedWorkflow  string // shown instead of the field when editing
	Version        Field
	Hardware       Field
	Choices        []Choice
	PricesNote     string
	Min, Max       Field
	Queue          Field
	KeepWarm       Field
	Why            Field // optional
	Enabled        Field
	Editing        bool
	Base           []Hidden // by its whole name, what the form carries along: the values an edit form was made from
	Unsaved        bool     // it holds what somebody typed and nobody stored
	Key            string   // of the form: however often it is sent, it makes one write
	LookAgain      bool     // this form made its write, and nobody knows what came of it: sending it again only looks
	Conflict       []ConflictLine
	Makers         []ConflictMaker
	Presets        []Preset
	Preset         bool   // one was just chosen
	Warm           string // where keeping one warm is compared with starting it on demand
	CanPaste       bool
	Paste          Field
	Compare        string // where the deployment that this is a clone of is compared with another one
}

// Preset is a way to scale to start from.
type Preset struct {
	ID, Label, Detail string
	On                bool // the form says so already
}

// changeable tells whether the form can be filled in and sent.
func (m FormPage) changeable() bool { return !m.ReadOnly && !m.LookOnly && !m.LookAgain }

// Field is one input. Focus marks the first field that needs attention.
type Field struct {
	Name, Label, Value, Help, Error, Unit string
	Low, High                             string // bounds of a number
	Focus                                 bool
}

// Choice is one card among several.
type Choice struct {
	Value, Title, Detail string
	Price                string // "$2.50/h", "no price", or "" where money plays no part
	Checked              bool
}

// PreferencesPage is how this browser wants pages to look.
type PreferencesPage struct {
	Page
	Themes, Shortcuts, Plans, Writing []Choice
	PlansNote                         string
	List                              ListSettings
	Next                              string // where saving leads to; "" is here
}

// Meter draws the instances of a deployment against the limit, in percent: Low of it runs around the clock, High of it at
// most. The words stand beside it.
type Meter struct {
	Low, High int
}

// DeletePage asks for the name before a deployment goes for good.
type DeletePage struct {
	Page
	ID, Name, Confirm string
	Action, Cancel    string
	Facts             []Fact
	Typed             string
	Why               Field
	Error             string
	Problem           Notice
	Pause             Switch
	Key               string // see FormPage
	LookAgain         bool   // see FormPage
	Lock              Lock   // while it is on, nothing is deleted
}

// ProblemPage is the page of a failure.
type ProblemPage struct {
	Page
	Status     int
	Heading    string
	Message    string
	Deleted    Deletion // said in place of the message; the zero value is nothing
	Details    []string // further lines, as one per field
	RequestID  string
	UpstreamID string
	Retry      string   // address to try again, "" when that makes no sense
	Owner      Account  // of this browser, that sees what is asked for; the zero value is nobody
	Switch     string   // address to return to after signing in with another token, "" when that does not help
	Add        string   // where a further account is added, to open this then
	SignIn     bool     // offer the sign-in page
	Home       bool     // offer the list
	Back       string   // page of the deployment a failed action was about, "" for none
	Scripts    []Script // how to do by hand what did not work, nil for nothing
}

// Deletion tells how a deployment went: Name and Said begin a sentence that At ends.
type Deletion struct {
	Name, Said string // "sdxl-prod", "was deleted by Bea,"
	At         Stamp
	Entry      string // of the change log
	Recreate   string // the form that makes it again, "" where that may not be
}

// WarmPage compares an instance that is kept warm with one that starts on demand. A MoneyLine is a way to run it: cost per hour,
// in 30 days, and the share of requests that wait.
type WarmPage struct {
	Page
	Fields   []Field
	Hardware []Choice
	Answer   string
	Money    []MoneyLine
	Note     string
}

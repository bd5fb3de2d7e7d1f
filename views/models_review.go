package views

// ConflictLine is one field that somebody else changed: what the form was made from, what it is now, what was typed. Note says
// what became of a field that was not typed, or not differently.
type ConflictLine struct {
	Label, Base, Theirs, Mine, Note string
}

// ConflictMaker says who changed what in between. Text is a sentence that ends with the time.
type ConflictMaker struct {
	Text string
	At   Stamp
}

// ReviewPage shows what a write does before it leaves.
type ReviewPage struct {
	Page
	Name           string // of the deployment
	Heading, Intro string
	Action, Cancel string
	Submit         string
	Problem        Notice // why it is shown again
	HasBefore      bool   // there is something to compare with; a create has nothing
	Lines          []ReviewLine
	Money          []MoneyLine
	MoneyNote      string // what the amounts are made of
	Effects        []string
	Values         []Hidden // of the form, to be sent back as they are
	Confirm        string
	Why            Field
	Scripts        []Script
	Changeable     bool // there is a form to go back to, with every value
}

// ReviewLine is one field before and after.
type ReviewLine struct {
	Label, Before, After string
}

// MoneyLine is an amount before and after. Tone is "warm" where it rises.
type MoneyLine struct {
	Label, Before, After, Change, Tone string
}

// Lock says whether a deployment may be deleted. An empty Lock and Unlock means that nothing can be changed here.
type Lock struct {
	Locked         bool
	Reason, Person string
	At             Stamp
	Lock, Unlock   string // take the POST
}

// LockPage asks again for the reason of a lock that was not set.
type LockPage struct {
	Page
	Home, Action string
	Reason       Field
	Problem      Notice
}

// Script is a command to run elsewhere. ID is unique on its page.
type Script struct{ ID, Label, Text string }

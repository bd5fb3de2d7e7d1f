package views

// DeploymentsPage is the list.
type DeploymentsPage struct {
	Page
	Query       string
	Keep        []Hidden // what a search carries along
	Totals      []Total
	Views       []ViewLink
	ViewsNote   string // why the own ones are missing
	Save        SaveView
	CanSave     bool // the list in sight has no name yet
	ManageViews bool
	Filters     []Filter
	Further     FurtherFilters
	Columns     []Column
	Narrow      bool // a search or a filter is on
	Rows        []Row
	Range       string // "1–25 of 132"
	Pager       Pager
	Exports     []Link
	Read        Stamp // when the API was asked
	Refresh     string
	CanCreate   bool
}

// Filter is a chip: it leads to the list with the filter, or without it when it is on.
type Filter struct {
	Label, Count, Href string
	On                 bool
	More               bool // may stay away where there is little room
}

// ViewLink leads to a list under a name.
type ViewLink struct {
	Label, Href string
	On          bool // it is the list in sight
	Own         bool // saved by somebody with this token
}

// SaveView is the form that keeps a list under a name.
type SaveView struct {
	Query     string // state of the list
	Describes string // the same in words
	Name      Field
}

// SavedViewsPage is the account's own views. Saving says that there is a list waiting for a name.
type SavedViewsPage struct {
	Page
	Problem Notice
	Saving  bool
	Save    SaveView
	Rows    []SavedView
	Room    string // "3 of 50"
}

// SavedView is a list under a name. Open says that its name is being changed.
type SavedView struct {
	Name, Href, Describes string
	Rename, Delete        string
	Field                 Field
	Open                  bool
}

// FurtherFilters is the form for what has too many values to be a chip.
type FurtherFilters struct {
	Selects []Select
	Keep    []Hidden // the rest of the list's state
}

// Select is one value among several. Note says what is not among them.
type Select struct {
	Name, Label, Note string
	Options           []Option
}

// Option is a value to choose; an empty one chooses nothing.
type Option struct {
	Value, Label string
	Selected     bool
}

// Column is a heading that sorts. Order is "ascending" or "descending" when it does so now.
type Column struct {
	Label, Hint, Field, Href, Order string
	Number                          bool
}

// Total is one figure above the list.
type Total struct {
	Value, Label, Tone string
}

// Pager leads to the neighbours of a page of the list; an empty address means there is none.
type Pager struct {
	Label          string // "Page 2 of 6"
	Previous, Next string
}

// Row is one line of the list.
type Row struct {
	ID, Name        string
	Href, Edit      string
	Power           Badge
	Status          string // as the API sends it
	Hardware        Hardware
	Instances       string // "0–3"
	Meter           Meter  // the same as a picture; a High of 0 draws none
	Warm            string // "2 warm", "" when none
	Queue, KeepWarm string
	Version         string
	Updated         Stamp
	Switch          Switch
}

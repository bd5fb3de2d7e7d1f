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
	Further     string // address of the filters that are no chips
	Columns     []Column
	Narrow      bool // a search or a filter is on
	OnlyWarm    bool // nothing but what is kept warm is asked for
	Rows        []Row
	Here        string // address of the list, where its switches lead back to; "" when no row has one
	Select      Selection
	Foot        []FootCell
	Compact     bool   // one line each
	Swapped     bool   // into a page that is there: nothing needs the height of what is out of sight, and the page may lack styles
	Wide        bool   // there are more columns than fit on every screen with a table
	Settings    string // address of the settings of lists, as a part
	Range       string // "1–25 of 132"
	Pager       Pager
	Exports     []Link
	Read        Age    // when the API was asked
	Stale       bool   // the newest reading is not in yet, or failed
	Problem     Notice // why it failed
	Wait        string // seconds that the API asks to wait since it failed, "0" when it asks for nothing, "" when it did not fail
	Live        string // seconds between readings that the list does by itself, "" for none
	Inside      string // the search inside workflows, for the same words
	Refresh     string
	CanCreate   bool
}

// Filter is a chip: it leads to the list with the filter, or without it when it is on.
type Filter struct {
	Label, Count, Href string
	On                 bool
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
	Room    string // "3 of at most 50 views"
}

// SavedView is a list under a name. Open says that its name is being changed.
type SavedView struct {
	Name, Href, Describes string
	Rename, Delete        string
	Field                 Field
	Open                  bool
}

// FiltersPage is the screen with the filters that are no chips.
type FiltersPage struct {
	Page
	List string // address of the list they narrow
	Form FilterForm
}

// FilterForm is for what has too many values to be a chip.
type FilterForm struct {
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

// Column is a heading. With an Href it sorts; Order is "ascending" or "descending" when it does so now.
type Column struct {
	Label, Hint, Href, Order string
	Number                   bool
	Also                     *Column // what else stands in it, with an order of its own
}

// order is how the list is sorted by the column, or by what else stands in it.
func (c Column) order() string {
	if c.Order == "" && c.Also != nil {
		return c.Also.Order
	}
	return c.Order
}

// Total is one figure above the list.
type Total struct {
	Value, Label, Tone string
	Href               string // "" for a figure that leads nowhere
}

// Pager leads to the neighbours of a page of the list; an empty address means there is none.
type Pager struct {
	Label          string // "Page 2 of 6"
	Previous, Next string
}

// Row is one line of the list.
type Row struct {
	ID, Name   string
	Pick       bool     // can be chosen for a change of many
	Columns    []string // which follow the name, by their keys
	Href, Edit string
	Title      Marked // the name
	IDText     Marked
	Found      Marked // what else it was found by
	Left       bool   // it was switched, and the list no longer finds it
	Lock       Marked // that it is locked against deletion and why, empty when not
	Power      Badge
	Status     Marked // as the API sends it
	GPU, SKU   Marked
	Known      bool     // this version knows the SKU
	Instances  string   // "0–3"
	Meter      Meter    // the same as a picture; a High of 0 draws none
	Warm       string   // "2 warm", "" when none
	Cost       []string // "$2.50–$7.50/h", then smaller: "$1,800–$5,400 in 30 d"
	FullLoad   []string
	Queue      string
	KeepWarm   string
	Version    Marked
	Workflow   Marked
	Owner      Marked
	Tags       Marked
	Updated    Stamp
	Created    Stamp
	Switch     Switch
}

// Marked is a text with what a search found in it. Put together, the pieces are the text; without a hit there are none.
type Marked struct {
	Text   string
	Pieces []Piece
}

// Piece is a part of a text.
type Piece struct {
	Text string
	Hit  bool
}

// FootCell is what a column adds up to: the first line is the figure. Most columns have none.
type FootCell struct {
	Label string
	Lines []string
}

// ListSettings are how a browser wants lists to be.
type ListSettings struct {
	Refresh []Option // how often it reads itself again
	PerPage []Option
	Density []Choice
	Columns []Check
}

// Check is a box to tick.
type Check struct {
	Name, Label, Detail string
	On                  bool
}

// Age is a time that grows on the screen. Seconds is how long ago it was; Clock is the time of day.
type Age struct {
	Stamp
	Seconds, Clock string
}

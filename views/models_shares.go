package views

// ShareFormPage is where somebody chooses what a share link shows.
type ShareFormPage struct {
	Page
	Name, Home, Action string // of the deployment: its name, its page, and where the form goes
	Problem            Notice
	Parts              []Tick
	PartsError         string
	Lifetimes          []Choice
	LifetimeError      string
	Limit, Note        Field
	Key                string
	Off                string // why no link can be made here, "" when one can
}

// Tick is one box among several.
type Tick struct {
	Name, Label, Help string
	Checked           bool
}

// ShareReviewPage shows exactly what a visitor will see.
type ShareReviewPage struct {
	Page
	Name, Home, Action string
	Problem            Notice
	Terms              []Fact
	Copy               SharedCopy
	Values             []Hidden
	Confirm            string
}

// ShareMadePage shows a link, once.
type ShareMadePage struct {
	Page
	Name, Home string
	Link       string
	Terms      []Fact
}

// SharesPage lists an account's share links.
type SharesPage struct {
	Page
	Problem Notice
	Rows    []ShareRow
	Summary string
	Live    bool // at least one works
}

// ShareRow is one of them. Revoke is "" for one that has ended.
type ShareRow struct {
	Name, Href, Note       string
	State                  Badge
	Facts                  []Fact
	Created, Expires, Seen Stamp
	Revoke                 string
}

// SharedCopy is a frozen copy of chosen parts of a deployment; what was not chosen is nil.
type SharedCopy struct {
	Name     string
	Taken    Stamp
	LeftOut  string // says that something looked like a secret, "" for nothing
	Settings []Fact
	Readme   *Readme
	Workflow *WorkflowPage
}

// VisitorPage is a page for people without an account.
type VisitorPage struct {
	Title   string
	Action  string // where the link is handed in
	Problem string
	Copy    SharedCopy
	Expires Stamp
}

package views

// InsidePage is the search inside the workflows of an account.
type InsidePage struct {
	Page
	Query, In string   // what is looked for; In narrows it to a kind
	Problem   Notice   // why the newest list of deployments is not here
	Live      bool     // workflows are being read: the page reads itself again
	Self      string   // this page as it is
	Read      Progress // of workflows
	State     string   // "412 of 1,000 workflows read; results so far."
	Notes     []string // what the results lack
	GoOn      Link     // reads what is missing; "" when it goes on by itself
	Failures  Failures
	Kinds     []Filter // what was found of each kind; none without a search
	Tops      []TopList
	Found     string // "12 deployments"
	Hits      []InsideHit
	Pager     Pager
	Nothing   string // why there is no result
	Empty     bool   // the account has no deployments
	At        Stamp  // when the list of deployments was read
}

// Failures are the deployments whose workflow could not be read.
type Failures struct {
	Heading string // "3 workflows could not be read"; "" for none
	Lines   []FailureLine
	More    string
	Again   string
}

// FailureLine is one of them.
type FailureLine struct{ Name, Href, Why string }

// TopList is what is used most of one kind.
type TopList struct {
	Heading string
	Items   []Filter
}

// InsideHit is a deployment with what was found in its workflow.
type InsideHit struct {
	ID, Name, Href string
	Counts         string // "2 models, 1 class"
	Matches        []InsideMatch
	More           Link // to the rest of them
}

// InsideMatch is one place: the node, and what it says.
type InsideMatch struct {
	Href        string // the node in the workflow
	Node, Class string
	Number      string // "#3": the id
	Input       string // "" for the class itself
	Value       Marked
	Model       bool
}

package views

// WorkflowPage is the screen of a deployment's workflow.
type WorkflowPage struct {
	Page
	Tabs       []Choosable // the pages of the deployment
	Name       string      // of the deployment
	Home, Self string      // its page, and this one without a choice
	Download   string
	Note       string // why there is no workflow to show
	Count      string // "15 nodes, 22 links"
	Does       []Doing
	Problems   []string
	Graph      Graph
	Chosen     NodeDetail
	Outline    Outline
	Read       Stamp
}

// Doing is one thing a workflow does, or works with.
type Doing struct {
	Label string
	Items []DoingItem
}

// DoingItem is one fact with the node that states it.
type DoingItem struct {
	Text, Detail string
	Href         string // the node; "" for none
	Who          WhoElse
	Long         bool // a text of several words, as a prompt is
}

// Graph is a workflow as a picture; every number is printed already. Without Width there is no picture, and Note says why.
type Graph struct {
	Note          string
	Label         string // names the picture
	Width, Height string // on the screen; without Height it is as wide as its place
	ViewBox       string
	Zooms         []Choosable
	Frames        []GraphFrame
	Wires         []GraphWire
	Boxes         []GraphBox // in the order a reader goes through them
	Map           []GraphShape
	Large         bool // does not fit a usual window
	Legend        []GraphKey
	Marks         []GraphKey
}

// Choosable is a link to a state of the page; On marks the present one.
type Choosable struct {
	Label, Href, Hint string
	On                bool
}

// GraphFrame surrounds the nodes of a sub-graph.
type GraphFrame struct{ X, Y, Width, Height, TextX, TextY, Name string }

// GraphWire is a link. Kind is what flows through it, Tone what it is to the chosen node or to the comparison.
type GraphWire struct{ D, Kind, Tone, Title string }

// GraphBox is a node; everything in it is measured from its own corner.
type GraphBox struct {
	ID, Name      string
	Href          string // with a fragment that leads to the box
	Part          string // the same without: a swap leaves the picture where it is
	Move          string // transform attribute
	Width, Height string
	Rule          string // path of the line below the names
	Tone          string // "chosen", "before", "after", "aside", "added", "changed", "removed"
	Form          string // "node", "odd", "missing"
	Title, Class  string
	Number        string // "#3": the id
	Right         string // where texts on the right end
	Ports         []GraphPort
	Facts         []GraphFact
}

// GraphPort is where links meet a box.
type GraphPort struct {
	X, Y, Kind   string
	TextX, TextY string
	Label        string
	Out          bool
}

// GraphFact is a value in a box.
type GraphFact struct {
	Y, Label, Value string
	Changed         bool
}

// GraphShape is a part of the small map: the boxes of one tone as one path.
type GraphShape struct{ D, Tone string }

// GraphKey explains a colour.
type GraphKey struct{ Kind, Label string }

// NodeDetail is the chosen node. Without a Name none is chosen.
type NodeDetail struct {
	Name, Class, ID string
	Who             WhoElse
	Note            string
	Before, After   string // "needs 4 nodes"
	Inputs          []NodeInput
	Feeds           []NodeLink
	Close           string
}

// NodeInput is an input of a node: a value, or a link from another node.
type NodeInput struct {
	Name, Value, Kind string
	From              NodeLink
	Was               string // before an override; shown when Changed
	Changed           bool
	Tone              string // "added", "removed" or ""
}

// NodeLink leads to another node.
type NodeLink struct{ Label, Href string }

// Outline is the list of nodes.
type Outline struct {
	Action  string
	Query   string
	Keep    []Hidden
	Clear   string
	Rows    []OutlineRow
	Range   string
	Pager   Pager
	Nothing string
}

// WhoElse leads to the other deployments that use something.
type WhoElse struct{ What, Href string }

// OutlineRow is a node in the list.
type OutlineRow struct {
	Anchor, Href    string
	ID, Name, Class string
	Who             WhoElse
	Note            string
	Chosen          bool
	Tone            string
	Inputs          []NodeInput
}

package views

// ComparePage sets two deployments side by side, or one and a workflow that somebody brought.
type ComparePage struct {
	Page
	A, B     CompareSide
	Summary  string
	Same     bool // nothing differs
	Swap     string
	Shows    []Choosable // only differences, or everything
	Notes    []string    // what could not be compared, and why
	Problems []string    // what would keep one of the workflows from running
	Settings []CompareLine
	CostNote string
	Workflow CompareWorkflow
	Readme   CompareReadme
	Form     CompareForm
}

// CompareSide is one of the two. Without an Href it is no deployment.
type CompareSide struct {
	Name, ID, Href string
	Other          string // where another one is chosen in its place
	Detail         string
}

// CompareLine is one value on both sides.
type CompareLine struct {
	Label, A, B string
	Differs     bool
}

// CompareWorkflow is what differs between two workflows. Without a Tally there was nothing to compare.
type CompareWorkflow struct {
	Tally     string
	Graph     Graph
	GraphNote string // which nodes are drawn
	Nodes     []CompareNode
	Legend    string // which of the two has what is called added, removed and changed
	NodesNote string
	Range     string
	Pager     Pager
	Overrides []CompareLine
}

// CompareNode is one node of both workflows. Tone is "added", "removed", "changed" or "".
type CompareNode struct {
	Anchor, Tone, Mark, ID string
	Name, Class            string
	Was                    []CompareLine // another class or title
	Note                   string
	Inputs                 []CompareInput
}

// CompareInput is one input of such a node. A value that is missing on a side is said in words.
type CompareInput struct {
	Name       string
	A, B       CompareValue
	Tone, Mark string
}

// CompareValue is a value, or a link from a node.
type CompareValue struct{ Text, Kind, Href string }

// CompareReadme is the difference of two readmes by lines; without Lines Note says why there is none.
type CompareReadme struct {
	Note  string
	Lines []DiffLine
	Open  bool
}

// DiffLine is one line of a difference, with its numbers in both texts. A gap stands for lines that are left out.
type DiffLine struct {
	Tone, Mark, A, B, Text string
	Gap                    bool
}

// CompareForm takes a workflow to compare with.
type CompareForm struct {
	Action string
	Field  Field
	All    bool
	Open   bool
}

// ComparePickPage offers what to compare with.
type ComparePickPage struct {
	Page
	Heading string
	Lead    string
	With    CompareSide // what is chosen already; without a name nothing is
	Problem Notice
	Query   string
	Keep    []Hidden
	Clear   string
	Likely  []CompareChoice // those that run the same workflow
	Rows    []CompareChoice
	Range   string
	Pager   Pager
	Nothing string
	Form    CompareForm // without an action no workflow can be brought yet
}

// CompareChoice is a deployment to choose.
type CompareChoice struct {
	Name, Href, ID, Detail string
}

package views

// Payload is what the deployment runs.
type Payload struct {
	Present    bool
	Note       string // what is missing or odd, in a sentence
	Again      string // where to try again, when it could not be read
	Facts      []Fact
	ObjectInfo Link
	Fetch      string // the command that fetches what ObjectInfo names; "" when nobody should
	Tree       TreeNode
	TreeNote   string
	Raw        string // the exact text, indented; "" when it is too large for a page
	RawNote    string
	RawView    string // the same as a page of text of any size
	Size       string
	Download   string
	Page       string // the page with the tree; it takes searches
	Workflow   string // the page with the graph; "" when there is none to draw
}

// TreeNode is one value of a JSON document. Kind is "object", "array", "string", "number", "boolean" or "null".
type TreeNode struct {
	Key, Kind, Value string
	Href             string // the page of this value alone
	Count            string // "12 members"
	Cut              string // "12,345 characters" when Value is only the beginning
	Match            bool   // what was searched for
	Open             bool
	Children         []TreeNode
	Branch           string // the branch as a part; "" when the members are here
	Before, After    TreeTurn
}

// TreeTurn leads to members that are not here.
type TreeTurn struct{ Label, Href string }

// PayloadPage is the tree of a payload, or of one value in it.
type PayloadPage struct {
	Page
	Tabs       []Choosable // the pages of the deployment
	Name, Home string
	Self       string
	Steps      []Link // from the deployment to the value, itself left out
	Here       string // the last step
	Path       string // JSON Pointer, to copy
	PathShown  string // the same, safe to read
	Value      string // the value, to copy; "" when it is too large
	CopyLabel  string
	Size       string
	Note       string
	Problem    string
	Query      string
	Found      string
	Clear      string
	Keep       []Hidden
	Depths     []Choosable
	Tree       TreeNode
	HasTree    bool
	Raw        string
	Download   string
	Read       Stamp
}

package views

// ActivityPage is the change log.
type ActivityPage struct {
	Page
	Tabs      []Choosable // the pages of the one deployment that it is narrowed to
	Selects   []Select
	Inputs    []Field // what can be typed: a person, a deployment's id
	Narrow    bool
	Entries   []ActivityEntry
	Older     string // the next page, "" when there is none
	CSV, JSON string // downloads of all that is found
	Subject   string // name of the one deployment that it is narrowed to
	Deployed  string // its page
}

// ActivityEntry is one write or event.
type ActivityEntry struct {
	Href       string // its own page
	What, Name string // "Changed", "image-to-video"
	Deployment string // its page, "" for none
	At         Stamp
	Person     string
	Changes    []ReviewLine
	Result     string
	Tone, Icon string
	Message    string
	Reason     string
	Got        []string // what came out differently, in sentences
}

// ActivityEntryPage is one write with everything that is known about it.
type ActivityEntryPage struct {
	Page
	Entry    ActivityEntry
	Facts    []Fact
	Undo     string // the form that takes it back
	Version  string // the form that begins with what was there after it
	Recreate string // the form that makes its deployment again
	Kept     []Link // files of what was deleted
	Missing  string // what of it is not kept
	More     Link   // where there is more about it
}

package views

// WebhooksPage lists the account's webhooks.
type WebhooksPage struct {
	Page
	Problem  Notice
	Rows     []WebhookRow
	Room     string // how many there are
	Writable bool
	CanAdd   bool
	Form     WebhookForm
}

// WebhookRow is one of them.
type WebhookRow struct {
	Href, Name, Where, Tells string
	State                    Badge
}

// WebhookForm makes or changes one.
type WebhookForm struct {
	Action, Submit          string
	ID                      string // of the webhook that is about to be made: one form makes one
	Name, Target            Field
	Kinds                   []Check
	Formats                 []Choice
	KindsError, FormatError string
}

// WebhookPage is one webhook with the log of its messages.
type WebhookPage struct {
	Page
	Problem           Notice
	Name, Where       string
	Tells             string
	State             Badge
	Note              string // why it is paused
	Made              Stamp
	Person            string
	Secret            string // shown once
	Writable          bool
	Form              WebhookForm
	FormOpen          bool
	Test, Pause       string // where their buttons post to
	PauseLabel        string
	NewSecret, Delete string
	Repeat            string
	Log               []DeliveryRow
}

// DeliveryRow is one message.
type DeliveryRow struct {
	What, Href         string // what it tells of, and its line of the change log
	At                 Stamp
	Result, Tone, Icon string
	Answer, Tries      string
	Next               string // when it is tried again
	Message, Said      string
	Again              string // its id, when it can be sent once more
}

// WebhookDeletePage asks before one goes.
type WebhookDeletePage struct {
	Page
	Name, Where    string
	Action, Cancel string
	Writable       bool
}

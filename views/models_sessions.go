package views

// SessionsPage is where an account is signed in.
type SessionsPage struct {
	Page
	Lead string
	Rows []SessionRow
}

// SessionRow is one session. Here is the one that asks.
type SessionRow struct {
	Device        string
	Here          bool
	Facts         []Fact
	Times         []Moment
	End, EndLabel string
}

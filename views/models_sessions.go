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

// AccountsPage are the accounts of a session: the one it works as and the others, which are in the page's frame.
type AccountsPage struct {
	Page
	Lead string
	Full bool // it holds no more
}

// OtherAccountPage keeps what was made as an account that is not the one in use.
type OtherAccountPage struct {
	Page
	Made       Account
	Next       string // where to go on as that account
	Home       string // where to go on as this one
	KeptAction string
	Kept       []Hidden
}

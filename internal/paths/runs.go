package paths

import (
	"net/url"
	"strconv"
)

// The pages of runs: one change over many deployments.
const (
	Runs               = "/deployments/bulk"
	RunPattern         = "/deployments/bulk/:run"
	StartRunPattern    = "/deployments/bulk/:run/start"
	ContinueRunPattern = "/deployments/bulk/:run/continue"
	StopRunPattern     = "/deployments/bulk/:run/stop"
	RepeatRunPattern   = "/deployments/bulk/:run/again"
)

// Run is the page of a run: its review, then its progress, then what came of it.
func Run(id string) string { return Runs + "/" + url.PathEscape(id) }

// RunPart is a page of a run's items: those in one state, or all for "".
func RunPart(id, state string, page int) string {
	v := url.Values{}
	if state != "" {
		v.Set("state", state)
	}
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	return withQuery(Run(id), v)
}

// StartRun takes the POST that carries a reviewed run out.
func StartRun(id string) string { return Run(id) + "/start" }

// ContinueRun takes the POST that goes on with it, or looks up what is unknown.
func ContinueRun(id string) string { return Run(id) + "/continue" }

// StopRun takes the POST that skips the rest.
func StopRun(id string) string { return Run(id) + "/stop" }

// RepeatRun takes the POST that reviews the same change once more, for what it did not reach.
func RepeatRun(id string) string { return Run(id) + "/again" }

package paths

import (
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"
)

// WorkflowPattern is the page that shows a deployment's workflow as a graph and as an outline.
const WorkflowPattern = "/deployments/:id/workflow"

// Zooms are the sizes of a graph, in percent; ZoomFit makes it as wide as its place.
var Zooms = []string{"50", "75", "100", "150", ZoomFit}

// ZoomFit is the zoom that depends on the place.
const ZoomFit = "fit"

// WorkflowQuery is the state of the page of a workflow, as its address carries it.
type WorkflowQuery struct {
	Node  string // id of the chosen node
	Words string // what is searched for in the outline
	Zoom  string // one of Zooms, or "" for one that suits the graph
	Page  int    // of the outline, from 1
}

// Workflow is the page of a deployment's workflow in a state; what is as usual is left out.
func Workflow(id string, q WorkflowQuery) string {
	return withQuery(Deployment(id)+"/workflow", q.values())
}

func (q WorkflowQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"node": q.Node, "q": q.Words, "zoom": q.Zoom} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

// ParseWorkflow reads a state from an address; what makes no sense counts as not there.
func ParseWorkflow(v url.Values) WorkflowQuery {
	q := WorkflowQuery{Node: v.Get("node"), Words: v.Get("q"), Zoom: v.Get("zoom"), Page: 1}
	if !utf8.ValidString(q.Node) || len(q.Node) > 4*maxWords {
		q.Node = ""
	}
	if !utf8.ValidString(q.Words) || utf8.RuneCountInString(q.Words) > maxWords {
		q.Words = ""
	}
	if !slices.Contains(Zooms, q.Zoom) {
		q.Zoom = ""
	}
	if page, err := strconv.Atoi(v.Get("page")); err == nil && page > 1 {
		q.Page = page
	}
	return q
}

package handlers

import (
	"fmt"
	"strings"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

// maxRaw is how many bytes of JSON text a page carries; longer payloads are downloaded.
const maxRaw = 256 << 10

func (s *Site) presentDeployment(frame views.Page, d deployments.Deployment, doc markdown.Document, plan deployments.Plan) views.DeploymentPage {
	back := func(address string) string { return paths.WithBack(address, frame.List) }
	self := back(paths.Deployment(d.ID))
	api := s.APIURL + "/prod/v2/deployments/" + d.ID
	m := views.DeploymentPage{
		Page: frame, ID: d.ID, Name: displayName(d), Power: power(d), Status: orUnknown(d.Status), Warm: warm(d),
		Switch: s.switchOf(d), Activity: paths.ActivityOf(paths.ActivityQuery{Deployment: d.ID}), Refresh: self, Hardware: hardware(d), Read: s.read(),
		Scaling: append(scaling(d), s.cost(d, plan)...), Workflow: runs(d),
		Identity: []views.Copy{
			{Label: "Deployment id", Text: d.ID},
			{Label: "Inference endpoint", Text: api + "/inference"},
			{Label: "Deployment API", Text: api},
		},
		Times:  []views.Moment{{Label: "Created", At: s.stamp(d.CreatedAt)}, {Label: "Updated", At: s.stamp(d.UpdatedAt)}},
		Readme: presentReadme(d, doc), Payload: presentPayload(d),
	}
	if m.Switch.Next = self; frame.List == paths.Deployments {
		m.Switch.Next = ""
	}
	if frame.LookOnly {
		m.Switch = views.Switch{}
	}
	if !s.Deck.ReadOnly() && !frame.LookOnly {
		m.Edit, m.Clone, m.Delete = back(paths.EditDeployment(d.ID)), paths.CloneDeployment(d.ID), back(paths.DeleteDeployment(d.ID))
	}
	return m
}

func scaling(d deployments.Deployment) []views.Fact {
	floor := "kept running and billed around the clock"
	switch {
	case deployments.PowerOf(d) == deployments.Paused:
		floor = "none runs while it is paused"
	case d.MinInstances.Known && d.MinInstances.Value == 0:
		floor = "nothing runs while idle; the first request waits for a start"
	}
	return []views.Fact{
		{Label: "Minimum instances", Value: count(d.MinInstances), Hint: floor},
		{Label: "Maximum instances", Value: count(d.MaxInstances), Hint: "run at the same time at most"},
		{Label: "Queue size", Value: count(d.QueueSize), Hint: "requests per instance before another one starts"},
		{Label: "Keep warm", Value: seconds(d.KeepWarmDurationInSeconds), Hint: "an instance stays after its last job, billed"},
	}
}

// cost is the estimate; without a price nothing is said about money.
func (s *Site) cost(d deployments.Deployment, plan deployments.Plan) []views.Fact {
	c := deployments.CostOf(d, plan)
	if !c.Known {
		return []views.Fact{{Label: "Estimated cost", Value: "no price", Hint: "for this hardware"}}
	}
	if deployments.PowerOf(d) == deployments.Paused {
		return []views.Fact{{Label: "Cost while paused", Value: c.Floor.String() + "/h"}}
	}
	asOf := plan.Name + ", as of " + s.Deck.Prices().AsOf.Format("2 Jan 2006")
	return []views.Fact{
		{Label: "Cost while idle", Value: c.Floor.String() + "/h", Hint: deployments.Monthly(c.Floor).String() + " in 30 days, estimate (" + asOf + ")"},
		{Label: "Cost at full load", Value: c.Ceiling.String() + "/h", Hint: "every instance busy, estimate (" + asOf + ")"},
	}
}

func runs(d deployments.Deployment) []views.Fact {
	h := hardware(d)
	hint := h.SKU
	if !h.Known {
		hint = "this version of ComfyDeck does not know it"
	}
	if h.Others > 0 {
		hint += fmt.Sprintf(", and %d more", h.Others)
	}
	if machine, ok := deployments.FindHardware(h.SKU); ok {
		hint += ", machine " + machine.Machine
	}
	return []views.Fact{
		{Label: "Hardware", Value: h.Label, Hint: hint},
		{Label: "Workflow version", Value: orUnknown(d.WorkflowVersion)},
		{Label: "Workflow id", Value: orUnknown(d.WorkflowID), Copy: d.WorkflowID != ""},
	}
}

func presentReadme(d deployments.Deployment, doc markdown.Document) views.Readme {
	r := views.Readme{HTML: views.SafeHTML(doc.HTML), Plain: doc.Plain, Note: doc.Note}
	for _, h := range doc.Contents {
		r.Contents = append(r.Contents, views.Content{Href: "#" + h.ID, Text: h.Text, Level: num(h.Level)})
	}
	if r.HTML == "" && r.Plain == "" && r.Note == "" {
		r.Note = "There is no readme."
		if !d.Readme.Known {
			r.Note = "RunComfy sent no readme for this deployment."
		}
	}
	return r
}

// presentPayload makes the payload section; whatever is missing or odd about it is said.
func presentPayload(d deployments.Deployment) views.Payload {
	raw := d.Payload.Raw
	sum := workflow.Summarise(raw)
	p := views.Payload{Note: payloadNote(sum), Present: raw != nil && sum.State != workflow.StateNull}
	if raw == nil {
		return p
	}
	p.Download, p.Size = paths.Payload(d.ID), size(len(raw))
	if !p.Present {
		return p
	}
	p.Facts = payloadFacts(sum)
	if sum.State == workflow.StateWorkflow || sum.State == workflow.StateOdd {
		p.Workflow = paths.Workflow(d.ID, paths.WorkflowQuery{})
	}
	p.ObjectInfo = objectInfo(sum)
	tree, err := workflow.ParseTree(raw, workflow.DefaultLimits())
	if err != nil {
		p.TreeNote = "This is not JSON that can be shown as a tree: " + clean(err.Error()) + "."
	} else {
		p.Tree, p.TreeNote = presentTree(tree.Root, 0), tree.Note
	}
	p.Raw, p.RawNote = rawText(raw)
	return p
}

func payloadNote(sum workflow.Summary) string {
	switch sum.State {
	case workflow.StateAbsent:
		return "RunComfy sent no payload for this deployment."
	case workflow.StateNull:
		return "The payload is null: RunComfy has none for this deployment."
	case workflow.StateEmpty:
		return "The payload is empty."
	case workflow.StateNoWorkflow:
		return "The payload holds no workflow. Requests without one fail: save the workflow to the cloud again and choose its new version."
	case workflow.StateOdd:
		return "The payload has another shape than the API documents. It is shown as it is."
	case workflow.StateInvalid:
		return "The payload is not valid JSON, or one of its keys stands there twice. Download it to look at it."
	case workflow.StateWorkflow:
	}
	return ""
}

func payloadFacts(sum workflow.Summary) []views.Fact {
	if sum.State != workflow.StateWorkflow {
		return nil
	}
	var top []string
	for i, c := range sum.Classes {
		if i == 4 {
			break
		}
		text := clean(c.Name)
		if c.Count > 1 {
			text += fmt.Sprintf(" × %d", c.Count)
		}
		top = append(top, text)
	}
	facts := []views.Fact{{Label: "Workflow", Value: plural(int64(sum.NodeCount), "node", "nodes"), Hint: "most used: " + strings.Join(top, ", ")}}
	if sum.Overrides > 0 {
		return append(facts, views.Fact{Label: "Overrides", Value: plural(int64(sum.Overrides), "node", "nodes"), Hint: "have inputs replaced by this deployment"})
	}
	return append(facts, views.Fact{Label: "Overrides", Value: "none"})
}

// objectInfo is a link only to the storage host of RunComfy; any other address is text. It is never fetched.
func objectInfo(sum workflow.Summary) views.Link {
	l := views.Link{Text: clean(sum.ObjectInfoURL)}
	if sum.ObjectInfoLink {
		l.Href = sum.ObjectInfoURL
	}
	return l
}

// openDepth is how many levels of the tree are open at first: the payload itself and its three members stay in sight.
const openDepth = 1

func presentTree(n workflow.Branch, depth int) views.TreeNode {
	t := views.TreeNode{Key: n.Key, Kind: string(n.Kind), Value: n.Value, Open: depth < openDepth}
	switch n.Kind {
	case workflow.KindObject:
		t.Count = plural(int64(n.Count), "member", "members")
		if n.Count == 0 {
			t.Value = "{}"
		}
	case workflow.KindArray:
		t.Count = plural(int64(n.Count), "element", "elements")
		if n.Count == 0 {
			t.Value = "[]"
		}
	default:
	}
	for _, c := range n.Children {
		t.Children = append(t.Children, presentTree(c, depth+1))
	}
	return t
}

// rawText is the JSON text for the page: indented, and with invisible characters as JSON escapes, which mean the same.
func rawText(raw []byte) (text, note string) {
	if len(raw) > maxRaw {
		return "", "The raw text is too large for a page (" + size(len(raw)) + "): download it instead."
	}
	indented, err := workflow.Indent(raw)
	if err != nil {
		indented = raw
	}
	return visible.JSON(string(indented)), ""
}

func size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/1_000_000)
	}
}

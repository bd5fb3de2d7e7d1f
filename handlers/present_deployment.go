package handlers

import (
	"fmt"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

func (s *Site) presentDeployment(frame views.Page, d deployments.Deployment, doc markdown.Document, plan deployments.Plan) views.DeploymentPage {
	back := func(address string) string { return paths.WithBack(address, frame.List) }
	self := back(paths.Deployment(d.ID))
	api := s.APIURL + "/prod/v2/deployments/" + d.ID
	m := views.DeploymentPage{
		Page: frame, Tabs: deploymentTabs(d.ID, "Overview"), ID: d.ID, Name: displayName(d), Power: power(d), Status: orUnknown(d.Status), Warm: warm(d),
		Switch: s.switchOf(d), Compare: paths.CompareWith(d.ID), Activity: paths.ActivityOf(paths.ActivityQuery{Deployment: d.ID}), Refresh: self, Hardware: hardware(d), Read: s.read(),
		Scaling: append(scaling(d), s.cost(d, plan)...), Workflow: runs(d),
		Identity: []views.Copy{
			{Label: "Deployment id", Text: d.ID},
			{Label: "Inference endpoint", Text: api + "/inference"},
			{Label: "Deployment API", Text: api},
		},
		Times:  []views.Moment{{Label: "Created", At: s.stamp(d.CreatedAt)}, {Label: "Updated", At: s.stamp(d.UpdatedAt)}},
		Readme: presentReadme(d, doc),
	}
	if m.Switch.Next = self; frame.List == paths.Deployments {
		m.Switch.Next = ""
	}
	if frame.LookOnly {
		m.Switch = views.Switch{}
	}
	if !s.Deck.ReadOnly() && !frame.LookOnly {
		m.Share = paths.ShareDeployment(d.ID)
		if deployments.WarmInstances(d) > 0 {
			m.ToZero = views.ToZero{Action: paths.Deployment(d.ID), Key: deployments.NewKey(), Now: count(d.MinInstances), List: frame.List}
		}
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
		{Label: "Minimum instances", Value: count(d.MinInstances), Hint: hintFor(d.MinInstances.Known, floor)},
		{Label: "Maximum instances", Value: count(d.MaxInstances), Hint: hintFor(d.MaxInstances.Known, "run at the same time at most")},
		{Label: "Queue size", Value: count(d.QueueSize), Hint: hintFor(d.QueueSize.Known, "requests per instance before another one starts")},
		{Label: "Keep warm", Value: seconds(d.KeepWarmDurationInSeconds), Hint: hintFor(d.KeepWarmDurationInSeconds.Known, "an instance stays after its last job, billed")},
	}
}

// hintFor explains a value, or says why there is none: an explanation would presume one.
func hintFor(known bool, hint string) string {
	if !known {
		return "RunComfy did not send it"
	}
	return hint
}

// cost is the estimate; without a price nothing is said about money.
func (s *Site) cost(d deployments.Deployment, plan deployments.Plan) []views.Fact {
	c := deployments.CostOf(d, plan)
	if !c.Known {
		hint := "for this hardware"
		if deployments.SKU(d) == "" || !d.MinInstances.Known || !d.MaxInstances.Known {
			hint = "without its hardware and instances"
		}
		return []views.Fact{{Label: "Estimated cost", Value: "no price", Hint: hint}}
	}
	if deployments.PowerOf(d) == deployments.Paused {
		return []views.Fact{{Label: "Cost while paused", Value: c.Floor.String() + "/h"}}
	}
	asOf := plan.Name + ", as of " + s.Deck.Prices().AsOf.Format("2 Jan 2006")
	return []views.Fact{
		{Label: "Cost while idle", Value: c.Floor.String() + "/h", Hint: deployments.Monthly(c.Floor).String() + " in 30 days, estimate (" + asOf + ")"},
		{Label: "Cost at full load", Value: c.Ceiling.String() + "/h", Hint: deployments.Monthly(c.Ceiling).String() + " in 30 days, every instance busy, estimate (" + asOf + ")"},
	}
}

func runs(d deployments.Deployment) []views.Fact {
	h := hardware(d)
	hint := hintFor(h.SKU != "", h.SKU)
	if h.SKU != "" && !h.Known {
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
		{Label: "Workflow version", Value: orUnknown(d.WorkflowVersion), Hint: hintFor(d.WorkflowVersion != "", "")},
		{Label: "Workflow id", Value: orUnknown(d.WorkflowID), Copy: d.WorkflowID != "", Hint: hintFor(d.WorkflowID != "", "")},
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

// deploymentTabs are the pages of a deployment, with one of them on.
func deploymentTabs(id, on string) []views.Choosable {
	tabs := []views.Choosable{
		{Label: "Overview", Href: paths.Deployment(id)},
		{Label: "Workflow", Href: paths.Workflow(id, paths.WorkflowQuery{})},
		{Label: "Payload", Href: paths.PayloadPage(id, paths.PayloadQuery{})},
		{Label: "Change log", Href: paths.ActivityOf(paths.ActivityQuery{Deployment: id})},
	}
	for i := range tabs {
		tabs[i].On = tabs[i].Label == on
	}
	return tabs
}

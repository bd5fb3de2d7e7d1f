package handlers

import (
	"fmt"
	"strconv"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// presentForm makes the fields of the create and the edit form. The first field that is wrong gets the focus.
func (s *Site) presentForm(frame views.Page, plan deployments.Plan, form formState) views.FormPage {
	l := s.Deck.Limits()
	draft, wrong := form.draft, form.wrong
	focused := false
	field := func(name, help, unit string) views.Field {
		f := views.Field{Name: name, Label: label(name), Value: draft[name], Help: help, Unit: unit, Error: clean(wrong[name])}
		if low, high, ok := deployments.Bounds(name, l); ok {
			f.Low, f.High = strconv.FormatInt(low, 10), strconv.FormatInt(high, 10)
		}
		f.Focus = f.Error != "" && !focused
		focused = focused || f.Focus
		return f
	}
	m := views.FormPage{
		Page: frame, Problem: form.problem, Key: form.keyOrNew(), LookAgain: form.look, Unsaved: form.unsaved, Preset: form.preset, Why: whyField(form.why, wrong),
		Name:       field(deployments.FieldName, "For people: dashboards and logs.", ""),
		WorkflowID: field(deployments.FieldWorkflowID, "The UUID on the workflow's page at RunComfy, your own or a community workflow.", ""),
		Version:    field(deployments.FieldWorkflowVersion, "The version's label, for example v1.", ""),
		Hardware:   field(deployments.FieldHardware, "", ""),
		Choices:    choices(draft[deployments.FieldHardware], plan),
		PricesNote: "Prices per instance: " + plan.Name + ", as of " + s.Deck.Prices().AsOf.Format("2 Jan 2006") + ", an estimate.",
		Min:        field(deployments.FieldMinInstances, fmt.Sprintf("0 to %d. Kept running and billed around the clock; 0 costs nothing while idle, but the first request waits for a cold start.", l.MinInstances), ""),
		Max:        field(deployments.FieldMaxInstances, fmt.Sprintf("1 to %d. The most that run at the same time.", l.MaxInstances), ""),
		Queue:      field(deployments.FieldQueueSize, "Requests waiting per instance before another one starts.", "requests"),
		KeepWarm:   field(deployments.FieldKeepWarm, "How long an instance stays after its last job. Billed; 60 is a good start.", "seconds"),
		Enabled:    field(deployments.FieldIsEnabled, "", ""),
	}
	m.Warm = paths.WarmFor(draft[deployments.FieldHardware], draft[deployments.FieldKeepWarm])
	if form.conflict != nil {
		m.Conflict, m.Makers = conflictLines(form.conflict), s.conflictMakers(form.conflict)
	}
	return m
}

// whyField asks for the reason of a write.
func whyField(typed string, wrong map[string]string) views.Field {
	return views.Field{Name: deployments.FieldReason, Label: "Why (optional)", Value: typed, Error: clean(wrong[deployments.FieldReason]), Help: "Kept in the change log with this change."}
}

// choices are the hardware cards. A SKU this version does not know stays choosable: it is what the deployment has.
func choices(current string, plan deployments.Plan) []views.Choice {
	var out []views.Choice
	for _, h := range deployments.Catalogue() {
		out = append(out, views.Choice{Value: h.SKU, Title: gpu(h), Price: price(plan, h.SKU), Detail: h.SKU + " · " + h.Machine, Checked: h.SKU == current})
	}
	if _, ok := deployments.FindHardware(current); !ok && current != "" {
		out = append(out, views.Choice{Value: current, Title: clean(current), Price: price(plan, current), Detail: "What it has now; this version of ComfyDeck does not know it", Checked: true})
	}
	return out
}

// price is what an instance costs; a SKU without a price is never free.
func price(plan deployments.Plan, sku string) string {
	if m, ok := plan.Hourly(sku); ok {
		return m.String() + "/h"
	}
	return "no price"
}

func (s *Site) presentDelete(frame views.Page, d deployments.Deployment, form formState) views.DeletePage {
	m := views.DeletePage{
		Page: frame, ID: d.ID, Name: displayName(d), Confirm: deployments.ConfirmText(d), Problem: form.problem,
		Action: paths.DeleteDeployment(d.ID), Cancel: paths.WithBack(paths.Deployment(d.ID), frame.List), Typed: form.typed, Error: form.wrong[deployments.FieldConfirmName],
		Key: form.keyOrNew(), LookAgain: form.look, Why: whyField(form.why, form.wrong),
		Facts: []views.Fact{
			{Label: "Account", Value: frame.Account.Fingerprint, Hint: frame.Account.Name},
			{Label: "Deployment id", Value: d.ID},
			{Label: "State", Value: power(d).Label},
			{Label: "Instances kept warm", Value: thousands(deployments.WarmInstances(d))},
			{Label: "Updated", Value: s.stamp(d.UpdatedAt).Human, Hint: s.stamp(d.UpdatedAt).Exact},
		},
	}
	if m.Error != "" || m.Why.Error != "" {
		m.Problem.Text = ""
	}
	if deployments.PowerOf(d) != deployments.Paused && !frame.LookOnly {
		m.Pause = s.switchOf(d)
		m.Pause.Next = m.Cancel
	}
	return m
}

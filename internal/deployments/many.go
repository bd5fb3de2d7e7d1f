package deployments

import (
	"slices"
	"strconv"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/journal"
)

// ManyAction is one change that can be asked of many deployments at once: a field and the value it gets.
type ManyAction struct {
	ID    string // in forms and records
	Field string
	Value string // "" where a person names it
}

// ManyActions are all of them, in the order they are offered: what saves money first.
func ManyActions() []ManyAction {
	return []ManyAction{
		{ID: "disable", Field: FieldIsEnabled, Value: "false"},
		{ID: "enable", Field: FieldIsEnabled, Value: "true"},
		{ID: "min_zero", Field: FieldMinInstances, Value: "0"},
		{ID: "keep_warm", Field: FieldKeepWarm},
		{ID: "hardware", Field: FieldHardware},
		{ID: "version", Field: FieldWorkflowVersion},
	}
}

// FindManyAction looks an action up by its id.
func FindManyAction(id string) (ManyAction, bool) {
	for _, a := range ManyActions() {
		if a.ID == id {
			return a, true
		}
	}
	return ManyAction{}, false
}

// Effect says how the change reaches the instances, where that has to be said.
func (a ManyAction) Effect() (e Effect, ok bool) {
	switch {
	case a.Field == FieldHardware, a.Field == FieldWorkflowVersion:
		return EffectRollout, true
	case a.Field != FieldIsEnabled:
		return EffectScaling, true
	case a.Value == "false":
		return EffectStop, true
	default:
		return 0, false
	}
}

// maxMany bounds a run: far above the accounts we know of, far below what hurts.
const maxMany = 20_000

// The sentences of items that will not change.
const (
	manyGone  = "There is no such deployment in this account any more."
	manyMoved = "Somebody changed it after the review, so that this would no longer do what was shown. Nothing was sent."
)

// plan works out what a change does to each deployment, before any of it is sent. The error is about the value itself.
func (s *Service) plan(a ManyAction, value string, all []Deployment) ([]bulk.Item, error) {
	typed := Draft{a.Field: oneLine(value)}
	if a.Value != "" {
		typed[a.Field] = a.Value
	}
	if _, wrong := typed.check(s.o.Limits, []string{a.Field}); len(wrong) > 0 {
		return nil, invalid(wrong)
	}
	items := make([]bulk.Item, 0, len(all))
	for i := range all {
		items = append(items, s.planOne(typed, a.Field, all[i]))
	}
	return items, nil
}

func (s *Service) planOne(typed Draft, field string, d Deployment) bulk.Item {
	current := DraftOf(d)
	item := bulk.Item{Deployment: d.ID, Name: clip(d.Name, maxText), State: bulk.Unchanged, Base: baseOf(d, current)}
	changed := changes(typed, nil, current)
	if len(changed) == 0 {
		return item
	}
	item.State, item.Changes = bulk.Waiting, []journal.Change{{Field: field, From: current[field], To: typed[field]}}
	v, wrong := typed.check(s.o.Limits, changed)
	if s.checkStoredPair(v, changed, d, wrong); len(wrong) > 0 {
		item.State, item.Message = bulk.Unfit, wrong[field]
	}
	return item
}

// pricedFields are what a deployment costs by.
func pricedFields() []string {
	return []string{FieldHardware, FieldMinInstances, FieldMaxInstances, FieldKeepWarm, FieldIsEnabled}
}

// baseOf keeps what a review was made of. Hardware of several kinds is none that could be priced.
func baseOf(d Deployment, current Draft) Draft {
	base := Draft{}
	for _, f := range append(pricedFields(), FieldWorkflowVersion) {
		base[f] = current[f]
	}
	if len(d.Hardware) > 1 {
		base[FieldHardware] = ""
	}
	return base
}

// asReviewed decides about one item with the deployment as it is now. What lowers cost happens whatever else changed since;
// anything else happens only as it was shown.
func (s *Service) asReviewed(item bulk.Item, typed Draft) func(now Deployment) (edit, error) {
	return func(now Deployment) (edit, error) {
		current := DraftOf(now)
		changed := changes(typed, nil, current)
		v, wrong := typed.check(s.o.Limits, changed)
		s.checkStoredPair(v, changed, now, wrong)
		for _, problem := range wrong {
			return edit{}, fault.New(fault.Invalid, problem+" Nothing was sent.")
		}
		var watched []string
		switch {
		case s.mayCost(now, preview(now, v, changed)):
			watched = pricedFields()
		case slices.Contains(changed, FieldHardware), slices.Contains(changed, FieldWorkflowVersion):
			watched = changed
		}
		is := baseOf(now, current)
		for _, f := range watched {
			if oneLine(item.Base[f]) != oneLine(is[f]) {
				return edit{}, fault.New(fault.Conflict, manyMoved)
			}
		}
		return edit{v: v, changed: changed}, nil
	}
}

// typedOf is the form that an item amounts to, and what the journal calls it.
func typedOf(item bulk.Item) (Draft, journal.Action) {
	typed, action := Draft{}, journal.Update
	for _, c := range item.Changes {
		typed[c.Field] = c.To
		if c.Field == FieldIsEnabled {
			action = map[string]journal.Action{"true": journal.Enable, "false": journal.Disable}[c.To]
		}
	}
	return typed, action
}

// ManyCost adds up what the items of a draft cost now and would cost, or what those that a run has changed cost before and cost
// since, where that is known of both.
type ManyCost struct {
	Before, After FleetCost
	Raises        int       // items that can cost more than before, whether or not they have a price
	Starts        int64     // instances that start, and cost, at once
	MayStart      int       // items that are enabled though nobody knows how many of their instances start
	Kept          FleetCost // what a run did not change, and costs as before
	Unsure        FleetCost // what nobody can say of whether it changed: it may cost as before
}

// costed are the states whose items have a part in a ManyCost.
func costed() []bulk.State {
	return append(bulk.Retryable(), bulk.Waiting, bulk.Done)
}

// CostOfMany estimates a draft, or what a run has done and left undone. Items that stay as they are count nowhere.
func (s *Service) CostOfMany(items []bulk.Item, p Plan) ManyCost {
	var total ManyCost
	for i := range items {
		switch items[i].State {
		case bulk.Refused, bulk.Skipped:
			total.Kept.add(CostOf(deploymentOf(items[i].Base), p))
		case bulk.Unknown:
			total.Unsure.add(CostOf(deploymentOf(items[i].Base), p))
		case bulk.Waiting, bulk.Done:
			s.addChange(&total, items[i], p)
		default:
		}
	}
	return total
}

// addChange adds an item that changes, or has changed.
func (s *Service) addChange(total *ManyCost, item bulk.Item, p Plan) {
	typed, _ := typedOf(item)
	changed := changes(typed, nil, item.Base)
	v, _ := typed.check(s.o.Limits, changed)
	before := deploymentOf(item.Base)
	after := preview(before, v, changed)
	if s.mayCost(before, after) {
		total.Raises++
	}
	total.Starts += min(max(0, WarmInstances(after)-WarmInstances(before)), 1<<40) // whatever the API says, a sum of all is a number
	if PowerOf(before) != Enabled && PowerOf(after) == Enabled && !after.MinInstances.Known {
		total.MayStart++
	}
	was, is := CostOf(before, p), CostOf(after, p)
	if !was.Known || !is.Known {
		was, is = Cost{}, Cost{}
	}
	total.Before.add(was)
	total.After.add(is)
}

// deploymentOf is a deployment as a review knew it.
func deploymentOf(base Draft) Deployment {
	known := func(f string) Number {
		n, err := strconv.ParseInt(base[f], 10, 64)
		return Number{Value: n, Known: err == nil}
	}
	d := Deployment{
		WorkflowVersion: base[FieldWorkflowVersion], MinInstances: known(FieldMinInstances), MaxInstances: known(FieldMaxInstances),
		KeepWarmDurationInSeconds: known(FieldKeepWarm),
	}
	if sku := base[FieldHardware]; sku != "" {
		d.Hardware = []string{sku}
	}
	if power := base[FieldIsEnabled]; power != "" {
		d.IsEnabled.Value, d.IsEnabled.Known = power == "true", true
	}
	return d
}

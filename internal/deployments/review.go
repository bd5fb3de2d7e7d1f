package deployments

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/journal"
)

// confirmFor is how long a review may be confirmed.
const confirmFor = 10 * time.Minute

// Review is what a person has to see before a write that can raise cost leaves (SR-37).
type Review struct {
	Action  journal.Action
	Before  Deployment // zero for a create
	After   Deployment // as it will be
	Changes []journal.Change
	Request any    // body of the request that a confirmation sends, to be shown as JSON
	Key     string // of the form to send back, with the same values
	Confirm string // to send back with it
	Reason  string // as typed in the form
	// Stale says that a confirmation came that was for something else: what is shown here was not seen before.
	Stale bool
}

// Effect is how a change reaches the instances.
type Effect int

// The effects, which may come together ("Update a Deployment", and the vendor's pages on scaling).
const (
	EffectRollout  Effect = iota // a new version or other hardware: new instances take over while running requests finish
	EffectScaling                // applies at once
	EffectStart                  // instances start, and cost, at once
	EffectNameOnly               // nothing that runs is touched
	EffectStop                   // a pause: running requests fail
)

// Effects says how a reviewed change reaches the instances.
func (r Review) Effects() []Effect {
	var out []Effect
	changed := func(fields ...string) bool {
		return slices.ContainsFunc(r.Changes, func(c journal.Change) bool { return slices.Contains(fields, c.Field) })
	}
	if r.Action != journal.Create && changed(FieldWorkflowVersion, FieldHardware) {
		out = append(out, EffectRollout)
	}
	if r.Action != journal.Create && changed(FieldMinInstances, FieldMaxInstances, FieldQueueSize, FieldKeepWarm) {
		out = append(out, EffectScaling)
	}
	if WarmInstances(r.After) > WarmInstances(r.Before) {
		out = append(out, EffectStart)
	}
	if len(out) == 0 && r.Action == journal.Update {
		out = append(out, EffectNameOnly)
	}
	return out
}

// mayCost tells whether a change can raise what a deployment costs. What is not known counts as if it could.
func (s *Service) mayCost(before, after Deployment) bool {
	up := func(from, to Number) bool { return to.Known && (!from.Known || to.Value > from.Value) }
	switch {
	case up(before.MinInstances, after.MinInstances), up(before.MaxInstances, after.MaxInstances),
		up(before.KeepWarmDurationInSeconds, after.KeepWarmDurationInSeconds):
		return true
	case SKU(before) != SKU(after) && s.dearer(SKU(before), SKU(after)):
		return true
	}
	return PowerOf(before) != Enabled && PowerOf(after) == Enabled && (!after.MinInstances.Known || after.MinInstances.Value > 0)
}

// dearer compares two SKUs in every plan. One without a price might be.
func (s *Service) dearer(from, to string) bool {
	return slices.ContainsFunc(s.o.Prices.Plans, func(p Plan) bool {
		was, known := p.Hourly(from)
		is, alsoKnown := p.Hourly(to)
		return !known || !alsoKnown || is > was
	})
}

// preview is a deployment as it will be.
func preview(d Deployment, v values, changed []string) Deployment {
	known := func(f string) Number { return Number{Value: v.numbers[f], Known: true} }
	for _, f := range changed {
		switch f {
		case FieldName:
			d.Name = v.text[f]
		case FieldWorkflowID:
			d.WorkflowID = v.text[f]
		case FieldWorkflowVersion:
			d.WorkflowVersion = v.text[f]
		case FieldHardware:
			d.Hardware = []string{v.text[f]}
		case FieldMinInstances:
			d.MinInstances = known(f)
		case FieldMaxInstances:
			d.MaxInstances = known(f)
		case FieldQueueSize:
			d.QueueSize = known(f)
		case FieldKeepWarm:
			d.KeepWarmDurationInSeconds = known(f)
		case FieldIsEnabled:
			d.IsEnabled.Value, d.IsEnabled.Known = v.enabled, true
		}
	}
	return d
}

// difference lists what a change does, field by field.
func difference(before, after Draft, changed []string) []journal.Change {
	out := make([]journal.Change, 0, len(changed))
	for _, f := range changed {
		out = append(out, journal.Change{Field: f, From: before[f], To: after[f]})
	}
	return out
}

// review returns what has to be seen before a write leaves, or nil when it may leave: it costs nothing more, or what it does
// was seen and confirmed.
func (s *Service) review(ask Ask, action journal.Action, before, after Deployment, changes []journal.Change) *Review {
	if !ask.Look && (ask.Reviewed || ask.Confirm != "" && s.confirmed(ask, action, before, changes)) {
		return nil
	}
	r := &Review{Action: action, Before: before, After: after, Changes: changes, Key: ask.Key, Reason: ask.Reason, Stale: ask.Confirm != ""}
	if r.Key == "" {
		r.Key = NewKey()
	}
	ask.Key = r.Key
	until := s.o.Now().Add(confirmFor).Unix()
	r.Confirm = strconv.FormatInt(until, 36) + "." + base64.RawURLEncoding.EncodeToString(s.seal(ask, action, before, changes, until))
	return r
}

// confirmed tells whether a confirmation was given out for exactly this: to this session, from this form, for this version of
// the deployment and this difference. That it counts once is the journal's doing, by the form's key.
func (s *Service) confirmed(ask Ask, action journal.Action, before Deployment, changes []journal.Change) bool {
	end, mac, _ := strings.Cut(ask.Confirm, ".")
	until, err := strconv.ParseInt(end, 36, 64)
	now := s.o.Now().Unix()
	if err != nil || ask.Key == "" || until < now || until > now+int64(confirmFor/time.Second) {
		return false
	}
	got, err := base64.RawURLEncoding.Strict().DecodeString(mac)
	return err == nil && hmac.Equal(got, s.seal(ask, action, before, changes, until))
}

func (s *Service) seal(ask Ask, action journal.Action, before Deployment, changes []journal.Change, until int64) []byte {
	mac := hmac.New(sha256.New, s.o.ConfirmKey)
	_, _ = fmt.Fprintf(mac, "%q %q %q %q %q %q", ask.Account, ask.Session, ask.Key, action, before.ID, before.UpdatedAt.Raw)
	for _, c := range changes {
		_, _ = fmt.Fprintf(mac, " %q:%q>%q", c.Field, c.From, c.To)
	}
	_ = binary.Write(mac, binary.BigEndian, until)
	return mac.Sum(nil)
}

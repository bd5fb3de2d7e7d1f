package handlers

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/views"
)

// presentReview shows what a write does. values is the form it came from, to be sent back as it is.
func (s *Site) presentReview(frame views.Page, r *deployments.Review, plan deployments.Plan, values []views.Hidden) views.ReviewPage {
	m := views.ReviewPage{
		Page: frame, Confirm: r.Confirm, HasBefore: r.Action != journal.Create, Changeable: r.Action == journal.Create || r.Action == journal.Update,
		Why:    whyField(r.Reason, nil),
		Values: append(values, views.Hidden{Name: keyField, Value: r.Key}),
	}
	m.Name = displayName(r.Before)
	switch r.Action {
	case journal.Create:
		m.Name = displayName(r.After)
		m.Heading, m.Submit, m.Intro = "Create "+m.Name+"?", "Create it", "Nothing was sent yet. This is what will be created."
	case journal.Enable:
		m.Heading, m.Submit, m.Intro = "Enable "+m.Name+"?", "Enable it", "Nothing was sent yet. Enabling starts instances that cost money around the clock."
	default:
		m.Heading, m.Submit, m.Intro = "Change "+m.Name+"?", "Apply the change", "Nothing was sent yet. This change can raise what the deployment costs."
	}
	for _, c := range r.Changes {
		m.Lines = append(m.Lines, views.ReviewLine{Label: label(c.Field), Before: settingText(c.Field, c.From), After: settingText(c.Field, c.To)})
	}
	m.Money, m.MoneyNote = s.money(r, plan)
	for _, e := range r.Effects() {
		m.Effects = append(m.Effects, effect(e))
	}
	m.Scripts = s.reviewScript(r)
	if r.Stale {
		m.Problem = views.Notice{Kind: "warning", Text: "What you confirmed is no longer what would happen: the deployment or the form has changed since, or more than ten minutes have passed. Nothing was sent. This is how it stands now."}
	}
	return m
}

// reviewScript is the request that a confirmation sends.
func (s *Site) reviewScript(r *deployments.Review) []views.Script {
	method := http.MethodPatch
	if r.Action == journal.Create {
		method = http.MethodPost
	}
	call, err := deployments.NewScript(s.APIURL, method, r.Before.ID, r.Request)
	if err != nil {
		return nil
	}
	return []views.Script{
		{ID: "curl", Label: "This request", Text: call.Curl()},
		{ID: "json", Label: "Its body", Text: call.Body},
		{ID: "endpoint", Label: "Endpoint", Text: method + " " + call.URL},
	}
}

// settingText is a value of a form for people.
func settingText(field, value string) string {
	switch field {
	case deployments.FieldIsEnabled:
		if word, ok := map[string]string{"true": "Enabled", "false": "Paused"}[value]; ok {
			return word
		}
	case deployments.FieldHardware:
		if h, ok := deployments.FindHardware(value); ok {
			return gpu(h) + " (" + value + ")"
		}
	case deployments.FieldKeepWarm:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return seconds(deployments.Number{Value: n, Known: true})
		}
	}
	return orUnknown(value)
}

// money compares what the deployment costs before and after. Without a price nothing is said about amounts, and that is said.
func (s *Site) money(r *deployments.Review, plan deployments.Plan) ([]views.MoneyLine, string) {
	after := deployments.CostOf(r.After, plan)
	before := deployments.CostOf(r.Before, plan)
	if r.Action == journal.Create {
		before = deployments.Cost{Known: true}
	}
	note := "An estimate: " + plan.Name + ", prices as of " + s.Deck.Prices().AsOf.Format("2 Jan 2006") + "."
	if !after.Known || !before.Known {
		return nil, "There is no price for this hardware in the table of this server, so that nothing can be said about cost. It is not free."
	}
	return moneyLines(before, after), note
}

// moneyLines are the amounts before and after.
func moneyLines(before, after deployments.Cost) []views.MoneyLine {
	line := func(name string, from, to deployments.Money, unit string) views.MoneyLine {
		l := views.MoneyLine{Label: name, Before: from.String() + unit, After: to.String() + unit, Change: "none"}
		switch {
		case to > from:
			l.Change, l.Tone = "+"+(to-from).String()+unit, "warm"
		case to < from:
			l.Change = "−" + (from - to).String() + unit
		}
		return l
	}
	return []views.MoneyLine{
		line("While idle", before.Floor, after.Floor, "/h"),
		line("While idle, 30 days", deployments.Monthly(before.Floor), deployments.Monthly(after.Floor), ""),
		line("At full load", before.Ceiling, after.Ceiling, "/h"),
		line("At full load, 30 days", deployments.Monthly(before.Ceiling), deployments.Monthly(after.Ceiling), ""),
	}
}

func effect(e deployments.Effect) string {
	switch e {
	case deployments.EffectRollout:
		return "Rolls out: new instances take over while running requests finish on the old ones."
	case deployments.EffectScaling:
		return "Scaling applies at once."
	case deployments.EffectStart:
		return "Instances start, and cost, at once, until the minimum is lowered or the deployment is paused."
	case deployments.EffectStop:
		return "Requests that are running fail."
	default:
		return "Nothing that runs is touched."
	}
}

// conflictLines set base, theirs and mine side by side: first what stands against something typed, then what does not.
func conflictLines(c *deployments.Conflict) []views.ConflictLine {
	out := make([]views.ConflictLine, 0, len(c.Clashes)+len(c.Others))
	add := func(x deployments.Clash, untyped, typed string) {
		l := views.ConflictLine{Label: label(x.Field), Base: settingText(x.Field, x.Base), Theirs: settingText(x.Field, x.Theirs), Note: untyped}
		if x.Typed {
			l.Mine, l.Note = settingText(x.Field, x.Mine), typed
		}
		out = append(out, l)
	}
	for _, x := range c.Clashes {
		add(x, "not changed by you", "")
	}
	for _, x := range c.Others {
		add(x, "taken over from the newer state", "the same as now")
	}
	return out
}

// conflictMakers say who changed what in between, as far as the change log knows.
func (s *Site) conflictMakers(c *deployments.Conflict) (out []views.ConflictMaker) {
	for _, m := range c.Makers {
		names := make([]string, 0, len(m.Fields))
		for _, f := range m.Fields {
			names = append(names, lowerFirst(label(f)))
		}
		text := enumerate(names)
		switch w := m.Line.Write; {
		case w == nil:
			text = "Somebody changed " + text + " elsewhere, not by ComfyDeck; noticed"
		case clean(w.Person) == "":
			text = "Somebody without a name changed " + text + ","
		default:
			text = clean(w.Person) + " changed " + text + ","
		}
		out = append(out, views.ConflictMaker{Text: text, At: s.stampOf(m.Line.At())})
	}
	return out
}

// clashTexts say beside each field what happened to it in between.
func clashTexts(c *deployments.Conflict) map[string]string {
	out := make(map[string]string, len(c.Clashes))
	for _, x := range c.Clashes {
		out[x.Field] = fmt.Sprintf("When you opened the form this was “%s”; now it is “%s”.", settingText(x.Field, x.Base), settingText(x.Field, x.Theirs))
		if x.Typed {
			out[x.Field] += " You typed “" + settingText(x.Field, x.Mine) + "”."
		}
	}
	return out
}

// mergedText says what others changed meanwhile.
func mergedText(list []journal.Change) string {
	text := ""
	for _, c := range list {
		text += fmt.Sprintf(" Meanwhile somebody else changed %s from “%s” to “%s”: that stays.", label(c.Field), settingText(c.Field, c.From), settingText(c.Field, c.To))
	}
	return text
}

package handlers

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// manyTitle names a change of many deployments without its value.
func manyTitle(a deployments.ManyAction) string {
	switch a.ID {
	case "disable":
		return "Pause"
	case "enable":
		return "Enable"
	case "min_zero":
		return "Set the minimum to 0"
	default:
		return "Change " + lowerFirst(label(a.Field))
	}
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// runTitle names a run: what it does, to how many.
func runTitle(run bulk.Run) string {
	a, _ := deployments.FindManyAction(run.Action)
	what := manyTitle(a)
	if a.Value == "" && a.Field != "" {
		what = label(a.Field) + " " + settingText(a.Field, run.Value)
	}
	return what + ": " + plural(int64(run.Items()), "deployment", "deployments")
}

// selection is the bar under a list of n deployments.
func selection(state paths.ListQuery, n int) views.Selection {
	found := thousands(int64(n))
	m := views.Selection{On: true, List: state.FirstPage().String(), Found: found, All: "All " + found + " found"}
	for _, a := range deployments.ManyActions() {
		o := views.Option{Value: a.ID, Label: manyTitle(a)}
		if a.Value == "" {
			o.Label += "…"
		}
		m.Actions = append(m.Actions, o)
	}
	return m
}

func presentRunForm(frame views.Page, plan deployments.Plan, a deployments.ManyAction, form, wrong map[string]string) views.RunFormPage {
	m := views.RunFormPage{Page: frame, Heading: manyTitle(a), Chosen: "Everything the list finds"}
	if form[allField] == "" {
		m.Chosen = plural(int64(strings.Count(form[idsField], ",")+1), "deployment", "deployments")
	}
	for _, f := range []string{idsField, allField, listField, actionField} {
		if v := form[f]; v != "" {
			m.Keep = append(m.Keep, views.Hidden{Name: f, Value: v})
		}
	}
	m.Field = views.Field{
		Name: deployments.FieldValue, Label: label(a.Field), Value: form[deployments.FieldValue], Error: wrong[deployments.FieldValue],
		Focus: true,
	}
	switch a.Field {
	case deployments.FieldHardware:
		m.Legend, m.Hardware = label(a.Field), choices(form[deployments.FieldValue], plan)
	case deployments.FieldKeepWarm:
		m.Number = true
		m.Field.Unit, m.Field.Low, m.Field.High = "seconds", "0", "86400"
		m.Field.Help = "How long an instance stays after its last job. It is billed for that time."
	default:
		m.Field.Help = "A version that the workflow does not have is refused by RunComfy, deployment by deployment."
	}
	return m
}

// runPart is which of a run's items are in sight.
type runPart struct {
	state bulk.State
	page  int
}

// reviewLife is how long a review may be confirmed, as package deployments has it.
const reviewLife = 10 * time.Minute

func (s *Site) presentRun(frame views.Page, run bulk.Run, part runPart, items []bulk.Item, cost deployments.ManyCost, plan deployments.Plan) views.RunPage {
	m := views.RunPage{
		Page: frame, Self: paths.RunPart(run.ID, string(part.state), part.page), Heading: runTitle(run), Draft: !run.Begun(),
		Cancel: paths.Deployments, States: runStates(run, part.state),
	}
	if m.Draft {
		s.presentDraft(&m, run, cost, plan)
	} else {
		s.presentProgress(&m, run, cost, plan)
	}
	if m.ReadOnly || m.LookOnly {
		m.Actions = nil
	}
	shown := run.Items()
	if part.state != "" {
		shown = run.Counts[part.state]
	}
	from := (part.page - 1) * runPageSize
	m.Range = rangeText(from, from+len(items), shown, run.Items())
	if pages := (shown + runPageSize - 1) / runPageSize; pages > 1 {
		m.Pager.Label = fmt.Sprintf("Page %s of %s", thousands(int64(part.page)), thousands(int64(pages)))
		if part.page > 1 {
			m.Pager.Previous = paths.RunPart(run.ID, string(part.state), part.page-1)
		}
		if part.page < pages {
			m.Pager.Next = paths.RunPart(run.ID, string(part.state), part.page+1)
		}
	}
	for i := range items {
		m.Items = append(m.Items, runItem(items[i], m.Draft))
	}
	return m
}

// presentDraft fills in what is reviewed before anything is sent.
func (s *Site) presentDraft(m *views.RunPage, run bulk.Run, cost deployments.ManyCost, plan deployments.Plan) {
	change := run.Counts[bulk.Waiting]
	parts := []string{thousands(int64(change)) + " will change"}
	add := func(state bulk.State, text string) {
		if n := run.Counts[state]; n > 0 {
			parts = append(parts, thousands(int64(n))+" "+text)
		}
	}
	add(bulk.Unchanged, "so already")
	add(bulk.Unfit, "cannot be changed like this")
	add(bulk.Gone, "no longer there")
	m.Intro = "Nothing was sent yet: " + strings.Join(parts, ", ") + "."
	if change == 0 {
		m.Intro = "There is nothing to change: " + strings.Join(parts[1:], ", ") + "."
		return
	}
	s.presentCost(m, cost, plan)
	a, _ := deployments.FindManyAction(run.Action)
	if e, ok := a.Effect(); ok {
		m.Effect = effect(e)
	} else {
		m.Effect = startsOf(cost)
	}
	if s.Now().Sub(run.CreatedAt) > reviewLife {
		m.Problem = views.Notice{Kind: "warning", Text: "This review is more than ten minutes old. Nothing was sent. Review it again as the deployments are now."}
		m.Actions = []views.RunAction{{Action: paths.RepeatRun(run.ID), Label: "Review again", Primary: true}}
		return
	}
	verb := "Change"
	if a.ID == "disable" || a.ID == "enable" {
		verb = manyTitle(a)
	}
	m.Actions = []views.RunAction{{Action: paths.StartRun(run.ID), Label: verb + " " + plural(int64(change), "deployment", "deployments"), Primary: true}}
}

// presentProgress fills in how far a run is and what can be done about it.
func (s *Site) presentProgress(m *views.RunPage, run bulk.Run, cost deployments.ManyCost, plan deployments.Plan) {
	open, all := run.Open(), run.Items()
	m.Progress = views.Progress{Value: strconv.Itoa(all - open), Of: strconv.Itoa(all), Label: thousands(int64(all-open)) + " of " + thousands(int64(all))}
	m.Live = run.Worked
	if run.Note != "" {
		m.Problem = views.Notice{Kind: "warning", Text: clean(run.Note)}
	}
	act := func(label, action string) {
		m.Actions = append(m.Actions, views.RunAction{Label: label, Action: action})
	}
	switch {
	case open > 0 && run.Worked:
		m.Intro = "Under way. You may leave this page: it goes on."
		act("Stop", paths.StopRun(run.ID))
		return
	case run.Worked:
		m.Intro = "Almost done."
		return
	case open > 0:
		m.Intro = "At rest: nobody works on it. " + thousands(int64(open)) + " still to do."
		act("Go on", paths.ContinueRun(run.ID))
		m.Actions[0].Primary = true
		act("Stop", paths.StopRun(run.ID))
		return
	}
	m.Intro = "Finished: " + runResult(run) + "."
	if run.Counts[bulk.Done] == all {
		m.Intro = "Finished: " + allOf(all) + " changed."
	}
	if m.Left = stillCosts(run, cost); m.Left != "" || run.Counts[bulk.Done] > 0 {
		s.presentCost(m, cost, plan)
	}
	if run.Counts[bulk.Unknown] > 0 {
		m.Actions = append(m.Actions, views.RunAction{Label: "Look again at what is unknown", Action: paths.ContinueRun(run.ID), Look: true, Primary: true})
	}
	if run.Counts[bulk.Refused]+run.Counts[bulk.Skipped]+run.Counts[bulk.Unknown] > 0 {
		act("Review the rest again", paths.RepeatRun(run.ID))
	}
}

// over tells whether nothing is left to do of a run that has begun.
func over(run bulk.Run) bool { return run.Begun() && !run.Worked && run.Open() == 0 }

// runResult counts what came of a run.
func runResult(run bulk.Run) string {
	var parts []string
	for _, state := range bulk.States() {
		if n := run.Counts[state]; n > 0 {
			parts = append(parts, thousands(int64(n))+" "+lowerFirst(outcomes[state].label))
		}
	}
	return strings.Join(parts, ", ")
}

// outcomes are the states of an item for people.
var outcomes = map[bulk.State]struct{ label, draft, tone, icon string }{
	bulk.Waiting:   {"Waiting", "Will change", "quiet", "info"},
	bulk.Running:   {"Under way", "", "quiet", "refresh"},
	bulk.Done:      {"Done", "", "good", "check"},
	bulk.Differs:   {"Done differently", "", "odd", "alert"},
	bulk.Refused:   {"Refused", "", "odd", "alert"},
	bulk.Unknown:   {"Unknown", "", "odd", "alert"},
	bulk.Gone:      {"Not there", "", "odd", "info"},
	bulk.Skipped:   {"Skipped", "", "quiet", "info"},
	bulk.Unchanged: {"So already", "", "quiet", "check"},
	bulk.Unfit:     {"Cannot change", "", "odd", "alert"},
}

// runStates are the chips that narrow a run to one state.
func runStates(run bulk.Run, on bulk.State) []views.Filter {
	var out []views.Filter
	for _, state := range bulk.States() {
		n := run.Counts[state]
		if n == 0 || n == run.Items() {
			continue
		}
		f := views.Filter{Label: outcomeLabel(state, !run.Begun()), Count: thousands(int64(n)), On: state == on, Href: paths.RunPart(run.ID, string(state), 1)}
		if f.On {
			f.Href = paths.Run(run.ID)
		}
		out = append(out, f)
	}
	return out
}

func outcomeLabel(state bulk.State, draft bool) string {
	if o := outcomes[state]; draft && o.draft != "" {
		return o.draft
	}
	return outcomes[state].label
}

func runItem(item bulk.Item, draft bool) views.RunItem {
	o := outcomes[item.State]
	m := views.RunItem{
		Name: clean(item.Name), ID: clean(item.Deployment), Href: paths.Deployment(item.Deployment), State: outcomeLabel(item.State, draft), Tone: o.tone, Icon: o.icon,
		Note: clean(item.Message), RequestID: clean(item.UpstreamID),
	}
	if strings.TrimSpace(m.Name) == "" {
		m.Name = "A deployment without a name"
	}
	if item.State == bulk.Gone {
		m.Href = ""
	}
	for _, c := range item.Changes {
		m.Changes = append(m.Changes, views.ReviewLine{Label: label(c.Field), Before: settingText(c.Field, c.From), After: settingText(c.Field, c.To)})
	}
	return m
}

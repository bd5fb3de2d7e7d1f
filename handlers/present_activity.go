package handlers

import (
	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// activityActions and activityResults are what the log can be narrowed to, in words.
var (
	activityActions = []views.Option{
		{Label: "All"},
		{Value: string(journal.Create), Label: "Created"},
		{Value: string(journal.Update), Label: "Changed"},
		{Value: string(journal.Enable), Label: "Enabled"},
		{Value: string(journal.Disable), Label: "Paused"},
		{Value: string(journal.Delete), Label: "Deleted"},
		{Value: string(journal.Annotate), Label: "Noted"},
	}
	activityResults = []views.Option{
		{Label: "All"},
		{Value: string(journal.Done), Label: "Done"},
		{Value: string(journal.Refused), Label: "Refused"},
		{Value: string(journal.Unknown), Label: "Unknown"},
		{Value: string(journal.Open), Label: "Under way"},
	}
)

func activityTitle(a journal.Action) string { return wordOf(activityActions, string(a)) }

func wordOf(options []views.Option, value string) string {
	for _, o := range options {
		if o.Value == value && value != "" {
			return o.Label
		}
	}
	return clean(value)
}

func nameOf(e journal.Entry) string {
	if name := clean(e.Name); name != "" {
		return name
	}
	return "a deployment without a name"
}

func (s *Site) presentActivity(frame views.Page, q paths.ActivityQuery, list []journal.Entry) views.ActivityPage {
	m := views.ActivityPage{
		Page: frame, Narrow: q != paths.ActivityQuery{Before: q.Before}, Export: paths.ExportActivity(q),
		Selects: []views.Select{
			{Name: "action", Label: "What", Options: chosen(activityActions, q.Action)},
			{Name: "result", Label: "Result", Options: chosen(activityResults, q.Result)},
		},
		Inputs: []views.Field{{Name: "person", Label: "Person", Value: q.Person}, {Name: "deployment", Label: "Deployment id", Value: q.Deployment}},
	}
	if len(list) > activityPageSize {
		list = list[:activityPageSize]
		next := q
		next.Before = list[len(list)-1].ID
		m.Older = paths.ActivityOf(next)
	}
	for _, e := range list {
		m.Entries = append(m.Entries, s.activityEntry(e))
	}
	if q.Deployment != "" && len(list) > 0 && list[0].Deployment == q.Deployment {
		m.Subject, m.Deployed = nameOf(list[0]), paths.Deployment(q.Deployment)
	}
	return m
}

// chosen are options with one of them selected.
func chosen(options []views.Option, value string) []views.Option {
	out := make([]views.Option, 0, len(options))
	for _, o := range options {
		o.Selected = o.Value == value
		out = append(out, o)
	}
	return out
}

func (s *Site) activityEntry(e journal.Entry) views.ActivityEntry {
	o := outcomes[map[journal.State]bulk.State{journal.Done: bulk.Done, journal.Refused: bulk.Refused, journal.Unknown: bulk.Unknown, journal.Open: bulk.Running}[e.State]]
	m := views.ActivityEntry{
		Href: paths.ActivityEntry(e.ID), What: activityTitle(e.Action), Name: nameOf(e), At: s.stampOf(e.AskedAt), Person: clean(e.Person),
		Result: o.label, Tone: o.tone, Icon: o.icon, Message: clean(e.Message),
	}
	if e.Settled {
		m.Result = "Done, found by looking"
	}
	if e.Deployment != "" && (e.Action != journal.Delete || e.State != journal.Done) {
		m.Deployment = paths.Deployment(e.Deployment)
	}
	for _, ch := range e.Changes {
		m.Changes = append(m.Changes, views.ReviewLine{Label: label(ch.Field), Before: pastText(ch.Field, ch.From), After: pastText(ch.Field, ch.To)})
	}
	for _, g := range e.Got {
		m.Got = append(m.Got, label(g.Field)+" came out as “"+clean(g.To)+"”, not as “"+clean(g.From)+"”.")
	}
	return m
}

// pastText is a value of then; one that was not there stays away.
func pastText(field, value string) string {
	if value == "" {
		return ""
	}
	return settingText(field, value)
}

func activityFacts(e journal.Entry) []views.Fact {
	out := []views.Fact{
		{Label: "Asked", Value: e.AskedAt.UTC().Format("2 Jan 2006, 15:04:05 UTC")},
		{Label: "Request", Value: clean(e.Request), Copy: true},
		{Label: "Entry", Value: clean(e.ID), Copy: true},
	}
	if !e.EndedAt.IsZero() {
		out = append(out, views.Fact{Label: "Ended", Value: e.EndedAt.UTC().Format("2 Jan 2006, 15:04:05 UTC")})
	}
	if e.Deployment != "" {
		out = append(out, views.Fact{Label: "Deployment id", Value: clean(e.Deployment), Copy: true})
	}
	if e.Version != "" {
		out = append(out, views.Fact{Label: "Based on the version of", Value: clean(e.Version)})
	}
	return out
}

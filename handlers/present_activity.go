package handlers

import (
	"slices"
	"strings"

	"github.com/comfydeck/comfydeck/internal/bulk"
	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/journal"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/views"
)

// activityActions and activityResults are what the log can be narrowed to, in words.
var (
	activityActions = []views.Option{
		{Label: "All"},
		{Value: journal.AllWrites, Label: "Every change sent"},
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

// activityKinds are the events, in words.
var activityKinds = []views.Option{
	{Value: string(journal.SignedIn), Label: "Signed in"},
	{Value: string(journal.SignedOut), Label: "Signed out"},
	{Value: string(journal.WriteRefused), Label: "Refused here"},
	{Value: string(journal.Locked), Label: "Locked"},
	{Value: string(journal.Unlocked), Label: "Unlocked"},
	{Value: string(journal.RunBegun), Label: "Bulk change begun"},
	{Value: string(journal.RunEnded), Label: "Bulk change ended"},
	{Value: string(journal.RunStopped), Label: "Bulk change stopped"},
	{Value: string(journal.Outside), Label: "Changed outside"},
	{Value: string(journal.Shared), Label: "Shared"},
	{Value: string(journal.ShareSeen), Label: "Share link opened"},
	{Value: string(journal.ShareRevoked), Label: "Share link revoked"},
	{Value: string(journal.SessionsEnded), Label: "Sessions ended"},
	{Value: string(journal.HookAdded), Label: "Webhook added"},
	{Value: string(journal.HookChanged), Label: "Webhook changed"},
	{Value: string(journal.HookPaused), Label: "Webhook paused or resumed"},
	{Value: string(journal.HookRemoved), Label: "Webhook deleted"},
}

func activityTitle(a journal.Action) string { return wordOf(activityActions, string(a)) }

// eventTitle is what an event is called; one that this version does not know by the words of its kind.
func eventTitle(k journal.Kind) string {
	return strings.ReplaceAll(wordOf(activityKinds, string(k)), "_", " ")
}

func wordOf(options []views.Option, value string) string {
	for _, o := range options {
		if o.Value == value && value != "" {
			return o.Label
		}
	}
	return clean(value)
}

func nameOf(e journal.Entry) string {
	if name := clean(e.Name); strings.TrimSpace(name) != "" {
		return name
	}
	return "a deployment without a name"
}

func (s *Site) presentActivity(frame views.Page, q paths.ActivityQuery, list []journal.Line) views.ActivityPage {
	m := views.ActivityPage{
		Page: frame, Narrow: q != paths.ActivityQuery{Before: q.Before},
		Selects: []views.Select{
			{Name: "action", Label: "What", Options: chosen(slices.Concat(activityActions, activityKinds), q.Kind)},
			{Name: "result", Label: "Result", Options: chosen(activityResults, q.Result)},
		},
		Inputs: []views.Field{
			{Name: "q", Label: "Words", Value: q.Text},
			{Name: "person", Label: "Person", Value: q.Person},
			{Name: "deployment", Label: "Deployment id", Value: q.Deployment},
		},
	}
	m.CSV, m.JSON = paths.ExportActivity(q)
	if len(list) > activityPageSize {
		list = list[:activityPageSize]
		next, last := q, list[len(list)-1]
		next.Before = paths.ActivityMark(last.At(), last.ID())
		m.Older = paths.ActivityOf(next)
	}
	for _, l := range list {
		e := s.activityLine(l)
		m.Entries = append(m.Entries, e)
		if q.Deployment != "" && l.Deployment() == q.Deployment && m.Subject == "" {
			m.Subject, m.Deployed, m.Tabs = e.Name, paths.Deployment(q.Deployment), deploymentTabs(q.Deployment, "Change log")
		}
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

// activityLine is one line of the log.
func (s *Site) activityLine(l journal.Line) views.ActivityEntry {
	if l.Write != nil {
		return s.activityEntry(*l.Write)
	}
	e := l.Event
	m := views.ActivityEntry{
		Href: paths.ActivityEntry(e.ID), What: eventTitle(e.Kind), At: s.stampOf(e.At), Person: clean(e.Person), Message: clean(e.Words),
	}
	m.Name = clean(e.Name)
	switch e.Kind {
	case journal.WriteRefused:
		o := outcomes[bulk.Refused]
		m.Result, m.Tone, m.Icon = o.label, o.tone, o.icon
	case journal.RunBegun, journal.RunEnded, journal.RunStopped:
		m.Name = runName(e.Name)
	default:
	}
	if e.Deployment != "" {
		m.Deployment = paths.Deployment(e.Deployment)
		if strings.TrimSpace(m.Name) == "" {
			m.Name = clean(e.Deployment)
		}
	}
	m.Changes = changeLines(e.Changes)
	return m
}

// runName is what a run does, as its event names it: the action, and the value behind it.
func runName(name string) string {
	action, value, _ := strings.Cut(name, " ")
	if a, ok := deployments.FindManyAction(action); ok {
		return strings.TrimSpace(manyTitle(a) + " " + clean(value))
	}
	return clean(name)
}

func changeLines(changes []journal.Change) (out []views.ReviewLine) {
	for _, ch := range changes {
		out = append(out, views.ReviewLine{Label: label(ch.Field), Before: pastText(ch.Field, ch.From), After: pastText(ch.Field, ch.To)})
	}
	return out
}

func (s *Site) activityEntry(e journal.Entry) views.ActivityEntry {
	o := outcomes[map[journal.State]bulk.State{journal.Done: bulk.Done, journal.Refused: bulk.Refused, journal.Unknown: bulk.Unknown, journal.Open: bulk.Running}[e.State]]
	m := views.ActivityEntry{
		Href: paths.ActivityEntry(e.ID), What: activityTitle(e.Action), Name: nameOf(e), At: s.stampOf(e.AskedAt), Person: clean(e.Person),
		Result: o.label, Tone: o.tone, Icon: o.icon, Message: clean(e.Message), Reason: clean(e.Reason),
	}
	if e.Settled {
		m.Result = "Done, found by looking"
	}
	if e.Deployment != "" && (e.Action != journal.Delete || e.State != journal.Done) {
		m.Deployment = paths.Deployment(e.Deployment)
	}
	m.Changes = changeLines(e.Changes)
	for _, g := range e.Got {
		m.Got = append(m.Got, label(g.Field)+" came out as “"+settingText(g.Field, g.To)+"”, not as “"+settingText(g.Field, g.From)+"”.")
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

const exactTime = "2 Jan 2006, 15:04:05 UTC"

func activityFacts(l journal.Line, fingerprint string) []views.Fact {
	if l.Write == nil {
		fingerprint = l.Event.Fingerprint
	}
	out := []views.Fact{{Label: "When", Value: l.At().UTC().Format(exactTime)}}
	add := func(label, value, hint string, copied bool) {
		if value != "" {
			out = append(out, views.Fact{Label: label, Value: clean(value), Hint: hint, Copy: copied})
		}
	}
	add("Token", fingerprint, "The start of a keyed hash: it tells tokens apart, not people. The name is what was typed at sign-in.", false)
	if e := l.Write; e != nil {
		add("Request", e.Request, "", true)
		if !e.EndedAt.IsZero() {
			add("Ended", e.EndedAt.UTC().Format(exactTime), "", false)
		}
		add("Based on the version of", e.Version, "", false)
	} else {
		add("Request", l.Event.Request, "", true)
	}
	add("Deployment id", l.Deployment(), "", true)
	add("Entry", l.ID(), "", true)
	return out
}

// activityMore is the page that has more about an event.
func activityMore(l journal.Line) views.Link {
	if l.Event == nil || l.Event.Ref == "" {
		return views.Link{}
	}
	switch l.Event.Kind {
	case journal.RunBegun, journal.RunEnded, journal.RunStopped:
		return views.Link{Text: "The bulk change", Href: paths.Run(l.Event.Ref)}
	case journal.HookAdded, journal.HookChanged, journal.HookPaused:
		return views.Link{Text: "The webhook", Href: paths.Webhook(l.Event.Ref)}
	default:
		return views.Link{}
	}
}

// keptLinks are the files of a tombstone.
func keptLinks(t journal.Tombstone) (out []views.Link) {
	for _, f := range []struct {
		text, file string
		there      bool
	}{{"Settings", paths.KeptSettings, t.Settings != ""}, {"Readme", paths.KeptReadme, t.Readme != ""}, {"Workflow", paths.KeptWorkflow, t.Workflow != nil}} {
		if f.there {
			out = append(out, views.Link{Text: f.text, Href: paths.ActivityKept(t.Entry, f.file)})
		}
	}
	return out
}

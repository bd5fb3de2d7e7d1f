package handlers

import (
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fault"
	"github.com/comfydeck/comfydeck/internal/markdown"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/shares"
	"github.com/comfydeck/comfydeck/internal/workflow"
	"github.com/comfydeck/comfydeck/views"
)

// sourceOf is all of a deployment that can get into a copy, in words: no id, no address, no price.
func (s *Site) sourceOf(d deployments.Deployment, token string) shares.Source {
	src := shares.Source{
		Deployment: d.ID, Name: displayName(d), Readme: d.Readme.Value, Workflow: d.Payload.WorkflowAPI, Overrides: d.Payload.Overrides,
		Settings: []shares.Fact{{Label: "State", Value: power(d).Label, Hint: power(d).Hint}, {Label: "Status", Value: orUnknown(d.Status)}},
		Secrets:  []string{token},
	}
	for _, f := range append(scaling(d), runs(d)...) {
		if !f.Copy { // the ids
			src.Settings = append(src.Settings, shares.Fact{Label: f.Label, Value: f.Value, Hint: f.Hint})
		}
	}
	return src
}

func (s *Site) readmeOf(c echo.Context, frozen shares.Snapshot) (markdown.Document, error) {
	if frozen.Readme == nil {
		return markdown.Document{}, nil
	}
	doc, err := s.Readmes.Render(c.Request().Context(), *frozen.Readme)
	if err != nil {
		return doc, fault.Wrap(fault.Unavailable, "This server is busy rendering other readmes. Try again in a moment.", err)
	}
	return doc, nil
}

// PresentShared makes a copy fit to be seen: by whoever reviews it, and the same by visitors. doc is its readme, at the page
// in another state of the workflow.
func PresentShared(frozen shares.Snapshot, doc markdown.Document, q paths.WorkflowQuery, at func(paths.WorkflowQuery) string) views.SharedCopy {
	out := views.SharedCopy{Name: frozen.Name, Taken: moment(frozen.TakenAt)}
	if n := frozen.LeftOut; n > 0 {
		out.LeftOut = plural(int64(n), "value looks", "values look") + " like a key or a password and " + map[bool]string{true: "is", false: "are"}[n == 1] + " left out. Look whether there are others."
	}
	for _, f := range frozen.Settings {
		out.Settings = append(out.Settings, views.Fact{Label: f.Label, Value: f.Value, Hint: f.Hint})
	}
	if frozen.Readme != nil {
		var d deployments.Deployment
		d.Readme.Value, d.Readme.Known = *frozen.Readme, true
		readme := presentReadme(d, doc)
		out.Readme = &readme
	}
	if payload := frozen.Payload(); payload != nil {
		w := views.WorkflowPage{Note: payloadNote(workflow.Summarise(payload))}
		p := sheet{g: workflow.ReadGraph(payload), at: at, q: q, chosen: workflow.None, shared: true}
		p.fill(&w)
		w.Outline.Action = "" // a search would be a form
		out.Workflow = &w
	}
	return out
}

// asReviewed leads nowhere: a review is no page that could be opened in another state.
func asReviewed(m views.SharedCopy) views.SharedCopy {
	if m.Workflow != nil {
		m.Workflow.Graph.Zooms, m.Workflow.Outline.Pager = nil, views.Pager{}
	}
	return m
}

// moment is a time for people whose clock nobody knows.
func moment(t time.Time) views.Stamp {
	at := t.UTC()
	exact := at.Format("2 Jan 2006, 15:04:05 UTC")
	return views.Stamp{ISO: at.Format(time.RFC3339), Exact: exact, Human: at.Format("2 Jan 2006, 15:04 UTC")}
}

func (s *Site) presentShareForm(frame views.Page, d deployments.Deployment, typed, wrong map[string]string, problem views.Notice) views.ShareFormPage {
	m := views.ShareFormPage{
		Page: frame, Name: displayName(d), Home: paths.Deployment(d.ID), Action: paths.ShareDeployment(d.ID), Problem: problem, Key: deployments.NewKey(),
		Parts: []views.Tick{
			{Name: "settings", Label: "Settings", Help: "State, hardware, version, instances, queue and keep warm. No ids, no prices."},
			{Name: "readme", Label: "Readme", Help: "As it is now."},
			{Name: "workflow", Label: "Workflow", Help: "Its nodes with their values: prompts, models, file names. What looks like a key is left out."},
			{Name: "overrides", Label: "Overrides with their values", Help: "Only together with the workflow. They often hold what others should not see."},
		},
		PartsError: wrong[shares.FieldParts], LifetimeError: wrong[shares.FieldLifetime],
		Limit: views.Field{
			Name: shares.FieldLimit, Label: "How often it can be looked at (optional)", Value: typed[shares.FieldLimit], Error: wrong[shares.FieldLimit],
			Help: "Empty is as often as anybody likes. A view lasts an hour in one browser.",
		},
		Note: views.Field{
			Name: shares.FieldNote, Label: "Note to yourself (optional)", Value: typed[shares.FieldNote], Error: wrong[shares.FieldNote],
			Help: "As whom it is for. Visitors never see it; everybody who signs in with this token does.",
		},
	}
	for i := range m.Parts {
		m.Parts[i].Checked = typed[m.Parts[i].Name] != ""
	}
	allowed := s.Shares.Lifetimes()
	for _, l := range allowed {
		m.Lifetimes = append(m.Lifetimes, views.Choice{Value: l.Value, Title: l.Label, Checked: l.Value == typed[shares.FieldLifetime]})
	}
	switch {
	case len(allowed) == 0:
		m.Off = "The operator of this server has switched share links off."
	case frame.ReadOnly || frame.LookOnly:
		m.Off = "Nothing can be shared from here while it is read-only. Links that exist can be revoked."
	}
	return m
}

// shareTerms say under which terms a copy is shared.
func shareTerms(parts shares.Parts, lifetime time.Duration, form map[string]string) []views.Fact {
	ends := plural(int64(lifetime/time.Hour), "hour", "hours")
	if days := int64(lifetime / (24 * time.Hour)); days > 0 {
		ends = plural(days, "day", "days")
	}
	limit := "no limit"
	if n := strings.TrimSpace(form[shares.FieldLimit]); n != "" {
		limit = clean(n)
	}
	return []views.Fact{{Label: "Parts", Value: partWords(parts)}, {Label: "The link ends", Value: "after " + ends}, {Label: "Views", Value: limit}}
}

// sharedWords say the same in the change log.
func sharedWords(parts shares.Parts, offer shares.Offer, form map[string]string) string {
	words := make([]string, 0, 4)
	for _, f := range shareTerms(parts, offer.Expires, form) {
		words = append(words, f.Label+": "+f.Value)
	}
	return strings.Join(words, ". ") + "."
}

func partWords(p shares.Parts) string {
	words := strings.ReplaceAll(p.String(), ",", ", ")
	if words == "" {
		return "nothing"
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

func (s *Site) presentShares(frame views.Page, list []shares.Share, problem views.Notice) views.SharesPage {
	m := views.SharesPage{Page: frame, Problem: problem}
	live := int64(0)
	for _, x := range list {
		row := s.shareRow(x)
		if x.State == shares.Live || x.State == shares.UsedUp {
			row.Revoke = paths.RevokeShare(x.ID)
			m.Live = true
		}
		if x.State == shares.Live {
			live++
		}
		m.Rows = append(m.Rows, row)
	}
	m.Summary = fmt.Sprintf("%s of at most %d; what has ended stays listed for 30 days", plural(live, "link works", "links work"), shares.MaxLive)
	return m
}

func (s *Site) shareRow(x shares.Share) views.ShareRow {
	seen := thousands(x.Views) + " of " + thousands(x.Limit)
	if x.Limit == 0 {
		seen = thousands(x.Views) + ", no limit"
	}
	by := clean(x.Person)
	if strings.TrimSpace(by) == "" {
		by = "somebody without a name"
	}
	row := views.ShareRow{
		Name: clean(x.Name), Href: paths.Deployment(x.Deployment), Note: clean(x.Note), Created: s.stampOf(x.CreatedAt), Expires: moment(x.ExpiresAt),
		Facts: []views.Fact{{Label: "Parts", Value: partWords(x.Parts)}, {Label: "Made by", Value: by}, {Label: "Views", Value: seen}},
		Seen:  views.Stamp{Human: "never"},
	}
	if !x.LastSeenAt.IsZero() {
		row.Seen = s.stampOf(x.LastSeenAt)
	}
	row.State = map[shares.State]views.Badge{
		shares.Live:    {Tone: "good", Label: "Works"},
		shares.Expired: {Tone: "quiet", Label: "Expired"},
		shares.Revoked: {Tone: "quiet", Label: "Revoked"},
		shares.UsedUp:  {Tone: "odd", Label: "Used up", Hint: "Whoever came in last may still be looking, for an hour at most"},
	}[x.State]
	return row
}

package handlers

import (
	"slices"
	"strings"

	"github.com/comfydeck/comfydeck/internal/deployments"
	"github.com/comfydeck/comfydeck/internal/fleet"
	"github.com/comfydeck/comfydeck/internal/paths"
	"github.com/comfydeck/comfydeck/internal/visible"
	"github.com/comfydeck/comfydeck/views"
)

// rows makes the lines of one list: what they have in common is worked out once.
type rows struct {
	site  *Site
	look  look
	keys  []string
	notes *fleet.Notes
	words fleet.Words // what was searched for
}

func (s *Site) rowsOf(state paths.ListQuery, kept *fleet.Notes, l look) rows {
	return rows{site: s, look: l, keys: l.keys(), notes: kept, words: fleet.SplitWords(state.Words)}
}

// row makes one line of the list.
func (r rows) row(d deployments.Deployment) views.Row {
	s := r.site
	h := hardware(d)
	out := views.Row{
		ID: d.ID, Name: displayName(d), Href: paths.Deployment(d.ID), Columns: r.keys,
		Title: r.mark(displayName(d)), IDText: r.mark(d.ID), Power: power(d), Status: r.mark(orUnknown(d.Status)),
		GPU: r.mark(h.Label), SKU: r.mark(h.SKU), Known: h.Known,
		Instances: instances(d), Meter: s.meter(d), Warm: warm(d), Queue: count(d.QueueSize), KeepWarm: seconds(d.KeepWarmDurationInSeconds),
		Version: r.mark(orUnknown(d.WorkflowVersion)), Updated: s.stamp(d.UpdatedAt), Switch: s.switchOf(d),
	}
	out.Power.Marks = r.mark(out.Power.Label).Pieces
	out.Cost, out.FullLoad = costs(d, r.look.plan)
	r.said(&out, d)
	if slices.Contains(r.keys, "created") {
		out.Created = s.stamp(d.CreatedAt)
	}
	if r.look.lookOnly {
		out.Switch = views.Switch{}
		return out
	}
	out.Edit, out.Pick = paths.EditDeployment(d.ID), true
	return out
}

// said fills in the columns that not every list has. What a row was found by and no column shows stands below its name:
// otherwise nobody would see why the row is here.
func (r rows) said(out *views.Row, d deployments.Deployment) {
	note := r.notes.Of(d.ID)
	var found []string
	column := func(key, label, text string, to *views.Marked) {
		switch {
		case slices.Contains(r.keys, key):
			*to = r.mark(text)
		case r.words.In(text):
			found = append(found, label+" "+text)
		}
	}
	column("workflow", "Workflow", orUnknown(d.WorkflowID), &out.Workflow)
	column("owner", "Owner", clean(note.Owner), &out.Owner)
	column("tags", "Tags", clean(strings.Join(note.Tags, ", ")), &out.Tags)
	out.Lock = r.mark(clean(note.Locked()))
	if r.words.In(note.Text) {
		found = append(found, "Note "+excerpt(note.Text, r.words))
	}
	if len(found) > 0 {
		out.Found = r.mark(strings.Join(found, " · "))
	}
}

// excerpt is a line around the first thing that was found in a text.
func excerpt(text string, words fleet.Words) string {
	const before, after, longPart = 3, 8, 24 // words, and characters of one
	parts := strings.Fields(text)
	at := max(0, slices.IndexFunc(parts, words.In))
	from, to := max(0, at-before), min(len(parts), at+after)
	for i := from; i < to; i++ {
		if !words.In(parts[i]) {
			parts[i] = visible.Clip(parts[i], longPart)
		}
	}
	line := strings.Join(parts[from:to], " ")
	if from > 0 {
		line = "… " + line
	}
	if to < len(parts) {
		line += " …"
	}
	return clean(line)
}

// mark parts a text where it was found.
func (r rows) mark(text string) views.Marked {
	m := views.Marked{Text: text}
	for _, p := range r.words.Mark(text) {
		m.Pieces = append(m.Pieces, views.Piece{Text: p.Text, Hit: p.Hit})
	}
	return m
}

// costs words what a deployment costs as it is set, idle and with every instance busy. What has no price is never free.
func costs(d deployments.Deployment, plan deployments.Plan) (idle, full []string) {
	c := deployments.CostOf(d, plan)
	switch {
	case !c.Known:
		return []string{"no price"}, []string{"no price"}
	case deployments.PowerOf(d) == deployments.Paused:
		return []string{"0 while paused"}, []string{"0 while paused"}
	}
	full = []string{c.Ceiling.String() + "/h", inMonth(c.Ceiling)}
	if c.Floor == 0 {
		return []string{"0 while idle", "to " + full[0]}, full
	}
	return []string{c.Floor.String() + "/h", inMonth(c.Floor), "to " + full[0]}, full
}

// meter measures instances against the limit of this server, or against the deployment's own maximum where that is higher.
func (s *Site) meter(d deployments.Deployment) views.Meter {
	if !d.MinInstances.Known || !d.MaxInstances.Known || d.MaxInstances.Value < 1 {
		return views.Meter{}
	}
	size := max(s.Deck.Limits().MaxInstances, d.MaxInstances.Value)
	percent := func(n int64) int { return int(min(max(n, 0), size) * 100 / size) }
	return views.Meter{Low: percent(deployments.WarmInstances(d)), High: percent(d.MaxInstances.Value)}
}

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
	site   *Site
	look   look
	keys   []string
	usual  bool // no column is there that only who asks for it gets
	notes  *fleet.Notes
	words  fleet.Words             // what was searched for
	marked map[string]views.Marked // the texts that many lines share
	costed map[pricing]costLines
}

func (s *Site) rowsOf(state paths.ListQuery, kept *fleet.Notes, l look) rows {
	return rows{
		site: s, look: l, keys: l.keys(), usual: !slices.ContainsFunc(l.columns, func(c listColumn) bool { return c.extra }), notes: kept, words: fleet.SplitWords(state.Words),
		marked: make(map[string]views.Marked), costed: make(map[pricing]costLines),
	}
}

// row makes one line of the list.
func (r rows) row(d deployments.Deployment) views.Row {
	s := r.site
	h, name := hardware(d), displayName(d)
	out := views.Row{
		ID: d.ID, Name: name, Href: paths.Deployment(d.ID), Columns: r.keys,
		Title: r.mark(name), IDText: r.mark(d.ID), Power: power(d), Status: r.shared(orUnknown(d.Status)),
		GPU: r.shared(strings.ReplaceAll(h.Label, " / ", "\u00a0/\u00a0")), // two kinds of one SKU stand in one line
		SKU: r.shared(h.SKU), Known: h.Known,
		Instances: instances(d), Meter: s.meter(d), Warm: warm(d), Queue: count(d.QueueSize), KeepWarm: seconds(d.KeepWarmDurationInSeconds),
		Version: r.shared(orUnknown(d.WorkflowVersion)), Updated: s.stamp(d.UpdatedAt), Switch: s.switchOf(d),
	}
	out.Power.Marks = r.shared(out.Power.Label).Pieces
	cost := r.costs(d)
	out.Cost, out.FullLoad = cost.idle, cost.full
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
	out.Lock = r.mark(clean(note.Locked()))
	if r.usual && len(r.words) == 0 {
		return // nothing below has a place
	}
	column("workflow", "Workflow", orUnknown(d.WorkflowID), &out.Workflow)
	column("owner", "Owner", clean(note.Owner), &out.Owner)
	column("tags", "Tags", clean(strings.Join(note.Tags, ", ")), &out.Tags)
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
	if pieces := r.words.Mark(text); pieces != nil {
		m.Pieces = make([]views.Piece, len(pieces))
		for i, p := range pieces {
			m.Pieces[i] = views.Piece(p)
		}
	}
	return m
}

// shared is mark for a text that other lines have too.
func (r rows) shared(text string) views.Marked {
	m, known := r.marked[text]
	if !known {
		m = r.mark(text)
		r.marked[text] = m
	}
	return m
}

// pricing is what a line says about cost depends on.
type pricing struct {
	deployments.Cost
	paused bool
}

type costLines struct{ idle, full []string }

// costs words what a deployment costs as it is set, idle and with every instance busy. Many lines cost the same.
func (r rows) costs(d deployments.Deployment) costLines {
	p := pricing{Cost: deployments.CostOf(d, r.look.plan), paused: deployments.PowerOf(d) == deployments.Paused}
	lines, known := r.costed[p]
	if !known {
		lines = p.lines()
		r.costed[p] = lines
	}
	return lines
}

// lines words a price. What has none is never free.
func (p pricing) lines() costLines {
	same := func(line string) costLines { return costLines{[]string{line}, []string{line}} }
	switch {
	case !p.Known:
		return same("no price")
	case p.paused:
		return same("0 while paused")
	}
	return costLines{costRange(p.Floor, p.Ceiling), costRange(p.Ceiling, p.Ceiling)}
}

// costRange is what a deployment or a fleet costs at least and at most: per hour, and in 30 days.
func costRange(floor, ceiling deployments.Money) []string {
	both := func(low, high deployments.Money) string {
		switch low {
		case high:
			return high.String()
		case 0:
			return "0–" + high.String()
		default:
			return low.String() + "–" + high.String()
		}
	}
	return []string{both(floor, ceiling) + "/h", both(deployments.Monthly(floor), deployments.Monthly(ceiling)) + " in\u00a030\u00a0d"}
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

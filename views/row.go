package views

import "github.com/a-h/templ"

// DeploymentRow is one line of the list. The switch in it swaps the line alone.
func DeploymentRow(r *Row) templ.Component { return printed(func(p *printer) { p.row(r) }) }

func (p *printer) row(r *Row) {
	p.html(`<tr id="deployment-`).text(r.ID).html(`">`)
	if r.Pick {
		p.html(`<td class="table__pick"><input type="checkbox" name="id[]" value="`).text(r.ID)
		p.html(`" form="selection" aria-label="Select `).text(r.Name).html(`"></td>`)
	}
	p.html(`<th scope="row" class="table__name"><a href="`).path(r.Href).html(`">`).marked(&r.Title).html(`</a> `)
	p.html(`<span class="table__id">`).marked(&r.IDText).html(`</span> `)
	if r.Lock.Text != "" {
		p.html(`<span class="table__id table__lock" title="`).text(r.Lock.Text).html(`">`).icon("lock").marked(&r.Lock).html(`</span> `)
	}
	if r.Found.Text != "" {
		p.html(`<span class="table__id table__found">`).marked(&r.Found).html(`</span>`)
	}
	if r.Left {
		p.html(`<span class="table__id table__found">No longer in this view</span>`)
	}
	p.html(`</th>`)
	for _, key := range r.Columns {
		p.cell(r, key)
	}
	p.html(`<td class="table__actions">`).rowSwitch(&r.Switch)
	if r.Edit != "" {
		p.html(` <a class="button button--plain" href="`).path(r.Edit).html(`" data-key="edit" aria-label="Edit `).text(r.Name).html(`">Edit</a>`)
	}
	p.html(`</td></tr>`)
}

// cell prints one of the columns that a person may choose.
func (p *printer) cell(r *Row, key string) {
	switch key {
	case "state":
		p.html(`<td data-label="State">`).badge(&r.Power).html(`<small>`).marked(&r.Status).html(`</small>`)
	case "hardware":
		p.html(`<td data-label="Hardware">`).marked(&r.GPU).html(`<small>`)
		if r.Known {
			p.marked(&r.SKU)
		} else {
			p.html("not in this version's table")
		}
		p.html(`</small>`)
	case "instances":
		p.html(`<td data-label="Instances">`).text(r.Instances).meter(r.Meter)
		if r.Warm != "" {
			p.badge(&Badge{Tone: "warm", Label: r.Warm, Hint: "Instances that run, and cost, around the clock"})
		}
	case "cost":
		p.html(`<td data-label="Cost" class="table__cost">`).lines(r.Cost)
	case "full_load":
		p.html(`<td data-label="At full load" class="table__cost">`).lines(r.FullLoad)
	case "queue":
		p.html(`<td data-label="Queue" class="table__number">`).text(r.Queue)
	case "keep_warm":
		p.html(`<td data-label="Keep warm" class="table__number">`).text(r.KeepWarm)
	case "version":
		p.html(`<td data-label="Version">`).marked(&r.Version)
	case "workflow":
		p.html(`<td data-label="Workflow id" class="table__workflow">`).marked(&r.Workflow)
	case "owner":
		p.html(`<td data-label="Owner">`).marked(&r.Owner)
	case "tags":
		p.html(`<td data-label="Tags">`).marked(&r.Tags)
	case "updated":
		p.html(`<td data-label="Updated">`).rowStamp(&r.Updated)
	case "created":
		p.html(`<td data-label="Created">`).rowStamp(&r.Created)
	default:
		return
	}
	p.html(`</td>`)
}

// meter draws instances; what it shows stands beside it in figures.
func (p *printer) meter(m Meter) *printer {
	if m.High <= 0 {
		return p
	}
	p.html(`<svg class="meter" viewBox="0 0 100 8" aria-hidden="true"><path d="M0 4h`).number(m.High).html(`"></path>`)
	if m.Low > 0 {
		p.html(`<path class="meter__low" d="M0 4h`).number(m.Low).html(`"></path>`)
	}
	return p.html(`</svg>`)
}

// rowStamp is a stamp in a table. Its exact time shows while the keyboard is in its row, so that a table has no more stops.
func (p *printer) rowStamp(s *Stamp) {
	if s.ISO == "" {
		p.html(`<span class="faint">`).text(s.Human).html(`</span>`)
		return
	}
	p.html(`<time datetime="`).text(s.ISO).html(`" title="`).text(s.Exact).html(`">`).text(s.Human).html(`</time>`)
}

// rowSwitch sends the form of all rows, which stands before the table, to an address of its own. With scripts, static/js/switch.js
// does.
func (p *printer) rowSwitch(s *Switch) {
	if s.Action == "" {
		return
	}
	p.html(`<button class="button`)
	if s.On {
		p.html(` button--good`)
	}
	p.html(`" type="submit" form="switch" name="switch" value="1" formaction="`).path(s.Action).html(`" title="`).text(s.Hint).html(`">`).text(s.Label).html(`</button>`)
}

package views

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// A picture has hundreds of boxes with a dozen texts each, so that its two long loops are printed.

// graphWires are the lines between boxes.
type graphWires []GraphWire

// Render implements templ.Component.
func (list graphWires) Render(ctx context.Context, w io.Writer) error {
	return printed(func(p *printer) {
		for i := range list {
			wire := &list[i]
			p.html(`<path class="wire kind--`).text(wire.Kind).class(wire.Tone)
			p.html(`" d="`).text(wire.D).html(`"><title>`).text(wire.Title).html(`</title></path>`)
		}
	}).Render(ctx, w)
}

// graphBoxes are the nodes.
type graphBoxes []GraphBox

// Render implements templ.Component.
func (list graphBoxes) Render(ctx context.Context, w io.Writer) error {
	nonce := templ.GetNonce(ctx)
	return printed(func(p *printer) {
		for i := range list {
			p.box(&list[i], nonce)
		}
	}).Render(ctx, w)
}

func (p *printer) box(b *GraphBox, nonce string) {
	p.html(`<a class="box`).class(b.Tone).html(` box--`).text(b.Form).html(`" id="`).text(b.ID)
	p.html(`" href="`).text(string(templ.URL(b.Href))).html(`" transform="`).text(b.Move).html(`"`)
	if b.Part != "" {
		p.html(` hx-get="`).text(b.Part).html(`" hx-nonce="`).text(nonce).html(`"`)
	}
	if b.Tone == "chosen" {
		p.html(` aria-current="true"`)
	}
	p.html(`><title>`).text(b.Name).html(`</title><rect class="box__body" width="`).text(b.Width).html(`" height="`).text(b.Height)
	p.html(`" rx="6"></rect><path class="box__rule" d="`).text(b.Rule).html(`"></path>`)
	p.label("box__title", "10", "17", b.Title).label("box__id", b.Right, "16", b.Number)
	p.html(`<g aria-hidden="true">`)
	if b.Class != "" {
		p.label("box__class", "10", "33", b.Class)
	}
	for i := range b.Ports {
		p.port(&b.Ports[i])
	}
	for i := range b.Facts {
		p.fact(&b.Facts[i], b.Right)
	}
	p.html(`</g></a>`)
}

func (p *printer) port(port *GraphPort) {
	p.html(`<circle class="port kind--`).text(port.Kind).html(`" cx="`).text(port.X).html(`" cy="`).text(port.Y).html(`" r="4"></circle>`)
	class := constant("box__port")
	if port.Out {
		class = "box__port box__port--out"
	}
	p.label(class, port.TextX, port.TextY, port.Label)
}

func (p *printer) fact(f *GraphFact, right string) {
	p.label("box__label", "10", f.Y, f.Label)
	if f.Value == "" {
		return
	}
	class := constant("box__value")
	if f.Changed {
		class = "box__value box__value--changed"
	}
	p.label(class, right, f.Y, f.Value)
}

// class is one more class, or none.
func (p *printer) class(name string) *printer {
	if name == "" {
		return p
	}
	return p.html(" ").text(name)
}

// label is a text of a picture.
func (p *printer) label(class constant, x, y, text string) *printer {
	return p.html(`<text class="`).html(class).html(`" x="`).text(x).html(`" y="`).text(y).html(`">`).text(text).html(`</text>`)
}

package views

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// A picture has hundreds of boxes with a dozen texts each. Its two long loops are written by hand, for the reason that text.go
// has; a template's set of classes alone takes longer than all of the rest.

// graphWires are the lines between boxes.
type graphWires []GraphWire

// Render implements templ.Component.
func (list graphWires) Render(_ context.Context, w io.Writer) error {
	var p printed
	for i := range list {
		wire := &list[i]
		p.raw(`<path class="wire kind--`).text(wire.Kind).class(wire.Tone)
		p.raw(`" d="`).text(wire.D).raw(`"><title>`).text(wire.Title).raw(`</title></path>`)
	}
	return p.to(w)
}

// graphBoxes are the nodes.
type graphBoxes []GraphBox

// Render implements templ.Component.
func (list graphBoxes) Render(ctx context.Context, w io.Writer) error {
	p := make(printed, 0, 2048*min(len(list), 100))
	nonce := templ.GetNonce(ctx)
	for i := range list {
		p.box(&list[i], nonce)
	}
	return p.to(w)
}

func (p *printed) box(b *GraphBox, nonce string) {
	p.raw(`<a class="box`).class(b.Tone).raw(` box--`).text(b.Form).raw(`" id="`).text(b.ID)
	p.raw(`" href="`).text(string(templ.URL(b.Href))).raw(`" transform="`).text(b.Move).raw(`"`)
	if b.Part != "" {
		p.raw(` hx-get="`).text(b.Part).raw(`" hx-nonce="`).text(nonce).raw(`"`)
	}
	if b.Tone == "chosen" {
		p.raw(` aria-current="true"`)
	}
	p.raw(`><title>`).text(b.Name).raw(`</title><rect class="box__body" width="`).text(b.Width).raw(`" height="`).text(b.Height)
	p.raw(`" rx="6"></rect><path class="box__rule" d="`).text(b.Rule).raw(`"></path>`)
	p.label("box__title", "10", "17", b.Title).label("box__id", b.Right, "16", b.Number)
	p.raw(`<g aria-hidden="true">`)
	if b.Class != "" {
		p.label("box__class", "10", "33", b.Class)
	}
	for i := range b.Ports {
		p.port(&b.Ports[i])
	}
	for i := range b.Facts {
		p.fact(&b.Facts[i], b.Right)
	}
	p.raw(`</g></a>`)
}

func (p *printed) port(port *GraphPort) {
	p.raw(`<circle class="port kind--`).text(port.Kind).raw(`" cx="`).text(port.X).raw(`" cy="`).text(port.Y).raw(`" r="4"></circle>`)
	class := "box__port"
	if port.Out {
		class = "box__port box__port--out"
	}
	p.label(class, port.TextX, port.TextY, port.Label)
}

func (p *printed) fact(f *GraphFact, right string) {
	p.label("box__label", "10", f.Y, f.Label)
	if f.Value == "" {
		return
	}
	class := "box__value"
	if f.Changed {
		class = "box__value box__value--changed"
	}
	p.label(class, right, f.Y, f.Value)
}

// printed collects what a component prints.
type printed []byte

// raw is markup.
func (p *printed) raw(markup string) *printed {
	*p = append(*p, markup...)
	return p
}

// text is escaped as templates escape, for elements and for attributes in double quotes.
func (p *printed) text(s string) *printed { return p.raw(templ.EscapeString(s)) }

// class is one more class, or none.
func (p *printed) class(name string) *printed {
	if name == "" {
		return p
	}
	return p.raw(" ").text(name)
}

// label is a text of a picture.
func (p *printed) label(class, x, y, label string) *printed {
	return p.raw(`<text class="`).raw(class).raw(`" x="`).text(x).raw(`" y="`).text(y).raw(`">`).text(label).raw(`</text>`)
}

func (p *printed) to(w io.Writer) error {
	_, err := w.Write(*p)
	return err
}
